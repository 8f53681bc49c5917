/// Whether what was derived from a dictionary still fits: a builder starts dictionaries
/// anew (base/columns.h), and codes of the old one mean nothing in the next.
#pragma once

#include <memory>

#include "flowlake/base/dictionary.h"

namespace flowlake {

/// Held on to as long as it is compared, so that no dictionary that comes later can be
/// taken for the one that is gone.
using DictionaryIdentity = std::weak_ptr<const Dictionary>;

inline bool IsSame(const DictionaryIdentity& a, const DictionaryIdentity& b) {
  return !a.owner_before(b) && !b.owner_before(a);
}

}  // namespace flowlake
