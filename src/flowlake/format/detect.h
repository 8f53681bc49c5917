/// Which format does an input have? Decided from its first bytes, or from the fields that
/// the user named.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "flowlake/base/status.h"
#include "flowlake/format/parser.h"
#include "flowlake/format/positional_parser.h"

namespace flowlake {

/// Unzipped bytes that detection wants to see; fewer only if the input is shorter.
inline constexpr size_t kDetectBytes = 64 << 10;

struct FormatOptions {
  /// Fields of inputs without a header, canonical names; empty: not configured.
  std::vector<std::string> fields;
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
/// order: the kinds of log whose records have no header (positional_log.h), CloudWatch
/// Logs documents, `{"message": …}` documents, JSON with named fields,
/// text with a header (space- or comma-separated), text with `options.fields`, text in
/// the default version 2 order if its first records look like that. Invalid says why none
/// fits and names --format and flowlake.toml.
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
