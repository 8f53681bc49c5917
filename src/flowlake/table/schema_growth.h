/// A release, or an edited [[log]], knows columns that a table of an older one lacks: the
/// table gets them. Only that: columns that others have added stay, none changes its type
/// or place. The first write of a release adds all that it knows, before the first file
/// that may have them; what it adds is decided anew in each attempt of the commit, so
/// that of writers with different columns none loses.
///
/// A column that the table has with another type cannot be had: files always have the
/// table's types. Its values go to `extra`.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "flowlake/base/schema.h"
#include "flowlake/base/status.h"
#include "flowlake/table/delta_schema.h"
#include "flowlake/table/log_entry.h"
#include "flowlake/table/snapshot.h"
#include "flowlake/table/table.h"
#include "flowlake/table/table_property.h"

namespace flowlake {

/// The table's columns that are not in its Schema, because we do not know their types.
Result<std::vector<ForeignColumn>> ForeignColumns(const Snapshot& head);

/// Those of `fields` that the table has under no name. Names that differ in case alone
/// are one to most engines, so that also counts as there.
Result<std::vector<Field>> MissingFields(const Snapshot& head,
                                         const std::vector<Field>& fields);

/// What a commit changes of a table's metadata.
struct MetadataChange {
  TableProperties properties;
  std::vector<Field> fields;  ///< that come behind those it has

  bool empty() const { return properties.empty() && fields.empty(); }
};
/// What a commit that wants `properties` and `columns` has to change on top of `head`:
/// it adds the columns that are missing, and the mark of an old program's table
/// (table/own_table.h).
Result<MetadataChange> ChangeOf(const Snapshot& head, const std::string& folder,
                                const TableProperties& properties,
                                const std::vector<Field>& columns);
/// The head's metadata, changed; nullopt if there is nothing to change.
Result<std::optional<TableMetadata>> ChangedMetadata(const Snapshot& head,
                                                     const MetadataChange& change);

/// Commits a version in which the table has `columns` too: those that it lacks are added,
/// nullable. Nothing is committed if it lacks none.
Result<CommitOutcome> CommitColumns(const Table& table, const std::vector<Field>& columns,
                                    std::shared_ptr<const Snapshot> head);

/// Commits what the table lacks of `schema`'s columns, which is nothing most of the time:
/// then `head` itself is returned. Else the newest head, which has them all, of whatever
/// type.
Result<std::shared_ptr<const Snapshot>> GrowSchema(const Table& table,
                                                   const Schema& schema,
                                                   std::shared_ptr<const Snapshot> head);

/// How rows of one schema are written to a table.
struct TableFit {
  /// What files have: the fields whose values the table's column can hold, with the
  /// table's type.
  Schema schema;
  std::vector<int> sources;   ///< parallel to `schema`: the fields they come from
  std::vector<int> to_extra;  ///< the fields that the table has as something else
};

/// nullopt if rows can be written as they are. Requires GrowSchema(). Invalid if there is
/// no column `extra` to take what does not fit.
Result<std::optional<TableFit>> FitToTable(const Schema& schema, const Schema& table);

}  // namespace flowlake
