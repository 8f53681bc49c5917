#include "flowlake/compact/sort_order.h"

#include "flowlake/base/escape.h"

namespace flowlake {

namespace {
std::string_view Trim(std::string_view text) {
  while (text.starts_with(' ')) text.remove_prefix(1);
  while (text.ends_with(' ')) text.remove_suffix(1);
  return text;
}

template <typename T>
int CompareCells(const std::optional<T>& a, const std::optional<T>& b) {
  if (!a || !b) return static_cast<int>(!a) - static_cast<int>(!b);
  return *a < *b ? -1 : static_cast<int>(*b < *a);
}

std::optional<std::string_view> TextAt(const Column& column, int64_t row) {
  return column.present ? column.string(row) : std::nullopt;
}

std::optional<int64_t> NumberAt(const Column& column, int64_t row, int64_t step) {
  const auto number = column.present ? column.number(row) : std::nullopt;
  return number ? std::optional(FloorDivide(*number, step)) : std::nullopt;
}

SortOrder OrderOf(std::initializer_list<const char*> names, const Schema& schema) {
  SortOrder order;
  for (const char* name : names) {
    if (schema.IndexOf(name) >= 0) order.push_back({schema.IndexOf(name)});
  }
  return order;
}
}  // namespace

Result<SortOrder> ParseSortOrder(std::string_view text, const Schema& schema) {
  SortOrder order;
  for (const std::string_view each : SplitNames(text)) {
    const std::string_view name = Trim(each);
    const int field = schema.IndexOf(name);
    if (field < 0) {
      return Status::Invalid("sort order: table ", schema.table(), " has no column '",
                             EscapeForTerminal(name), "'");
    }
    order.push_back({field});
  }
  return order;
}

std::string FormatSortOrder(const SortOrder& order, const Schema& schema) {
  std::string text;
  for (const SortColumn& column : order) {
    text += (text.empty() ? "" : ",") + schema.field(column.field).name;
  }
  return text;
}

SortOrder DefaultSortOrder(const Schema& schema) {
  if (schema.IndexOf("srcaddr") >= 0) {
    return OrderOf({"action", "srcaddr", "dstaddr", "start"}, schema);
  }
  return OrderOf({"input", "line"}, schema);
}

int CompareRows(const Columns& a, int64_t i, const Columns& b, int64_t j,
                const SortOrder& order) {
  for (const SortColumn& by : order) {
    const Column& left = a.column(by.field);
    const Column& right = b.column(by.field);
    const bool is_text = a.schema->field(by.field).type == ColumnType::kString;
    const int result =
        is_text ? CompareCells(TextAt(left, i), TextAt(right, j))
                : CompareCells(NumberAt(left, i, by.step), NumberAt(right, j, by.step));
    if (result != 0) return result;
  }
  return 0;
}

}  // namespace flowlake
