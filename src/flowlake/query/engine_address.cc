#include "flowlake/query/engine_address.h"

#include <algorithm>
#include <set>
#include <string_view>
#include <utility>

namespace flowlake {

namespace {

constexpr char kExamples[] =
    "trino://user@host:8080/catalog/schema or "
    "athena://workgroup?region=eu-west-1&output=s3://bucket/results";

/// What is before the first `mark`; `text` becomes what is behind it.
std::string CutAt(char mark, std::string_view* text) {
  const size_t at = std::min(text->find(mark), text->size());
  const std::string before(text->substr(0, at));
  text->remove_prefix(std::min(at + 1, text->size()));
  return before;
}

Status Wrong(const std::string& what) {
  return Status::Invalid("--engine: ", what, "; it is ", kExamples);
}

Status ParseParameters(std::string_view text, const std::set<std::string>& known,
                       EngineAddress* address) {
  while (!text.empty()) {
    std::string_view part = text;
    const std::string pair = CutAt('&', &part);
    text = part;
    std::string_view value = pair;
    const std::string name = CutAt('=', &value);
    if (!known.contains(name)) return Wrong("unknown parameter '" + name + "'");
    address->parameters[name] = value;
  }
  return Status::OK();
}

Status ParseTrino(std::string_view text, EngineAddress* address) {
  std::string_view rest = text;
  const std::string authority = CutAt('/', &rest);
  address->catalog = CutAt('/', &rest);
  address->schema = CutAt('/', &rest);
  const size_t at = authority.find('@');
  if (at == authority.npos || at == 0) return Wrong("a user is missing");
  address->user = authority.substr(0, at);
  address->host = authority.substr(at + 1);
  if (address->user.find(':') != address->user.npos) {
    return Wrong("a password goes into $FLOWLAKE_TRINO_PASSWORD");
  }
  if (address->host.empty()) return Wrong("a host is missing");
  if (address->catalog.empty() || address->schema.empty()) {
    return Wrong("catalog and schema are missing");
  }
  return Status::OK();
}

Status ParseAthena(std::string_view text, EngineAddress* address) {
  address->host = CutAt('?', &text);
  ARROW_RETURN_NOT_OK(ParseParameters(
      text, {"region", "output", "catalog", "database", "endpoint"}, address));
  if (address->host.empty()) address->host = "primary";
  return Status::OK();
}

}  // namespace

Result<EngineAddress> ParseEngineAddress(const std::string& text) {
  EngineAddress address;
  const size_t at = text.find("://");
  if (at == text.npos) return Wrong("'" + text + "' is none");
  address.scheme = text.substr(0, at);
  const std::string_view rest = std::string_view(text).substr(at + 3);
  if (address.scheme == "athena") {
    ARROW_RETURN_NOT_OK(ParseAthena(rest, &address));
  } else if (address.scheme == "trino" || address.scheme == "trinos") {
    ARROW_RETURN_NOT_OK(ParseTrino(rest, &address));
  } else {
    return Wrong("there is no engine '" + address.scheme + "'");
  }
  return address;
}

}  // namespace flowlake
