/// The views of a lake's tables as parse trees: no name of a lake becomes text.
#pragma once

#include <duckdb.hpp>
#include <string>

#include "flowlake/query/snapshot_table.h"

namespace flowlake {

/// The view of that name (query/views.h) over a table; its names and types are filled in.
duckdb::unique_ptr<duckdb::CreateViewInfo> MakeView(
    const duckdb::SchemaCatalogEntry& schema, const std::string& name,
    const SnapshotTable& table);

}  // namespace flowlake
