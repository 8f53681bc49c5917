#include "flowlake/source/firehose_request.h"

#include <algorithm>
#include <charconv>
#include <nlohmann/json.hpp>
#include <optional>
#include <utility>

#include "flowlake/base/base64.h"

namespace flowlake {

namespace {

/// A longer string stays where it is when it is moved, so `records` stay valid.
constexpr size_t kNeverInline = 64;
constexpr size_t kMaxAnswer = 8192;  // of errorMessage

constexpr int kMaxDepth = 64;

Status NotAsSpecified(const std::string& what) {
  return Status::Invalid("the body is no Firehose request: ", what);
}

/// Reads JSON from front to back. What nobody asks for is skipped by its brackets and
/// strings, not checked any further.
class JsonReader {
 public:
  explicit JsonReader(std::string_view text) : rest_(text) {}

  /// The next character that is no white space; NUL at the end.
  char Peek() {
    const size_t at = rest_.find_first_not_of(" \t\r\n");
    rest_.remove_prefix(std::min(at, rest_.size()));
    return rest_.empty() ? '\0' : rest_.front();
  }

  bool Take(char expected) {
    if (Peek() != expected) return false;
    rest_.remove_prefix(1);
    return true;
  }

  /// A string as it is written, without its quotes; nullopt if there is none.
  std::optional<std::string_view> String() {
    if (!Take('"')) return std::nullopt;
    size_t end = rest_.find('"');
    while (end != rest_.npos && IsEscaped(end)) end = rest_.find('"', end + 1);
    if (end == rest_.npos) return std::nullopt;
    const std::string_view text = rest_.substr(0, end);
    rest_.remove_prefix(end + 1);
    return text;
  }

  std::optional<int64_t> Integer() {
    Peek();
    int64_t value = 0;
    const auto [end, error] =
        std::from_chars(rest_.data(), rest_.data() + rest_.size(), value);
    if (error != std::errc()) return std::nullopt;
    rest_.remove_prefix(static_cast<size_t>(end - rest_.data()));
    return value;
  }

  /// Whatever comes, as a whole.
  bool Skip() {
    int depth = 0;
    do {
      const char next = Peek();
      if (next == '"') {
        if (!String()) return false;
      } else if (next == '{' || next == '[') {
        rest_.remove_prefix(1);
        if (++depth > kMaxDepth) return false;
      } else if (next == '}' || next == ']') {
        rest_.remove_prefix(1);
        if (--depth < 0) return false;
      } else if (depth > 0 && (next == ',' || next == ':')) {
        rest_.remove_prefix(1);
      } else if (!SkipWord()) {
        return false;
      }
    } while (depth > 0);
    return true;
  }

  /// Behind a member or an element: whether another one follows; nullopt if neither that
  /// nor the end does.
  std::optional<bool> Another(char end) {
    if (Take(',')) return true;
    return Take(end) ? std::optional(false) : std::nullopt;
  }

 private:
  /// Whether an odd number of backslashes stands before it.
  bool IsEscaped(size_t at) const {
    size_t before = at;
    while (before > 0 && rest_[before - 1] == '\\') --before;
    return (at - before) % 2 == 1;
  }

  /// A number, true, false or null.
  bool SkipWord() {
    constexpr std::string_view kWord = "+-.0123456789Eaeflnrstu";
    const size_t size = std::min(rest_.find_first_not_of(kWord), rest_.size());
    rest_.remove_prefix(size);
    return size > 0;
  }

  std::string_view rest_;
};

/// The request as far as it has been read.
class RequestReader {
 public:
  explicit RequestReader(std::string_view body) : json_(body) {
    request_.bytes.reserve(std::max(body.size() / 4 * 3, kNeverInline));
  }

  Result<FirehoseRequest> Read() {
    ARROW_RETURN_NOT_OK(
        ReadObject([this](std::string_view name) { return ReadMember(name); }));
    if (json_.Peek() != '\0') return NotAsSpecified("something follows the object");
    if (request_.request_id.empty()) return NotAsSpecified("it has no requestId");
    for (const auto& [begin, size] : places_) {
      request_.records.push_back(std::string_view(request_.bytes).substr(begin, size));
    }
    return std::move(request_);
  }

