/// Flow logs inside JSON documents that follow each other, with or without newlines:
///   - CloudWatch Logs subscriptions: {"messageType":"DATA_MESSAGE", … "logEvents":
///     [{"id":…,"timestamp":…,"message":"<line>"}, …]}; control messages are dropped
///   - Firehose: {"message":"<line>"}
///   - fields by name: {"srcaddr":"10.0.0.1","srcport":443, …}
#pragma once

#include <memory>
#include <string_view>
#include <vector>

#include "flowlake/format/line_parser.h"
#include "flowlake/format/message_lines.h"

namespace flowlake {

enum class DocumentKind { kUnknown, kCloudWatch, kMessage, kNamed };

/// What the first documents of an input show.
struct DocumentSample {
  DocumentKind kind = DocumentKind::kUnknown;
  std::vector<std::string> messages;     ///< the first lines inside, at most ten
  const Schema* named_schema = nullptr;  ///< of kNamed
};
DocumentSample SampleDocuments(std::string_view first_bytes);

/// Documents whose messages are `lines`. `kind` is kCloudWatch or kMessage.
/// A record is a document; one of more than eight times ParseLimits::record_bytes, like
/// anything that is not JSON, is a reject and is skipped up to the next newline.
std::unique_ptr<Parser> MakeMessageParser(DocumentKind kind,
                                          std::unique_ptr<MessageLines> lines,
                                          const ParseLimits& limits);

/// Documents whose members are fields of `schema`, in any spelling and order.
std::unique_ptr<Parser> MakeNamedParser(const Schema& schema, const ParseLimits& limits);

}  // namespace flowlake
