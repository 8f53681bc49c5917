#include "flowlake/table/lake_settings.h"

namespace flowlake {

Result<std::string> ReadSettingsText(Store& store) {
  const std::string path(kSettingsPath);
  ARROW_ASSIGN_OR_RAISE(const auto info, store.Stat(path));
  return info ? ReadAll(store, path, kMostConfigBytes) : std::string();
}

Result<ConfigFile> ReadLakeConfig(Store& store) {
  ARROW_ASSIGN_OR_RAISE(const std::string text, ReadSettingsText(store));
  return ConfigFile::Parse(text, store.uri() + "/" + std::string(kSettingsPath),
                           ConfigOrigin::kLake);
}

}  // namespace flowlake
