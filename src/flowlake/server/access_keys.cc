#include "flowlake/server/access_keys.h"

#include <cerrno>
#include <cstring>
#include <fstream>
#include <utility>

#include "flowlake/source/firehose_delivery.h"

namespace flowlake {

Status AccessKeys::Load(const std::string& path) {
  std::vector<std::string> keys;
  if (!path.empty()) {
    std::ifstream file(path);
    if (!file) return Status::IOError("read ", path, ": ", std::strerror(errno));
    for (std::string line; std::getline(file, line);) {
      const size_t begin = line.find_first_not_of(" \t\r");
      if (begin == line.npos || line[begin] == '#') continue;
      keys.push_back(line.substr(begin, line.find_last_not_of(" \t\r") + 1 - begin));
    }
    if (keys.empty()) return Status::Invalid("read ", path, ": no key is in it");
  }
  const std::lock_guard lock(mutex_);
  keys_ = std::move(keys);
  return Status::OK();
}

bool AccessKeys::has_any() const {
  const std::lock_guard lock(mutex_);
  return !keys_.empty();
}

bool AccessKeys::Contains(std::string_view key) const {
  const std::lock_guard lock(mutex_);
  bool is_one = false;
  for (const std::string& each : keys_) is_one = IsAccessKey(key, each) || is_one;
  return is_one;
}

}  // namespace flowlake
