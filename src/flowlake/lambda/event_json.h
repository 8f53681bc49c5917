/// Events as JSON, read with checks of type instead of exceptions: they come from
/// outside.
#pragma once

#include <string>

#include "flowlake/table/json.h"

namespace flowlake {

/// nullptr if `json` is no object or has no such member. Valid as long as `json`.
const Json* MemberAt(const Json& json, const char* name);

/// A member that is a string; "" if there is none.
std::string TextAt(const Json& json, const char* name);

}  // namespace flowlake
