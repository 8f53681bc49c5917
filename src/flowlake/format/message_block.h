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
  /// `place` is that of every line in it.
  void BeginDocument(const LinePlace& place);
  /// `message` is of a string that a JsonScanner took.
  void Add(const JsonString& message);
  /// Forgets what was added since BeginDocument().
  void DropDocument();
  void Clear();

  bool empty() const { return places_.empty(); }
  /// What was added since Clear(); valid until the next change.
  LineBlock lines() const { return {text_, {}, places_}; }

 private:
  void AddLine(std::string_view line);
  void AddUnescaped(std::string_view raw);

  std::string text_;
  std::vector<LinePlace> places_;
  LinePlace place_;
  size_t document_text_ = 0;  // sizes when the document began
  size_t document_lines_ = 0;
  std::string unescaped_;
};

}  // namespace flowlake
