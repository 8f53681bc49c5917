/// The seam of formats: bytes of one input become columns and rejects. A new format is
/// one class behind this interface and one line in the table of detect.cc.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "flowlake/base/columns.h"
#include "flowlake/base/status.h"
#include "flowlake/format/block.h"
#include "flowlake/format/reject.h"

namespace flowlake {

/// Parses one input, from its first byte on. With `carry` what Frame() left over:
///   while bytes come: bytes = carry + next;  n = Frame(bytes, is_last)
///                     Parse(bytes[0, n));    carry = bytes[n, …)
/// Not thread-safe.
class Parser {
 public:
  virtual ~Parser() = default;

  /// The table that the records belong to.
  virtual const Schema& schema() const = 0;
  /// "vpc flow log, text, 14 fields": for messages.
  virtual std::string description() const = 0;

  /// The length of the longest prefix of `bytes` that consists of whole records; all of
  /// `bytes` if `is_last`. `bytes` starts where the previous whole record ended. May be
  /// 0: more bytes are needed.
  virtual size_t Frame(std::string_view bytes, bool is_last) = 0;

  /// Appends the records of `block`, which Frame() cut, to `columns` (of schema()) and
  /// `rejects`. An error means that the input as a whole is unusable.
  virtual Status Parse(const Block& block, ColumnsBuilder& columns, Rejects& rejects) = 0;

  /// Names in headers that the schema does not have, each once, in order of first sight.
  virtual std::vector<std::string> unknown_fields() const = 0;
};

/// What a parser accepts besides the bytes.
struct ParseLimits {
  /// Times beyond are rejects; microseconds since the epoch, usually now + 2 days.
  int64_t latest_time = 0;
  /// Records beyond are rejects and are skipped without being buffered whole.
  size_t record_bytes = 1 << 20;
};
/// 2010-01-01T00:00:00Z: AWS logged no flow before.
inline constexpr int64_t kEarliestTime = 1'262'304'000'000'000;

}  // namespace flowlake
