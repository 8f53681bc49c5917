#include "flowlake/format/message_block.h"

#include <algorithm>

namespace flowlake {

std::vector<std::string_view> LinesOf(std::string_view text) {
  std::vector<std::string_view> lines;
  while (!text.empty()) {
    const size_t end = std::min(text.find('\n'), text.size());
    if (end > 0) lines.push_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return lines;
}

void MessageBlock::BeginDocument(const LinePlace& place) {
  place_ = place;
  document_ = current();
}

void MessageBlock::Add(const JsonString& message) {
  if (message.has_escape) {
    AddUnescaped(message.raw);
  } else if (!message.raw.empty()) {
    AddLine(message.raw);
  }
  if (is_apart_) ends_.push_back(current());
}

void MessageBlock::DropDocument() {
  text_.resize(document_.text);
  places_.resize(document_.lines);
  while (!ends_.empty() && ends_.back().text > document_.text) ends_.pop_back();
}

void MessageBlock::Clear() {
  text_.clear();
  places_.clear();
  ends_.clear();
}

std::vector<LineBlock> MessageBlock::blocks() const {
  std::vector<LineBlock> blocks;
  const std::string_view text = text_;
  const std::span<const LinePlace> places = places_;
  Size begin;
  const auto add_until = [&](const Size& end) {
    if (end.text == begin.text) return;
    blocks.push_back({text.substr(begin.text, end.text - begin.text),
                      {},
                      places.subspan(begin.lines, end.lines - begin.lines)});
    begin = end;
  };
  for (const Size& end : ends_) add_until(end);
  add_until(current());
  return blocks;
}

void MessageBlock::AddLine(std::string_view line) {
  text_ += line;
  text_ += '\n';
  places_.push_back(place_);
}

void MessageBlock::AddUnescaped(std::string_view raw) {
  unescaped_.clear();
  AppendUnescaped(raw, unescaped_);
  for (std::string_view line : LinesOf(unescaped_)) AddLine(line);
}

}  // namespace flowlake
