/// Objects as files below a folder of this machine.
///
/// An object under construction is a hidden temporary file (".tmp-…") in its final
/// folder, flushed to disk (fsync) and then linked or renamed to its name, after which
/// the folder itself is flushed. PutIfAbsent uses link(2), which fails if the name
/// exists; on file systems without hard links it is refused rather than imitated.
///
/// Symbolic links below the root are not followed: they are in no listing, and an object
/// whose path has one is an error (local_folder.h says why).
///
/// A killed process leaves its temporary files behind. They are hidden, so no listing and
/// no reader sees them; vacuum deletes them with the other orphans.
#pragma once

#include <memory>
#include <string>

#include "flowlake/store/store.h"

namespace flowlake {

/// `root` need not exist; the first write makes it. Made absolute at once.
std::shared_ptr<Store> MakeLocalStore(const std::string& root);

}  // namespace flowlake
