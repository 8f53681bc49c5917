#include "flowlake/format/delimited_parser.h"

#include <algorithm>
#include <utility>

#include "flowlake/format/byte_search.h"

namespace flowlake {

namespace {

constexpr std::string_view kBlanks = " \t";

std::string_view WithoutQuotes(std::string_view name) {
  const bool is_quoted = name.size() > 1 && name.starts_with('"') && name.ends_with('"');
  return is_quoted ? name.substr(1, name.size() - 2) : name;
}

/// Of a header: one for each field, even if it is empty.
std::vector<std::string> NamesInHeader(std::string_view line, char separator) {
  std::vector<std::string> names;
  for (size_t begin = 0; begin <= line.size();) {
    const size_t end = FindByte(line, separator, begin);
    names.emplace_back(WithoutQuotes(line.substr(begin, end - begin)));
    begin = end + 1;
  }
  return names;
}

/// Of `#Fields:`, with blanks between them.
std::vector<std::string> NamesInDirective(std::string_view names_text) {
  Tokenizer blanks(Separator::kBlanks);
  const std::vector<std::string_view>& names = blanks.Split(names_text);
  return {names.begin(), names.end()};
}

}  // namespace

DelimitedParser::DelimitedParser(const LogKind& log, DelimitedFormat format,
                                 LogOrigin origin, const ParseLimits& limits)
    : log_(log),
      format_(std::move(format)),
      limits_(limits),
      framing_(limits.record_bytes),
      values_(log, origin, limits),
      ordinary_(log, std::move(origin), limits, {format_.separator, format_.has_quotes}),
      expects_header_(format_.has_header) {
  if (format_.fields.empty()) {
    TakeOwnOrder();
  } else {
    // Fields that the log does not know all go to `extra`.
    static_cast<void>(TakeNames(format_.fields));
  }
}

size_t DelimitedParser::Frame(std::string_view bytes, bool is_last) {
  return framing_.Frame(bytes, is_last);
}

Status DelimitedParser::Parse(const Block& block, ColumnsBuilder& columns,
                              Rejects& rejects) {
  const LineFraming::Lines lines = framing_.Begin(block);
  const Sink sink{columns, rejects};
  values_.SetBlock(lines.text);
  ordinary_.SetText(lines.text);
  Progress at;
  while (at.begin < lines.text.size()) {
    const auto [taken, count, others] = ordinary_.Append(at.begin, columns);
    at.begin += taken;
    at.newlines += count;
    for (const size_t end = at.begin + others; at.begin < end;) {
      ARROW_RETURN_NOT_OK(ParseNext(lines, at, sink));
    }
  }
  framing_.End(lines.text, at.newlines);
  return Status::OK();
}

Status DelimitedParser::ParseNext(const LineFraming::Lines& lines, Progress& at,
                                  Sink sink) {
  const auto [bytes, first] = lines;
  const size_t newline = bytes.find('\n', at.begin);
  const size_t end = std::min(newline, bytes.size());
  std::string_view text = bytes.substr(at.begin, end - at.begin);
  if (text.ends_with('\r')) text.remove_suffix(1);
  const Line line{text, first.number + at.newlines,
                  first.offset + static_cast<int64_t>(at.begin)};
  at.newlines += newline != bytes.npos ? 1 : 0;
  at.begin = end + 1;
  return ParseLine(line, sink);
}

Status DelimitedParser::ParseLine(const Line& line, Sink sink) {
  const std::string_view text = line.text;
  if (text.find_first_not_of(kBlanks) == text.npos) return Status::OK();
  if (const Misfit damage = FindLineDamage(line, limits_)) {
    AddReject(line, *damage, "", sink.rejects);
    return Status::OK();
  }
  if (text.starts_with('#')) {
    if (!text.starts_with(kFieldsDirective)) return Status::OK();
    return TakeNames(NamesInDirective(text.substr(kFieldsDirective.size())));
  }
  if (std::exchange(expects_header_, false)) {
    header_ = text;
    return TakeNames(NamesInHeader(text, format_.separator));
  }
  if (AppendRecord(text, sink.columns)) {
    sink.columns.FinishRow();
    return Status::OK();
  }
  sink.columns.DropRow();
  // Files that were put together have it more than once.
  if (format_.has_header && text == header_) return Status::OK();
  const auto& [column, reason] = values_.failure();
  const bool is_short = is_open_ || token_count_ < fewest_;
  AddReject(line, is_short ? RejectReason::kFieldCount : reason, is_short ? "" : column,
            sink.rejects);
  return Status::OK();
}

/// Invalid if none of them is known.
Status DelimitedParser::TakeNames(const std::vector<std::string>& names) {
  positions_.clear();
  bool knows_any = false;
  for (const std::string& name : names) {
    int field = log_.FieldNamed(name);
    knows_any |= field >= 0;
    if (field < 0) unknown_.Add(name);
    // Of two names of one field the second is kept beside.
    if (std::ranges::find(positions_, field, &Position::field) != positions_.end()) {
      field = -1;
    }
    positions_.push_back({field, name});
  }
  fewest_ = names.size();
  ExpectPositions();
  if (knows_any) return Status::OK();
  return Status::Invalid("its header names no field of a ", log_.title);
}

void DelimitedParser::TakeOwnOrder() {
  for (size_t i = 0; i < log_.fields.size(); ++i) {
    positions_.push_back({static_cast<int>(i), {}});
  }
  fewest_ = log_.fewest;
  ExpectPositions();
}

/// A header is looked at singly.
void DelimitedParser::ExpectPositions() {
  if (expects_header_ || parses_singly_) return;
  std::vector<int> positions;
  for (const Position& position : positions_) positions.push_back(position.field);
  ordinary_.SetPositions(std::move(positions), fewest_);
}

void DelimitedParser::ParseSingly() {
  parses_singly_ = true;
  ordinary_.SetPositions({}, 0);
}

/// The field at `at`, which goes to the separator behind it. An open quote ends it, too.
DelimitedParser::Token DelimitedParser::NextToken(std::string_view line, size_t& at) {
  if (format_.has_quotes && at < line.size() && line[at] == '"') {
    return NextQuoted(line, at);
  }
  const size_t begin = at;
  at = FindByte(line, format_.separator, at);
  return {line.substr(begin, at - begin)};
}

DelimitedParser::Token DelimitedParser::NextQuoted(std::string_view line, size_t& at) {
  const size_t begin = unquoted_.size();
  is_open_ = true;
  for (++at; at < line.size(); ++at) {
    if (line[at] == '"' && (++at == line.size() || line[at] != '"')) {
      is_open_ = at < line.size() && line[at] != format_.separator;
      break;
    }
    unquoted_ += line[at];
  }
  return {std::string_view(unquoted_).substr(begin), true};
}

bool DelimitedParser::AppendRecord(std::string_view line, ColumnsBuilder& columns) {
  values_.Begin(columns);
  unquoted_.clear();
  if (format_.has_quotes) unquoted_.reserve(line.size());
  token_count_ = 0;
  is_open_ = false;
  bool fits = true;
  for (size_t at = 0; !is_open_; ++at) {
    const Token token = NextToken(line, at);
    if (fits) fits = AppendToken(token);
    ++token_count_;
    if (at >= line.size()) break;
  }
  return fits && !is_open_ && token_count_ >= fewest_ && values_.Finish();
}

bool DelimitedParser::AppendToken(const Token& token) {
  const size_t index = token_count_;
  const bool is_named = index < positions_.size();
  const int field = is_named ? positions_[index].field : -1;
  if (field >= 0) {
    return values_.Append(static_cast<size_t>(field), token.text, token.is_quoted);
  }
  values_.AppendUnknown(
      is_named ? positions_[index].name : "field_" + std::to_string(index + 1),
      token.text);
  return true;
}

}  // namespace flowlake
