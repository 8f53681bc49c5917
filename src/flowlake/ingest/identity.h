/// By what the lake recognises an input that it has seen before.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "flowlake/base/date.h"
#include "flowlake/base/input_keys.h"
#include "flowlake/base/status.h"
#include "flowlake/source/byte_stream.h"
#include "flowlake/table/ledger.h"

namespace flowlake {

/// Every function here that makes keys makes both kinds: doc/ledger.md, "Keys" and
/// "Tables of old programs".

/// The ledger's bucket of inputs that are known by the hash of their content: local files
/// and stdin. One bucket for all, so that a renamed or copied file is still the same
/// input.
inline constexpr std::string_view kContentBucket = "content";
/// That of objects whose key says no day.
inline constexpr std::string_view kUndatedBucket = "undated";

/// The bucket of `input`: of objects the day that their key says, so that a run reads and
/// writes the days that it is about; of deliveries "arrived-2026-11-25".
std::string LedgerBucket(const Input& input);
/// Where the input's key may stand if it came before: a delivery that is sent again may
/// have come the day before. Empty for others.
std::string EarlierBucket(const Input& input);

/// The key of an input that is known without being read: an object, or a delivery.
std::optional<InputKeys> KeyUnread(const Input& input);

/// By what an object is known, without being read: its URI and its etag.
InputKeys ObjectKey(const Input& object);

/// The object's name as the ledger knows it, whatever it holds.
Key128 ObjectName(const Input& object);

/// What the ledger of `rejects` holds for an input that was refused as a whole, read with
/// these fields (other fields may make it readable: another key).
InputKeys RefusedKey(const InputKeys& content, const std::vector<std::string>& fields);

/// What the ledger holds, beside its key or in its place, for an input that was brought
/// back although days before `horizon` had been expired, its own among them: once for
/// each time that they are.
InputKeys AgainKey(const InputKeys& key, Date horizon);

/// What the ledger of `rejects` holds for an input without any record.
InputKeys EmptyKey(const InputKeys& content);

/// Of an absolute path, as the two kinds of markers begin.
struct PathHash {
  uint64_t path = 0;
  uint64_t old_path = 0;

  friend bool operator==(const PathHash&, const PathHash&) = default;
};

/// Hashes of the absolute paths of files, however they are named. Remembers the last
/// folder, because inputs come folder by folder. Not thread-safe.
class PathHashes {
 public:
  PathHash Of(const std::string& name);

 private:
  std::string folder_;  // as in the names
  std::string path_;    // of that folder, absolute, without links
};

/// Remembers how long the file of this path was: high is the path's hash, low its size.
/// Enters the ledger together with the content's key.
inline InputKeys PathMarker(const PathHash& hash, int64_t bytes) {
  const auto size = static_cast<uint64_t>(bytes);
  return {{hash.path, size}, Key128{hash.old_path, size}};
}

/// By what a file is found that was shorter, or was rotated since.
struct FileMarks {
  /// Its own path, and for "app.log.1" or "app.log-20261128" that of "app.log", which it
  /// may have been. Empty: it is no file.
  std::vector<PathHash> paths{};

  static FileMarks Of(const std::string& name, PathHashes& hashes);
};

struct SizedFile {
  const Input& input;
  FileMarks marks;
  int64_t bytes = 0;
};

/// The sizes that files of its paths had, ascending. Which of them were its own only
/// their content tells.
std::vector<int64_t> SizesOf(const FileMarks& marks, const Ledger& ledger);

/// Whether `ledger` has the content of the file's first bytes, so many as one of `sizes`
/// says. (A file that cannot be read says nothing, which counts as yes.)
bool HasBeginning(const Input& file, const std::vector<int64_t>& sizes,
                  const Ledger& ledger);

}  // namespace flowlake
