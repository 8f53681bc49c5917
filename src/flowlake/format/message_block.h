/// The messages of many JSON documents, gathered as lines of one text.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "flowlake/format/json_scanner.h"
#include "flowlake/format/line_parser.h"

namespace flowlake {

/// The lines of a text, without their ends and without empty ones; the views point into
/// it.
std::vector<std::string_view> LinesOf(std::string_view text);

/// A document is added as a whole or not at all:
///   BeginDocument(place), Add(message)…, then perhaps DropDocument()
/// Not thread-safe.
class MessageBlock {
 public:
  /// `is_apart`: no record may begin in one message and end in another, as one with line
  /// feeds in it could.
  explicit MessageBlock(bool is_apart) : is_apart_(is_apart) {}

  /// `place` is that of every line in it.
  void BeginDocument(const LinePlace& place);
  /// `message` is of a string that a JsonScanner took.
  void Add(const JsonString& message);
  /// Forgets what was added since BeginDocument().
  void DropDocument();
  void Clear();

  /// Of the lines with their ends.
  size_t size() const { return text_.size(); }
  /// What was added since Clear(): messages that are apart one by one, others as one;
  /// valid until the next change.
  std::vector<LineBlock> blocks() const;

 private:
  /// How much there is, or was.
  struct Size {
    size_t text = 0;
    size_t lines = 0;
  };

  Size current() const { return {text_.size(), places_.size()}; }
  void AddLine(std::string_view line);
  void AddUnescaped(std::string_view raw);

  bool is_apart_;
  std::string text_;
  std::vector<LinePlace> places_;
  std::vector<Size> ends_;  // of messages that are apart
  LinePlace place_;
  Size document_;  // when the document began
  std::string unescaped_;
};

}  // namespace flowlake
