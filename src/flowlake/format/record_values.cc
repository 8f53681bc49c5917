#include "flowlake/format/record_values.h"

#include <algorithm>
#include <charconv>
#include <functional>
#include <utility>

#include "flowlake/base/date.h"
#include "flowlake/base/iso_time.h"
#include "flowlake/format/catalogue.h"

namespace flowlake {

namespace {

constexpr std::string_view kNotMeasured = "-1";

int ColumnNamed(const LogKind& kind, const std::string& name) {
  return name.empty() ? -1 : kind.schema.IndexOf(name);
}

template <typename T>
Misfit ParseInteger(std::string_view text, T& value) {
  const char* const end = text.data() + text.size();
  const auto [at, error] = std::from_chars(text.data(), end, value);
  if (error == std::errc::result_out_of_range) return RejectReason::kOutOfRange;
  if (error != std::errc() || at != end) return RejectReason::kNotANumber;
  return std::nullopt;
}

/// Seconds since 1970, perhaps with a fraction, or milliseconds.
Misfit ParseEpoch(std::string_view text, int64_t& micros) {
  const size_t point = std::min(text.find('.'), text.size());
  int64_t value = 0;
  if (const Misfit misfit = ParseInteger(text.substr(0, point), value)) return misfit;
  if (value < 0) return RejectReason::kOutOfRange;
  const bool is_seconds = value < kFirstMilliseconds;
  if (!is_seconds && value > kFirstMilliseconds * 1000) return RejectReason::kTimeTooLate;
  micros = value * (is_seconds ? kMicrosPerSecond : 1000);
  int64_t unit = is_seconds ? kMicrosPerSecond : 1000;
  for (size_t i = point + 1; i < text.size(); ++i) {
    if (text[i] < '0' || text[i] > '9') return RejectReason::kNotANumber;
    unit /= 10;
    micros += unit * (text[i] - '0');
  }
  return std::nullopt;
}

/// "02/Oct/2026:06:14:13 +0000", as web servers write it.
std::optional<int64_t> ParseServerTime(std::string_view text) {
  constexpr std::string_view kMonths = "JanFebMarAprMayJunJulAugSepOctNovDec";
  if (text.size() < 20 || text[2] != '/' || text[6] != '/' || text[11] != ':') {
    return std::nullopt;
  }
  const size_t month = kMonths.find(text.substr(3, 3));
  if (month == kMonths.npos || month % 3 != 0) return std::nullopt;
  std::string iso(text.substr(7, 4));
  iso += month / 3 < 9 ? "-0" : "-";
  iso += std::to_string(month / 3 + 1);
  iso.append("-").append(text.substr(0, 2)).append("T").append(text.substr(12, 8));
  std::string_view zone = text.substr(20);
  if (zone.starts_with(' ')) zone.remove_prefix(1);
  return ParseIsoTime(iso.append(zone));
}

Misfit ParseInstant(std::string_view text, int64_t& micros) {
  const bool is_number = text.find_first_not_of("0123456789.") == text.npos;
  if (is_number) return ParseEpoch(text, micros);
  const bool is_server_time = text.size() > 2 && text[2] == '/';
  const auto parsed = is_server_time ? ParseServerTime(text) : ParseIsoTime(text);
  if (!parsed) return RejectReason::kNotANumber;
  micros = *parsed;
  return std::nullopt;
}

}  // namespace

RecordValues::RecordValues(const LogKind& kind, LogOrigin origin,
                           const ParseLimits& limits)
    : kind_(kind),
      origin_(std::move(origin)),
      limits_(limits),
      account_column_(ColumnNamed(kind, kind.account_column)),
      region_column_(ColumnNamed(kind, kind.region_column)),
      extra_column_(kind.schema.IndexOf(kExtraColumn)),
      row_of_field_(kind.fields.size(), 0),
      row_of_column_(static_cast<size_t>(kind.schema.size()), 0),
      joined_(kind.fields.size()) {
  for (size_t i = 0; i < kind.fields.size(); ++i) {
    fields_.push_back({kind.fields[i].kind, kind.first_columns[i]});
    if (fields_[i].kind == ValueKind::kTimeOfDay) time_column_ = fields_[i].column;
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
      AppendPercentText(column, text, kind == ValueKind::kUserAgent);
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

/// An IPv6 address may have brackets where a URL would have them. A Lambda function
/// stands there by its ARN.
Misfit RecordValues::AppendAddress(int column, std::string_view text) {
  const size_t colon = text.rfind(':');
  if (colon == text.npos || text.starts_with("arn:")) {
    AppendText(column, text);
    return std::nullopt;
  }
  std::string_view ip = text.substr(0, colon);
  if (ip.starts_with('[') && ip.ends_with(']')) ip = ip.substr(1, ip.size() - 2);
  AppendText(column, ip);
  const std::string_view port = text.substr(colon + 1);
  return IsNullText(port) ? std::nullopt
                          : append_->AppendText({column + 1, FieldKind::kInt32}, port);
}

/// The verb before the first blank, the protocol behind the last one, between them the
/// URL, which may have blanks. `- - - ` has none of the three.
void RecordValues::AppendRequest(int column, std::string_view text) {
  while (text.ends_with(' ')) text.remove_suffix(1);
  const size_t first = std::min(text.find(' '), text.size());
  const size_t last = text.rfind(' ');
  const bool has_protocol = last != text.npos && last > first;
  const size_t url_end = has_protocol ? last : text.size();
  AppendText(column, text.substr(0, first));
  if (first < text.size()) {
    AppendText(column + 1, text.substr(first + 1, url_end - first - 1));
  }
  if (has_protocol) AppendText(column + 2, text.substr(last + 1));
}

void RecordValues::AppendPercentText(int column, std::string_view text,
                                     bool may_be_twice) {
  if (text.find('%') == text.npos || DecodePercentText(text, scratch_)) {
    AppendString(column, text);
    return;
  }
  const bool is_twice = may_be_twice && scratch_.find("%20") != std::string::npos;
  const bool is_decoded = is_twice && !DecodePercentText(scratch_, twice_);
  AppendString(column, is_decoded ? twice_ : scratch_);
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
  AppendOrigin(account_column_, origin_.account);
  AppendOrigin(region_column_, origin_.region);
  if (!extra_.empty()) AppendString(extra_column_, extra_.Finish());
  return true;
}

bool RecordValues::FinishTime() {
  if (time_column_ < 0) return true;
  if (!instant_ && day_ && time_of_day_) instant_ = *day_ + *time_of_day_;
  if (!instant_) return true;
  const Misfit misfit = AppendMicros(time_column_, *instant_);
  if (misfit) failure_ = {kind_.schema.field(time_column_).name, *misfit};
  return !misfit;
}

void RecordValues::AppendOrigin(int column, const std::string& text) {
  if (column < 0 || text.empty() || HasCell(column)) return;
  AppendString(column, text);
}

}  // namespace flowlake
