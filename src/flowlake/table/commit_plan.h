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

/// Points into the edit.
struct CommitPlan {
  std::vector<const AddedFile*> add;
  std::vector<const InputRecord*> inputs;
  std::vector<Key128> already;  ///< sorted; CommitOutcome says what these two are
  std::vector<Key128> again;
};

/// `ledgers` by bucket; a bucket that is not there is empty.
///   already = inputs of the edit that are in their ledger
///   again   = WithFileMates(already and those that were overtaken) without already
/// `add` and `inputs` are the rest: files and inputs that have to do with neither.
CommitPlan PlanCommit(const Edit& edit, const std::map<std::string, Ledger>& ledgers);

}  // namespace flowlake
