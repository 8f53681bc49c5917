#include "flowlake/ingest/table_fits.h"

#include <bit>
#include <charconv>
#include <memory>
#include <string>
#include <utility>

#include "flowlake/base/date.h"
#include "flowlake/format/catalogue.h"
#include "flowlake/format/extra_object.h"
#include "flowlake/table/own_table.h"

namespace flowlake {

namespace {

Result<std::optional<TableFit>> Fit(const Lake& lake, const Schema& schema,
                                    std::shared_ptr<const Snapshot> head,
                                    KnownInputs& known) {
  const Table table = lake.table(schema.table());
  ARROW_ASSIGN_OR_RAISE(auto grown, GrowSchema(table, schema, head));
  auto fit = FitToTable(schema, grown->schema);
  if (grown != head) known.SetHead(schema.table(), std::move(grown));
  return fit;
}

/// The table's columns as they will be.
Result<Schema> WithMissing(const Schema& schema, const Snapshot& head) {
  std::vector<Field> fields = head.schema.fields();
  ARROW_ASSIGN_OR_RAISE(const auto missing, MissingFields(head, schema.fields()));
  fields.insert(fields.end(), missing.begin(), missing.end());
  return Schema(schema.table(), std::move(fields));
}

std::string DoubleText(int64_t bits) {
  char text[32];
  const auto end =
      std::to_chars(std::begin(text), std::end(text), std::bit_cast<double>(bits));
  return {text, end.ptr};
}

void AddNumber(const Field& field, int64_t number, ExtraObject& extra) {
  if (field.type == ColumnType::kTimestamp) {
    extra.AddString(field.name, FormatIso8601(number));
  } else {
    extra.AddJson(field.name, field.type == ColumnType::kDouble ? DoubleText(number)
                                                                : std::to_string(number));
  }
}

void AddCell(const Columns& rows, int field, int64_t row, ExtraObject& extra) {
  const Column& column = rows.column(field);
  const Field& what = rows.schema->field(field);
  if (!column.present) return;
  if (what.type != ColumnType::kString) {
    if (const auto number = column.number(row)) AddNumber(what, *number, extra);
  } else if (const auto text = column.string(row)) {
    extra.AddString(what.name, *text);
  }
}

/// Two JSON objects as one.
std::string Joined(std::string_view had, std::string_view more) {
  if (had.size() <= 2 || !had.ends_with('}')) return std::string(more);
  return std::string(had.substr(0, had.size() - 1)) + ',' + std::string(more.substr(1));
}

Column ExtraOf(const Columns& rows, const TableFit& fit, const Column& before) {
  auto texts = std::make_shared<Dictionary>();
  Column column;
  ExtraObject extra;
  for (int64_t row = 0; row < rows.rows; ++row) {
    extra.Clear();
    for (const int field : fit.to_extra) AddCell(rows, field, row, extra);
    const auto had = before.present ? before.string(row) : std::nullopt;
    if (extra.empty()) {
      column.codes.push_back(had ? texts->Encode(*had) : kNullCode);
    } else {
      column.codes.push_back(texts->Encode(Joined(had.value_or(""), extra.Finish())));
    }
    column.present |= column.codes.back() != kNullCode;
  }
  if (!column.present) return {};
  column.dictionary = std::move(texts);
  return column;
}

}  // namespace

TableFits TableFits::Make(const Lake& lake, std::span<const Schema* const> schemas,
                          KnownInputs& known) {
  TableFits fits;
  for (const Schema* schema : schemas) {
    const auto head = known.HeadOf(schema->table());
    if (!head) continue;
    auto fit = Fit(lake, *schema, head, known);
    if (!known.Keep(schema->table(), "add columns", fit.status())) continue;
    if (*fit) fits.fits_.emplace(schema, **std::move(fit));
  }
  return fits;
}

const TableFit* TableFits::Of(const Schema& schema) const {
  if (fits_.empty()) return nullptr;
  const auto found = fits_.find(&schema);
  return found == fits_.end() ? nullptr : &found->second;
}

Status CheckNewTable(const Schema& schema, const Snapshot& head) {
  ARROW_RETURN_NOT_OK(CheckMark(head, schema.table()));
  ARROW_ASSIGN_OR_RAISE(const Schema grown, WithMissing(schema, head));
  ARROW_ASSIGN_OR_RAISE(const auto fit, FitToTable(schema, grown));
  if (!fit) return Status::OK();
  return Status::IOError("table ", schema.table(),
                         " was just made by somebody else, with other columns; run the "
                         "same command again");
}

Columns FitRows(const Columns& rows, const TableFit& fit) {
  Columns fitted;
  fitted.schema = &fit.schema;
  fitted.rows = rows.rows;
  for (const int source : fit.sources) fitted.columns.push_back(rows.column(source));
  if (fit.to_extra.empty()) return fitted;
  Column& extra = fitted.columns[static_cast<size_t>(fit.schema.IndexOf(kExtraColumn))];
  extra = ExtraOf(rows, fit, extra);
  return fitted;
}

}  // namespace flowlake
