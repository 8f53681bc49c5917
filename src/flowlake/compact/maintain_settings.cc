#include "flowlake/compact/maintain_settings.h"

#include <charconv>

#include "flowlake/config/host_config.h"
#include "flowlake/table/lake_settings.h"

namespace flowlake {

namespace {

Status SetAge(const ConfigSection& section, ConfigKeyName key, auto& age_ms) {
  const auto text = section.Text(key);
  if (!text) return Status::OK();
  const auto age = ParseAge(*text);
  if (!age.ok()) return section.Wrong(key, age.status().message());
  age_ms = *age;
  return Status::OK();
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

Status ApplyMaintainSettings(const ConfigFile& config, MaintainSettings& settings) {
  for (const ConfigSection& section : config.Sections("maintain")) {
    ARROW_RETURN_NOT_OK(SetAge(section, "maintain.expire", settings.expire_ms));
    ARROW_RETURN_NOT_OK(SetAge(section, "maintain.vacuum", settings.vacuum_ms));
    settings.manifests = section.Flag("maintain.manifests").value_or(settings.manifests);
  }
  return Status::OK();
}

Result<MaintainSettings> ReadMaintainSettings(const Lake& lake) {
  MaintainSettings settings;
  ARROW_ASSIGN_OR_RAISE(const ConfigFile ours, ReadLakeConfig(*lake.store()));
  ARROW_RETURN_NOT_OK(ApplyMaintainSettings(ours, settings));
  ARROW_ASSIGN_OR_RAISE(const ConfigFile hosts, ReadHostConfig());
  ARROW_RETURN_NOT_OK(ApplyMaintainSettings(hosts, settings));
  return settings;
}

}  // namespace flowlake
