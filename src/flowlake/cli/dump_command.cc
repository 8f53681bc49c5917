/// flowlake dump: a file of the lake as people read it.
#include <algorithm>
#include <filesystem>
#include <iostream>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "flowlake/base/escape.h"
#include "flowlake/cli/command.h"
#include "flowlake/datafile/footer.h"
#include "flowlake/store/local_store.h"
#include "flowlake/store/open_store.h"
#include "flowlake/table/describe.h"
#include "flowlake/table/ledger.h"

namespace flowlake {

namespace {

/// A file of the lake, by the store of its folder.
struct LakeFile {
  std::shared_ptr<Store> store;
  std::string name;
};

/// `named` without the links on the way: a store follows none below its root, but the
/// user named this file.
std::string WithoutLinks(const std::string& named) {
  std::error_code missing;
  const auto real = std::filesystem::canonical(named, missing);
  return missing ? named : real.string();  // no file of this machine, or none at all
}

Result<LakeFile> Find(const std::string& named) {
  const std::string path = WithoutLinks(named);
  const size_t slash = path.rfind('/');
  if (slash == std::string::npos) return LakeFile{MakeLocalStore("."), path};
  ARROW_ASSIGN_OR_RAISE(auto store, OpenStore(path.substr(0, slash + 1)));
  return LakeFile{std::move(store), path.substr(slash + 1)};
}

Result<std::string> DescribeParquet(const LakeFile& parquet, const std::string& path) {
  ARROW_ASSIGN_OR_RAISE(auto file, parquet.store->Open(parquet.name));
  ARROW_ASSIGN_OR_RAISE(const Footer footer, ReadFooter(file, path));
  return DescribeFooter(footer);
}

Result<std::string> Describe(const std::string& path) {
  const std::string extension = std::filesystem::path(path).extension();
  const std::vector<std::string> known = {".parquet", ".json", ".keys", ".manifest",
                                          ".root"};
  if (std::ranges::find(known, extension) == known.end()) {
    return Status::Invalid(
        "dump ", path,
        ": give a data file (.parquet), a log entry (_delta_log/….json) "
        "or a ledger (.keys, .manifest, .root)");
  }
  ARROW_ASSIGN_OR_RAISE(const LakeFile file, Find(path));
  if (extension == ".parquet") return DescribeParquet(file, path);
  ARROW_ASSIGN_OR_RAISE(const std::string bytes, ReadAll(*file.store, file.name));
  if (extension == ".json") return DescribeLogEntry(bytes);
  if (extension == ".root") {
    ARROW_ASSIGN_OR_RAISE(const LedgerRoot root, LedgerRoot::Parse(bytes));
    return DescribeLedgerRoot(root);
  }
  if (extension == ".manifest") {
    ARROW_ASSIGN_OR_RAISE(const auto manifest, LedgerManifest::Parse(bytes));
    return DescribeLedgerManifest(manifest);
  }
  ARROW_ASSIGN_OR_RAISE(const Ledger ledger, Ledger::Parse(bytes));
  return DescribeLedger(ledger);
}

ExitCode RunDump(const std::string& path) {
  const auto text = Describe(path);
  if (!text.ok()) return Fail(text.status());
  std::cout << *text << std::flush;
  return kExitOk;
}

}  // namespace

void AddDumpCommand(CLI::App& app, Action& action) {
  auto path = std::make_shared<std::string>();
  CLI::App* command =
      app.add_subcommand("dump", "Show a Parquet footer, a log entry or a ledger");
  command->add_option("file", *path, "a file of the lake, or its s3:// URI")->required();
  AddConfigOption(*command);
  SetExample(*command,
             "flowlake dump lake/vpc_flow/_delta_log/00000000000000000001.json");
  command->callback([path, &action] { action = [path] { return RunDump(*path); }; });
}

}  // namespace flowlake
