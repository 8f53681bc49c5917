/// The values of one record, as text, become the cells of a row: what the kinds of value
/// of a log (log_kind.h) mean, the same for every parser.
///   SetBlock(bytes), and for each record in it
///   Begin(columns), Append(field, text)…, AppendUnknown(…)…, Finish()
/// After a false the caller drops the row; failure() says why.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "flowlake/base/columns.h"
#include "flowlake/format/extra_object.h"
#include "flowlake/format/field_value.h"
#include "flowlake/format/log_kind.h"
#include "flowlake/format/parser.h"
#include "flowlake/format/percent_text.h"
#include "flowlake/format/reject.h"

namespace flowlake {

/// Where the log was written, as far as its key says.
struct LogOrigin {
  std::string account{};
  std::string region{};
};

/// Not thread-safe.
class RecordValues {
 public:
  struct Failure {
    std::string column;
    RejectReason reason = RejectReason::kFieldCount;
  };

  /// `kind` outlives the values.
  RecordValues(const LogKind& kind, LogOrigin origin, const ParseLimits& limits);

  /// Texts that point into `bytes` are valid until Finish() of their record; others need
  /// be so only during the call.
  void SetBlock(std::string_view bytes) { block_ = bytes; }

  /// `columns`, of the kind's schema, has no open row.
  void Begin(ColumnsBuilder& columns);
  /// "-" is NULL, and so is an empty text, unless it was quoted. False if the value does
  /// not fit, or if the field has one already (but kJoined, which takes any number).
  bool Append(size_t field, std::string_view text, bool is_quoted = false);
  /// False with `reason` for the field.
  bool Fail(size_t field, RejectReason reason);

  /// What the kind does not know goes to `extra`.
  void AppendUnknown(std::string_view name, std::string_view text);
  void AppendUnknownJson(std::string_view name, std::string_view json);

  /// The cells that more than one field makes, those that the key says, and `extra`.
  bool Finish();

  const Failure& failure() const { return failure_; }

 private:
  Misfit AppendValue(size_t field, std::string_view text);
  void AppendString(int column, std::string_view text);
  void AppendText(int column, std::string_view text);
  void AppendList(int column, std::string_view text);
  Misfit AppendAddress(int column, std::string_view text);
  void AppendRequest(int column, std::string_view text);
  Misfit AppendInteger(int column, ValueKind kind, std::string_view text);
  Misfit AppendMeasurement(int column, std::string_view text);
  Misfit AppendTime(int column, std::string_view text);
  Misfit AppendMicros(int column, int64_t micros);
  void Join(size_t field, std::string_view text);
  bool FinishTime();
  void AppendOrigin(int column, const std::string& text);
  bool HasCell(int column) const {
    return row_of_column_[static_cast<size_t>(column)] == row_;
  }

  const LogKind& kind_;
  const LogOrigin origin_;
  const ParseLimits limits_;
  const int extra_column_;

  /// What each value needs of its LogField, side by side.
  struct Field {
    ValueKind kind;
    int column;  ///< its first
  };
  std::vector<Field> fields_;

  /// A text that is looked up once the memory that this takes has come.
  struct PendingText {
    int column;
    DictionaryKey key;
  };

  std::string_view block_;
  std::vector<PendingText> pending_;
  ColumnsBuilder* columns_ = nullptr;
  std::optional<ValueAppender> append_;
  Failure failure_;
  int64_t row_ = 0;
  std::vector<int64_t> row_of_field_;   // in which row a field last had a value
  std::vector<int64_t> row_of_column_;  // the same of cells that the key may give
  std::optional<int64_t> day_;          // micros of the record's date, …
  std::optional<int64_t> time_of_day_;
  std::optional<int64_t> instant_;
  std::vector<std::string> joined_;    // by field
  std::vector<size_t> joined_fields_;  // those that the row has
  ExtraObject extra_;
  PercentDecoder percent_;
  std::string scratch_;
};

}  // namespace flowlake
