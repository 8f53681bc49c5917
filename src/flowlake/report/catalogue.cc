#include "flowlake/report/catalogue.h"

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "flowlake/base/escape.h"
#include "flowlake/report/embedded_sql.h"

namespace flowlake {

namespace {

namespace fs = std::filesystem;

using ReportsByName = std::map<std::string, Report>;

Status AddBuiltIn(ReportsByName* reports) {
  for (const EmbeddedSql& file : EmbeddedReports()) {
    ARROW_ASSIGN_OR_RAISE(Report report, ParseReport(file.name, file.text, "built in"));
    reports->insert_or_assign(report.name, std::move(report));
  }
  return Status::OK();
}

Result<std::string> ReadFile(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  if (file) text << file.rdbuf();
  if (!file) return Status::IOError("read the report ", path.string());
  return text.str();
}

Status AddFile(const fs::path& path, ReportsByName* reports) {
  ARROW_ASSIGN_OR_RAISE(const std::string text, ReadFile(path));
  ARROW_ASSIGN_OR_RAISE(Report report,
                        ParseReport(path.stem().string(), text, path.string()));
  reports->insert_or_assign(report.name, std::move(report));
  return Status::OK();
}

Status AddFolder(const std::string& folder, ReportsByName* reports, Failures& failures) {
  std::error_code error;
  fs::directory_iterator entries(folder, error);
  if (error) {
    return Status::IOError("list the reports of ", folder, ": ", error.message());
  }
  for (const fs::directory_entry& entry : entries) {
    const fs::path& path = entry.path();
    if (path.extension() != ".sql") continue;
    failures.Keep(path.string(), "load report", AddFile(path, reports));
  }
  return Status::OK();
}

std::string Lower(std::string_view text) {
  std::string lower(text);
  for (char& c : lower)
    c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return lower;
}

bool IsCalled(const Report& report, const std::string& lower_name) {
  if (Lower(report.name) == lower_name) return true;
  return std::any_of(
      report.aliases.begin(), report.aliases.end(),
      [&](const std::string& alias) { return Lower(alias) == lower_name; });
}

/// Single-character edits between the two.
size_t Distance(std::string_view a, std::string_view b) {
  std::vector<size_t> row(b.size() + 1);
  for (size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (size_t i = 1; i <= a.size(); ++i) {
    size_t diagonal = std::exchange(row[0], i);
    for (size_t j = 1; j <= b.size(); ++j) {
      const size_t changed = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
      diagonal = std::exchange(row[j], std::min({row[j] + 1, row[j - 1] + 1, changed}));
    }
  }
  return row[b.size()];
}

std::string DescribeParameter(const ReportParameter& parameter) {
  std::string line = "  --" + parameter.name + " <" + parameter.type + ">";
  line.resize(std::max<size_t>(line.size() + 1, 32), ' ');
  line += parameter.description;
  if (!parameter.default_value) return line + " (required)\n";
  if (parameter.default_value->empty()) return line + "\n";
  return line + " [" + *parameter.default_value + "]\n";
}

/// `text` in lines of at most `width` columns, each behind `indent`.
std::string Wrap(std::string_view text, const std::string& indent, size_t width) {
  std::istringstream words{std::string(text)};
  std::string lines;
  std::string line;
  for (std::string word; words >> word;) {
    if (!line.empty() && DisplayWidth(line) + 1 + DisplayWidth(word) > width) {
      lines += indent + std::exchange(line, "") + "\n";
    }
    line += (line.empty() ? "" : " ") + word;
  }
  return line.empty() ? lines : lines + indent + line + "\n";
}

}  // namespace

Result<std::vector<Report>> LoadReports(const std::string& folder, Failures& failures) {
  ReportsByName by_name;
  ARROW_RETURN_NOT_OK(AddBuiltIn(&by_name));
  if (!folder.empty()) {
    failures.Keep(folder, "load reports", AddFolder(folder, &by_name, failures));
  }
  std::vector<Report> reports;
  for (auto& [name, report] : by_name) reports.push_back(std::move(report));
  return reports;
}

Result<const Report*> ChooseReport(const std::vector<Report>& reports,
                                   std::string_view name) {
  const std::string wanted = Lower(name);
  const Report* nearest = nullptr;
  for (const Report& report : reports) {
    if (IsCalled(report, wanted)) return &report;
    const bool nearer =
        !nearest || Distance(report.name, wanted) < Distance(nearest->name, wanted);
    if (nearer) nearest = &report;
  }
  return Status::Invalid("no report is called '", EscapeForTerminal(name), "'",
                         nearest ? "; did you mean " + nearest->name + "?" : "",
                         " flowlake report lists them");
}

std::string DescribeReports(const std::vector<Report>& reports) {
  size_t width = 0;
  for (const Report& report : reports) width = std::max(width, report.name.size());
  std::string text;
  for (const Report& report : reports) {
    std::string name = report.name;
    name.resize(width + 2, ' ');
    text += name + EscapeForTerminal(report.title) + "\n";
  }
  return text + "\nflowlake report <name> runs one; with --help it says what it takes.\n";
}

std::string DescribeReport(const Report& report) {
  constexpr size_t kWidth = 86;
  std::string text = report.name + ": " + report.title + "\n";
  text += Wrap(report.question, "", kWidth);
  if (!report.parameters.empty()) text += "\nParameters\n";
  for (const ReportParameter& parameter : report.parameters) {
    text += DescribeParameter(parameter);
  }
  if (report.has_window) {
    text += Wrap("Without --from and --to: the newest " + std::to_string(report.days) +
                     " days that the table holds.",
                 "  ", kWidth);
  }
  if (!report.read.empty())
    text += "\nHow to read it\n" + Wrap(report.read, "  ", kWidth);
  text += "\nChart: " + (report.chart.empty() ? "table" : report.chart) + "\n";
  text += "From: " + report.origin + "\n";
  return text;
}

}  // namespace flowlake
