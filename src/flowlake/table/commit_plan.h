/// Which part of an edit may be committed on top of what others have committed.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "flowlake/table/edit.h"
#include "flowlake/table/ledger.h"

namespace flowlake {

/// Whether the ledger has the input, by any of its keys.
bool IsKnown(const InputRecord& input, const Ledger& ledger);

/// Whether the file holds rows of one of `inputs`.
bool HoldsAny(const AddedFile& file, const std::set<Key128>& inputs);

/// `inputs`, and the inputs that share a file of `files` with one of them, directly or
/// through others: what is dropped together, since a file is dropped whole.
std::set<Key128> WithFileMates(std::set<Key128> inputs,
                               const std::vector<AddedFile>& files);

/// What the ledger says of an object of this name that came before with another ETag.
enum class ObjectState {
  kNew,      ///< it did not come, or nobody noted what it held
  kCopied,   ///< it held the same
  kChanged,  ///< it held something else
};
ObjectState StateOfObject(const InputRecord& input, const Ledger& ledger);

/// Points into the edit.
struct CommitPlan {
  std::vector<const AddedFile*> add;
  std::vector<const InputRecord*> inputs;
  /// Of `already`, those that the ledger is to know by this key too.
  std::vector<const InputRecord*> aliases;
  std::vector<Key128> already;  ///< sorted; CommitOutcome says what these three are
  std::vector<Key128> again;
  std::vector<Key128> changed;
};

/// `ledgers` by bucket; a bucket that is not there is empty.
///   already = inputs of the edit that are in their ledger, or copies of one that is
///   changed = objects whose earlier content is in the ledger, and is another
///   again   = WithFileMates(already, changed, and those that were overtaken) without the
///             first two
/// `add` and `inputs` are the rest: files and inputs that have to do with neither.
CommitPlan PlanCommit(const Edit& edit, const std::map<std::string, Ledger>& ledgers);

}  // namespace flowlake
