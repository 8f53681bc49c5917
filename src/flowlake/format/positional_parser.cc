#include "flowlake/format/positional_parser.h"

#include <algorithm>
#include <charconv>
#include <optional>
#include <utility>

#include "flowlake/base/iso_time.h"
#include "flowlake/format/catalogue.h"
#include "flowlake/format/text_parser.h"

namespace flowlake {

namespace {

/// Enough of a line to see whether a record begins there.
constexpr size_t kSeenBytes = 512;
constexpr std::string_view kNotMeasured = "-1";

std::string_view WithoutLineEnd(std::string_view line) {
  if (line.ends_with('\n')) line.remove_suffix(1);
  if (line.ends_with('\r')) line.remove_suffix(1);
  return line;
}

bool IsNull(const QuotedToken& token) {
  return token.text == "-" || (token.text.empty() && !token.is_quoted);
}

/// Whether a record that goes on in `line` may end there: behind an open quote, a line
/// without one closes nothing. So a quote that is never closed is not looked for again
/// with each line.
bool MayClose(std::string_view record_so_far, std::string_view line) {
  return record_so_far.empty() || line.find('"') != line.npos;
}

}  // namespace

PositionalParser::PositionalParser(const PositionalLog& log, LogOrigin origin,
                                   const ParseLimits& limits)
    : log_(log),
      origin_(std::move(origin)),
      limits_(limits),
      account_column_(log.schema.IndexOf("account_id")),
      region_column_(log.schema.IndexOf("region")),
      extra_column_(log.schema.IndexOf(kExtraColumn)) {}

/// The one that a value can fail to fit: of an address that is its port.
std::string PositionalParser::NumberColumnOf(size_t field) const {
  const bool is_address = log_.fields[field].kind == PositionalKind::kAddress;
  return log_.schema.field(log_.first_columns[field] + (is_address ? 1 : 0)).name;
}

/// Where Parse() would cut too, had it all of the input.
size_t PositionalParser::Frame(std::string_view bytes, bool is_last) {
  if (is_last) return bytes.size();
  if (is_skipping_) return std::min(bytes.find('\n'), bytes.size() - 1) + 1;
  const bool has_mark = !is_begun_ && bytes.starts_with(kByteOrderMark);
  const size_t begin = has_mark ? kByteOrderMark.size() : 0;
  const std::string_view rest = bytes.substr(begin);
  size_t end = LastBeginning(rest);
  if (end == 0) end = LastClosed(rest);
  if (end > 0) return begin + end;
  // Too long even without a carriage return: handed on without its end.
  return rest.size() > limits_.record_bytes + 2 ? bytes.size() : 0;
}

/// Behind the last line feed before something that is seen to begin a record: whatever
/// comes before, a record ends there. 0 if there is none.
size_t PositionalParser::LastBeginning(std::string_view rest) const {
  for (size_t end = rest.size(); end > 0;) {
    const size_t newline = rest.rfind('\n', end - 1);
    if (newline == rest.npos) return 0;
    const std::string_view next = rest.substr(newline + 1);
    const bool is_seen = next.size() >= kSeenBytes || next.find('\n') != next.npos;
    if (is_seen && log_.begins_record(next.substr(0, kSeenBytes))) return newline + 1;
    end = newline;
  }
  return 0;
}

/// Among lines of which none begins a record: behind the last whose quotes are closed, or
/// that makes its record too long. 0 if there is none.
size_t PositionalParser::LastClosed(std::string_view rest) {
  size_t whole = 0;
  size_t line = 0;
  for (size_t newline = rest.find('\n'); newline != rest.npos;
       newline = rest.find('\n', line)) {
    const size_t end = newline + 1;
    const std::string_view record = rest.substr(whole, end - whole);
    const bool may_close =
        MayClose(rest.substr(whole, line - whole), rest.substr(line, end - line));
    if ((may_close && SplitQuoted(WithoutLineEnd(record), tokens_)) ||
        record.size() > limits_.record_bytes) {
      whole = end;
    }
    line = end;
  }
  return whole;
}

Status PositionalParser::Parse(const Block& block, ColumnsBuilder& columns,
                               Rejects& rejects) {
  const std::string_view bytes = block.bytes;
  size_t at = 0;
  if (is_skipping_) {
    at = SkipRestOfLine(bytes);
  } else if (!is_begun_ && bytes.starts_with(kByteOrderMark)) {
    at = kByteOrderMark.size();
  }
  is_begun_ = true;
  while (at < bytes.size()) {
    const std::string_view record = RecordAt(bytes.substr(at));
    const Line line{WithoutLineEnd(record), next_line_,
                    block.offset + static_cast<int64_t>(at)};
    ParseRecord(line, {columns, rejects});
    next_line_ += line_feeds_;
    at += record.size();
    is_skipping_ = !record.ends_with('\n') && record.size() > limits_.record_bytes;
  }
  return Status::OK();
}

size_t PositionalParser::SkipRestOfLine(std::string_view bytes) {
  const size_t newline = bytes.find('\n');
  if (newline == bytes.npos) return bytes.size();
  is_skipping_ = false;
  ++next_line_;
  return newline + 1;
}

/// With its line feed; leaves its fields in tokens_ if its quotes are closed.
std::string_view PositionalParser::RecordAt(std::string_view rest) {
  size_t end = 0;
  line_feeds_ = 0;
  is_closed_ = false;
  while (true) {
    const size_t line = end;
    end = std::min(rest.find('\n', line), rest.size() - 1) + 1;
    const std::string_view record = rest.substr(0, end);
    line_feeds_ += record.ends_with('\n') ? 1 : 0;
    if (MayClose(rest.substr(0, line), rest.substr(line, end - line))) {
      is_closed_ = SplitQuoted(WithoutLineEnd(record), tokens_);
    }
    if (is_closed_ || end == rest.size() || end > limits_.record_bytes) return record;
    if (log_.begins_record(rest.substr(end, kSeenBytes))) return record;
  }
}

void PositionalParser::ParseRecord(const Line& line, Sink sink) {
  if (line.text.find_first_not_of(" \t") == line.text.npos) return;
  if (const Misfit damage = FindLineDamage(line, limits_)) {
    AddReject(line, *damage, "", sink.rejects);
    return;
  }
  const auto failure = AppendRecord(sink.columns);
  if (!failure) {
    sink.columns.FinishRow();
    return;
  }
  sink.columns.DropRow();
  AddReject(line, failure->reason, failure->column, sink.rejects);
}

std::optional<PositionalParser::Failure> PositionalParser::AppendRecord(
    ColumnsBuilder& columns) {
  if (!is_closed_ || tokens_.size() < log_.fewest) return Failure{};
  columns_ = &columns;
  ValueAppender append(columns, limits_.latest_time);
  const size_t known = std::min(tokens_.size(), log_.fields.size());
  for (size_t i = 0; i < known; ++i) {
    if (const Misfit misfit = AppendField(i, tokens_[i], append)) {
      return Failure{NumberColumnOf(i), *misfit};
    }
  }
  AppendOrigin();
  AppendSurplus();
  return std::nullopt;
}

Misfit PositionalParser::AppendField(size_t index, const QuotedToken& token,
                                     ValueAppender& append) {
  const PositionalKind kind = log_.fields[index].kind;
  const int column = log_.first_columns[index];
  const bool is_null = IsNull(token);
  switch (kind) {
    case PositionalKind::kText:
      AppendText(column, token);
      return std::nullopt;
    case PositionalKind::kList:
      if (!is_null) AppendList(column, token.text);
      return std::nullopt;
    case PositionalKind::kRequest:
      if (!is_null) AppendRequest(column, token.text);
      return std::nullopt;
    case PositionalKind::kTime:
      return is_null ? std::nullopt : AppendTime(column, token.text, append);
    case PositionalKind::kAddress: {
      if (is_null) return std::nullopt;
      const size_t colon = token.text.rfind(':');
      // A Lambda function stands there by its ARN.
      if (colon == token.text.npos || token.text.starts_with("arn:")) {
        AppendText(column, token);
        return std::nullopt;
      }
      AppendIp(column, token.text.substr(0, colon));
      const std::string_view port = token.text.substr(colon + 1);
      return IsNullText(port) ? std::nullopt
                              : append.AppendText({column + 1, FieldKind::kInt32}, port);
    }
    default:
      return is_null ? std::nullopt : AppendNumber(column, kind, token.text, append);
  }
}

void PositionalParser::AppendText(int column, const QuotedToken& token) {
  if (!IsNull(token)) columns_->AppendString(column, token.text);
}

void PositionalParser::AppendList(int column, std::string_view text) {
  list_ = text;
  std::erase(list_, '"');
  columns_->AppendString(column, list_);
}

/// An IPv6 address may have brackets where a URL would have them.
void PositionalParser::AppendIp(int column, std::string_view text) {
  if (text.starts_with('[') && text.ends_with(']')) {
    text = text.substr(1, text.size() - 2);
  }
  AppendText(column, {text});
}

Misfit PositionalParser::AppendNumber(int column, PositionalKind kind,
                                      std::string_view text, ValueAppender& append) {
  if (text.empty()) return std::nullopt;
  if (kind == PositionalKind::kMeasurement && text == kNotMeasured) return std::nullopt;
  if (kind == PositionalKind::kInt64) {
    return append.AppendText({column, FieldKind::kInt64}, text);
  }
  if (kind == PositionalKind::kInt32) {
    int32_t value = 0;
    const char* const end = text.data() + text.size();
    const auto [at, error] = std::from_chars(text.data(), end, value);
    if (error == std::errc::result_out_of_range) return RejectReason::kOutOfRange;
    if (error != std::errc() || at != end) return RejectReason::kNotANumber;
    columns_->AppendNumber(column, value);
    return std::nullopt;
  }
  if (text.starts_with('-')) return RejectReason::kOutOfRange;
  return append.AppendText({column, FieldKind::kDouble}, text);
}

Misfit PositionalParser::AppendTime(int column, std::string_view text,
                                    ValueAppender& append) {
  const auto micros = ParseIsoTime(text);
  if (!micros) return RejectReason::kNotANumber;
  return append.Append({column, FieldKind::kTime}, Micros{*micros});
}

/// The verb before the first blank, the protocol behind the last one, between them the
/// URL, which may have blanks. `- - - ` has none of the three.
void PositionalParser::AppendRequest(int column, std::string_view text) {
  while (text.ends_with(' ')) text.remove_suffix(1);
  const size_t first = std::min(text.find(' '), text.size());
  const size_t last = text.rfind(' ');
  const bool has_protocol = last != text.npos && last > first;
  const size_t url_end = has_protocol ? last : text.size();
  AppendText(column, {text.substr(0, first)});
  if (first < text.size()) {
    AppendText(column + 1, {text.substr(first + 1, url_end - first - 1)});
  }
  if (has_protocol) AppendText(column + 2, {text.substr(last + 1)});
}

void PositionalParser::AppendOrigin() {
  if (!origin_.account.empty()) columns_->AppendString(account_column_, origin_.account);
  if (!origin_.region.empty()) columns_->AppendString(region_column_, origin_.region);
}

/// Fields that AWS has added since: no reason to reject a record.
void PositionalParser::AppendSurplus() {
  extra_.Clear();
  for (size_t i = log_.fields.size(); i < tokens_.size(); ++i) {
    if (tokens_[i].text == "-" || tokens_[i].text.empty()) continue;
    extra_.AddString("field_" + std::to_string(i + 1), tokens_[i].text);
  }
  if (!extra_.empty()) columns_->AppendString(extra_column_, extra_.Finish());
}

}  // namespace flowlake
