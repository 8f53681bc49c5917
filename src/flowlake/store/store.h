/// The one seam to bytes at rest: local disk, memory, and a faulty one for the tests; S3
/// is another room beside them. store/conformance_test.cc is what every store must pass.
#pragma once

#include <arrow/io/interfaces.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "flowlake/base/status.h"

namespace flowlake {

struct ObjectInfo {
  std::string path;  ///< relative to the store's root, '/' between names
  int64_t size = 0;
  int64_t modified_ms = 0;  ///< milliseconds since the epoch
  /// Names the content, where the store does that: another content, another etag.
  std::string etag;
};

/// What a writer has begun and not closed: it shows in no listing, yet takes space. The
/// writer is at work, or was killed.
struct UnfinishedObject {
  std::string path;  ///< of the object to be, or of the hidden file that holds it so far
  std::string upload;       ///< the store's name for it, where the path is not enough
  int64_t size = 0;         ///< 0 where the store does not say
  int64_t modified_ms = 0;  ///< when it was begun or written last
};

enum class PutOutcome {
  kCreated,  ///< the object holds our bytes, durably
  kExists,   ///< somebody's object was there before; nothing was changed
};

/// Objects under a root. Paths are relative, without a leading '/', without "." or "..";
/// any other path is Invalid, unless the store was opened for logs (open_store.h). An
/// object with a name in its path that begins with '.' is
/// hidden: it can be read by its path but is in no listing. All methods are thread-safe.
/// Errors are IOError and name operation, object and cause.
class Store {
 public:
  virtual ~Store() = default;

  /// What messages call the root: "/data/lake", "memory:".
  virtual std::string uri() const = 0;

  /// Every object whose path starts with `folder` + '/' (all objects for ""), sorted by
  /// path, also those in folders below. A folder that does not exist is empty, not an
  /// error. Objects that are being written are not listed.
  virtual Result<std::vector<ObjectInfo>> List(const std::string& folder) = 0;

  /// The names directly below `folder` ("" is the root), sorted; those of folders end in
  /// '/'. A folder without objects may be missing from the answer. With `after`, only
  /// those greater than it, so that of a long folder only the end is listed.
  virtual Result<std::vector<std::string>> Names(const std::string& folder,
                                                 const std::string& after = "") = 0;

  /// nullopt if there is no such object, which is not an error.
  virtual Result<std::optional<ObjectInfo>> Stat(const std::string& path) = 0;

  /// For range reads; ReadAt is thread-safe. A missing object is an IOError. With an
  /// `etag`, as a listing gave it, so is an object that has another one, when it is
  /// opened or read.
  virtual Result<std::shared_ptr<arrow::io::RandomAccessFile>> Open(
      const std::string& path, const std::string& etag = "") = 0;

  /// The whole object, in one request where the store can do that. IOError if it is
  /// missing, or larger than `limit` bytes.
  virtual Result<std::string> Read(const std::string& path, int64_t limit);

  /// A new object. It is invisible until Close(), which makes it durable and then visible
  /// in one step, in the place of an object that had its name; Abort(), or destruction
  /// before Close(), leaves nothing behind.
  virtual Result<std::shared_ptr<arrow::io::OutputStream>> Create(
      const std::string& path) = 0;

  /// Writes the whole object if there is none of that name: of many concurrent callers
  /// exactly one gets kCreated, and its bytes are then what every reader sees. Never
  /// visible half-written, durable on return.
  virtual Result<PutOutcome> PutIfAbsent(const std::string& path,
                                         std::string_view bytes) = 0;

  /// Deleting an object that does not exist is not an error.
  virtual Status Delete(const std::string& path) = 0;

  /// What is unfinished below `folder`, in any order; nothing in a store whose objects
  /// end with their writers.
  virtual Result<std::vector<UnfinishedObject>> ListUnfinished(const std::string& folder);
  /// Its writer, if it is at work after all, fails. Discarding what is gone is not an
  /// error.
  virtual Status DiscardUnfinished(const UnfinishedObject& object);
};

/// store.Read().
Result<std::string> ReadAll(Store& store, const std::string& path,
                            int64_t limit = int64_t{1} << 30);

/// Writes the whole object, in one step, in the place of any that was there.
Status Replace(Store& store, const std::string& path, std::string_view bytes);

/// Invalid, naming the path, if it is not one that Store's methods take.
Status CheckObjectPath(std::string_view path);

}  // namespace flowlake
