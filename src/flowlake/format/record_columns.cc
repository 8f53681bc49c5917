#include "flowlake/format/record_columns.h"

#include <algorithm>
#include <bit>
#include <charconv>
#include <cmath>
#include <limits>
#include <utility>

#include "flowlake/base/date.h"
#include "flowlake/base/iso_time.h"
#include "flowlake/format/field_parts.h"
#include "flowlake/format/instant.h"

namespace flowlake {

namespace {

constexpr int64_t kNoTime = std::numeric_limits<int64_t>::min();
constexpr size_t kDateSize = 10;  // "2026-10-02"

bool ReadDouble(std::string_view text, double& value) {
  if (ReadDecimal(text, value)) return true;
  const char* const end = text.data() + text.size();
  const auto [at, error] = std::from_chars(text.data(), end, value);
  return at == end && error == std::errc() && std::isfinite(value);
}

/// Into `times` what `read` makes of each text that is not NULL; false if that says so.
template <typename Read>
bool ReadEach(const FieldOfLines& texts, std::vector<int64_t>& times, Read read) {
  times.assign(texts.lines, kNoTime);
  for (size_t line = 0; line < texts.lines; ++line) {
    const std::string_view text = texts[line];
    if (!IsNullText(text) && !read(text, times[line])) return false;
  }
  return true;
}

}  // namespace

bool AreAllNull(const FieldOfLines& texts) {
  for (size_t line = 0; line < texts.lines; ++line) {
    if (!IsNullText(texts[line])) return false;
  }
  return true;
}

RecordColumns::RecordColumns(const LogKind& kind, LogOrigin origin,
                             const ParseLimits& limits)
    : kind_(kind),
      origin_(std::move(origin)),
      limits_(limits),
      append_(limits.latest_time, EmptyField::kNull),
      decoded_(kind.fields.size()) {
  for (size_t i = 0; i < kind.fields.size(); ++i) {
    const ValueKind value = kind.fields[i].kind;
    if (value == ValueKind::kPercentText || value == ValueKind::kUserAgent) {
      decoded_[i] = std::make_unique<DecodedTexts>(value == ValueKind::kUserAgent);
    }
  }
}

void RecordColumns::Begin(ColumnsBuilder& columns) {
  columns_ = &columns;
  has_account_ = false;
  has_region_ = false;
  days_.clear();
  times_of_day_.clear();
  instants_.clear();
}

bool RecordColumns::Append(size_t field, const FieldOfLines& texts) {
  if (AreAllNull(texts)) return true;
  const int column = kind_.first_columns[field];
  const ValueKind value = kind_.fields[field].kind;
  switch (value) {
    case ValueKind::kText:
    case ValueKind::kJson:
      return AppendTexts(column, texts);
    case ValueKind::kPercentText:
    case ValueKind::kUserAgent:
      return AppendPercentTexts(field, texts);
    case ValueKind::kAddress:
      return AppendAddresses(column, texts);
    case ValueKind::kRequest:
      return AppendRequests(column, texts);
    case ValueKind::kInt32:
      return append_.Append(texts, {column, FieldKind::kInt32}, *columns_);
    case ValueKind::kInt64:
    case ValueKind::kCount:
      return append_.Append(texts, {column, FieldKind::kInt64}, *columns_);
    case ValueKind::kDouble:
    case ValueKind::kMeasurement:
      return AppendDoubles(column, value == ValueKind::kMeasurement, texts);
    case ValueKind::kTime:
      return ReadTimes(texts, times_) && AppendTimes(column, times_);
    case ValueKind::kDate:
      return ReadDates(texts);
    case ValueKind::kTimeOfDay:
      return ReadTimesOfDay(texts);
    case ValueKind::kInstant:
      return ReadTimes(texts, times_) && TakeInstants();
    case ValueKind::kList:
    case ValueKind::kJoined:
      break;
  }
  return false;
}

bool RecordColumns::AppendTexts(int column, const FieldOfLines& texts) {
  has_account_ |= column == kind_.account;
  has_region_ |= column == kind_.region;
  Dictionary& dictionary = columns_->dictionary(column);
  const uint32_t known = dictionary.size();
  if (!columns_->is_distinct(column)) {
    const bool fits = append_.Append(texts, {column, FieldKind::kText}, *columns_);
    CountStrings(column, texts.lines, known);
    return fits;
  }
  uint32_t* const codes = columns_->AppendCodes(column, texts.lines).data();
  texts.ForEach([&](size_t line, const char* begin, size_t size) {
    const std::string_view text(begin, size);
    codes[line] = IsNullText(text) ? kNullCode : dictionary.Append(text);
  });
  CountStrings(column, texts.lines, known);
  return true;
}

bool RecordColumns::AppendPercentTexts(size_t field, const FieldOfLines& texts) {
  const int column = kind_.first_columns[field];
  const uint32_t known = columns_->dictionary(column).size();
  uint32_t* const codes = columns_->AppendCodes(column, texts.lines).data();
  decoded_[field]->Encode(texts, *columns_, column, codes);
  CountStrings(column, texts.lines, known);
  return true;
}

/// Of a column whose dictionary had `known` strings before. NULLs count as what has come
/// before: a column that has them has little to gain.
void RecordColumns::CountStrings(int column, size_t lines, uint32_t known) {
  const uint32_t added = columns_->dictionary(column).size() - known;
  columns_->CountStrings(column, lines, lines - added);
}

bool RecordColumns::AppendAddresses(int column, const FieldOfLines& texts) {
  FieldParts ips(texts, first_);
  FieldParts ports(texts, second_);
  for (size_t line = 0; line < texts.lines; ++line) {
    const auto [ip, port] = SplitAddress(texts[line]);
    ips.Set(line, ip);
    ports.Set(line, port);
  }
  return AppendPart(column, ips.parts()) &&
         (AreAllNull(ports.parts()) ||
          append_.Append(ports.parts(), {column + 1, FieldKind::kInt32}, *columns_));
}

bool RecordColumns::AppendRequests(int column, const FieldOfLines& texts) {
  FieldParts verbs(texts, first_);
  FieldParts urls(texts, second_);
  FieldParts protocols(texts, third_);
  for (size_t line = 0; line < texts.lines; ++line) {
    const auto [verb, url, protocol] = SplitRequest(texts[line]);
    verbs.Set(line, verb);
    urls.Set(line, url);
    protocols.Set(line, protocol);
  }
  return AppendPart(column, verbs.parts()) && AppendPart(column + 1, urls.parts()) &&
         AppendPart(column + 2, protocols.parts());
}

bool RecordColumns::AppendPart(int column, const FieldOfLines& texts) {
  return AreAllNull(texts) || AppendTexts(column, texts);
}

bool RecordColumns::AppendDoubles(int column, bool is_measurement,
                                  const FieldOfLines& texts) {
  const auto numbers = columns_->AppendNumbers(column, texts.lines);
  std::span<uint8_t> valid;
  for (size_t line = 0; line < texts.lines; ++line) {
    const std::string_view text = texts[line];
    const bool is_negative = is_measurement && text.starts_with('-');
    if (IsNullText(text) || (is_negative && text == kNotMeasured)) {
      if (valid.empty()) valid = columns_->AppendValidity(column, texts.lines);
      numbers[line] = 0;
      valid[line] = 0;
      continue;
    }
    double value = 0;
    if (is_negative || !ReadDouble(text, value)) return false;
    numbers[line] = std::bit_cast<int64_t>(value);
  }
  return true;
}

bool RecordColumns::AppendTimes(int column, const Times& times) {
  const auto numbers = columns_->AppendNumbers(column, times.size());
  std::span<uint8_t> valid;
  for (size_t line = 0; line < times.size(); ++line) {
    numbers[line] = times[line];
    if (times[line] >= kEarliestTime && times[line] <= limits_.latest_time) continue;
    if (times[line] != kNoTime) return false;
    if (valid.empty()) valid = columns_->AppendValidity(column, times.size());
    numbers[line] = 0;
    valid[line] = 0;
  }
  return true;
}

bool RecordColumns::ReadTimes(const FieldOfLines& texts, Times& times) {
  return ReadEach(texts, times, [&](std::string_view text, int64_t& micros) {
    return ReadInstant(text, micros);
  });
}

/// Of more than one field with an instant the last that has one counts.
bool RecordColumns::TakeInstants() {
  instants_.resize(times_.size(), kNoTime);
  for (size_t line = 0; line < times_.size(); ++line) {
    if (times_[line] != kNoTime) instants_[line] = times_[line];
  }
  return true;
}

/// Nearly all instants are of the same day as the one before, in UTC.
bool RecordColumns::ReadInstant(std::string_view text, int64_t& micros) {
  const bool is_utc =
      text.size() > kDateSize && text[kDateSize] == 'T' && text.ends_with('Z');
  if (!is_utc) return !ParseInstant(text, micros);
  const auto clock =
      ParseTimeOfDay(text.substr(kDateSize + 1, text.size() - kDateSize - 2));
  if (!clock || !ReadDate(text.substr(0, kDateSize))) return false;
  micros = day_ + *clock;
  return true;
}

/// Into day_.
bool RecordColumns::ReadDate(std::string_view text) {
  if (text == date_) return true;
  const auto date = ParseDate(text);
  if (!date) return false;
  date_ = text;
  day_ = *date * kMicrosPerDay;
  return true;
}

bool RecordColumns::ReadDates(const FieldOfLines& texts) {
  return ReadEach(texts, days_, [&](std::string_view text, int64_t& micros) {
    const bool is_date = ReadDate(text);
    micros = day_;
    return is_date;
  });
}

bool RecordColumns::ReadTimesOfDay(const FieldOfLines& texts) {
  return ReadEach(texts, times_of_day_, [](std::string_view text, int64_t& micros) {
    const auto time = ParseTimeOfDay(text);
    micros = time.value_or(kNoTime);
    return time.has_value();
  });
}

bool RecordColumns::Finish(size_t lines) {
  if (kind_.time_of_parts >= 0 && !AppendTimeOfParts(lines)) return false;
  if (!AppendOrigin(kind_.account, origin_.account, has_account_, lines) ||
      !AppendOrigin(kind_.region, origin_.region, has_region_, lines)) {
    return false;
  }
  columns_->FinishRows(lines);
  return true;
}

bool RecordColumns::AppendTimeOfParts(size_t lines) {
  const bool has_parts = !days_.empty() && !times_of_day_.empty();
  if (!has_parts && instants_.empty()) return true;
  if (instants_.empty()) instants_.assign(lines, kNoTime);
  for (size_t line = 0; has_parts && line < lines; ++line) {
    int64_t& instant = instants_[line];
    if (instant != kNoTime || days_[line] == kNoTime || times_of_day_[line] == kNoTime) {
      continue;
    }
    instant = days_[line] + times_of_day_[line];
  }
  return AppendTimes(kind_.time_of_parts, instants_);
}

/// A record that has the cell goes before its key, so that these are looked at singly.
bool RecordColumns::AppendOrigin(int column, const std::string& text, bool has_cells,
                                 size_t lines) {
  if (column < 0 || text.empty()) return true;
  if (has_cells) return false;
  const uint32_t code = columns_->dictionary(column).Encode(text);
  std::ranges::fill(columns_->AppendCodes(column, lines), code);
  return true;
}

}  // namespace flowlake
