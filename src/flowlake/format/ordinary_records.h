/// Finds the records in a text that can be looked at many at once: a line each, printable
/// ASCII, with the fields that are expected. Nearly all are so.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "flowlake/base/columns.h"
#include "flowlake/format/field_starts.h"
#include "flowlake/format/log_kind.h"
#include "flowlake/format/parser.h"
#include "flowlake/format/record_columns.h"

namespace flowlake {

/// Not thread-safe.
class OrdinaryRecords {
 public:
  /// `kind` outlives this.
  OrdinaryRecords(const LogKind& kind, LogOrigin origin, const ParseLimits& limits,
                  FieldCut cut);

  /// Which field of the kind stands where in a record, each at most once; -1 is one that
  /// the kind does not know. A record has the first `fewest` of them at least, and more
  /// than one. Before this is called, no record is ordinary.
  void SetPositions(std::vector<int> positions, size_t fewest);

  /// `text` stays as it is while it is appended.
  void SetText(std::string_view text);

  /// How much of the text is done.
  struct Taken {
    size_t bytes = 0;
    int64_t lines = 0;
    size_t others = 0;  ///< so many bytes behind them are to be looked at singly
  };
  /// Appends the records that begin at `at`, a line's beginning not before that of the
  /// last call, as RecordValues would, up to some KiB or the first that is not ordinary.
  /// Requires at < the text's size; takes or leaves to others at least one line, or what
  /// there is of it.
  Taken Append(size_t at, ColumnsBuilder& columns);

 private:
  bool FindPiece(size_t at);
  size_t BeginOf(size_t line) const;
  size_t WidthOf(size_t line) const;
  bool IsOrdinary(size_t line) const;
  size_t OrdinaryLines() const;
  bool AppendLines(size_t count, ColumnsBuilder& columns);
  bool AppendField(FieldOfLines texts, int field);
  bool Unquote(FieldOfLines& texts);

  const FieldCut cut_;
  const size_t record_bytes_;
  RecordColumns values_;
  std::string_view text_;
  size_t piece_ = 0;      // where the piece at hand begins …
  FieldStarts starts_;    // … the fields and whole lines in it …
  size_t lines_ = 0;      // … how many of these …
  size_t next_line_ = 0;  // … and which comes next
  std::vector<int> positions_;
  size_t fewest_ = 0;
  std::vector<uint16_t> unquoted_;
};

}  // namespace flowlake
