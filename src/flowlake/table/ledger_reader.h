/// A table's ledger of version 2, as one root has it.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "flowlake/base/status.h"
#include "flowlake/store/store.h"
#include "flowlake/table/ledger.h"
#include "flowlake/table/ledger_root.h"
#include "flowlake/table/snapshot.h"

namespace flowlake {

/// The number of the snapshot's root; 0: the ledger is empty, and no root was written.
/// Invalid if the log does not say, as after somebody's clean-up of old `txn`.
Result<int64_t> LedgerRootNumber(const Snapshot& snapshot, const std::string& table);

/// Keeps what it has read: of a later root, only what is new is read. Not thread-safe.
class LedgerReader {
 public:
  /// `table` is the table's folder.
  LedgerReader(std::shared_ptr<Store> store, std::string table);

  /// Must come first; errors of all functions name the object.
  Status Open(int64_t root);
  const LedgerRoot& root() const { return root_; }

  /// nullptr if the root does not have the bucket. Valid until the next Open.
  Result<const LedgerManifest*> ManifestOf(const std::string& bucket);
  /// Everything.
  Result<Ledger> Read(const std::string& bucket);
  /// The ranges that these first halves of keys belong to.
  Result<Ledger> ReadAbout(const std::string& bucket,
                           const std::vector<uint64_t>& hashes);
  /// An empty one if there is none. Valid as long as the reader.
  Result<const Ledger*> Part(const LedgerReference& part);
  /// Reads many at once, for Part().
  Status ReadParts(const std::vector<LedgerReference>& parts);

  /// Paths in the store of all that the root names, itself first.
  Result<std::vector<std::string>> Paths();

 private:
  /// Held against the reference.
  Result<std::string> ReadObject(const std::string& path,
                                 const LedgerReference& reference) const;
  Result<Ledger> ReadPart(const LedgerReference& part) const;
  Result<Ledger> ReadRanges(const LedgerManifest& manifest,
                            const std::vector<size_t>& ranges);

  const std::shared_ptr<Store> store_;
  const std::string table_;
  int64_t number_ = 0;
  LedgerRoot root_;
  std::map<Key128, LedgerManifest> manifests_;  // by id
  std::map<Key128, Ledger> parts_;              // by id
};

}  // namespace flowlake
