/// Deliveries that were acknowledged and are not in the lake yet: one object each, in a
/// folder or in S3. doc/write-ahead-log.md has the format.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "flowlake/base/status.h"
#include "flowlake/source/firehose_delivery.h"
#include "flowlake/store/store.h"

namespace flowlake {

/// An object of the log.
struct LoggedDelivery {
  std::string path;  ///< in the log's store
  int64_t bytes = 0;
  int64_t arrived_ms = 0;  ///< milliseconds since the epoch
};

/// Thread-safe. Any number of processes may share one in S3; a folder has one owner.
class WriteAheadLog {
 public:
  /// At a folder, which is made if it is missing, or at "s3://bucket/prefix". IOError if
  /// another process has the folder, or it cannot be written.
  static Result<std::unique_ptr<WriteAheadLog>> Open(const std::string& uri);
  explicit WriteAheadLog(std::shared_ptr<Store> store) : store_(std::move(store)) {}
  WriteAheadLog(const WriteAheadLog&) = delete;
  WriteAheadLog& operator=(const WriteAheadLog&) = delete;
  ~WriteAheadLog();

  std::string uri() const { return store_->uri(); }

  struct Appended {
    LoggedDelivery delivery;
    /// False: the log had the same request already.
    bool is_new = true;
  };

  /// Once this returns OK the delivery survives whatever happens to this process.
  Result<Appended> Append(const FirehoseDelivery& delivery, int64_t now_ms);

  /// All there are, the oldest first.
  Result<std::vector<LoggedDelivery>> List() const;

  /// The inputs of one; none if it is gone, because another process was first. Invalid if
  /// it is damaged.
  Result<std::vector<Input>> Read(const LoggedDelivery& delivery) const;

  /// Once the lake has it.
  Status Remove(const LoggedDelivery& delivery);

 private:
  std::shared_ptr<Store> store_;
  int lock_ = -1;  ///< of the folder
};

std::string FormatLoggedDelivery(const FirehoseDelivery& delivery, int64_t now_ms);
/// Invalid says what is not as FormatLoggedDelivery writes it. `arrived_ms` may be null.
Result<FirehoseDelivery> ParseLoggedDelivery(std::string_view bytes, int64_t* arrived_ms);

}  // namespace flowlake
