/// What all formats made of JSON documents share: framing, parsing, places of rejects.
#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "flowlake/format/document_framer.h"
#include "flowlake/format/line_parser.h"

namespace flowlake {

/// Members in the order of the document; of a name that occurs twice only one is kept.
using Json = nlohmann::ordered_json;

/// nullopt if `text` is not one JSON object, or nested deeper than 64.
std::optional<Json> ParseObject(std::string_view text);

/// Each document is first offered to ScanDocument(), which is fast and takes what is
/// usual. What it leaves is framed, parsed into a tree and given to ParseDocument(),
/// which decides what anything means. Not thread-safe.
class DocumentParser : public Parser {
 public:
  explicit DocumentParser(const ParseLimits& limits) : limits_(limits) {}

  size_t Frame(std::string_view bytes, bool is_last) final;
  Status Parse(const Block& block, ColumnsBuilder& columns, Rejects& rejects) final;

  /// From now on everything goes the slow, obvious way: for the tests that compare.
  void UseObviousPath() { is_obvious_ = true; }

 protected:
  /// `place` is all that is left of the block, which begins with a document, and where
  /// that is. Returns the document's length if it is usual; its rows are the same as
  /// ParseDocument() makes, appended now or at Flush(). Else 0, and nothing has happened.
  virtual Result<size_t> ScanDocument(const Line& place, Sink sink) = 0;
  /// Where the next document begins, at or behind `from`, or the size.
  virtual size_t SkipBetween(std::string_view bytes, size_t from) const {
    return SkipSpace(bytes, from);
  }
  /// Appends the rows that ScanDocument() has kept.
  virtual Status Flush(Sink) { return Status::OK(); }
  /// `place` is the document as text and where it begins.
  virtual Status ParseDocument(const Json& document, const Line& place, Sink sink) = 0;

  const ParseLimits limits_;

 private:
  Piece Next(std::string_view bytes, size_t from) const {
    return is_obvious_ ? NextPieceByByte(bytes, from) : NextPiece(bytes, from);
  }
  Result<size_t> ScanUsual(const Line& place, Sink sink);
  Status ParsePiece(const Piece& piece, const Line& place, Sink sink);
  size_t MarkLength(std::string_view bytes) const;
  size_t SkipRestOfLine(std::string_view bytes);

  int64_t next_line_ = 1;  // the number of the line that comes next
  bool is_obvious_ = false;
  bool is_begun_ = false;     // the first block is parsed
  bool is_skipping_ = false;  // in a piece that was rejected as too long
};

}  // namespace flowlake
