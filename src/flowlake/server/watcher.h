/// Folders and prefixes into which something else writes logs.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "flowlake/base/key128.h"
#include "flowlake/base/status.h"
#include "flowlake/server/lake_writer.h"
#include "flowlake/source/inputs.h"

namespace flowlake {

/// Not thread-safe.
class Watcher {
 public:
  /// `places` as `ingest` takes them. `writer` outlives it.
  Watcher(std::vector<std::string> places, LakeWriter& writer,
          StoreOpener open = OpenLogStore)
      : places_(std::move(places)), writer_(writer), open_(std::move(open)) {}

  /// Lists them and ingests what it has not seen: the first time everything, then of
  /// AWS's layouts the last three days only. A local file that has changed within the
  /// last ten seconds is somebody's who still writes it. A symbolic link is not followed,
  /// and named once in the log: whoever may write into the folder may not read this
  /// machine's other files. An error, or an input that
  /// failed, is tried again with the next call.
  Status Look();

 private:
  static Key128 Fingerprint(const Input& input);
  std::vector<Input> Unseen(std::vector<Input> found) const;
  void Name(const std::set<std::string>& links);

  const std::vector<std::string> places_;
  LakeWriter& writer_;
  const StoreOpener open_;
  bool is_first_ = true;
  std::set<Key128> seen_;
  std::set<std::string> named_links_;
};

}  // namespace flowlake