 private:
  /// `read` is called with each member's name and reads its value.
  template <typename ReadValue>
  Status ReadObject(const ReadValue& read) {
    if (!json_.Take('{')) return NotAsSpecified("an object is missing");
    if (json_.Take('}')) return Status::OK();
    std::optional<bool> more = true;
    while (more == true) {
      const auto name = json_.String();
      if (!name || !json_.Take(':')) return NotAsSpecified("a member has no name");
      ARROW_RETURN_NOT_OK(read(*name));
      more = json_.Another('}');
    }
    return more ? Status::OK() : NotAsSpecified("an object does not end");
  }

  Status ReadMember(std::string_view name) {
    if (name == "records") return ReadRecords();
    if (name == "requestId") {
      const auto text = json_.String();
      if (!text || text->find('\\') != text->npos) {
        return NotAsSpecified("its requestId is no plain text");
      }
      request_.request_id = *text;
      return Status::OK();
    }
    if (name == "timestamp") {
      const auto number = json_.Integer();
      if (!number) return NotAsSpecified("its timestamp is no number");
      request_.timestamp_ms = *number;
      return Status::OK();
    }
    return json_.Skip() ? Status::OK() : NotAsSpecified("it is no JSON");
  }

  Status ReadRecords() {
    if (!json_.Take('[')) return NotAsSpecified("its records are no list");
    if (json_.Take(']')) return Status::OK();
    std::optional<bool> more = true;
    while (more == true) {
      ARROW_RETURN_NOT_OK(ReadRecord());
      more = json_.Another(']');
    }
    return more ? Status::OK() : NotAsSpecified("its records do not end");
  }

  Status ReadRecord() {
    const size_t number = places_.size() + 1;
    ARROW_RETURN_NOT_OK(ReadObject([this](std::string_view name) {
      if (name == "data") return ReadData();
      return json_.Skip() ? Status::OK() : NotAsSpecified("it is no JSON");
    }));
    if (places_.size() != number) {
      return NotAsSpecified("record " + std::to_string(number) + " has not one data");
    }
    if (number <= kMaxFirehoseRecords) return Status::OK();
    return NotAsSpecified("it has more than " + std::to_string(kMaxFirehoseRecords) +
                          " records");
  }

  Status ReadData() {
    const auto data = json_.String();
    const size_t begin = request_.bytes.size();
    if (!data || !AppendData(*data)) {
      return NotAsSpecified("the data of record " + std::to_string(places_.size() + 1) +
                            " is not base64");
    }
    places_.emplace_back(begin, request_.bytes.size() - begin);
    return Status::OK();
  }

  /// The one escape that base64 can need is that of a slash, which some write.
  bool AppendData(std::string_view data) {
    if (data.find('\\') == data.npos) return AppendBase64Decoded(data, request_.bytes);
    std::string plain;
    for (size_t i = 0; i < data.size(); ++i) {
      if (data[i] == '\\' && data.substr(i + 1).starts_with('/')) continue;
      plain += data[i];
    }
    return AppendBase64Decoded(plain, request_.bytes);
  }

  JsonReader json_;
  FirehoseRequest request_;
  /// Offsets first: the bytes move while they grow.
  std::vector<std::pair<size_t, size_t>> places_;
};

}  // namespace

Result<FirehoseRequest> ParseFirehoseRequest(std::string_view body) {
  return RequestReader(body).Read();
}

std::string FirehoseAnswer(std::string_view request_id, int64_t now_ms,
                           std::string_view error) {
  nlohmann::ordered_json json{{"requestId", request_id}, {"timestamp", now_ms}};
  if (!error.empty()) json["errorMessage"] = error.substr(0, kMaxAnswer);
  return json.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

Result<std::vector<std::pair<std::string, std::string>>> ParseCommonAttributes(
    std::string_view header) {
  const auto json = nlohmann::json::parse(header, nullptr, /*allow_exceptions=*/false);
  const auto found = json.is_object() ? json.find("commonAttributes") : json.end();
  if (!json.is_object() || found == json.end() || !found->is_object()) {
    return Status::Invalid("X-Amz-Firehose-Common-Attributes has no commonAttributes");
  }
  std::vector<std::pair<std::string, std::string>> attributes;
  for (const auto& [name, value] : found->items()) {
    if (!value.is_string()) {
      return Status::Invalid("X-Amz-Firehose-Common-Attributes: an attribute is no text");
    }
    attributes.emplace_back(name, value.get<std::string>());
  }
  return attributes;
}

}  // namespace flowlake
