/// A store that fails on demand, for tests.
#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "flowlake/store/store.h"

namespace flowlake {

enum class FaultKind {
  kRefused,     ///< the operation does nothing and says that it failed
  kAnswerLost,  ///< the operation is done and says that it failed
};

struct Fault {
  int64_t operation = 0;  ///< which one fails: 0 is the first after Inject()
  FaultKind kind = FaultKind::kRefused;
  /// Only Create, Close of what it made, PutIfAbsent, Delete and DiscardUnfinished count.
  bool mutating_only = true;
  /// Every later operation (of either sort) is refused too, as for a killed process.
  bool forever = false;
};

/// A store that is too busy for a while: errors are of the kind that passes (IsPassing).
struct Outage {
  /// The first PutIfAbsent of a path that has this in it begins it: it is done, and says
  /// that it failed.
  std::string begins_at;
  /// From then on, what concerns a path that has this in it is refused; "": all.
  std::string refuses;
  int64_t lasts_ms = 60'000;  ///< by SteadyMs()
};

/// Passes everything on to `inner`, but for the operations that a fault or an outage
/// names. A file under construction whose Close is refused leaves nothing behind. Without
/// a fault it is as good a store as `inner`. Thread-safe.
class FaultyStore : public Store {
 public:
  explicit FaultyStore(std::shared_ptr<Store> inner) : inner_(std::move(inner)) {}

  /// Counts operations from here on.
  void Inject(const Fault& fault);
  void InjectOutage(const Outage& outage);
  /// No fault and no outage from here on.
  void Heal();
  /// Whether the injected fault has happened.
  bool fired() const;

  std::string uri() const override { return inner_->uri(); }
  Result<std::vector<ObjectInfo>> List(const std::string& folder) override;
  Result<std::vector<std::string>> Names(const std::string& folder,
                                         const std::string& after) override;
  Result<std::optional<ObjectInfo>> Stat(const std::string& path) override;
  Result<std::shared_ptr<arrow::io::RandomAccessFile>> Open(
      const std::string& path, const std::string& etag) override;
  Result<std::shared_ptr<arrow::io::OutputStream>> Create(
      const std::string& path) override;
  Result<PutOutcome> PutIfAbsent(const std::string& path,
                                 std::string_view bytes) override;
  Status Delete(const std::string& path) override;
  Result<std::vector<UnfinishedObject>> ListUnfinished(
      const std::string& folder) override;
  Status DiscardUnfinished(const UnfinishedObject& object) override;

 private:
  friend class FaultyWriter;

  struct Operation {
    const char* name;
    const std::string& path;
    bool is_mutating;
  };

  /// What hits the operation, if anything does.
  std::optional<FaultKind> Next(const Operation& operation);
  std::optional<FaultKind> NextOfOutage(const Operation& operation);
  std::optional<FaultKind> NextOfFault(const Operation& operation);
  Status FailureOf(const Operation& operation) const;
  /// Calls `work` as the fault, if any, wants it.
  template <typename Work>
  auto Run(const Operation& operation, Work work) -> decltype(work());

  std::shared_ptr<Store> inner_;
  mutable std::mutex mutex_;
  std::optional<Fault> fault_;    // guarded by mutex_
  std::optional<Outage> outage_;  // guarded by mutex_
  int64_t outage_end_ = 0;        // guarded by mutex_; by SteadyMs()
  int64_t operations_ = 0;        // guarded by mutex_
  bool fired_ = false;            // guarded by mutex_
};

}  // namespace flowlake
