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
  document_text_ = text_.size();
  document_lines_ = places_.size();
}

void MessageBlock::Add(const JsonString& message) {
  if (message.has_escape) return AddUnescaped(message.raw);
  if (!message.raw.empty()) AddLine(message.raw);
}

void MessageBlock::DropDocument() {
  text_.resize(document_text_);
  places_.resize(document_lines_);
}

void MessageBlock::Clear() {
  text_.clear();
  places_.clear();
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
