#include "flowlake/query/duckdb_error.h"

#include <algorithm>
#include <cstdlib>
#include <duckdb/common/error_data.hpp>
#include <optional>

#include "flowlake/base/escape.h"
#include "flowlake/query/function_list.h"
#include "flowlake/query/views.h"

namespace flowlake {

namespace {

std::string FirstLine(const std::string& text) {
  std::string line = text.substr(0, text.find('\n'));
  while (!line.empty() && line.back() == ' ') line.pop_back();
  return line;
}

std::string Location(const std::string& sql, size_t position) {
  position = std::min(position, sql.size());
  const auto line =
      1 +
      std::count(sql.begin(), sql.begin() + static_cast<std::ptrdiff_t>(position), '\n');
  const size_t break_before =
      position == 0 ? std::string::npos : sql.rfind('\n', position - 1);
  const size_t column =
      break_before == std::string::npos ? position + 1 : position - break_before;
  return " (line " + std::to_string(line) + ", column " + std::to_string(column) + ")";
}

/// DuckDB draws the position: "LINE 2: SELECT …" and, below, a caret. nullopt where it
/// drew none, or cut the line.
std::optional<size_t> DrawnPosition(const std::string& message, const std::string& sql) {
  const size_t drawn = message.rfind("\nLINE ");
  if (drawn == std::string::npos) return std::nullopt;
  const size_t begin = drawn + 1;
  const size_t text = message.find(": ", begin);
  const size_t caret_line = message.find('\n', begin);
  if (text == std::string::npos || caret_line == std::string::npos) return std::nullopt;
  const size_t caret = message.find('^', caret_line);
  if (caret == std::string::npos || message.compare(text + 2, 3, "...") == 0) {
    return std::nullopt;
  }
  size_t line_begin = 0;
  for (int line = std::atoi(message.c_str() + begin + 5); line > 1; --line) {
    line_begin = sql.find('\n', line_begin) + 1;
  }
  const size_t prefix = text + 2 - begin;
  return line_begin + (caret - caret_line - 1) - prefix;
}

/// The name in "Table with name vpc_flow does not exist!"; "" if the message is another.
std::string NameOfMissing(const std::string& message, const std::string& kind) {
  const std::string start = kind + " with name ";
  const size_t at = message.find(start);
  if (at == std::string::npos || (at > 0 && kind == "Table")) return "";
  const size_t begin = at + start.size();
  for (const char* end : {" does not exist!", " is not in the catalog"}) {
    const size_t found = message.find(end, begin);
    if (found == std::string::npos) continue;
    return EscapeForTerminal(message.substr(begin, found - begin));  // one line, too
  }
  return "";
}

/// A function that there is not, or not here.
std::string MissingFunctionAdvice(const std::string& message) {
  std::string name = NameOfMissing(message, "Function");
  std::erase(name, '"');
  if (IsRefusedFunction(name)) return name.append(" is not allowed here");
  const bool in_extension = message.find("but it exists in the") != std::string::npos;
  return in_extension ? name.insert(0, "there is no function ") : std::string();
}

/// A table that this lake does not have, or not yet.
std::string MissingTableAdvice(const std::string& message) {
  const std::string name = NameOfMissing(message, "Table");
  if (name.empty()) return "";
  const std::string table = TableBehind(name);
  const std::string view = table == name ? "" : ", which " + name + " needs";
  return "this lake has no table " + table + view +
         "; flowlake info lists what it has, flowlake ingest makes more";
}

Status StatusOf(const duckdb::ErrorData& error, const std::string& sql,
                const RewrittenSql& rewritten) {
  std::string message = FirstLine(error.RawMessage());
  for (const auto advise : {MissingTableAdvice, MissingFunctionAdvice}) {
    const std::string advice = advise(error.RawMessage());
    if (!advice.empty()) message = advice;
  }
  const auto known = error.ExtraInfo().find("position");
  const std::optional<size_t> position =
      known != error.ExtraInfo().end()
          ? std::stoull(known->second)
          : DrawnPosition(error.RawMessage(), rewritten.text);
  if (position) message += Location(sql, rewritten.OriginalPosition(*position));
  return Status::Invalid(message);
}

}  // namespace

Status CallDuckDb(const std::string& operation, const std::function<Status()>& call) {
  try {
    return call();
  } catch (const std::exception& error) {
    return Status::IOError(operation, ": ",
                           FirstLine(duckdb::ErrorData(error).RawMessage()));
  }
}

Status CallQuery(const std::string& sql, const RewrittenSql& rewritten,
                 const ScanMeter* meter, const std::function<Status()>& call) {
  try {
    return call();
  } catch (const std::exception& thrown) {
    if (meter->limit_passed()) {
      return Status::Invalid("the query was stopped: it read ", meter->bytes(),
                             " bytes and would pass its limit");
    }
    const duckdb::ErrorData error(thrown);
    if (meter->stopped() || error.Type() == duckdb::ExceptionType::INTERRUPT) {
      return Status::Cancelled("the query was cancelled");
    }
    if (error.Type() == duckdb::ExceptionType::OUT_OF_MEMORY) {
      return Status::OutOfMemory("the query needs more memory than it may have (",
                                 FirstLine(error.RawMessage()),
                                 "); --memory gives it more");
    }
    return StatusOf(error, sql, rewritten);
  }
}

}  // namespace flowlake
