/// Folders and prefixes into which something else writes logs.
#pragma once

#include <chrono>
#include <map>
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
  /// `places` as `ingest` takes them. `writer` outlives it. A file that never settles is
  /// followed after `patience`.
  Watcher(std::vector<std::string> places, LakeWriter& writer,
          StoreOpener open = OpenLogStore,
          std::chrono::seconds patience = std::chrono::minutes(1))
      : places_(std::move(places)),
        writer_(writer),
        open_(std::move(open)),
        patience_(patience) {}

  /// Lists them and ingests what it has not seen: the first time everything, then of
  /// AWS's layouts the last three days only. A local file that has changed within the
  /// last ten seconds is somebody's who still writes it; when that goes on it is
  /// followed: whole records of text are taken as they come. A last line without a line
  /// feed is taken when the file was left alone for ten minutes. A symbolic link is not
  /// followed, and named once in the log: whoever may write into the folder may not read
  /// this machine's other files. An error, or an input that failed, is tried again with
  /// the next call.
  Status Look();

 private:
  static Key128 Fingerprint(const Input& input);
  std::vector<Input> Unseen(std::vector<Input> found);
  /// Whether it has settled, or has been written to for so long that it never may.
  bool IsFollowed(const Input& input);
  void Name(const std::set<std::string>& links);

  const std::vector<std::string> places_;
  LakeWriter& writer_;
  const StoreOpener open_;
  const std::chrono::seconds patience_;
  bool is_first_ = true;
  std::set<Key128> seen_;
  /// Files that somebody writes, and when they were first found so.
  std::map<std::string, std::chrono::steady_clock::time_point> busy_since_;
  std::set<std::string> named_links_;
};

}  // namespace flowlake
