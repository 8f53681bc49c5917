/// JSON of other writers, read with checks of type instead of exceptions: an entry of a
/// log may be anything.
#pragma once

#include <cstdint>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "flowlake/base/status.h"

namespace flowlake {

/// Keeps members in the order of insertion, so that people find the log readable.
using Json = nlohmann::ordered_json;

/// Invalid, without a name, if `text` is not exactly one JSON value.
Result<Json> ParseJson(std::string_view text);

/// On one line. Bytes that are not UTF-8 become U+FFFD.
std::string WriteJson(const Json& json);

/// nullptr if `object` is no object, has no such member, or the member is null. Valid as
/// long as `object`.
const Json* FindMember(const Json& object, const char* name);

/// nullopt if it is no integer, or none of 64 bits: 1.0, 1e308, 2^63.
std::optional<int64_t> IntegerOf(const Json& json);

/// The member of that type; Invalid names the member if it is absent or of another type.
Result<int64_t> IntegerMember(const Json& object, const char* name);
Result<std::string> StringMember(const Json& object, const char* name);

/// The members of `object` that are strings; empty if it is nullptr.
std::map<std::string, std::string> StringMembers(const Json* object);

}  // namespace flowlake
