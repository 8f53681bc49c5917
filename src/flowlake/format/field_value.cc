#include "flowlake/format/field_value.h"

#include <algorithm>
#include <array>
#include <bit>
#include <charconv>
#include <cmath>
#include <cstdio>
#include <limits>

#include "flowlake/base/date.h"
#include "flowlake/base/escape.h"
#include "flowlake/base/hex.h"

namespace flowlake {

namespace {
constexpr int64_t kMaxInt64 = std::numeric_limits<int64_t>::max();
constexpr int64_t kMaxInt32 = std::numeric_limits<int32_t>::max();
// Any number of this many digits fits in 64 bits.
constexpr size_t kSafeDigits = 18;

bool IsDigit(char c) { return static_cast<unsigned char>(c - '0') <= 9; }

bool AllDigits(std::string_view text) {
  for (char c : text) {
    if (!IsDigit(c)) return false;
  }
  return !text.empty();
}

Misfit ParseLongDigits(std::string_view text, int64_t& value) {
  const bool negative = text[0] == '-';
  if (!AllDigits(text.substr(negative ? 1 : 0))) return RejectReason::kNotANumber;
  if (negative) return RejectReason::kOutOfRange;
  const auto [end, error] =
      std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc()) return RejectReason::kOutOfRange;
  return std::nullopt;
}

// Requires text that is not empty.
Misfit ParseDigits(std::string_view text, int64_t& value) {
  if (text.size() > kSafeDigits) return ParseLongDigits(text, value);
  int64_t sum = 0;
  for (char c : text) {
    if (!IsDigit(c)) return ParseLongDigits(text, value);
    sum = sum * 10 + (c - '0');
  }
  value = sum;
  return std::nullopt;
}
}  // namespace

FieldKind KindOfField(const Field& field) {
  switch (field.type) {
    case ColumnType::kInt32:
      return FieldKind::kInt32;
    case ColumnType::kInt64:
      return FieldKind::kInt64;
    case ColumnType::kTimestamp:
      return FieldKind::kTime;
    case ColumnType::kDouble:
      return FieldKind::kDouble;
    case ColumnType::kString:
      break;
  }
  const std::string_view name = field.name;
  if (name.ends_with("account_id")) return FieldKind::kAccount;
  if (name.ends_with("_tag") || name.ends_with("_tag_2")) return FieldKind::kPercentText;
  return FieldKind::kText;
}

Misfit ValueAppender::AppendText(FieldTarget target, std::string_view text) {
  if (IsNullText(text)) {
    columns_.AppendNull(target.column);
    return std::nullopt;
  }
  switch (target.kind) {
    case FieldKind::kText:
    case FieldKind::kAccount:
      columns_.AppendString(target.column, text);
      return std::nullopt;
    case FieldKind::kPercentText:
      return AppendPercentText(target.column, text);
    case FieldKind::kDouble:
      return AppendDoubleText(target.column, text);
    default:
      return AppendNumberText(target, text);
  }
}

Misfit ValueAppender::AppendNumberText(FieldTarget target, std::string_view text) {
  int64_t value = 0;
  if (const Misfit misfit = ParseDigits(text, value)) return misfit;
  return AppendInteger(target, value);
}

Misfit ValueAppender::AppendDoubleText(int column, std::string_view text) {
  double value = 0;
  const char* const end = text.data() + text.size();
  const auto [at, error] = std::from_chars(text.data(), end, value);
  if (at != end || (error != std::errc() && error != std::errc::result_out_of_range)) {
    return RejectReason::kNotANumber;
  }
  if (error != std::errc() || !std::isfinite(value)) return RejectReason::kOutOfRange;
  columns_.AppendNumber(column, std::bit_cast<int64_t>(value));
  return std::nullopt;
}

Misfit ValueAppender::AppendPercentText(int column, std::string_view text) {
  if (text.find('%') == std::string_view::npos) {
    columns_.AppendString(column, text);
    return std::nullopt;
  }
  if (const Misfit misfit = DecodePercentText(text, scratch_)) return misfit;
  columns_.AppendString(column, scratch_);
  return std::nullopt;
}

Misfit ValueAppender::Append(FieldTarget target, const Cell& cell) {
  if (const auto* text = std::get_if<std::string_view>(&cell)) {
    return AppendText(target, *text);
  }
  if (const auto* value = std::get_if<int64_t>(&cell))
    return AppendInteger(target, *value);
  if (const auto* value = std::get_if<uint64_t>(&cell)) {
    if (*value > static_cast<uint64_t>(kMaxInt64)) return RejectReason::kOutOfRange;
    return AppendInteger(target, static_cast<int64_t>(*value));
  }
  if (const auto* value = std::get_if<double>(&cell)) return AppendDouble(target, *value);
  if (const auto* micros = std::get_if<Micros>(&cell)) {
    return AppendInstant(target, micros->value);
  }
  columns_.AppendNull(target.column);
  return std::nullopt;
}

