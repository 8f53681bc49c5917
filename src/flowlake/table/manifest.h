/// Symlink manifests: for engines that read a list of files but not a Delta log. One text
/// object per partition, `_symlink_format_manifest/date=2026-09-21/manifest`, a file's
/// absolute URI per line (docs.delta.io, "Presto, Trino, and Athena to Delta Lake
/// integration using manifests").
#pragma once

#include <cstdint>
#include <string>

#include "flowlake/base/status.h"
#include "flowlake/table/table.h"

namespace flowlake {

struct ManifestReport {
  int64_t written = 0;
  int64_t deleted = 0;
  int64_t unchanged = 0;
};

/// Makes the manifests those of the table's newest version. Each is replaced in one step,
/// all together are not: a reader may see days of two versions.
Result<ManifestReport> WriteManifests(const Table& table);

/// "s3://bucket/lake" for a store in S3, "file:///lake" for a folder.
std::string ManifestRoot(const Store& store);

}  // namespace flowlake
