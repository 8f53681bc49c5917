/// flowlake dump: a file of the lake as people read it.
#include <arrow/io/file.h>

#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <memory>
#include <string>

#include "flowlake/base/escape.h"
#include "flowlake/cli/command.h"
#include "flowlake/datafile/footer.h"
#include "flowlake/table/describe.h"
#include "flowlake/table/ledger.h"

namespace flowlake {

namespace {

Result<std::string> ReadFile(const std::string& path) {
  std::ifstream stream(path, std::ios::binary);
  std::string bytes{std::istreambuf_iterator<char>(stream), {}};
  if (stream.bad() || !stream.is_open()) {
    return Status::IOError("read ", path, ": ", std::strerror(errno));
  }
  return bytes;
}

Result<std::string> DescribeParquet(const std::string& path) {
  ARROW_ASSIGN_OR_RAISE(auto file, arrow::io::ReadableFile::Open(path));
  ARROW_ASSIGN_OR_RAISE(const Footer footer, ReadFooter(file, path));
  return DescribeFooter(footer);
}

Result<std::string> Describe(const std::string& path) {
  const std::string extension = std::filesystem::path(path).extension();
  if (extension == ".parquet") return DescribeParquet(path);
  if (extension != ".json" && extension != ".keys") {
    return Status::Invalid(
        "dump ", path,
        ": give a data file (.parquet), a log entry (_delta_log/….json) "
        "or a ledger (.keys)");
  }
  ARROW_ASSIGN_OR_RAISE(const std::string bytes, ReadFile(path));
  if (extension == ".json") return DescribeLogEntry(bytes);
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
  command->add_option("file", *path, "a file of the lake")->required();
  SetExample(*command,
             "flowlake dump lake/vpc_flow/_delta_log/00000000000000000001.json");
  command->callback([path, &action] { action = [path] { return RunDump(*path); }; });
}

}  // namespace flowlake
