/// What an object held when its rows came in: by which a copy onto itself is told from
/// new content. doc/ledger.md, "Copies in place".
#pragma once

#include <compare>
#include <cstdint>

#include "flowlake/base/key128.h"

namespace flowlake {

struct ObjectContent {
  Key128 name;  ///< the `object` key of its URI alone
  Key128 etag;  ///< the hash of the ETag that it had last
  int64_t bytes = 0;
  Key128 content;  ///< the hash of what was read

  friend auto operator<=>(const ObjectContent&, const ObjectContent&) = default;
};

}  // namespace flowlake
