#include "flowlake/format/message_parser.h"

#include <utility>

#include "flowlake/base/check.h"
#include "flowlake/format/message_scanner.h"

namespace flowlake {

namespace {
// Enough lines to amortise a call, few enough to stay in the cache.
constexpr size_t kGatheredBytes = 1 << 20;
}  // namespace

const std::string* TextMember(const Json& document, const char* name) {
  const auto member = document.find(name);
  if (member == document.end()) return nullptr;
  return member->get_ptr<const std::string*>();
}

bool IsCloudWatch(const Json& document) {
  const auto events = document.find("logEvents");
  return events != document.end() && events->is_array() &&
         TextMember(document, "messageType") != nullptr;
}

bool IsControl(const Json& document) {
  const std::string* const type = TextMember(document, "messageType");
  Check(type != nullptr, "a document that is not CloudWatch's");
  return *type == "CONTROL_MESSAGE";
}

MessageParser::MessageParser(DocumentKind kind, std::unique_ptr<MessageLines> lines,
                             const ParseLimits& limits)
    : DocumentParser(limits),
      kind_(kind),
      lines_(std::move(lines)),
      messages_(lines_->may_span_lines()) {}

std::string MessageParser::description() const {
  return lines_->Describe(kind_ == DocumentKind::kCloudWatch ? "CloudWatch Logs documents"
                                                             : "JSON messages");
}

Result<size_t> MessageParser::ScanDocument(const Line& place, Sink sink) {
  messages_.BeginDocument({place.number, place.offset});
  const auto scan = kind_ == DocumentKind::kMessage ? ScanMessage : ScanCloudWatch;
  const size_t length = scan(place.text, messages_);
  if (length == 0) {
    messages_.DropDocument();
  } else if (messages_.size() >= kGatheredBytes) {
    ARROW_RETURN_NOT_OK(Flush(sink));
  }
  return length;
}

Status MessageParser::Flush(Sink sink) {
  for (const LineBlock& block : messages_.blocks()) {
    ARROW_RETURN_NOT_OK(lines_->Parse(block, sink));
  }
  messages_.Clear();
  return Status::OK();
}

Status MessageParser::ParseDocument(const Json& document, const Line& place, Sink sink) {
  if (kind_ == DocumentKind::kMessage) return ParseMessage(document, place, sink);
  if (!IsCloudWatch(document)) {
    AddReject(place, RejectReason::kNotJson, "", sink.rejects);
    return Status::OK();
  }
  if (IsControl(document)) return Status::OK();
  for (const Json& event : document["logEvents"]) {
    ARROW_RETURN_NOT_OK(ParseMessage(event, place, sink));
  }
  return Status::OK();
}

Status MessageParser::ParseMessage(const Json& document, const Line& place, Sink sink) {
  const auto* message = TextMember(document, "message");
  if (message == nullptr) {
    AddReject(place, RejectReason::kNotJson, "message", sink.rejects);
    return Status::OK();
  }
  const LinePlace here{place.number, place.offset};
  std::string text;
  std::vector<LinePlace> places;
  for (std::string_view line : LinesOf(*message)) {
    text.append(line).append("\n");
    places.push_back(here);
  }
  if (!places.empty()) return lines_->Parse({text, {}, places}, sink);
  return Status::OK();
}

}  // namespace flowlake
