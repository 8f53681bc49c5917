/// Which format does an input have? Decided from its first bytes, or from the fields that
/// the user named.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "flowlake/base/status.h"
#include "flowlake/format/parser.h"
#include "flowlake/format/user_log.h"

namespace flowlake {

/// Unzipped bytes that detection wants to see; fewer only if the input is shorter.
inline constexpr size_t kDetectBytes = 64 << 10;

struct FormatOptions {
  /// Fields of inputs without a header, canonical names; empty: not configured.
  std::vector<std::string> fields;
  /// What the user has described the input to be; nullptr: not described. Outlives the
  /// parser.
  const UserLog* log = nullptr;
  LogOrigin origin{};
  ParseLimits limits;
};

enum class InputKind {
  kEmpty,    ///< no bytes, or white space only
  kText,     ///< anything that a Parser reads
  kParquet,  ///< starts with "PAR1": read through datafile, mapped by parquet_rows.h
};

InputKind KindOf(std::string_view first_bytes, bool is_whole_input);

/// A parser for an input of kind kText that starts with `first_bytes`. Tried in this
/// order: what the user has described; of JSON: records of a kind of log (log_kind.h),
/// CloudWatch Logs documents and `{"message": …}` with lines or records of any kind, flow
/// logs with named fields; of text: records without a header of a kind of log, W3C's
/// `#Fields:`, a header of names, `options.fields`, the default version 2 order of flow
/// logs if the first records look like that. Invalid says why none fits and names
/// --format and flowlake.toml.
Result<std::unique_ptr<Parser>> DetectParser(std::string_view first_bytes,
                                             bool is_whole_input,
                                             const FormatOptions& options);

/// For `flowlake formats`: name and one line of description, in the order above.
struct FormatDescription {
  std::string name;
  std::string description;
  std::string example;
};
std::vector<FormatDescription> KnownFormats();

}  // namespace flowlake