Misfit ValueAppender::AppendInteger(FieldTarget target, int64_t value) {
  switch (target.kind) {
    case FieldKind::kInt32:
      if (value > kMaxInt32) return RejectReason::kOutOfRange;
      [[fallthrough]];
    case FieldKind::kInt64:
      if (value < 0) return RejectReason::kOutOfRange;
      columns_.AppendNumber(target.column, value);
      return std::nullopt;
    case FieldKind::kTime:
      return AppendEpoch(target.column, value);
    case FieldKind::kDouble:
      columns_.AppendNumber(target.column,
                            std::bit_cast<int64_t>(static_cast<double>(value)));
      return std::nullopt;
    default:
      break;
  }
  std::array<char, 24> digits;
  const char* form = target.kind == FieldKind::kAccount ? "%012lld" : "%lld";
  const int size =
      std::snprintf(digits.data(), digits.size(), form, static_cast<long long>(value));
  columns_.AppendString(target.column, {digits.data(), static_cast<size_t>(size)});
  return std::nullopt;
}

Misfit ValueAppender::AppendDouble(FieldTarget target, double value) {
  constexpr double kTwoTo63 = 9223372036854775808.0;
  const bool is_text =
      target.kind == FieldKind::kText || target.kind == FieldKind::kPercentText;
  if (std::isnan(value)) return RejectReason::kNotANumber;
  if (target.kind == FieldKind::kDouble) {
    if (std::isinf(value)) return RejectReason::kOutOfRange;
    columns_.AppendNumber(target.column, std::bit_cast<int64_t>(value));
    return std::nullopt;
  }
  const bool is_integral = std::trunc(value) == value;
  if (is_integral && value >= -kTwoTo63 && value < kTwoTo63) {
    return AppendInteger(target, static_cast<int64_t>(value));
  }
  if (!is_text) {
    return is_integral ? RejectReason::kOutOfRange : RejectReason::kNotANumber;
  }
  std::array<char, 32> digits;
  const auto [end, error] =
      std::to_chars(digits.data(), digits.data() + digits.size(), value);
  columns_.AppendString(target.column, {digits.data(), end});
  return std::nullopt;
}

Misfit ValueAppender::AppendEpoch(int column, int64_t value) {
  if (value < 0) return RejectReason::kOutOfRange;
  if (value < kFirstMilliseconds) return AppendTime(column, value * kMicrosPerSecond);
  if (value > kMaxInt64 / 1000) return RejectReason::kTimeTooLate;
  return AppendTime(column, value * 1000);
}

Misfit ValueAppender::AppendInstant(FieldTarget target, int64_t micros) {
  switch (target.kind) {
    case FieldKind::kTime:
      return AppendTime(target.column, micros);
    case FieldKind::kInt32:
    case FieldKind::kInt64:
    case FieldKind::kDouble:
      return RejectReason::kNotANumber;
    default:
      columns_.AppendString(target.column, FormatTimestamp(micros));
      return std::nullopt;
  }
}

Misfit ValueAppender::AppendTime(int column, int64_t micros) {
  if (micros < kEarliestTime) return RejectReason::kTimeTooEarly;
  if (micros > latest_time_) return RejectReason::kTimeTooLate;
  columns_.AppendNumber(column, micros);
  return std::nullopt;
}

Misfit DecodePercentText(std::string_view text, std::string& decoded) {
  decoded.clear();
  for (size_t i = 0; i < text.size();) {
    const size_t percent = std::min(text.find('%', i), text.size());
    decoded.append(text, i, percent - i);
    if (percent == text.size()) break;
    const int byte = HexByte(text.substr(percent + 1));
    if (byte < 0) return RejectReason::kBadEscape;
    decoded += static_cast<char>(byte);
    i = percent + 3;
  }
  if (FindDamage(decoded)) return RejectReason::kBadEscape;
  return std::nullopt;
}

Misfit FindDamage(std::string_view text) {
  if (text.find('\0') != std::string_view::npos) return RejectReason::kNulByte;
  if (FindInvalidUtf8(text) != std::string_view::npos) return RejectReason::kInvalidUtf8;
  return std::nullopt;
}

Misfit FindDamage(std::string_view text, const ParseLimits& limits) {
  return text.size() > limits.record_bytes ? RejectReason::kTooLong : FindDamage(text);
}

}  // namespace flowlake
