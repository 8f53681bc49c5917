#include "flowlake/query/athena_functions.h"

#include <algorithm>
#include <duckdb/common/vector_operations/binary_executor.hpp>
#include <duckdb/common/vector_operations/unary_executor.hpp>
#include <duckdb/function/scalar/strftime_format.hpp>
#include <duckdb/function/scalar_function.hpp>
#include <duckdb/main/extension/extension_loader.hpp>
#include <utility>

#include "flowlake/query/functions.h"

namespace flowlake {

namespace {

using duckdb::DataChunk;
using duckdb::ExpressionState;
using duckdb::LogicalType;
using duckdb::string_t;
using duckdb::Vector;

/// Parses again only where the text changes: the format is mostly a constant.
class FormatCache {
 public:
  duckdb::StrpTimeFormat& Get(std::string_view text) {
    if (filled_ && text == text_) return format_;
    text_ = text;
    format_ = {};
    const std::string error =
        duckdb::StrTimeFormat::ParseFormatSpecifier(StrptimeFormat(text), format_);
    if (!error.empty()) throw duckdb::InvalidInputException("date_parse: %s", error);
    filled_ = true;
    return format_;
  }

 private:
  bool filled_ = false;
  std::string text_;
  duckdb::StrpTimeFormat format_;
};

void DateParse(DataChunk& arguments, ExpressionState&, Vector& result) {
  FormatCache cache;
  duckdb::BinaryExecutor::Execute<string_t, string_t, duckdb::timestamp_t>(
      arguments.data[0], arguments.data[1], result, arguments.size(),
      [&](string_t text, string_t format) {
        auto& parser = cache.Get({format.GetData(), format.GetSize()});
        duckdb::StrpTimeFormat::ParseResult parsed;
        if (!parser.Parse(text, parsed)) {
          throw duckdb::InvalidInputException("date_parse: %s does not match %s",
                                              text.GetString(), format.GetString());
        }
        return parsed.ToTimestamp();
      });
}

void ListLength(DataChunk& arguments, ExpressionState&, Vector& result) {
  duckdb::UnaryExecutor::Execute<duckdb::list_entry_t, int64_t>(
      arguments.data[0], result, arguments.size(),
      [](duckdb::list_entry_t list) { return static_cast<int64_t>(list.length); });
}

// prestodb.io, "MySQL date functions"; what is not here is the same in both.
constexpr std::pair<char, std::string_view> kSpecifiers[] = {
    {'M', "%B"},          {'i', "%M"},  {'s', "%S"},  {'T', "%H:%M:%S"},
    {'h', "%I"},          {'W', "%A"},  {'e', "%-d"}, {'c', "%-m"},
    {'r', "%I:%M:%S %p"}, {'k', "%-H"}, {'l', "%-I"}};

}  // namespace

std::string StrptimeFormat(std::string_view mysql_format) {
  std::string format;
  for (size_t i = 0; i < mysql_format.size(); ++i) {
    if (mysql_format[i] != '%' || i + 1 == mysql_format.size()) {
      format += mysql_format[i];
      continue;
    }
    const char specifier = mysql_format[++i];
    const auto* found =
        std::find_if(std::begin(kSpecifiers), std::end(kSpecifiers),
                     [&](const auto& row) { return row.first == specifier; });
    if (found != std::end(kSpecifiers)) {
      format += found->second;
    } else {
      format += {'%', specifier};
    }
  }
  return format;
}

void RegisterAthenaFunctions(duckdb::DatabaseInstance& database) {
  const LogicalType text = LogicalType::VARCHAR;
  LogicalType address = text;
  address.SetAlias("IPADDRESS");
  duckdb::ExtensionLoader loader(database, "flowlake_athena");
  loader.RegisterType("IPADDRESS", address);
  loader.RegisterFunction(duckdb::ScalarFunction("date_parse", {text, text},
                                                 LogicalType::TIMESTAMP, DateParse));
  loader.AddFunctionOverload(duckdb::ScalarFunction("contains", {text, address},
                                                    LogicalType::BOOLEAN, CidrContains));
  loader.AddFunctionOverload(duckdb::ScalarFunction("cardinality",
                                                    {LogicalType::LIST(LogicalType::ANY)},
                                                    LogicalType::BIGINT, ListLength));
}

}  // namespace flowlake
