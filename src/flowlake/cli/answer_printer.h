/// Answers on stdout, what they cost on stderr: shared by `query` and `report`.
#pragma once

#include <CLI/CLI.hpp>
#include <functional>
#include <memory>
#include <string>

#include "flowlake/base/status.h"
#include "flowlake/query/engine.h"

namespace flowlake {

struct PrinterOptions {
  std::string output = "table";  ///< a name of report/renderer.h
  bool json = false;             ///< the --json object, statistics inside
  bool is_last = true;           ///< of a script: a Parquet file has one answer, the last
};

/// --output and --json.
void AddPrinterOptions(CLI::App& command, PrinterOptions& options);
/// Invalid if the format has no such name, or both flags were given.
Status CheckPrinterOptions(const PrinterOptions& options);

/// Starts an answer with `run` and prints it. While it runs, Ctrl-C cancels it, and on a
/// terminal a bar shows how far it is.
Status PrintAnswer(
    Engine& engine, const PrinterOptions& printer, const QueryOptions& options,
    const std::function<Result<std::unique_ptr<Answer>>(const QueryOptions&)>& run);

void PrintEstimate(const QueryStatistics& cost, const PrinterOptions& options);

}  // namespace flowlake
