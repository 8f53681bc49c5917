/// How the rows of each kind of log go into the table that the lake has of it: as they
/// are, or, where the table has a column with another type, through a TableFit.
#pragma once

#include <map>
#include <optional>
#include <span>

#include "flowlake/base/columns.h"
#include "flowlake/ingest/known_inputs.h"
#include "flowlake/table/schema_growth.h"

namespace flowlake {

/// Immutable.
class TableFits {
 public:
  /// Tables that lack columns of their kind get them (table/schema_growth.h). What
  /// fails is a failure of `known`, for that table alone.
  static TableFits Make(const Lake& lake, std::span<const Schema* const> schemas,
                        KnownInputs& known);

  /// nullptr: rows are written as they are.
  const TableFit* Of(const Schema& schema) const;

 private:
  std::map<const Schema*, TableFit> fits_;
};

/// Of a table that was not there when its rows were written to files: somebody else may
/// have made it meanwhile, another release, or not flowlake. IOError if these files
/// cannot be its own.
Status CheckNewTable(const Schema& schema, const Snapshot& head);

/// The rows as the table has them. What it has as something else goes to `extra`, behind
/// what that has already.
Columns FitRows(const Columns& rows, const TableFit& fit);

}  // namespace flowlake
