#include "flowlake/table/verify.h"

#include <map>
#include <utility>

#include "flowlake/datafile/content_sum.h"
#include "flowlake/datafile/footer.h"
#include "flowlake/datafile/footer_checksum.h"
#include "flowlake/datafile/stored_content.h"
#include "flowlake/table/ledger_reader.h"
#include "flowlake/table/snapshot_loader.h"

namespace flowlake {

namespace {

class Verifier {
 public:
  Verifier(const Table& table, const Schema& schema, bool deep)
      : table_(table), schema_(schema), deep_(deep) {}

  Status ListSizes() {
    ARROW_ASSIGN_OR_RAISE(const auto objects, store().List(table_.folder()));
    for (const ObjectInfo& object : objects) sizes_[object.path] = object.size;
    return Status::OK();
  }

  void VerifyFile(const DataFile& file) {
    const std::string path = table_.folder() + '/' + file.path;
    Status status = CheckSize(path, file);
    if (status.ok()) status = CheckContent(path, file);
    Record(path, status);
  }

  void VerifyLedger(const Snapshot& snapshot, const std::string& bucket,
                    int64_t generation) {
    Record(table_.folder() + '/' + LedgerPath(bucket, generation),
           table_.ReadGeneration(snapshot, bucket).status());
  }

  /// All that the root names.
  void VerifyRoot(const Snapshot& snapshot) {
    const auto number = LedgerRootNumber(snapshot, table_.folder());
    Record(table_.folder() + "/_delta_log", number.status());
    if (!number.ok()) return;
    LedgerReader reader(table_.store(), table_.folder());
    const Status opened = reader.Open(*number);
    Record(table_.folder() + '/' + LedgerRootPath(*number), opened);
    if (!opened.ok()) return;
    for (const auto& [bucket, manifest] : reader.root().manifests) {
      Record(table_.folder() + '/' + LedgerManifestPath(manifest),
             reader.Read(bucket).status());
    }
  }

  /// The snapshot may have come from a checkpoint.
  void VerifyLog(const Snapshot& snapshot) {
    const auto replayed = ReplayEntries(store(), table_.folder(), snapshot.version);
    const std::string log = table_.folder() + "/_delta_log";
    Record(log, replayed.status());
    if (!replayed.ok() || !*replayed) return;
    const Snapshot& entries = **replayed;
    ReportMissing(snapshot.files, entries.files, "a file that the log does not have");
    ReportMissing(entries.files, snapshot.files, "not a file that the log has");
    if (entries.transactions != snapshot.transactions) {
      Record(log, Status::IOError("a checkpoint contradicts the log: other ledgers"));
    }
  }

  std::vector<std::string> Finish() { return std::move(findings_); }

 private:
  Store& store() const { return *table_.store(); }

  void Record(const std::string& path, const Status& status) {
    if (status.ok()) return;
    const bool is_named = status.message().find(path) != std::string::npos;
    findings_.push_back(is_named ? status.message() : path + ": " + status.message());
  }

  void ReportMissing(const FileList& files, const FileList& others, const char* what) {
    for (size_t i = 0; i < files.size(); ++i) {
      const std::string path = files.path(i);
      if (others.Contains(path)) continue;
      Record(table_.folder() + '/' + path,
             Status::IOError("a checkpoint contradicts the log: it has ", what));
    }
  }

  Status CheckSize(const std::string& path, const DataFile& file) const {
    const auto found = sizes_.find(path);
    if (found == sizes_.end()) return Status::IOError("is missing");
    if (found->second == file.bytes) return Status::OK();
    return Status::IOError("has ", found->second, " bytes; the log says ", file.bytes);
  }

  Status CheckContent(const std::string& path, const DataFile& file) const {
    ARROW_ASSIGN_OR_RAISE(auto bytes, store().Open(path));
    ARROW_ASSIGN_OR_RAISE(const Footer footer, ReadFooter(bytes, path, FooterOf(file)));
    if (footer.rows != file.rows) {
      return Status::IOError("has ", footer.rows, " rows; the log says ", file.rows);
    }
    return deep_ ? CheckRows(path, file, std::move(bytes)) : Status::OK();
  }

  Status CheckRows(const std::string& path, const DataFile& file,
                   std::shared_ptr<arrow::io::RandomAccessFile> bytes) const {
    ARROW_RETURN_NOT_OK(VerifyPages(bytes, path));
    const auto written = ContentOf(file);
    if (!written) return Status::OK();
    ARROW_ASSIGN_OR_RAISE(const ContentSum stored,
                          SumOfStored(std::move(bytes), path, schema_));
    if (stored == *written) return Status::OK();
    return Status::IOError("has other rows than were written to it: ", stored.ToTag(),
                           "; the log says ", written->ToTag());
  }

  const Table& table_;
  const Schema& schema_;
  const bool deep_;
  std::map<std::string, int64_t> sizes_;  // one listing is cheaper than a look at each
  std::vector<std::string> findings_;
};

}  // namespace

Result<std::vector<std::string>> VerifyTable(const Table& table, const Snapshot& snapshot,
                                             bool deep) {
  Verifier verifier(table, snapshot.schema, deep);
  ARROW_RETURN_NOT_OK(verifier.ListSizes());
  verifier.VerifyLog(snapshot);
  for (const DataFile& file : snapshot.files) verifier.VerifyFile(file);
  if (HasLedgerRoot(snapshot.configuration)) verifier.VerifyRoot(snapshot);
  for (const std::string& begin : {std::string(), BucketBeside("")}) {
    const std::string prefix = LedgerApplicationId(begin);
    for (const auto& [application, generation] : snapshot.transactions) {
      if (!application.starts_with(prefix)) continue;
      const std::string bucket = begin + application.substr(prefix.size());
      verifier.VerifyLedger(snapshot, bucket, generation);
    }
  }
  return verifier.Finish();
}

}  // namespace flowlake
