#include "flowlake/report/parameter.h"

#include <arpa/inet.h>

#include <algorithm>
#include <array>
#include <cassert>
#include <charconv>
#include <cmath>
#include <cstdio>
#include <optional>

#include "flowlake/base/date.h"
#include "flowlake/base/escape.h"

namespace flowlake {

namespace {

constexpr std::string_view kDimensions =
    "eni,instance_id,subnet_id,vpc_id,az_id,account_id,region,psrc,pdst";
constexpr std::string_view kListSuffix = "-list";

using Binder = std::optional<SqlText> (*)(std::string_view text);

template <typename Number>
std::optional<Number> ParseNumber(std::string_view text) {
  Number value{};
  const auto [end, error] =
      std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

std::optional<SqlText> BindInteger(std::string_view text) {
  const auto value = ParseNumber<int64_t>(text);
  if (!value) return std::nullopt;
  return SqlText::Number(*value);
}

std::optional<SqlText> BindNumber(std::string_view text) {
  const auto value = ParseNumber<double>(text);
  if (!value || !std::isfinite(*value)) return std::nullopt;
  return SqlText::Number(*value);
}

std::optional<SqlText> BindText(std::string_view text) {
  const bool storable = text.find('\0') == std::string_view::npos &&
                        FindInvalidUtf8(text) == std::string_view::npos;
  return storable ? std::optional(QuoteText(text)) : std::nullopt;
}

std::optional<SqlText> BindDate(std::string_view text) {
  if (!ParseDate(text)) return std::nullopt;
  return "DATE " + QuoteText(text);
}

std::optional<SqlText> BindTime(std::string_view text) {
  const auto time = ParseTime(text);
  if (!time.ok()) return std::nullopt;
  return "TIMESTAMP " + QuoteText(time->timestamp);
}

/// Bits of the address, or nullopt if it is none.
std::optional<int> AddressBits(std::string_view text) {
  std::array<unsigned char, 16> bytes;
  if (text.find('\0') != std::string_view::npos) return std::nullopt;
  const std::string address(text);
  if (::inet_pton(AF_INET, address.c_str(), bytes.data()) == 1) return 32;
  if (::inet_pton(AF_INET6, address.c_str(), bytes.data()) == 1) return 128;
  return std::nullopt;
}

std::optional<SqlText> BindAddress(std::string_view text) {
  if (!AddressBits(text)) return std::nullopt;
  return QuoteText(text);
}

std::optional<SqlText> BindCidr(std::string_view text) {
  const size_t slash = text.find('/');
  if (slash == std::string_view::npos) return std::nullopt;
  const auto bits = AddressBits(text.substr(0, slash));
  const auto prefix = ParseNumber<int>(text.substr(slash + 1));
  if (!bits || !prefix || *prefix < 0 || *prefix > *bits) return std::nullopt;
  return QuoteText(text);
}

struct ScalarType {
  std::string_view name;
  std::string_view in_words;  ///< "takes …"
  Binder bind;
};
constexpr ScalarType kScalarTypes[] = {
    {"integer", "an integer, such as 50", BindInteger},
    {"number", "a number, such as 0.5 or 1e6", BindNumber},
    {"text", "text in UTF-8", BindText},
    {"date", "a date, such as 2026-09-21", BindDate},
    {"time", "a date or time in UTC, such as 2026-09-21 or 2026-09-21T13:05", BindTime},
    {"address", "an IP address, such as 10.0.0.1 or 2001:db8::1", BindAddress},
    {"cidr", "a range of addresses, such as 10.0.0.0/8", BindCidr},
};

const ScalarType* FindScalar(std::string_view name) {
  for (const ScalarType& type : kScalarTypes) {
    if (type.name == name) return &type;
  }
  return nullptr;
}

const ScalarType* FindElement(std::string_view type) {
  if (!type.ends_with(kListSuffix)) return nullptr;
  return FindScalar(type.substr(0, type.size() - kListSuffix.size()));
}

/// "choice(a,b)" -> "a,b"; "dimension" -> its allow-list; else empty.
std::string_view AllowedWords(std::string_view type) {
  constexpr std::string_view kChoice = "choice(";
  if (type == "dimension") return kDimensions;
  if (!type.starts_with(kChoice) || !type.ends_with(")")) return {};
  return type.substr(kChoice.size(), type.size() - kChoice.size() - 1);
}

Status Refuse(const ReportParameter& parameter, std::string_view wanted,
              std::string_view text) {
  return Status::Invalid("--", parameter.name, " takes ", wanted, ", not '",
                         EscapeForTerminal(TruncateUtf8(text, 80)), "'");
}

Result<SqlText> BindWord(const ReportParameter& parameter, std::string_view text) {
  const std::vector<std::string> words = SplitList(AllowedWords(parameter.type));
  if (std::find(words.begin(), words.end(), text) != words.end()) {
    return SqlText::Written(text);
  }
  std::string wanted = "one of";
  for (const std::string& word : words)
    wanted += (&word == &words[0] ? " " : ", ") + word;
  return Refuse(parameter, wanted, text);
}

Result<SqlText> BindList(const ReportParameter& parameter, const ScalarType& element,
                         std::string_view text) {
  SqlText bound;
  for (const std::string& part : SplitList(text)) {
    const auto value = element.bind(part);
    if (!value) {
      return Refuse(parameter,
                    "a list with commas; each is " + std::string(element.in_words), part);
    }
    if (!bound.empty()) bound += ", ";
    bound += *value;
  }
  return bound.empty() ? SqlText("NULL") : bound;
}

}  // namespace

bool IsWordType(std::string_view type) { return !AllowedWords(type).empty(); }

bool IsParameterType(std::string_view type) {
  return FindScalar(type) || FindElement(type) || IsWordType(type);
}

SqlText QuoteText(std::string_view text) {
  return SqlText::Literal(SqlDialect::kAnsi, text);
}

std::vector<std::string> SplitList(std::string_view text) {
  std::vector<std::string> parts;
  while (!text.empty()) {
    const size_t comma = std::min(text.find(','), text.size());
    std::string_view part = text.substr(0, comma);
    while (part.starts_with(' ')) part.remove_prefix(1);
    while (part.ends_with(' ')) part.remove_suffix(1);
    if (!part.empty()) parts.emplace_back(part);
    text.remove_prefix(std::min(comma + 1, text.size()));
  }
  return parts;
}

Result<SqlText> BindValue(const ReportParameter& parameter, std::string_view text) {
  if (IsWordType(parameter.type)) return BindWord(parameter, text);
  if (text.empty()) return SqlText("NULL");
  if (const ScalarType* element = FindElement(parameter.type)) {
    return BindList(parameter, *element, text);
  }
  const ScalarType* type = FindScalar(parameter.type);
  assert(type && "ParseReport lets no other type in");
  if (const auto bound = type->bind(text)) return *bound;
  return Refuse(parameter, type->in_words, text);
}

namespace {

/// "13:05" or "13:05:09", an optional Z behind it -> "13:05:09".
std::optional<std::string> ParseClock(std::string_view text) {
  if (text.ends_with('Z')) text.remove_suffix(1);
  if (text.size() != 5 && text.size() != 8) return std::nullopt;
  std::array<int, 3> parts{};
  for (size_t at = 0, part = 0; at < text.size(); at += 3, ++part) {
    const auto value = ParseNumber<int>(text.substr(at, 2));
    const bool ends = at + 2 == text.size();
    if (!value || *value < 0 || (!ends && text[at + 2] != ':')) return std::nullopt;
    parts[part] = *value;
  }
  if (parts[0] > 23 || parts[1] > 59 || parts[2] > 59) return std::nullopt;
  std::array<char, 16> clock;
  std::snprintf(clock.data(), clock.size(), "%02d:%02d:%02d", parts[0] % 100,
                parts[1] % 100, parts[2] % 100);
  return clock.data();
}

}  // namespace

Result<ParsedTime> ParseTime(std::string_view text) {
  constexpr size_t kDateSize = 10;
  const std::string_view date = text.substr(0, kDateSize);
  std::optional<std::string> clock = "00:00:00";
  const bool has_time = text.size() > kDateSize;
  if (has_time) {
    const bool separated = text[kDateSize] == ' ' || text[kDateSize] == 'T';
    clock = separated ? ParseClock(text.substr(kDateSize + 1)) : std::nullopt;
  }
  if (!ParseDate(date) || !clock) return Status::Invalid("not a date or time: ", text);
  return ParsedTime{std::string(date), std::string(date) + " " + *clock, has_time};
}

}  // namespace flowlake
