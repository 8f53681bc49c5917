/// For tests and fuzzers: JSON read the fast way against the slow, obvious one.
#pragma once

#include <memory>
#include <string_view>

#include "flowlake/format/detect.h"
#include "flowlake/format/document_framer.h"
#include "flowlake/format/document_parser.h"
#include "flowlake/format/json_log_parser.h"
#include "flowlake/format/rows_as_json.h"

namespace flowlake {

/// Records of more than `record_bytes` are too long.
inline FormatOptions JsonOptions(size_t record_bytes = 1 << 20) {
  FormatOptions options;
  options.limits = {1'798'761'600 * kMicrosPerSecond, record_bytes};
  return options;
}

/// Whether detection makes records of a kind of log (json_log_parser.h) of `input`.
inline bool IsJsonLog(std::string_view input) {
  const auto parser = DetectParser(input, true, JsonOptions());
  return parser.ok() && dynamic_cast<JsonLogParser*>(parser->get()) != nullptr;
}

/// Whatever detection makes of `input`, in pieces of `chunk` bytes.
inline ParsedInput ParseJson(std::string_view input, size_t chunk,
                             const FormatOptions& options = JsonOptions()) {
  const auto parser = DetectParser(input, true, options);
  if (!parser.ok()) return {{}, {}, parser.status().message()};
  return ParseInChunks(**parser, input, chunk);
}

/// The same on the obvious path, in one piece.
inline ParsedInput ParseJsonObviously(std::string_view input,
                                      const FormatOptions& options = JsonOptions()) {
  const auto parser = DetectParser(input, true, options);
  if (!parser.ok()) return {{}, {}, parser.status().message()};
  if (auto* documents = dynamic_cast<DocumentParser*>(parser->get())) {
    documents->UseObviousPath();
  }
  return ParseInChunks(**parser, input, input.size() + 1);
}

/// Whether both framers find the same pieces, one behind the other.
inline bool FramersAgree(std::string_view input) {
  for (size_t at = 0; at < input.size();) {
    const Piece piece = NextPiece(input, at);
    if (piece != NextPieceByByte(input, at)) return false;
    at = piece.end;
  }
  return true;
}

}  // namespace flowlake
