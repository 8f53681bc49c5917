/// A change of a table that has not happened yet.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "flowlake/base/key128.h"
#include "flowlake/datafile/data_file.h"
#include "flowlake/table/object_content.h"

namespace flowlake {

class Ledger;

/// A data file that exists in the store, and the inputs whose rows it holds.
struct AddedFile {
  DataFile file;
  std::vector<Key128> inputs;
};

/// An input whose last row is in the edit's files (it may have none).
struct InputRecord {
  Key128 key;
  /// The part of the ledger that holds the key: a day ("2026-09-21") for inputs whose
  /// name has one, "content" for inputs that are known by the hash of their content.
  std::string bucket;
  /// Further keys that enter the ledger with this one (ingest/identity.h says which).
  std::vector<Key128> markers;
  /// Another bucket in which the key may stand already; empty if there is none.
  std::string earlier_bucket{};
  /// The same as an old program knows it: looked for, and recorded while
  /// `flowlake.identity` is "both". nullopt: nobody made it; then the commit fails where
  /// the ledger has old keys, since it cannot tell.
  std::optional<Key128> old_key{};
  std::vector<Key128> old_markers{};
  /// An old program staged it, so that nobody knows its key: `key` is only its number
  /// within the edit, KeyOfOld(*old_key).
  bool is_old = false;
  /// Of an object whose content was hashed while it was read.
  std::optional<ObjectContent> object{};
  /// Of a file, which may have grown since somebody else read it: whether `ledger`, that
  /// of the bucket, has since this was planned got a shorter or a longer content of it.
  /// Then its rows are not committed, and the input goes again. Unset: it cannot. Of an
  /// edit that is staged it is not asked.
  std::function<bool(const Ledger& ledger)> was_overtaken{};
  /// Somebody asked for it although it was taken out (ForgottenInput::blocks), or beside
  /// what the object held before.
  bool lifts_block = false;
};

/// An input that the ledger is to know no longer.
struct ForgottenInput {
  Key128 key;
  std::string bucket;
  /// Whether it stays out until an input with `lifts_block` brings it.
  bool blocks = true;
};

/// What a staged edit waits for: the object at `path` in the lake's store
/// (table/shard_claims.h). If that names another id, the edit never happened.
struct EditClaim {
  std::string path;
  std::string id;
};

/// Stands for the key of an input of which only the old one is known; no other key is
/// like it.
inline Key128 KeyOfOld(const Key128& old_key) {
  return DeriveKey(KeyKind::kOldKey, {ToBytes(old_key)});
}

struct Edit {
  std::string operation;                          ///< for `commitInfo`: "WRITE"
  std::map<std::string, std::string> parameters;  ///< for `commitInfo`, informative
  std::vector<AddedFile> add;
  std::vector<std::string> remove;  ///< paths of files of the snapshot
  /// Every input of `add`, and inputs that gave this table no row.
  std::vector<InputRecord> inputs;
  /// Inputs that are taken out, before `inputs` come in. Of tables whose ledger hangs on
  /// a root.
  std::vector<ForgottenInput> forget{};
  /// False if the rows are the same afterwards, as for a compaction.
  bool data_change = true;
  /// Versions that applications keep in the table: the commit sets them as they are.
  std::map<std::string, int64_t> transactions{};
  /// Of an edit that is staged; one without it counts as soon as it is there.
  std::optional<EditClaim> claim{};
  /// Properties of the table: the commit sets them and leaves the others.
  std::map<std::string, std::string> properties{};
  /// The caller has just seen every file of `add`, so the commit does not look again.
  bool files_exist = false;
  /// The files of `add` are in the table, and come again with another description; one
  /// that is no longer there is `gone`, as one of `remove` is.
  bool adds_again = false;
};

}  // namespace flowlake
