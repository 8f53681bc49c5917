#include "flowlake/cli/answer_printer.h"

#include <arrow/type.h>
#include <arrow/util/key_value_metadata.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <atomic>
#include <iostream>
#include <optional>

#include "flowlake/base/escape.h"
#include "flowlake/cli/command.h"
#include "flowlake/cli/interrupt.h"
#include "flowlake/cli/progress_bar.h"
#include "flowlake/report/renderer.h"

namespace flowlake {

namespace {

int OutputWidth() {
  winsize size{};
  const bool known = IsTerminal(STDOUT_FILENO) &&
                     ::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0;
  return known ? size.ws_col : 0;
}

/// What a report says about itself: the days and parameters that it stands for.
void PrintNote(const Answer& answer) {
  const auto metadata = answer.schema()->metadata();
  const auto note = metadata ? metadata->Get("flowlake.note") : Status::KeyError("none");
  if (note.ok()) std::cerr << EscapeForTerminal(*note) << "\n";
}

Status PassOver(Answer& answer) {
  while (true) {
    ARROW_ASSIGN_OR_RAISE(const auto batch, answer.Next());
    if (!batch) return Status::OK();
  }
}

Status RenderTo(Answer& answer, const PrinterOptions& printer) {
  if (printer.json) return RenderJsonObject(answer, std::cout).status();
  RenderOptions options;
  ARROW_ASSIGN_OR_RAISE(options.format, ParseOutputFormat(printer.output));
  if (options.format == OutputFormat::kParquet && !printer.is_last) {
    return PassOver(answer);
  }
  options.width = OutputWidth();
  return Render(answer, options, std::cout).status();
}

}  // namespace

void AddPrinterOptions(CLI::App& command, PrinterOptions& options) {
  command.add_option("--output", options.output,
                     "table, csv, json, jsonl, markdown or parquet [table]");
  command.add_flag("--json", options.json,
                   "one JSON object: columns, rows and what the answer cost");
}

Status CheckPrinterOptions(const PrinterOptions& options) {
  ARROW_ASSIGN_OR_RAISE(const OutputFormat format, ParseOutputFormat(options.output));
  if (format == OutputFormat::kParquet && IsTerminal(STDOUT_FILENO)) {
    return Status::Invalid(
        "--output parquet writes binary: redirect it, > answer.parquet");
  }
  return Status::OK();
}

Status PrintAnswer(
    Engine& engine, const PrinterOptions& printer, const QueryOptions& options,
    const std::function<Result<std::unique_ptr<Answer>>(const QueryOptions&)>& run) {
  const InterruptGuard guard([&engine] { engine.Interrupt(); });
  std::atomic<double> share{0};
  QueryOptions with_progress = options;
  with_progress.on_progress = [&share](double done) { share = done; };
  std::unique_ptr<Answer> answer;
  {
    const ProgressBar bar([&share] {
      return BarState{.done = static_cast<int64_t>(share * 100),
                      .total = 100,
                      .is_bytes = false,
                      .text = ""};
    });
    ARROW_ASSIGN_OR_RAISE(answer, run(with_progress));
  }
  // The table has it in its footer.
  if (!printer.json && printer.output != "table") PrintNote(*answer);
  ARROW_RETURN_NOT_OK(RenderTo(*answer, printer));
  if (!std::cout.flush()) return Status::IOError("write the answer to stdout");
  if (!printer.json) {
    std::cerr << DescribeStatistics(answer->statistics(), /*estimate=*/false)
              << std::endl;
  }
  return Status::OK();
}

void PrintEstimate(const QueryStatistics& cost, const PrinterOptions& options) {
  if (options.json) {
    std::cout << RenderJsonStatistics(cost) << std::endl;
  } else {
    std::cout << DescribeStatistics(cost, /*estimate=*/true) << std::endl;
  }
}

}  // namespace flowlake
