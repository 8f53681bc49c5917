#include "flowlake/format/message_scanner.h"

#include <utility>

#include "flowlake/format/json_scanner.h"

namespace flowlake {

namespace {
// The members of a CloudWatch document that matter, each of which may be there once.
struct Envelope {
  bool has_type = false;
  bool has_events = false;
  bool is_control = false;
};

// An object with exactly one message, which is text.
bool ScanEvent(JsonScanner& scanner, MessageBlock& block) {
  bool has_message = false;
  const bool is_usual = scanner.ScanObject([&](std::string_view name) {
    if (name != "message") return scanner.SkipValue();
    JsonString message;
    const bool is_first = !std::exchange(has_message, true);
    if (!is_first || !scanner.ScanString(message)) return false;
    block.Add(message);
    return true;
  });
  return is_usual && has_message;
}

bool ScanType(JsonScanner& scanner, Envelope& envelope) {
  JsonString type;
  const bool is_first = !std::exchange(envelope.has_type, true);
  if (!is_first || !scanner.ScanString(type) || type.has_escape) return false;
  envelope.is_control = type.raw == "CONTROL_MESSAGE";
  return true;
}

bool ScanEnvelope(JsonScanner& scanner, Envelope& envelope, MessageBlock& block) {
  const bool is_usual = scanner.ScanObject([&](std::string_view name) {
    if (name == "messageType") return ScanType(scanner, envelope);
    if (name != "logEvents") return scanner.SkipValue();
    const bool is_first = !std::exchange(envelope.has_events, true);
    return is_first && scanner.ScanArray([&] { return ScanEvent(scanner, block); });
  });
  return is_usual && envelope.has_type && envelope.has_events;
}

size_t LengthTo(const JsonScanner& scanner, std::string_view bytes) {
  return static_cast<size_t>(scanner.at() - bytes.data());
}
}  // namespace

size_t ScanCloudWatch(std::string_view bytes, MessageBlock& block) {
  JsonScanner scanner(bytes);
  Envelope envelope;
  if (!ScanEnvelope(scanner, envelope, block)) return 0;
  if (envelope.is_control) block.DropDocument();
  return LengthTo(scanner, bytes);
}

size_t ScanMessage(std::string_view bytes, MessageBlock& block) {
  JsonScanner scanner(bytes);
  return ScanEvent(scanner, block) ? LengthTo(scanner, bytes) : 0;
}

}  // namespace flowlake
