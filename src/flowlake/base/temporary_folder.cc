#include "flowlake/base/temporary_folder.h"

#include <sys/stat.h>

#include <cerrno>
#include <cstring>
#include <filesystem>

#include "flowlake/base/uuid.h"

namespace flowlake {

namespace fs = std::filesystem;

Result<TemporaryFolder> TemporaryFolder::Make(const std::string& parent) {
  std::error_code none;
  const fs::path within =
      parent.empty() ? fs::temp_directory_path(none) : fs::path(parent);
  fs::create_directories(within, none);
  std::string path = within / ("flowlake-" + NewUuid());
  if (::mkdir(path.c_str(), S_IRWXU) != 0) {
    return Status::IOError("make the temporary folder ", path, ": ",
                           std::strerror(errno));
  }
  return TemporaryFolder(std::move(path));
}

TemporaryFolder::~TemporaryFolder() {
  if (path_.empty()) return;
  std::error_code ignored;  // nothing depends on it, and the system clears its folder
  fs::remove_all(path_, ignored);
}

}  // namespace flowlake
