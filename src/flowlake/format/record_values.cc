#include "flowlake/format/record_values.h"

#include <algorithm>
#include <charconv>
#include <functional>
#include <utility>

#include "flowlake/base/date.h"
#include "flowlake/base/iso_time.h"
#include "flowlake/format/catalogue.h"
#include "flowlake/format/field_parts.h"
#include "flowlake/format/instant.h"

namespace flowlake {

namespace {

template <typename T>
Misfit ParseInteger(std::string_view text, T& value) {
  const char* const end = text.data() + text.size();
  const auto [at, error] = std::from_chars(text.data(), end, value);
  if (error == std::errc::result_out_of_range) return RejectReason::kOutOfRange;
  if (error != std::errc() || at != end) return RejectReason::kNotANumber;
  return std::nullopt;
}

}  // namespace

RecordValues::RecordValues(const LogKind& kind, LogOrigin origin,
                           const ParseLimits& limits)
    : kind_(kind),
      origin_(std::move(origin)),
      limits_(limits),
      extra_column_(kind.schema.IndexOf(kExtraColumn)),
      row_of_field_(kind.fields.size(), 0),
      row_of_column_(static_cast<size_t>(kind.schema.size()), 0),
      joined_(kind.fields.size()) {
  for (size_t i = 0; i < kind.fields.size(); ++i) {
    fields_.push_back({kind.fields[i].kind, kind.first_columns[i]});
  }
}

void RecordValues::Begin(ColumnsBuilder& columns) {
  columns_ = &columns;
  append_.emplace(columns, limits_.latest_time);
  ++row_;
  day_.reset();
  time_of_day_.reset();
  instant_.reset();
  joined_fields_.clear();
  pending_.clear();
  extra_.Clear();
}

bool RecordValues::Append(size_t field, std::string_view text, bool is_quoted) {
  const bool is_null = text == "-" || (text.empty() && !is_quoted);
  if (text.size() > limits_.record_bytes) return Fail(field, RejectReason::kTooLong);
  if (fields_[field].kind == ValueKind::kJoined) {
    if (!is_null) Join(field, text);
    return true;
  }
  if (std::exchange(row_of_field_[field], row_) == row_) {
    return Fail(field, RejectReason::kNotJson);
  }
  if (is_null) return true;
  const Misfit misfit = AppendValue(field, text);
  return misfit ? Fail(field, *misfit) : true;
}

/// The column that a value can fail to fit: of an address that is its port.
bool RecordValues::Fail(size_t field, RejectReason reason) {
  const auto [kind, first] = fields_[field];
  const int column = first + (kind == ValueKind::kAddress ? 1 : 0);
  failure_ = {kind_.schema.field(column).name, reason};
  return false;
}

Misfit RecordValues::AppendValue(size_t field, std::string_view text) {
  const auto [kind, column] = fields_[field];
  switch (kind) {
    case ValueKind::kText:
    case ValueKind::kJson:
    case ValueKind::kJoined:
      row_of_column_[static_cast<size_t>(column)] = row_;
      AppendString(column, text);
      return std::nullopt;
    case ValueKind::kPercentText:
    case ValueKind::kUserAgent:
      AppendString(column, percent_.Decode(text, kind == ValueKind::kUserAgent));
      return std::nullopt;
    case ValueKind::kList:
      AppendList(column, text);
      return std::nullopt;
    case ValueKind::kRequest:
      AppendRequest(column, text);
      return std::nullopt;
    case ValueKind::kAddress:
      return AppendAddress(column, text);
    case ValueKind::kInt32:
    case ValueKind::kInt64:
      return AppendInteger(column, kind, text);
    case ValueKind::kCount:
      return append_->AppendText({column, FieldKind::kInt64}, text);
    case ValueKind::kDouble:
      return append_->AppendText({column, FieldKind::kDouble}, text);
    case ValueKind::kMeasurement:
      return AppendMeasurement(column, text);
    case ValueKind::kTime:
      return AppendTime(column, text);
    case ValueKind::kDate:
      day_ = ParseDate(text);
      if (!day_) return RejectReason::kNotANumber;
      *day_ *= kMicrosPerDay;
      return std::nullopt;
    case ValueKind::kTimeOfDay:
      time_of_day_ = ParseTimeOfDay(text);
      if (!time_of_day_) return RejectReason::kNotANumber;
      return std::nullopt;
    case ValueKind::kInstant: {
      int64_t micros = 0;
      if (const Misfit misfit = ParseInstant(text, micros)) return misfit;
      instant_ = micros;
      return std::nullopt;
    }
  }
  return std::nullopt;
}

void RecordValues::AppendString(int column, std::string_view text) {
  const std::less_equal<> is_before;
  const char* const end = block_.data() + block_.size();
  const bool is_in_block =
      is_before(block_.data(), text.data()) && is_before(text.data() + text.size(), end);
  if (!is_in_block) {
    columns_->AppendString(column, text);
    return;
  }
  if (columns_->AppendDistinct(column, text)) return;
  const bool is_readable = end - text.data() >= 16;
  const DictionaryKey key = is_readable ? DictionaryKey::UnhashedOfReadable(text)
                                        : DictionaryKey::Unhashed(text);
  if (columns_->AppendRepeated(column, key)) return;
  pending_.push_back({column, key.Hashed()});
  columns_->dictionary(column).Prefetch(pending_.back().key);
}

void RecordValues::AppendText(int column, std::string_view text) {
  if (!IsNullText(text)) AppendString(column, text);
}

void RecordValues::AppendList(int column, std::string_view text) {
  scratch_ = text;
  std::erase(scratch_, '"');
  AppendString(column, scratch_);
}

Misfit RecordValues::AppendAddress(int column, std::string_view text) {
  const auto [ip, port] = SplitAddress(text);
  AppendText(column, ip);
  return IsNullText(port) ? std::nullopt
                          : append_->AppendText({column + 1, FieldKind::kInt32}, port);
}

void RecordValues::AppendRequest(int column, std::string_view text) {
  const auto [verb, url, protocol] = SplitRequest(text);
  AppendText(column, verb);
  AppendText(column + 1, url);
  AppendText(column + 2, protocol);
}

Misfit RecordValues::AppendInteger(int column, ValueKind kind, std::string_view text) {
  int32_t small = 0;
  int64_t value = 0;
  const bool is_small = kind == ValueKind::kInt32;
  const Misfit misfit = is_small ? ParseInteger(text, small) : ParseInteger(text, value);
  if (!misfit) columns_->AppendNumber(column, is_small ? small : value);
  return misfit;
}

Misfit RecordValues::AppendMeasurement(int column, std::string_view text) {
  if (text == kNotMeasured) return std::nullopt;
  if (text.starts_with('-')) return RejectReason::kOutOfRange;
  return append_->AppendText({column, FieldKind::kDouble}, text);
}

Misfit RecordValues::AppendTime(int column, std::string_view text) {
  int64_t micros = 0;
  if (const Misfit misfit = ParseInstant(text, micros)) return misfit;
  return AppendMicros(column, micros);
}

Misfit RecordValues::AppendMicros(int column, int64_t micros) {
  return append_->Append({column, FieldKind::kTime}, Micros{micros});
}

void RecordValues::Join(size_t field, std::string_view text) {
  std::string& list = joined_[field];
  if (std::exchange(row_of_field_[field], row_) != row_) {
    joined_fields_.push_back(field);
    list.clear();
  } else {
    list += ',';
  }
  list += text;
}

void RecordValues::AppendUnknown(std::string_view name, std::string_view text) {
  if (!IsNullText(text)) extra_.AddString(name, text);
}

void RecordValues::AppendUnknownJson(std::string_view name, std::string_view json) {
  if (json != "null") extra_.AddJson(name, json);
}

bool RecordValues::Finish() {
  for (const auto& [column, key] : pending_) columns_->AppendKey(column, key);
  pending_.clear();
  for (const size_t field : joined_fields_) {
    AppendString(fields_[field].column, joined_[field]);
  }
  if (!FinishTime()) return false;
  AppendOrigin(kind_.account, origin_.account);
  AppendOrigin(kind_.region, origin_.region);
  if (!extra_.empty()) AppendString(extra_column_, extra_.Finish());
  return true;
}

bool RecordValues::FinishTime() {
  if (kind_.time_of_parts < 0) return true;
  if (!instant_ && day_ && time_of_day_) instant_ = *day_ + *time_of_day_;
  if (!instant_) return true;
  const Misfit misfit = AppendMicros(kind_.time_of_parts, *instant_);
  if (misfit) failure_ = {kind_.schema.field(kind_.time_of_parts).name, *misfit};
  return !misfit;
}

void RecordValues::AppendOrigin(int column, const std::string& text) {
  if (column < 0 || text.empty() || HasCell(column)) return;
  AppendString(column, text);
}

}  // namespace flowlake
