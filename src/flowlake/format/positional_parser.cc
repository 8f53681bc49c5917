#include "flowlake/format/positional_parser.h"

#include <algorithm>
#include <numeric>
#include <utility>

#include "flowlake/format/text_parser.h"

namespace flowlake {

namespace {

/// Enough of a line to see whether a record begins there.
constexpr size_t kSeenBytes = 512;

std::string_view WithoutLineEnd(std::string_view line) {
  if (line.ends_with('\n')) line.remove_suffix(1);
  if (line.ends_with('\r')) line.remove_suffix(1);
  return line;
}

/// Whether a record that goes on in `line` may end there: behind an open quote, a line
/// without one closes nothing. So a quote that is never closed is not looked for again
/// with each line.
bool MayClose(std::string_view record_so_far, std::string_view line) {
  return record_so_far.empty() || line.find('"') != line.npos;
}

}  // namespace

PositionalParser::PositionalParser(const LogKind& log, LogOrigin origin,
                                   const ParseLimits& limits)
    : log_(log),
      limits_(limits),
      values_(log, origin, limits),
      ordinary_(log, std::move(origin), limits, {' ', true}) {
  if (log.split != SplitQuoted) return;
  std::vector<int> positions(log.fields.size());
  std::iota(positions.begin(), positions.end(), 0);
  ordinary_.SetPositions(std::move(positions), log.fewest);
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
    if ((may_close && log_.split(WithoutLineEnd(record), tokens_)) ||
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
  values_.SetBlock(bytes);
  ordinary_.SetText(bytes);
  while (at < bytes.size()) {
    const auto [taken, lines, others] = ordinary_.Append(at, columns);
    next_line_ += lines;
    at += taken;
    for (const size_t end = at + others; at < end;) {
      at += ParseNext(block, at, {columns, rejects});
    }
  }
  return Status::OK();
}

/// The record at `at`; returns its length.
size_t PositionalParser::ParseNext(const Block& block, size_t at, Sink sink) {
  const std::string_view record = RecordAt(block.bytes.substr(at));
  const Line line{WithoutLineEnd(record), next_line_,
                  block.offset + static_cast<int64_t>(at)};
  ParseRecord(line, sink);
  next_line_ += line_feeds_;
  is_skipping_ = !record.ends_with('\n') && record.size() > limits_.record_bytes;
  return record.size();
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
      is_closed_ = log_.split(WithoutLineEnd(record), tokens_);
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
  if (!is_closed_ || tokens_.size() < log_.fewest) {
    AddReject(line, RejectReason::kFieldCount, "", sink.rejects);
    return;
  }
  if (AppendRecord(sink.columns)) {
    sink.columns.FinishRow();
    return;
  }
  sink.columns.DropRow();
  const auto& [column, reason] = values_.failure();
  AddReject(line, reason, column, sink.rejects);
}

bool PositionalParser::AppendRecord(ColumnsBuilder& columns) {
  values_.Begin(columns);
  const size_t known = std::min(tokens_.size(), log_.fields.size());
  for (size_t i = 0; i < known; ++i) {
    if (!values_.Append(i, tokens_[i].text, tokens_[i].is_quoted)) return false;
  }
  // Fields that AWS has added since: no reason to reject a record.
  for (size_t i = known; i < tokens_.size(); ++i) {
    values_.AppendUnknown("field_" + std::to_string(i + 1), tokens_[i].text);
  }
  return values_.Finish();
}

}  // namespace flowlake
