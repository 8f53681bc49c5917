#include "flowlake/lambda/event_json.h"

namespace flowlake {

const Json* MemberAt(const Json& json, const char* name) {
  if (!json.is_object()) return nullptr;
  const auto found = json.find(name);
  return found == json.end() ? nullptr : &*found;
}

std::string TextAt(const Json& json, const char* name) {
  const Json* found = MemberAt(json, name);
  return found != nullptr && found->is_string() ? found->get<std::string>() : "";
}

}  // namespace flowlake
