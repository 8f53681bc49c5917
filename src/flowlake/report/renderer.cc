#include "flowlake/report/renderer.h"

#include <arrow/api.h>

#include <array>
#include <cstdio>
#include <functional>
#include <nlohmann/json.hpp>
#include <set>

#include "flowlake/base/byte_size.h"
#include "flowlake/base/escape.h"
#include "flowlake/report/cell.h"
#include "flowlake/report/parquet_renderer.h"
#include "flowlake/report/table_renderer.h"

namespace flowlake {

namespace {

struct FormatName {
  std::string_view name;
  OutputFormat format;
};
constexpr FormatName kFormatNames[] = {
    {"table", OutputFormat::kTable},       {"csv", OutputFormat::kCsv},
    {"json", OutputFormat::kJson},         {"jsonl", OutputFormat::kJsonLines},
    {"markdown", OutputFormat::kMarkdown}, {"parquet", OutputFormat::kParquet}};

using WriteRow = std::function<void(const arrow::RecordBatch&, int64_t row, bool first)>;

Result<int64_t> ForEachRow(Answer& answer, const WriteRow& write) {
  int64_t rows = 0;
  while (true) {
    ARROW_ASSIGN_OR_RAISE(const auto batch, answer.Next());
    if (!batch) return rows;
    for (int64_t i = 0; i < batch->num_rows(); ++i, ++rows) write(*batch, i, rows == 0);
  }
}

/// RFC 4180; an empty text is "" so that it is not NULL.
std::string QuoteCsv(const std::string& text) {
  if (!text.empty() && text.find_first_of(",\"\r\n") == std::string::npos) return text;
  std::string quoted = "\"";
  for (const char c : text) quoted.append(c == '"' ? 2 : 1, c);
  return quoted + "\"";
}

/// A spreadsheet would run text that begins like a formula: an apostrophe in front makes
/// it text there (OWASP, "CSV Injection"). Numbers stay numbers.
std::string DefuseFormula(const arrow::Array& column, std::string text) {
  const auto type =
      column.type_id() == arrow::Type::DICTIONARY
          ? static_cast<const arrow::DictionaryType&>(*column.type()).value_type()->id()
          : column.type_id();
  const bool runs = arrow::is_base_binary_like(type) && text.size() > 1 &&
                    std::string_view("=+-@\t\r").find(text[0]) != std::string_view::npos;
  return runs ? "'" + text : text;
}

Result<int64_t> RenderCsv(Answer& answer, std::ostream& out) {
  const auto schema = answer.schema();
  for (int i = 0; i < schema->num_fields(); ++i) {
    out << (i > 0 ? "," : "") << QuoteCsv(schema->field(i)->name());
  }
  out << '\n';
  return ForEachRow(answer, [&](const arrow::RecordBatch& batch, int64_t row, bool) {
    for (int i = 0; i < batch.num_columns(); ++i) {
      const arrow::Array& column = *batch.column(i);
      if (i > 0) out << ',';
      if (!IsNull(column, row)) {
        out << QuoteCsv(DefuseFormula(column, CellText(column, row)));
      }
    }
    out << '\n';
  });
}

/// The names of the columns in JSON, told apart where SQL lets them be equal.
std::vector<std::string> JsonNames(const arrow::Schema& schema) {
  std::vector<std::string> names;
  std::set<std::string> used;
  for (const auto& field : schema.fields()) {
    std::string name = field->name();
    for (int n = 1; !used.insert(name).second; ++n) {
      name = field->name() + ":" + std::to_string(n);
    }
    names.push_back(QuoteJson(name));
  }
  return names;
}

std::string RowObject(const std::vector<std::string>& names,
                      const arrow::RecordBatch& batch, int64_t row) {
  std::string object = "{";
  for (size_t i = 0; i < names.size(); ++i) {
    object += (i == 0 ? "" : ", ") + names[i] + ": " +
              CellJson(*batch.column(static_cast<int>(i)), row);
  }
  return object + "}";
}

Result<int64_t> RenderJson(Answer& answer, std::ostream& out) {
  const auto names = JsonNames(*answer.schema());
  out << '[';
  ARROW_ASSIGN_OR_RAISE(
      const int64_t rows,
      ForEachRow(answer, [&](const arrow::RecordBatch& batch, int64_t row, bool first) {
        out << (first ? "\n" : ",\n") << RowObject(names, batch, row);
      }));
  out << "\n]\n";
  return rows;
}

Result<int64_t> RenderJsonLines(Answer& answer, std::ostream& out) {
  const auto names = JsonNames(*answer.schema());
  return ForEachRow(answer, [&](const arrow::RecordBatch& batch, int64_t row, bool) {
    out << RowObject(names, batch, row) << '\n';
  });
}

/// Nothing of `text` is markup, nor HTML, nor a terminal's command.
std::string EscapeMarkdown(const std::string& text) {
  std::string escaped;
  for (const char c : EscapeForTerminal(text)) {
    if (c == '&') {
      escaped += "&amp;";
    } else if (c == '<') {
      escaped += "&lt;";
    } else if (c == '>') {
      escaped += "&gt;";
    } else {
      if (std::string_view("\\|`*[]~").find(c) != std::string_view::npos) escaped += '\\';
      escaped += c;
    }
  }
  return escaped;
}

Result<int64_t> RenderMarkdown(Answer& answer, std::ostream& out) {
  const auto schema = answer.schema();
  out << '|';
  for (const auto& field : schema->fields()) {
    out << ' ' << EscapeMarkdown(field->name()) << " |";
  }
  out << "\n|";
  for (const auto& field : schema->fields()) {
    out << (IsNumber(*field->type()) ? " ---: |" : " --- |");
  }
  out << '\n';
  return ForEachRow(answer, [&](const arrow::RecordBatch& batch, int64_t row, bool) {
    out << '|';
    for (const auto& column : batch.columns()) {
      out << ' ' << EscapeMarkdown(CellText(*column, row)) << " |";
    }
    out << '\n';
  });
}

nlohmann::ordered_json StatisticsJson(const QueryStatistics& statistics) {
  return {{"bytes_scanned", statistics.bytes_scanned},
          {"bytes_stored", statistics.bytes_stored},
          {"files_read", statistics.files_read},
          {"files_skipped", statistics.files_skipped},
          {"row_groups_read", statistics.row_groups_read},
          {"row_groups_skipped", statistics.row_groups_skipped},
          {"seconds", statistics.seconds},
          {"athena_usd", statistics.athena_usd}};
}

std::string Printed(const char* format, double value) {
  std::array<char, 64> text;
  std::snprintf(text.data(), text.size(), format, value);
  return text.data();
}

}  // namespace

Result<OutputFormat> ParseOutputFormat(std::string_view name) {
  std::string names;
  for (const FormatName& known : kFormatNames) {
    if (known.name == name) return known.format;
    names += (names.empty() ? "" : ", ") + std::string(known.name);
  }
  return Status::Invalid("no output is called '", EscapeForTerminal(name),
                         "'; there are ", names);
}

Result<int64_t> Render(Answer& answer, const RenderOptions& options, std::ostream& out) {
  switch (options.format) {
    case OutputFormat::kTable:
      return RenderTable(answer, options, out);
    case OutputFormat::kCsv:
      return RenderCsv(answer, out);
    case OutputFormat::kJson:
      return RenderJson(answer, out);
    case OutputFormat::kJsonLines:
      return RenderJsonLines(answer, out);
    case OutputFormat::kMarkdown:
      return RenderMarkdown(answer, out);
    case OutputFormat::kParquet:
      return RenderParquet(answer, out);
  }
  return Status::Invalid("no such output format");
}

Result<int64_t> RenderJsonObject(Answer& answer, std::ostream& out) {
  out << "{\"columns\": [";
  const auto schema = answer.schema();
  for (int i = 0; i < schema->num_fields(); ++i) {
    const arrow::Field& field = *schema->field(i);
    out << (i > 0 ? ", " : "") << "{\"name\": " << QuoteJson(field.name())
        << ", \"type\": " << QuoteJson(SqlTypeName(*field.type())) << "}";
  }
  out << "],\n\"rows\": [";
  ARROW_ASSIGN_OR_RAISE(
      const int64_t rows,
      ForEachRow(answer, [&](const arrow::RecordBatch& batch, int64_t row, bool first) {
        out << (first ? "\n[" : ",\n[");
        for (int i = 0; i < batch.num_columns(); ++i) {
          out << (i > 0 ? ", " : "") << CellJson(*batch.column(i), row);
        }
        out << ']';
      }));
  out << "],\n\"stats\": " << StatisticsJson(answer.statistics()).dump() << "}\n";
  return rows;
}

std::string RenderJsonStatistics(const QueryStatistics& statistics) {
  return nlohmann::ordered_json{{"stats", StatisticsJson(statistics)}}.dump();
}

std::string DescribeStatistics(const QueryStatistics& statistics, bool estimate) {
  const QueryStatistics& s = statistics;
  if (!s.engine.empty()) {
    return FormatByteSize(s.bytes_scanned) + " scanned by " + s.engine + " · " +
           Printed("%.3f s", s.seconds) + " · Athena " +
           (s.engine == "Athena" ? "bills" : "would bill") + " about $" +
           Printed(s.athena_usd < 1 ? "%.5f" : "%.2f", s.athena_usd);
  }
  std::string text = estimate ? (s.upper_bound ? "at most " : "about ") : "";
  text += FormatByteSize(s.bytes_scanned) + (estimate ? " to scan of " : " scanned of ") +
          FormatByteSize(s.bytes_stored) + " stored";
  text += " · " + FormatCount(s.files_read) + (s.files_read == 1 ? " file" : " files") +
          (estimate ? " to read, " : " read, ") + FormatCount(s.files_skipped) +
          " skipped";
  text += " · " + FormatCount(s.row_groups_read) +
          (s.row_groups_read == 1 ? " row group" : " row groups") +
          (estimate ? " to read, " : " read, ") + FormatCount(s.row_groups_skipped) +
          " skipped";
  if (!estimate) text += " · " + Printed("%.3f s", s.seconds);
  return text + " · Athena would bill about $" +
         Printed(s.athena_usd < 1 ? "%.5f" : "%.2f", s.athena_usd);
}

}  // namespace flowlake
