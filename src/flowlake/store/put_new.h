/// Putting an object where none should be, and finding out what became of it.
#pragma once

#include <string>
#include <string_view>

#include "flowlake/aws/retry.h"
#include "flowlake/store/store.h"

namespace flowlake {

/// What became of an object that was put. A put without a clear answer may have been
/// done, or be done a moment later; that nothing is there yet proves nothing.
struct PutFate {
  enum class Kind {
    kOurs,     ///< our bytes were read there, or the store said so
    kOthers,   ///< other bytes were read there: ours never will be
    kUnknown,  ///< nobody could say in time: ours may be there, or come yet
  };

  Kind kind = Kind::kUnknown;
  std::string others{};  ///< kOthers: the bytes that were read
  Status failure{};      ///< kUnknown: what was said last
};

/// Puts the object and reads back what is there, again and again until one of the two
/// says whose it is: as long as `patience` allows where failures are of the passing kind,
/// three times else. `bytes` are nobody else's, such as those with a UUID in them.
PutFate PutNew(Store& store, const std::string& path, std::string_view bytes,
               const RetryPolicy& patience = {});

}  // namespace flowlake
