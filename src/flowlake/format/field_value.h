/// One value of an input becomes one cell of a column, or the reason why it cannot. The
/// same rules for text, JSON and Parquet:
///   - "-" and "" are NULL in every column
///   - doubles are finite; integers are decimal digits; INT32 columns take 0 … 2^31-1,
///   INT64 0 … 2^63-1
///   - times are seconds since the epoch, from 1e11 on milliseconds, not before 2010 and
///     not after ParseLimits::latest_time
///   - tags of version 11 are percent-decoded; all other text is kept as it came
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "flowlake/base/columns.h"
#include "flowlake/format/parser.h"
#include "flowlake/format/reject.h"

namespace flowlake {

enum class FieldKind : uint8_t {
  kText,
  kAccount,      ///< text; numbers are padded to the 12 digits of an AWS account
  kPercentText,  ///< text that AWS percent-encodes
  kInt32,
  kInt64,
  kTime,
  kDouble,
};
FieldKind KindOfField(const Field& field);

/// Where the values of a field go.
struct FieldTarget {
  int column = 0;
  FieldKind kind = FieldKind::kText;
};

/// An instant in microseconds since the epoch.
struct Micros {
  int64_t value;
};
/// A value with the type that its source gave it; monostate is NULL.
using Cell =
    std::variant<std::monostate, std::string_view, int64_t, uint64_t, double, Micros>;

/// nullopt: the value fits.
using Misfit = std::optional<RejectReason>;

/// As seconds this is the year 5138, as milliseconds 1973: no flow log has either.
inline constexpr int64_t kFirstMilliseconds = 100'000'000'000;

inline bool IsNullText(std::string_view text) {
  return text.empty() || (text.size() == 1 && text[0] == '-');
}

/// Appends values to the open row of a builder. After a misfit nothing was appended for
/// that field; the caller drops the row. Not thread-safe.
class ValueAppender {
 public:
  /// `columns` outlives the appender.
  ValueAppender(ColumnsBuilder& columns, int64_t latest_time)
      : columns_(columns), latest_time_(latest_time) {}

  Misfit AppendText(FieldTarget target, std::string_view text);
  Misfit Append(FieldTarget target, const Cell& cell);

 private:
  Misfit AppendNumberText(FieldTarget target, std::string_view text);
  Misfit AppendDoubleText(int column, std::string_view text);
  Misfit AppendPercentText(int column, std::string_view text);
  Misfit AppendInteger(FieldTarget target, int64_t value);
  Misfit AppendDouble(FieldTarget target, double value);
  Misfit AppendEpoch(int column, int64_t value);
  Misfit AppendInstant(FieldTarget target, int64_t micros);
  Misfit AppendTime(int column, int64_t micros);

  ColumnsBuilder& columns_;
  int64_t latest_time_;
  std::string scratch_;
};

/// The text that AWS percent-encoded, into `decoded`.
Misfit DecodePercentText(std::string_view text, std::string& decoded);

/// NUL or invalid UTF-8 in `text`, in this order of precedence.
Misfit FindDamage(std::string_view text);
/// The same of what may be too long, too, which goes before them.
Misfit FindDamage(std::string_view text, const ParseLimits& limits);

}  // namespace flowlake
