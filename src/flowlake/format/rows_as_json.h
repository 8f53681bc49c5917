/// For tests and fuzzers: what a parser made of an input, as text that people read.
#pragma once

#include <algorithm>
#include <bit>
#include <iomanip>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include "flowlake/base/columns.h"
#include "flowlake/base/date.h"
#include "flowlake/base/escape.h"
#include "flowlake/format/extra_object.h"
#include "flowlake/format/parser.h"

namespace flowlake {

/// What came of one input. One line of JSON per row or reject; NULLs are left out.
struct ParsedInput {
  std::vector<std::string> rows;
  std::vector<std::string> rejects;
  std::string error;

  friend bool operator==(const ParsedInput&, const ParsedInput&) = default;
};

inline void AddRowJson(const Columns& columns, int64_t row,
                       std::vector<std::string>& out) {
  ExtraObject object;
  for (int i = 0; i < columns.schema->size(); ++i) {
    const Column& column = columns.column(i);
    const Field& field = columns.schema->field(i);
    if (!column.present) continue;
    if (field.type == ColumnType::kString) {
      if (const auto text = column.string(row)) object.AddString(field.name, *text);
    } else if (const auto number = column.number(row)) {
      if (field.type == ColumnType::kTimestamp) {
        object.AddString(field.name, FormatTimestamp(*number));
      } else if (field.type == ColumnType::kDouble) {
        std::ostringstream text;
        text << std::setprecision(15) << std::bit_cast<double>(*number);
        object.AddJson(field.name, text.str());
      } else {
        object.AddJson(field.name, std::to_string(*number));
      }
    }
  }
  out.emplace_back(object.empty() ? "{}" : object.Finish());
}

inline std::string RejectJson(const Reject& reject) {
  ExtraObject object;
  object.AddJson("line", std::to_string(reject.line));
  object.AddJson("offset", std::to_string(reject.offset));
  object.AddString("column", EscapeForTerminal(reject.column, true));
  object.AddString("reason", RejectReasonName(reject.reason));
  object.AddString("text", EscapeForTerminal(TruncateUtf8(reject.text, 100), true));
  return std::string(object.Finish());
}

inline void AddResults(ColumnsBuilder& builder, Rejects& rejects, ParsedInput& result) {
  const Columns columns = builder.Finish();
  for (int64_t row = 0; row < columns.rows; ++row) AddRowJson(columns, row, result.rows);
  for (const Reject& reject : rejects.Take())
    result.rejects.push_back(RejectJson(reject));
}

/// Feeds `input` to `parser` in pieces of `chunk` bytes, as its contract says.
inline ParsedInput ParseInChunks(Parser& parser, std::string_view input, size_t chunk) {
  ParsedInput result;
  ColumnsBuilder builder(&parser.schema());
  Rejects rejects;
  Block block;
  size_t seen = 0;
  for (size_t begin = 0; begin < input.size();) {
    seen = std::min(seen + chunk, input.size());
    block.bytes = input.substr(begin, seen - begin);
    block.offset = static_cast<int64_t>(begin);
    block.bytes = block.bytes.substr(0, parser.Frame(block.bytes, seen == input.size()));
    if (block.bytes.empty()) continue;
    const Status status = parser.Parse(block, builder, rejects);
    if (!status.ok()) {
      result.error = status.message();
      break;
    }
    begin += block.bytes.size();
  }
  AddResults(builder, rejects, result);
  return result;
}

}  // namespace flowlake
