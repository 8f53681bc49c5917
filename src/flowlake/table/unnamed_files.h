/// Data files of which it is proved that no version of a table names them.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "flowlake/store/store.h"

namespace flowlake {

/// The files of a commit that did not happen and never will: the only ones that a writer
/// may delete once it has sent a commit. Only a commit's outcome makes it, out of another
/// writer's entry that was read; an error has none, so what it leaves is vacuum's matter.
class UnnamedFiles {
 public:
  UnnamedFiles() = default;

  const std::vector<std::string>& paths() const { return paths_; }  ///< in the store
  /// Tidiness: what cannot be deleted, vacuum removes.
  void Delete(Store& store) const;

 private:
  friend class EditCommitter;
  explicit UnnamedFiles(std::vector<std::string> paths) : paths_(std::move(paths)) {}

  std::vector<std::string> paths_;
};

}  // namespace flowlake
