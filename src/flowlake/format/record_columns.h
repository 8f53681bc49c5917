/// The values of many records become rows, a field of all of them at a time: the fast
/// twin of RecordValues (record_values.h), which has the rules and the reasons.
///   for each group of records: Begin(), Append(field, texts)…, Finish(lines)
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "flowlake/base/columns.h"
#include "flowlake/format/decoded_texts.h"
#include "flowlake/format/field_column.h"
#include "flowlake/format/field_of_lines.h"
#include "flowlake/format/log_kind.h"
#include "flowlake/format/parser.h"
#include "flowlake/format/record_values.h"

namespace flowlake {

/// Whether the field is NULL in all of its lines.
bool AreAllNull(const FieldOfLines& texts);

/// After a false the rows are of no use: something does not fit or is out of the
/// ordinary, and the caller drops them and looks at the records singly. Not thread-safe.
class RecordColumns {
 public:
  /// `kind` outlives this.
  RecordColumns(const LogKind& kind, LogOrigin origin, const ParseLimits& limits);

  /// `columns`, of the kind's schema, has no open row.
  void Begin(ColumnsBuilder& columns);
  /// The texts are printable ASCII; "-" and an empty one are NULL. At most once per field
  /// and group.
  bool Append(size_t field, const FieldOfLines& texts);
  /// The cells that more than one field makes, and those that the key says. Finishes the
  /// rows.
  bool Finish(size_t lines);

 private:
  /// Micros, one for each line; kNoTime is NULL. Empty: NULL in all.
  using Times = std::vector<int64_t>;

  bool AppendTexts(int column, const FieldOfLines& texts);
  bool AppendPercentTexts(size_t field, const FieldOfLines& texts);
  bool AppendAddresses(int column, const FieldOfLines& texts);
  bool AppendRequests(int column, const FieldOfLines& texts);
  bool AppendPart(int column, const FieldOfLines& texts);
  bool AppendDoubles(int column, bool is_measurement, const FieldOfLines& texts);
  bool AppendTimes(int column, const Times& times);
  bool AppendTimeOfParts(size_t lines);
  bool AppendOrigin(int column, const std::string& text, bool has_cells, size_t lines);
  void CountStrings(int column, size_t lines, uint32_t known);
  bool ReadTimes(const FieldOfLines& texts, Times& times);
  bool TakeInstants();
  bool ReadDates(const FieldOfLines& texts);
  bool ReadTimesOfDay(const FieldOfLines& texts);
  bool ReadInstant(std::string_view text, int64_t& micros);
  bool ReadDate(std::string_view text);

  const LogKind& kind_;
  const LogOrigin origin_;
  const ParseLimits limits_;
  FieldAppender append_;
  std::vector<std::unique_ptr<DecodedTexts>> decoded_;  // by field
  ColumnsBuilder* columns_ = nullptr;

  // Of the group at hand.
  bool has_account_ = false;  // in its records
  bool has_region_ = false;
  Times times_;
  Times days_;  // when they begin
  Times times_of_day_;
  Times instants_;
  std::vector<uint16_t> first_;  // where parts of a field stand
  std::vector<uint16_t> second_;
  std::vector<uint16_t> third_;

  // The day that was read last.
  std::string date_;
  int64_t day_ = 0;  // when it begins
};

}  // namespace flowlake
