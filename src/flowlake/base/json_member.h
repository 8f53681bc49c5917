/// Members of JSON that comes from outside, looked for with checks of type instead of
/// exceptions. `Json` is one of nlohmann's.
#pragma once

#include <string>

namespace flowlake {

/// nullptr if `json` is no object or has no such member. Valid as long as `json`.
template <typename Json>
const Json* MemberAt(const Json& json, const char* name) {
  if (!json.is_object()) return nullptr;
  const auto found = json.find(name);
  return found == json.end() ? nullptr : &*found;
}

/// A member that is a string; "" if there is none.
template <typename Json>
std::string TextAt(const Json& json, const char* name) {
  const Json* found = MemberAt(json, name);
  return found != nullptr && found->is_string() ? found->template get<std::string>() : "";
}

}  // namespace flowlake
