/// Finds whole JSON documents in a stream of them, with or without anything between.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace flowlake {

enum class PieceKind {
  kDocument,  ///< from "{" to the "}" that closes it; whether it is JSON is not known
  kGarbage,   ///< anything else, up to and with the next newline
  kOpen,      ///< a document whose end is not there (yet)
  kNothing,   ///< only white space was left
};

struct Piece {
  PieceKind kind = PieceKind::kNothing;
  size_t begin = 0;
  size_t end = 0;  ///< where to go on

  friend bool operator==(const Piece&, const Piece&) = default;
};

/// Where the next byte that is not white space is, at or behind `from`, or the size.
size_t SkipSpace(std::string_view bytes, size_t from);

/// The piece of `bytes` that begins at or behind `from`. A newline inside a string breaks
/// a document, because JSON has none there: what came before it is garbage.
Piece NextPiece(std::string_view bytes, size_t from);

/// The same, byte by byte: the obvious twin that NextPiece() is held against.
Piece NextPieceByByte(std::string_view bytes, size_t from);

/// Requires an open piece: the same bytes as garbage, up to the next newline.
Piece GiveUp(std::string_view bytes, Piece open);

/// A document cut short anywhere, closed behind the last object inside it that is whole;
/// "" if there is none. So the first events of a large CloudWatch document can be read.
std::string CloseDocument(std::string_view open_document);

}  // namespace flowlake
