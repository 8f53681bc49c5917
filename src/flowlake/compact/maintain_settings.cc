#include "flowlake/compact/maintain_settings.h"

#include <toml++/toml.h>

#include <charconv>

#include "flowlake/table/lake_settings.h"

namespace flowlake {

namespace {

Status Wrong(const toml::source_region& where, const std::string& what) {
  return Status::Invalid(kSettingsPath, ", line ", where.begin.line, ": ", what);
}

Result<int64_t> AgeOf(const toml::node& node) {
  const auto text = node.value<std::string>();
  if (!text) return Wrong(node.source(), "an age is a string such as \"7d\"");
  const auto age = ParseAge(*text);
  return age.ok() ? age : Wrong(node.source(), age.status().message());
}

Result<MaintainSettings> FromTable(const toml::table& table) {
  MaintainSettings settings;
  for (const auto& [key, node] : table) {
    if (key.str() == "expire") {
      ARROW_ASSIGN_OR_RAISE(settings.expire_ms, AgeOf(node));
    } else if (key.str() == "vacuum") {
      ARROW_ASSIGN_OR_RAISE(settings.vacuum_ms, AgeOf(node));
    } else if (key.str() == "manifests" && node.is_boolean()) {
      settings.manifests = node.value_or(false);
    } else {
      return Wrong(node.source(),
                   "[maintain] has expire = \"400d\", vacuum = \"7d\" and "
                   "manifests = true, not '" +
                       std::string(key.str()) + "' so");
    }
  }
  return settings;
}

}  // namespace

Result<int64_t> ParseAge(std::string_view text) {
  constexpr int64_t kHour = 3'600'000;
  int64_t number = 0;
  const char* end = text.data() + text.size();
  const auto [at, error] = std::from_chars(text.data(), end, number);
  const std::string_view unit(at, static_cast<size_t>(end - at));
  const int64_t factor = unit == "h"   ? kHour
                         : unit == "d" ? 24 * kHour
                         : unit == "w" ? 7 * 24 * kHour
                                       : 0;
  if (error != std::errc() || factor == 0 || number <= 0 || number > 1'000'000) {
    return Status::Invalid("'", text, "' is no age such as 36h, 7d or 2w");
  }
  return number * factor;
}

Result<MaintainSettings> ParseMaintainSettings(const std::string& toml) {
  try {
    const toml::table root = toml::parse(toml);
    const toml::node* section = root.get("maintain");
    if (section == nullptr) return MaintainSettings{};
    const toml::table* table = section->as_table();
    if (table == nullptr) return Wrong(section->source(), "[maintain] is a table");
    return FromTable(*table);
  } catch (const toml::parse_error& error) {
    return Wrong(error.source(), std::string(error.description()));
  }
}

Result<MaintainSettings> ReadMaintainSettings(const Lake& lake) {
  ARROW_ASSIGN_OR_RAISE(const std::string text, ReadSettingsText(*lake.store()));
  return ParseMaintainSettings(text);
}

}  // namespace flowlake
