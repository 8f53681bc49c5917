#include "flowlake/table/lake_settings.h"

namespace flowlake {

Result<std::string> ReadSettingsText(Store& store) {
  constexpr int64_t kMost = 1 << 20;
  const std::string path(kSettingsPath);
  ARROW_ASSIGN_OR_RAISE(const auto info, store.Stat(path));
  return info ? ReadAll(store, path, kMost) : std::string();
}

}  // namespace flowlake
