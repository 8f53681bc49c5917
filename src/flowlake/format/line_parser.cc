#include "flowlake/format/line_parser.h"

#include <algorithm>
#include <utility>

#include "flowlake/format/catalogue.h"

namespace flowlake {

namespace {
std::string_view WithoutCarriageReturn(std::string_view text) {
  if (text.ends_with('\r')) text.remove_suffix(1);
  return text;
}

bool SuitsSchema(const Schema& schema, const std::vector<std::string_view>& names) {
  const Schema* other = SchemaOfNames(names);
  if (other == nullptr || other == &schema) return true;
  return std::ranges::none_of(
      names, [&](std::string_view name) { return FieldNamed(name, schema).is_extra; });
}
}  // namespace

Misfit FindLineDamage(const Line& line, const ParseLimits& limits) {
  if (!line.is_sound || line.text.size() > limits.record_bytes) {
    return FindDamage(line.text, limits);
  }
  return std::nullopt;
}

void AddReject(const Line& line, RejectReason reason, std::string column,
               Rejects& rejects) {
  const std::string_view text = line.text.substr(0, kMaxRejectText + 1);
  rejects.Add({line.number, line.offset, std::move(column), reason,
               std::string(WithoutCarriageReturn(text))});
}

LineParser::LineParser(LineFormat format, const ParseLimits& limits)
    : separator_(format.separator),
      tokenizer_(format.separator),
      append_(limits.latest_time),
      limits_(limits),
      short_header_(format.may_begin_with_short_header) {
  Use(std::move(format.layout));
}

void LineParser::Use(Layout layout) {
  layout_ = std::move(layout);
  for (const LayoutField& field : layout_.fields) {
    if (field.is_extra) unknown_.Add(field.name);
  }
}

Status LineParser::Parse(const Line& line, Sink sink) {
  if (const Misfit damage = FindLineDamage(line, limits_)) {
    AddReject(line, *damage, "", sink.rejects);
    return Status::OK();
  }
  const Tokens& tokens = tokenizer_.Split(WithoutCarriageReturn(line.text));
  if (tokens.empty()) return Status::OK();
  const bool is_first = std::exchange(short_header_, false);
  if (is_first && LooksLikeShortHeader(tokens)) return TakeHeader(tokens);
  // With a number among the fields a header never parses as a record, so only what failed
  // is looked at twice.
  if (!layout_.has_number && IsHeader(tokens)) return TakeHeader(tokens);
  const auto failure = AppendRecord(tokens, sink.columns);
  if (!failure) {
    sink.columns.FinishRow();
    return Status::OK();
  }
  sink.columns.DropRow();
  if (IsHeader(tokens)) return TakeHeader(tokens);
  AddReject(line, failure->reason,
            failure->field ? CanonicalFieldName(failure->field->name) : "", sink.rejects);
  return Status::OK();
}

Result<int64_t> LineParser::ParseBlock(const LineBlock& block, Sink sink) {
  Progress at{block, 0, 0};
  while (at.begin < block.text.size()) ARROW_RETURN_NOT_OK(ParsePiece(at, sink));
  const bool is_open = !block.text.empty() && !block.text.ends_with('\n');
  return static_cast<int64_t>(at.line) - (is_open ? 1 : 0);
}

// The next line, which ends at `end`.
Status LineParser::ParseNext(size_t end, Progress& at, Sink sink) {
  const LineBlock& block = at.block;
  LinePlace place;
  if (block.places.empty()) {
    place = {block.first.number + static_cast<int64_t>(at.line),
             block.first.offset + static_cast<int64_t>(at.begin)};
  } else {
    place = block.places[at.line];
  }
  const Line line{block.text.substr(at.begin, end - at.begin), place.number,
                  place.offset};
  at.begin = end + 1;
  ++at.line;
  return Parse(line, sink);
}

// The lines that end in the next few KiB, or one longer line.
Status LineParser::ParsePiece(Progress& at, Sink sink) {
  const std::string_view text = at.block.text;
  const size_t begin = at.begin;
  const std::string_view piece = text.substr(begin, FieldStarts::kMaxPiece);
  const bool is_columnwise = MayParseColumnwise();
  const size_t plain = is_columnwise ? starts_.Find(piece) : piece.size() - 1;
  const size_t lines = is_columnwise ? starts_.lines().size() - 1 : 0;
  if (lines == 0) {
    // The line that is not plain, and those before it.
    while (at.begin <= begin + plain) {
      const size_t end = std::min(text.find('\n', at.begin), text.size());
      ARROW_RETURN_NOT_OK(ParseNext(end, at, sink));
    }
    return Status::OK();
  }
  for (size_t line = 0; line < lines;) {
    const size_t count = OrdinaryLines(begin, line, text.size());
    if (count > 0 && AppendRecords(piece.data(), line, count, sink.columns)) {
      line += count;
      at.line += count;
      at.begin = begin + BeginOf(line);
      continue;
    }
    for (const size_t end = line + std::max<size_t>(count, 1); line < end; ++line) {
      ARROW_RETURN_NOT_OK(ParseNext(begin + BeginOf(line + 1) - 1, at, sink));
    }
  }
  return Status::OK();
}

// Of a record without numbers a header cannot be told before its names are looked at.
bool LineParser::MayParseColumnwise() const {
  return separator_ == Separator::kBlanks && !short_header_ && layout_.has_number &&
         !layout_.has_extra;
}

// In the piece.
size_t LineParser::BeginOf(size_t line) const {
  return starts_.fields()[starts_.lines()[line]];
}

// How many lines from `line` on have the layout's number of fields, in a piece that
// begins at `begin` of a text of `size` bytes.
size_t LineParser::OrdinaryLines(size_t begin, size_t line, size_t size) const {
  const std::span<const uint16_t> lines = starts_.lines();
  const size_t first = line;
  if (!MayParseColumnwise() || begin + BeginOf(line) < kReadable) return 0;
  for (; line + 1 < lines.size(); ++line) {
    const size_t next = BeginOf(line + 1);
    if (lines[line + 1] - size_t{lines[line]} != layout_.fields.size()) break;
    if (begin + next + kReadable > size) break;
    if (next - BeginOf(line) - 1 > limits_.record_bytes) break;
  }
  return line - first;
}

bool LineParser::AppendRecords(const char* piece, size_t line, size_t count,
                               ColumnsBuilder& columns) {
  FieldOfLines field{piece, starts_.fields() + starts_.lines()[line],
                     layout_.fields.size(), count};
  for (const LayoutField& place : layout_.fields) {
    if (!append_.Append(field, place.target, columns)) {
      columns.DropRow();
      return false;
    }
    ++field.starts;
  }
  columns.FinishRows(count);
  return true;
}

bool LineParser::IsHeader(const Tokens& tokens) const {
  return LooksLikeHeader(tokens) && MakeLayout(tokens, *layout_.schema).ok();
}

Status LineParser::TakeHeader(const Tokens& tokens) {
  if (!SuitsSchema(*layout_.schema, tokens)) {
    return Status::Invalid("the input mixes kinds of log: a header of ",
                           SchemaOfNames(tokens)->table(), " in a log of ",
                           layout_.schema->table());
  }
  ARROW_ASSIGN_OR_RAISE(Layout layout, MakeLayout(tokens, *layout_.schema));
  Use(std::move(layout));
  return Status::OK();
}

std::optional<LineParser::Failure> LineParser::AppendRecord(const Tokens& tokens,
                                                            ColumnsBuilder& columns) {
  if (tokens.size() != layout_.fields.size()) return Failure{};
  ValueAppender values(columns, limits_.latest_time);
  extra_.Clear();
  for (size_t i = 0; i < tokens.size(); ++i) {
    const LayoutField& field = layout_.fields[i];
    if (field.is_extra) {
      if (!IsNullText(tokens[i])) extra_.AddString(field.name, tokens[i]);
      continue;
    }
    if (const Misfit misfit = values.AppendText(field.target, tokens[i])) {
      return Failure{&field, *misfit};
    }
  }
  if (!extra_.empty()) {
    columns.AppendString(layout_.schema->IndexOf(kExtraColumn), extra_.Finish());
  }
  return std::nullopt;
}

}  // namespace flowlake
