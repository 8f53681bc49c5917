/// A table's columns as Delta's `metaData.schemaString` has them.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "flowlake/base/schema.h"
#include "flowlake/base/status.h"

namespace flowlake {

/// The only partition column of every table.
inline constexpr char kPartitionColumn[] = "date";

/// JSON of a struct of `schema`'s fields and, last, the partition column.
std::string FormatDeltaSchema(const Schema& schema);

/// A column of a type that is none of ours. Both texts are another writer's.
struct ForeignColumn {
  std::string name;
  std::string type;  ///< as JSON: "\"boolean\"", "{\"type\":\"array\",…}"
};

struct DeltaSchema {
  Schema schema;  ///< without the partition column
  std::vector<ForeignColumn> foreign;
};

/// The partition column may stand anywhere but must be there. Columns of types that are
/// none of ours are only named: the rest can be read, and written.
Result<DeltaSchema> ParseDeltaSchema(std::string_view text, const std::string& table);

/// The schema as another writer may have written it, with `fields` behind its own: before
/// the partition column if that is the last. Nothing else of it changes.
Result<std::string> WithFields(std::string_view text, const std::vector<Field>& fields);

}  // namespace flowlake
