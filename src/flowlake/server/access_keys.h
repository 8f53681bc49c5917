/// The keys that let a caller in, from a file that may change.
#pragma once

#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "flowlake/base/status.h"

namespace flowlake {

/// Thread-safe.
class AccessKeys {
 public:
  /// One key per line, any of which is right, so that they can be changed one after the
  /// other; blank lines and those with '#' are none. An empty path: there are no keys.
  /// IOError, or Invalid if the file has no key; the keys stay as they were then.
  Status Load(const std::string& path);

  bool has_any() const;
  /// In a time that does not tell how much of a key is right.
  bool Contains(std::string_view key) const;

 private:
  mutable std::mutex mutex_;
  std::vector<std::string> keys_;
};

}  // namespace flowlake
