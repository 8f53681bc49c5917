#include "flowlake/format/json_documents.h"

#include <utility>

#include "flowlake/format/document_parser.h"
#include "flowlake/format/message_parser.h"
#include "flowlake/format/named_parser.h"
#include "flowlake/format/text_parser.h"

namespace flowlake {

namespace {
constexpr size_t kSampledMessages = 10;
// Usually enough for as many: a tree of all that detection is shown takes longer than the
// conversion of a small file.
constexpr size_t kFirstLook = 4 << 10;

void SampleMessage(const Json& document, DocumentSample& sample) {
  const auto* message = TextMember(document, "message");
  if (message == nullptr) return;
  for (std::string_view line : LinesOf(*message)) sample.messages.emplace_back(line);
}

DocumentKind KindOfDocument(const Json& document, DocumentSample& sample) {
  if (IsCloudWatch(document)) return DocumentKind::kCloudWatch;
  if (TextMember(document, "message") != nullptr) return DocumentKind::kMessage;
  std::vector<std::string_view> names;
  for (const auto& member : document.items()) names.push_back(member.key());
  sample.named_schema = SchemaOfNames(names);
  const bool has_enough = LooksLikeHeader(names) || LooksLikeShortHeader(names);
  return sample.named_schema && has_enough ? DocumentKind::kNamed
                                           : DocumentKind::kUnknown;
}

void SampleDocument(const Json& document, DocumentSample& sample) {
  if (sample.kind == DocumentKind::kUnknown)
    sample.kind = KindOfDocument(document, sample);
  if (sample.kind == DocumentKind::kMessage) SampleMessage(document, sample);
  const bool has_events = sample.kind == DocumentKind::kCloudWatch &&
                          IsCloudWatch(document) && !IsControl(document);
  if (!has_events) return;
  for (const Json& event : document["logEvents"]) SampleMessage(event, sample);
}

DocumentSample SampleAll(std::string_view first_bytes) {
  DocumentSample sample;
  size_t at = 0;
  while (at < first_bytes.size() && sample.messages.size() < kSampledMessages) {
    const Piece piece = NextPiece(first_bytes, at);
    at = piece.end;
    std::string text(first_bytes.substr(piece.begin, piece.end - piece.begin));
    if (piece.kind == PieceKind::kOpen) text = CloseDocument(text);
    if (const auto document = ParseObject(text)) SampleDocument(*document, sample);
    if (sample.kind == DocumentKind::kNamed) break;
  }
  if (sample.messages.size() > kSampledMessages) sample.messages.resize(kSampledMessages);
  return sample;
}
}  // namespace

DocumentSample SampleDocuments(std::string_view first_bytes) {
  if (first_bytes.starts_with(kByteOrderMark)) {
    first_bytes.remove_prefix(kByteOrderMark.size());
  }
  DocumentSample sample = SampleAll(first_bytes.substr(0, kFirstLook));
  const bool is_enough = sample.messages.size() == kSampledMessages;
  return is_enough ? sample : SampleAll(first_bytes);
}

std::unique_ptr<Parser> MakeMessageParser(DocumentKind kind,
                                          std::unique_ptr<MessageLines> lines,
                                          const ParseLimits& limits) {
  return std::make_unique<MessageParser>(kind, std::move(lines), limits);
}

std::unique_ptr<Parser> MakeNamedParser(const Schema& schema, const ParseLimits& limits) {
  return std::make_unique<NamedParser>(schema, limits);
}

}  // namespace flowlake
