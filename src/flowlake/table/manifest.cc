#include "flowlake/table/manifest.h"

#include <map>
#include <set>
#include <utility>

namespace flowlake {

namespace {

constexpr char kFolder[] = "/_symlink_format_manifest/";

/// Path of the manifest -> its text.
std::map<std::string, std::string> ManifestsOf(const Table& table,
                                               const Snapshot& snapshot) {
  const std::string root = ManifestRoot(*table.store()) + '/' + table.folder() + '/';
  std::map<std::string, std::string> manifests;
  const FileList& files = snapshot.files;
  for (size_t i = 0; i < files.size(); ++i) {
    const std::string path =
        table.folder() + kFolder + PartitionFolder(files.date(i)) + "/manifest";
    manifests[path] += root + files.path(i) + '\n';
  }
  return manifests;
}

}  // namespace

std::string ManifestRoot(const Store& store) {
  const std::string uri = store.uri();
  return uri.starts_with('/') ? "file://" + uri : uri;
}

Result<ManifestReport> WriteManifests(const Table& table) {
  ARROW_ASSIGN_OR_RAISE(const auto snapshot, table.Load());
  ARROW_RETURN_NOT_OK(CheckMayWrite(snapshot->configuration, table.folder()));
  const auto manifests = ManifestsOf(table, *snapshot);
  ARROW_ASSIGN_OR_RAISE(
      const auto objects,
      table.store()->List(table.folder() + std::string(kFolder, sizeof(kFolder) - 2)));
  ManifestReport report;
  std::set<std::string> there;
  for (const ObjectInfo& object : objects) {
    there.insert(object.path);
    if (manifests.contains(object.path)) continue;
    ARROW_RETURN_NOT_OK(table.store()->Delete(object.path));
    ++report.deleted;
  }
  for (const auto& [path, text] : manifests) {
    if (there.contains(path)) {
      ARROW_ASSIGN_OR_RAISE(const std::string old, ReadAll(*table.store(), path));
      report.unchanged += old == text ? 1 : 0;
      if (old == text) continue;
    }
    ARROW_RETURN_NOT_OK(Replace(*table.store(), path, text));
    ++report.written;
  }
  return report;
}

}  // namespace flowlake
