/// flowlake generate: realistic logs from a seed.
#include <arrow/io/compressed.h>
#include <arrow/io/file.h>
#include <arrow/io/stdio.h>
#include <arrow/util/compression.h>

#include <memory>
#include <string>

#include "flowlake/base/date.h"
#include "flowlake/cli/command.h"
#include "flowlake/format/catalogue.h"
#include "flowlake/format/generator.h"

namespace flowlake {

namespace {

constexpr size_t kPieceBytes = 1 << 20;

struct Arguments {
  GeneratorOptions options;
  std::string fields;
  std::string first_day;
  std::string output = "-";
  bool gzip = false;
  bool no_header = false;
};

/// Where the lines go: a file or stdout, gzipped or not.
Result<std::shared_ptr<arrow::io::OutputStream>> OpenOutput(const Arguments& arguments) {
  std::shared_ptr<arrow::io::OutputStream> plain;
  if (arguments.output == "-") {
    plain = std::make_shared<arrow::io::StdoutStream>();
  } else {
    ARROW_ASSIGN_OR_RAISE(plain, arrow::io::FileOutputStream::Open(arguments.output));
  }
  if (!arguments.gzip) return plain;
  // The codec has no state of its own; the stream only borrows it.
  static const auto codec = arrow::util::Codec::Create(arrow::Compression::GZIP);
  ARROW_RETURN_NOT_OK(codec.status());
  return arrow::io::CompressedOutputStream::Make(codec->get(), plain);
}

Status Interpret(Arguments& arguments) {
  GeneratorOptions& options = arguments.options;
  if (!arguments.fields.empty()) {
    ARROW_ASSIGN_OR_RAISE(options.fields, ParseFieldList(arguments.fields));
  }
  options.header = !arguments.no_header;
  ARROW_ASSIGN_OR_RAISE(const std::optional<Date> day,
                        ParseDay("--day", arguments.first_day));
  options.first_day = day.value_or(DateOfMicros(NowMicros()) - options.days);
  return Status::OK();
}

Status Generate(Arguments& arguments) {
  ARROW_RETURN_NOT_OK(Interpret(arguments));
  ARROW_ASSIGN_OR_RAISE(auto generator, Generator::Make(arguments.options));
  ARROW_ASSIGN_OR_RAISE(const auto output, OpenOutput(arguments));
  std::string piece;
  while (generator->Next(kPieceBytes, piece)) {
    ARROW_RETURN_NOT_OK(output->Write(piece));
    piece.clear();
  }
  return output->Close();
}

ExitCode RunGenerate(Arguments& arguments) {
  const Status status = Generate(arguments);
  return status.ok() ? kExitOk : Fail(status);
}

}  // namespace

void AddGenerateCommand(CLI::App& app, Action& action) {
  auto arguments = std::make_shared<Arguments>();
  GeneratorOptions& options = arguments->options;
  CLI::App* command =
      app.add_subcommand("generate", "Write realistic flow logs from a seed");
  // CLI11's "version" flag is the application's; here it is the log's.
  command->add_option("--log-version,--version", options.version,
                      "VPC flow log version, 2 to 11 without 6 [2]");
  command->add_flag("--tgw", options.transit_gateway, "Transit Gateway flow logs");
  command->add_option("--fields", arguments->fields,
                      "these fields in this order, as --format of ingest");
  command->add_option("--records", options.records, "lines to write [1000000]")
      ->check(CLI::NonNegativeNumber);
  command->add_option("--seed", options.seed, "same seed, same bytes [1]");
  command->add_option("--day", arguments->first_day,
                      "first day [--days before today, which then changes the bytes]");
  command->add_option("--days", options.days, "days that the records spread over [1]")
      ->check(CLI::Range(1, 3660));
  command->add_flag("--shuffle-days", options.shuffle_days, "days in random order");
  command->add_flag("--scatter-days", options.scatter_days,
                    "each record on a random day");
  command->add_flag("--no-header", arguments->no_header, "as CloudWatch Logs has them");
  command->add_flag("--gzip", arguments->gzip, "gzip the output");
  command->add_option("--output,-o", arguments->output, "file, or - for stdout [-]");
  SetExample(*command,
             "flowlake generate --version 5 --records 1000000 --day 2026-09-21 --gzip "
             "-o day.log.gz");
  command->callback(
      [arguments, &action] { action = [arguments] { return RunGenerate(*arguments); }; });
}

}  // namespace flowlake
