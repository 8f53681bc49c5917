#include "flowlake/table/unnamed_files.h"

namespace flowlake {

void UnnamedFiles::Delete(Store& store) const {
  for (const std::string& path : paths_) (void)store.Delete(path);
}

}  // namespace flowlake
