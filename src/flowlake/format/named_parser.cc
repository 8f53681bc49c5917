#include "flowlake/format/named_parser.h"

#include <algorithm>
#include <charconv>

#include "flowlake/format/catalogue.h"

namespace flowlake {

namespace {
// Points into `value` where that is text.
Cell CellOf(const Json& value) {
  switch (value.type()) {
    case Json::value_t::string:
      return std::string_view(value.get_ref<const std::string&>());
    case Json::value_t::number_integer:
      return value.get<int64_t>();
    case Json::value_t::number_unsigned:
      return value.get<uint64_t>();
    case Json::value_t::number_float:
      return value.get<double>();
    case Json::value_t::boolean:
      return std::string_view(value.get<bool>() ? "true" : "false");
    default:
      return std::monostate();
  }
}

// Requires an integer that a JsonScanner took.
int64_t NumberOf(std::string_view json) {
  int64_t number = 0;
  std::from_chars(json.data(), json.data() + json.size(), number);
  return number;
}

bool HasNul(std::string_view text) { return text.find('\0') != std::string_view::npos; }

bool IsNull(const Cell& cell) { return std::holds_alternative<std::monostate>(cell); }
}  // namespace

NamedParser::NamedParser(const Schema& schema, const ParseLimits& limits)
    : DocumentParser(limits),
      schema_(schema),
      row_of_column_(static_cast<size_t>(schema.size()), -1) {}

std::string NamedParser::description() const {
  return DescribeLog(schema_, "JSON with named fields");
}

Result<size_t> NamedParser::ScanDocument(const Line& place, Sink sink) {
  JsonScanner scanner(place.text);
  if (!ScanMembers(scanner)) return 0;
  const auto length = static_cast<size_t>(scanner.at() - place.text.data());
  Line document = place;
  document.text = place.text.substr(0, length);
  FinishRow(AppendScanned(sink.columns), document, sink);
  return length;
}

Status NamedParser::ParseDocument(const Json& document, const Line& place, Sink sink) {
  FinishRow(AppendMembers(document, sink.columns), place, sink);
  LearnOrder(document);
  return Status::OK();
}

// Names in ascending places of order_ occur once each, as those there do.
bool NamedParser::ScanMembers(JsonScanner& scanner) {
  scanned_.clear();
  auto next = order_.cbegin();
  return scanner.ScanObject([&](std::string_view name) {
    next = std::find_if(next, order_.cend(),
                        [&](const KnownMember& known) { return known.name == name; });
    if (next == order_.cend()) return false;
    ScannedMember& member = scanned_.emplace_back();
    member.known = &*next++;
    return ScanValue(scanner, member);
  });
}

bool NamedParser::ScanValue(JsonScanner& scanner, ScannedMember& member) {
  const char first = scanner.Peek();
  if (first == '"') {
    member.is_text = true;
    return scanner.ScanString(member.text);
  }
  if (first == '-' || (first >= '0' && first <= '9')) {
    if (!scanner.ScanInteger(member.json)) return false;
    member.cell = NumberOf(member.json);
    return true;
  }
  if (!scanner.ScanWord(member.json)) return false;
  if (first != 'n') member.cell = member.json;
  return true;
}

std::optional<NamedParser::Failure> NamedParser::AppendScanned(ColumnsBuilder& columns) {
  BeginRow();
  ValueAppender values(columns, limits_.latest_time);
  for (const ScannedMember& member : scanned_) {
    Value value{member.cell, member.is_text, false, member.json};
    if (member.is_text) value.cell = TextOf(member.text);
    const KnownMember& known = *member.known;
    if (auto failure = AppendMember(known.name, known.field, value, values))
      return failure;
  }
  return EndOfRow();
}

// Valid until the next call.
std::string_view NamedParser::TextOf(const JsonString& text) {
  if (!text.has_escape) return text.raw;
  unescaped_.clear();
  AppendUnescaped(text.raw, unescaped_);
  return unescaped_;
}

std::optional<NamedParser::Failure> NamedParser::AppendMembers(const Json& document,
                                                               ColumnsBuilder& columns) {
  BeginRow();
  ValueAppender values(columns, limits_.latest_time);
  std::string json;
  for (const auto& [name, member] : document.items()) {
    const LayoutField& field = Find(name);
    if (field.is_extra) json = member.is_string() ? "" : member.dump();
    const Value value{CellOf(member), member.is_string(), member.is_structured(), json};
    if (auto failure = AppendMember(name, field, value, values)) return failure;
  }
  return EndOfRow();
}

void NamedParser::BeginRow() {
  ++row_;
  has_known_ = false;
  extra_.Clear();
}

std::optional<NamedParser::Failure> NamedParser::EndOfRow() const {
  if (!has_known_) return Failure("", RejectReason::kNotJson);
  return std::nullopt;
}

std::optional<NamedParser::Failure> NamedParser::AppendMember(const std::string& name,
                                                              const LayoutField& field,
                                                              const Value& value,
                                                              ValueAppender& values) {
  if (value.is_text) {
    const auto text = std::get<std::string_view>(value.cell);
    if (text.size() > limits_.record_bytes) return Failure(name, RejectReason::kTooLong);
    // A NUL can hide behind \u0000; all else of a document is valid UTF-8 already.
    if (HasNul(text)) return Failure(name, RejectReason::kNulByte);
  }
  if (field.is_extra) {
    if (!AddExtra(name, value)) return Failure(name, RejectReason::kNulByte);
    return std::nullopt;
  }
  has_known_ = true;
  // A field that occurs twice has no value.
  const bool is_twice = std::exchange(RowOf(field), row_) == row_;
  if (is_twice || value.is_structured) {
    return Failure(ColumnOf(field), RejectReason::kNotJson);
  }
  if (const Misfit misfit = values.Append(field.target, value.cell)) {
    return Failure(ColumnOf(field), *misfit);
  }
  return std::nullopt;
}

// False if the name or a nested text has a NUL.
bool NamedParser::AddExtra(std::string_view name, const Value& value) {
  unknown_.Add(name);
  if (HasNul(name)) return false;
  if (value.is_text) {
    const std::string_view text = std::get<std::string_view>(value.cell);
    if (!IsNullText(text)) extra_.AddString(name, text);
  } else if (value.is_structured || !IsNull(value.cell)) {
    extra_.AddJson(name, value.json);
  }
  return true;
}

void NamedParser::FinishRow(const std::optional<Failure>& failure, const Line& place,
                            Sink sink) {
  if (failure) {
    sink.columns.DropRow();
    AddReject(place, failure->second, failure->first, sink.rejects);
    return;
  }
  if (!extra_.empty()) {
    sink.columns.AppendString(schema_.IndexOf(kExtraColumn), extra_.Finish());
  }
  sink.columns.FinishRow();
}

const LayoutField& NamedParser::Find(std::string_view name) {
  const auto known = fields_.find(name);
  if (known != fields_.end()) return known->second;
  // Names that change with every document must not fill the memory.
  if (fields_.size() > kMaxFields) fields_.clear();
  return fields_.emplace(std::string(name), FieldNamed(name, schema_)).first->second;
}

void NamedParser::LearnOrder(const Json& document) {
  order_.clear();
  if (document.size() > kMaxFields) return;
  for (const auto& member : document.items()) {
    order_.push_back({member.key(), Find(member.key())});
  }
}

}  // namespace flowlake
