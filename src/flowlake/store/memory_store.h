/// Objects in memory, for tests. Shares nothing with any other store.
#pragma once

#include <memory>

#include "flowlake/store/store.h"

namespace flowlake {

std::shared_ptr<Store> MakeMemoryStore();

}  // namespace flowlake
