#include "flowlake/table/json.h"

#include <limits>

namespace flowlake {

Result<Json> ParseJson(std::string_view text) {
  Json json = Json::parse(text, nullptr, /*allow_exceptions=*/false);
  if (json.is_discarded()) return Status::Invalid("not JSON");
  return json;
}

std::string WriteJson(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

const Json* FindMember(const Json& object, const char* name) {
  if (!object.is_object()) return nullptr;
  const auto found = object.find(name);
  if (found == object.end() || found->is_null()) return nullptr;
  return &*found;
}

std::optional<int64_t> IntegerOf(const Json& json) {
  if (!json.is_number_integer()) return std::nullopt;
  const bool is_too_large =
      json.is_number_unsigned() &&
      json.get<uint64_t>() > static_cast<uint64_t>(std::numeric_limits<int64_t>::max());
  return is_too_large ? std::nullopt : std::optional(json.get<int64_t>());
}

Result<int64_t> IntegerMember(const Json& object, const char* name) {
  const Json* member = FindMember(object, name);
  if (member == nullptr) return Status::Invalid("'", name, "' is missing");
  const auto number = IntegerOf(*member);
  if (number) return *number;
  return Status::Invalid("'", name, "' is no integer of 64 bits");
}

Result<std::string> StringMember(const Json& object, const char* name) {
  const Json* member = FindMember(object, name);
  if (member == nullptr) return Status::Invalid("'", name, "' is missing");
  if (!member->is_string()) return Status::Invalid("'", name, "' is no string");
  return member->get<std::string>();
}

std::map<std::string, std::string> StringMembers(const Json* object) {
  std::map<std::string, std::string> members;
  if (object == nullptr || !object->is_object()) return members;
  for (const auto& [name, value] : object->items()) {
    if (value.is_string()) members[name] = value.get<std::string>();
  }
  return members;
}

}  // namespace flowlake
