#include "flowlake/format/json_log_parser.h"

#include <algorithm>
#include <utility>

namespace flowlake {

namespace {

constexpr std::string_view kRecords = "Records";

bool IsSeparator(char c) {
  return c == ' ' || c == '\t' || c == '\r' || c == '\n' || c == ',' || c == '[' ||
         c == ']' || c == '}';
}

size_t SkipSeparators(std::string_view bytes, size_t at) {
  while (at < bytes.size() && IsSeparator(bytes[at])) ++at;
  return at;
}

/// Behind the `{"Records":[` at `at`; `at` if it is not there, or not as a whole.
size_t SkipOpening(std::string_view bytes, size_t at) {
  JsonScanner scanner(bytes.substr(at));
  JsonString name;
  if (!scanner.Take('{') || scanner.Peek() != '"' || !scanner.ScanString(name)) return at;
  if (name.raw != kRecords || !scanner.Take(':') || !scanner.Take('[')) return at;
  return static_cast<size_t>(scanner.at() - bytes.data());
}

/// What opens, separates and closes arrays of records, too.
size_t SkipBetweenRecords(std::string_view bytes, size_t from) {
  while (true) {
    const size_t at = SkipSeparators(bytes, from);
    from = SkipOpening(bytes, at);
    if (from == at) return at;
  }
}

}  // namespace

JsonLogParser::JsonLogParser(const LogKind& log, LogOrigin origin,
                             const ParseLimits& limits)
    : DocumentParser(limits),
      log_(log),
      paths_(log),
      values_(log, std::move(origin), limits) {}

size_t JsonLogParser::SkipBetween(std::string_view bytes, size_t from) const {
  return SkipBetweenRecords(bytes, from);
}

Result<size_t> JsonLogParser::ScanDocument(const Line& place, Sink sink) {
  return ScanRecord(place.text, place, sink);
}

Status JsonLogParser::ParseDocument(const Json& document, const Line& place, Sink sink) {
  const std::string usual = document.dump();
  if (ScanRecord(usual, place, sink) == 0) {
    AddReject(place, RejectReason::kNotJson, "", sink.rejects);
  }
  return Status::OK();
}

/// The length of the record that `text` begins with; 0, and nothing has happened, if it
/// is unusual.
size_t JsonLogParser::ScanRecord(std::string_view text, const Line& place, Sink sink) {
  values_.SetBlock(text);
  values_.Begin(sink.columns);
  fits_ = true;
  has_known_ = false;
  JsonScanner scanner(text);
  if (scanner.Peek() != '{' || !ScanMembers(scanner, JsonPaths::kRoot)) {
    sink.columns.DropRow();
    return 0;
  }
  const auto length = static_cast<size_t>(scanner.at() - text.data());
  if (fits_ && has_known_ && values_.Finish()) {
    sink.columns.FinishRow();
    return length;
  }
  sink.columns.DropRow();
  Line record = place;
  if (text.data() == place.text.data()) record.text = text.substr(0, length);
  if (fits_ && !has_known_) {
    AddReject(record, RejectReason::kNotJson, "", sink.rejects);
  } else {
    const auto& [column, reason] = values_.failure();
    AddReject(record, reason, column, sink.rejects);
  }
  return length;
}

bool JsonLogParser::ScanMembers(JsonScanner& scanner, int node) {
  return scanner.ScanObject([&](std::string_view name) {
    const JsonMember* member = paths_.Find(node, name);
    if (member == nullptr) return ScanUnknown(scanner, node, name);
    has_known_ = true;
    // It stays where it is: only names of the record itself are added, none below.
    return ScanKnown(scanner, *member);
  });
}

bool JsonLogParser::ScanKnown(JsonScanner& scanner, const JsonMember& member) {
  const char first = scanner.Peek();
  const char* const begin = scanner.at();
  const bool is_object = first == '{' && member.members >= 0;
  const bool is_array = first == '[' && (member.elements >= 0 || member.element >= 0);
  std::string_view text;
  if (is_object) {
    if (!ScanMembers(scanner, member.members)) return false;
  } else if (is_array) {
    if (!ScanElements(scanner, member)) return false;
  } else if (first == '"') {
    if (!ScanText(scanner, text)) return false;
    if (member.field >= 0) {
      Append(member.field, text);
      return true;
    }
  } else if (!scanner.SkipValue()) {
    return false;
  }
  if (member.field < 0) return true;
  text = {begin, static_cast<size_t>(scanner.at() - begin)};
  if (text == "null") return true;
  const ValueKind kind = log_.fields[static_cast<size_t>(member.field)].kind;
  const bool is_structured = first == '{' || first == '[';
  const bool takes_any = kind == ValueKind::kJson || kind == ValueKind::kText;
  if (is_structured && !takes_any) {
    if (std::exchange(fits_, false)) {
      values_.Fail(static_cast<size_t>(member.field), RejectReason::kNotJson);
    }
    return true;
  }
  Append(member.field, text);
  return true;
}

bool JsonLogParser::ScanElements(JsonScanner& scanner, const JsonMember& member) {
  return scanner.ScanArray([&] {
    const char first = scanner.Peek();
    if (first == '{' && member.elements >= 0) {
      return ScanMembers(scanner, member.elements);
    }
    if (member.element < 0) return scanner.SkipValue();
    const char* const begin = scanner.at();
    std::string_view text;
    if (first == '"' ? !ScanText(scanner, text) : !scanner.SkipValue()) return false;
    if (first != '"') text = {begin, static_cast<size_t>(scanner.at() - begin)};
    Append(member.element, text);
    return true;
  });
}

bool JsonLogParser::ScanUnknown(JsonScanner& scanner, int node, std::string_view name) {
  const char first = scanner.Peek();
  const char* const begin = scanner.at();
  std::string_view text;
  if (first == '"' ? !ScanText(scanner, text) : !scanner.SkipValue()) return false;
  if (paths_.is_kept_whole(node)) return true;
  path_ = paths_.prefix(node);
  path_ += name;
  unknown_.Add(path_);
  if (first == '"') {
    values_.AppendUnknown(path_, text);
  } else {
    values_.AppendUnknownJson(path_, {begin, static_cast<size_t>(scanner.at() - begin)});
  }
  return true;
}

void JsonLogParser::Append(int field, std::string_view text) {
  if (!fits_) return;
  const auto index = static_cast<size_t>(field);
  // A NUL can hide behind \u0000; everything else is valid UTF-8 already.
  fits_ = text.find('\0') == text.npos ? values_.Append(index, text)
                                       : values_.Fail(index, RejectReason::kNulByte);
}

bool JsonLogParser::ScanText(JsonScanner& scanner, std::string_view& text) {
  JsonString string;
  if (!scanner.ScanString(string)) return false;
  text = string.raw;
  if (!string.has_escape) return true;
  unescaped_.clear();
  AppendUnescaped(string.raw, unescaped_);
  text = unescaped_;
  return true;
}

std::vector<std::string> FirstRecordNames(std::string_view first_bytes) {
  std::vector<std::string> names;
  size_t at = first_bytes.starts_with(kByteOrderMark) ? kByteOrderMark.size() : 0;
  while (names.empty() && at < first_bytes.size()) {
    const Piece piece = NextPiece(first_bytes, SkipBetweenRecords(first_bytes, at));
    at = piece.end;
    const std::string_view text =
        first_bytes.substr(piece.begin, piece.end - piece.begin);
    JsonScanner scanner(text);
    const bool is_usual = scanner.ScanObject([&](std::string_view name) {
      names.emplace_back(name);
      return scanner.SkipValue();
    });
    // Of an open one those that are there.
    if (is_usual || piece.kind == PieceKind::kOpen) continue;
    names.clear();
    const auto record = ParseObject(text);
    if (!record) continue;
    for (const auto& member : record->items()) names.push_back(member.key());
  }
  return names;
}

bool HasNoRecord(std::string_view text) {
  return SkipBetweenRecords(text, 0) == text.size();
}

const LogKind* LogKindOfRecord(std::span<const std::string_view> names) {
  const auto has = [&](std::string_view name) {
    return std::ranges::find(names, name) != names.end();
  };
  for (const LogKind* kind : LogKinds()) {
    if (kind->signature.empty()) continue;
    if (std::ranges::all_of(kind->signature, has) &&
        std::ranges::none_of(kind->foreign, has)) {
      return kind;
    }
  }
  return LogKindOfNames(names);
}

}  // namespace flowlake
