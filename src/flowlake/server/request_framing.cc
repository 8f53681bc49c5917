#include "flowlake/server/request_framing.h"

#include <algorithm>
#include <array>
#include <functional>

namespace flowlake {

namespace {
constexpr std::string_view kLineEnd("\0\0", 2);

// Fields that decide something here, and so may come only once.
constexpr std::array<std::string_view, 5> kSingle = {
    "host", "content-length", "transfer-encoding", "content-encoding", "expect"};
constexpr std::string_view kFirehose = "x-amz-firehose-";

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

bool IsNameCharacter(char c) {
  constexpr std::string_view kOthers = "!#$%&'*+-.^_`|~";
  return IsDigit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
         kOthers.find(c) != std::string_view::npos;
}

bool IsValueCharacter(char c) {
  return c == '\t' || (static_cast<unsigned char>(c) >= ' ' && c != '\x7f');
}

bool IsBlank(char c) { return c == ' ' || c == '\t'; }

// Walks over the bytes in the order in which they were sent.
class Walk {
 public:
  explicit Walk(std::string_view bytes) : at_(bytes.data()), end_(at_ + bytes.size()) {}

  bool IsAt(std::string_view part) const {
    return part.data() == at_ && part.size() <= static_cast<size_t>(end_ - at_);
  }
  bool Skip(std::string_view expected) {
    if (!std::string_view(at_, static_cast<size_t>(end_ - at_)).starts_with(expected)) {
      return false;
    }
    at_ += expected.size();
    return true;
  }
  void SkipBlanks() {
    while (at_ != end_ && IsBlank(*at_)) ++at_;
  }
  void Pass(std::string_view part) { at_ += part.size(); }
  bool is_at_end() const { return at_ == end_; }

 private:
  const char* at_;
  const char* end_;
};

bool IsPartOf(std::string_view part, std::string_view whole) {
  const std::less_equal<const char*> is_before;
  return is_before(whole.data(), part.data()) &&
         is_before(part.data() + part.size(), whole.data() + whole.size());
}

// The fields, one after the other.
class FieldCheck {
 public:
  explicit FieldCheck(std::string_view version) : version_(version) {}

  std::optional<std::string> Take(std::string_view name, std::string_view value) {
    if (name.empty() || !std::ranges::all_of(name, IsNameCharacter)) {
      return "a field name with a character that none may have";
    }
    if (!std::ranges::all_of(value, IsValueCharacter)) {
      return "a control character in a field";
    }
    const std::string lower = LowerName(name);
    if (IsSingle(lower)) {
      if (Has(lower)) return lower + " comes twice";
      seen_.push_back(lower);
    }
    const bool is_number = !value.empty() && std::ranges::all_of(value, IsDigit);
    if (lower == kLength && !is_number) return "a content-length that is no number";
    if (lower == kEncoding && LowerName(value) != "chunked") {
      return "a transfer-encoding that is not chunked";
    }
    return std::nullopt;
  }

  std::optional<std::string> FindContradiction() const {
    if (!Has(kEncoding)) return std::nullopt;
    if (Has(kLength)) return "both a content-length and a transfer-encoding";
    if (version_ == "HTTP/1.1") return std::nullopt;
    return "a transfer-encoding, which HTTP/1.0 does not have";
  }

 private:
  static constexpr std::string_view kLength = "content-length";
  static constexpr std::string_view kEncoding = "transfer-encoding";

  static bool IsSingle(std::string_view name) {
    return std::ranges::count(kSingle, name) > 0 || name.starts_with(kFirehose);
  }
  bool Has(std::string_view name) const { return std::ranges::count(seen_, name) > 0; }

  const std::string_view version_;
  std::vector<std::string> seen_;
};
}  // namespace

std::optional<std::string> FindLineFault(const ReceivedHeader& header) {
  if (!IsPartOf(header.version, header.bytes)) return "a request line without a version";
  const auto offset = static_cast<size_t>(header.version.data() - header.bytes.data());
  Walk walk(header.bytes.substr(offset));
  walk.Pass(header.version);
  if (!walk.Skip(kLineEnd)) return "a line that does not end in CR LF";
  for (const auto& [name, value] : header.fields) {
    // Lines that go on in the next are put together elsewhere.
    if (!walk.IsAt(name)) return "a field of more than one line";
    walk.Pass(name);
    if (!walk.Skip({"\0", 1})) return "a field without a colon";
    walk.SkipBlanks();
    if (!walk.IsAt(value)) return "a field of more than one line";
    walk.Pass(value);
    if (!walk.Skip(kLineEnd)) return "a line that does not end in CR LF, or a NUL";
  }
  if (!walk.Skip(kLineEnd) || !walk.is_at_end()) {
    return "an empty line that is not CR LF, or a NUL";
  }
  return std::nullopt;
}

std::optional<std::string> FindFieldFault(const ReceivedHeader& header) {
  if (header.version != "HTTP/1.1" && header.version != "HTTP/1.0") {
    return "a version that is not HTTP/1.1";
  }
  if (!std::ranges::all_of(header.method, IsNameCharacter)) {
    return "a method with a character that none may have";
  }
  if (!std::ranges::all_of(header.target, IsValueCharacter)) {
    return "a control character in the request line";
  }
  FieldCheck check(header.version);
  for (const auto& [name, value] : header.fields) {
    if (auto fault = check.Take(name, value)) return fault;
  }
  return check.FindContradiction();
}

std::string LowerName(std::string_view name) {
  std::string lower(name);
  std::ranges::transform(lower, lower.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
  });
  return lower;
}

}  // namespace flowlake
