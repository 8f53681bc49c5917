/// A folder for data that is too large for memory: rows of logs, which other users of the
/// machine may not read.
#pragma once

#include <string>

#include "flowlake/base/status.h"

namespace flowlake {

/// Only this process's user may enter it. The destructor removes it with all that is in
/// it.
class TemporaryFolder {
 public:
  /// "<parent>/flowlake-<uuid>"; makes the parent if it is missing. With "" it is the
  /// system's folder of temporary files.
  static Result<TemporaryFolder> Make(const std::string& parent);
  TemporaryFolder(TemporaryFolder&& other) noexcept : path_(std::move(other.path_)) {
    other.path_.clear();
  }
  TemporaryFolder& operator=(TemporaryFolder&& other) noexcept {
    path_.swap(other.path_);
    return *this;
  }
  ~TemporaryFolder();

  const std::string& path() const { return path_; }

 private:
  explicit TemporaryFolder(std::string path) : path_(std::move(path)) {}

  std::string path_;  // "" if it was moved from
};

}  // namespace flowlake
