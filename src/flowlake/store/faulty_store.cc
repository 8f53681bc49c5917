#include "flowlake/store/faulty_store.h"

#include <utility>

#include "flowlake/aws/http_client.h"
#include "flowlake/base/waiting.h"

namespace flowlake {

namespace {
constexpr char kPut[] = "put";
}  // namespace

void FaultyStore::Inject(const Fault& fault) {
  const std::lock_guard lock(mutex_);
  fault_ = fault;
  operations_ = 0;
  fired_ = false;
}

void FaultyStore::InjectOutage(const Outage& outage) {
  const std::lock_guard lock(mutex_);
  outage_ = outage;
  fired_ = false;
}

void FaultyStore::Heal() {
  const std::lock_guard lock(mutex_);
  fault_.reset();
  outage_.reset();
}

bool FaultyStore::fired() const {
  const std::lock_guard lock(mutex_);
  return fired_;
}

std::optional<FaultKind> FaultyStore::Next(const Operation& operation) {
  const std::lock_guard lock(mutex_);
  if (outage_) return NextOfOutage(operation);
  if (fault_) return NextOfFault(operation);
  return std::nullopt;
}

std::optional<FaultKind> FaultyStore::NextOfOutage(const Operation& operation) {
  const auto concerns = [&](const std::string& part) {
    return operation.path.find(part) != std::string::npos;
  };
  if (!fired_) {
    if (operation.name != kPut || !concerns(outage_->begins_at)) return std::nullopt;
    fired_ = true;
    outage_end_ = SteadyMs() + outage_->lasts_ms;
    return FaultKind::kAnswerLost;
  }
  const bool is_over = SteadyMs() >= outage_end_;
  if (is_over || !concerns(outage_->refuses)) return std::nullopt;
  return FaultKind::kRefused;
}

std::optional<FaultKind> FaultyStore::NextOfFault(const Operation& operation) {
  if (fired_) return fault_->forever ? std::optional(FaultKind::kRefused) : std::nullopt;
  if (fault_->mutating_only && !operation.is_mutating) return std::nullopt;
  if (operations_++ != fault_->operation) return std::nullopt;
  fired_ = true;
  return fault_->kind;
}

Status FaultyStore::FailureOf(const Operation& operation) const {
  const Status failure = Status::IOError(operation.name, " ", uri(), "/", operation.path,
                                         ": injected fault");
  const std::lock_guard lock(mutex_);
  return outage_ ? WithCause(failure, FailureCause::kBusy) : failure;
}

template <typename Work>
auto FaultyStore::Run(const Operation& operation, Work work) -> decltype(work()) {
  const auto fault = Next(operation);
  if (fault == FaultKind::kRefused) return FailureOf(operation);
  auto result = work();
  if (fault && result.ok()) return FailureOf(operation);
  return result;
}

/// The inner store's stream; only its Close() counts as an operation.
class FaultyWriter final : public arrow::io::OutputStream {
 public:
  FaultyWriter(FaultyStore* store, std::string path,
               std::shared_ptr<arrow::io::OutputStream> inner)
      : store_(store), path_(std::move(path)), inner_(std::move(inner)) {}

  Status Write(const void* data, int64_t size) override {
    return inner_->Write(data, size);
  }
  using Writable::Write;

  Status Close() override {
    if (inner_->closed()) return Status::OK();
    Status status = store_->Run({"close", path_, true}, [&] { return inner_->Close(); });
    if (!status.ok() && !inner_->closed()) ARROW_RETURN_NOT_OK(inner_->Abort());
    return status;
  }
  Status Abort() override { return inner_->Abort(); }
  Result<int64_t> Tell() const override { return inner_->Tell(); }
  bool closed() const override { return inner_->closed(); }

 private:
  FaultyStore* store_;
  std::string path_;
  std::shared_ptr<arrow::io::OutputStream> inner_;
};

Result<std::vector<ObjectInfo>> FaultyStore::List(const std::string& folder) {
  return Run({"list", folder, false}, [&] { return inner_->List(folder); });
}

Result<std::vector<std::string>> FaultyStore::Names(const std::string& folder,
                                                    const std::string& after) {
  return Run({"list", folder, false}, [&] { return inner_->Names(folder, after); });
}

Result<std::optional<ObjectInfo>> FaultyStore::Stat(const std::string& path) {
  return Run({"stat", path, false}, [&] { return inner_->Stat(path); });
}

Result<std::shared_ptr<arrow::io::RandomAccessFile>> FaultyStore::Open(
    const std::string& path, const std::string& etag) {
  return Run({"open", path, false}, [&] { return inner_->Open(path, etag); });
}

Result<std::shared_ptr<arrow::io::OutputStream>> FaultyStore::Create(
    const std::string& path) {
  return Run({"create", path, true},
             [&]() -> Result<std::shared_ptr<arrow::io::OutputStream>> {
               ARROW_ASSIGN_OR_RAISE(auto inner, inner_->Create(path));
               return std::make_shared<FaultyWriter>(this, path, std::move(inner));
             });
}

Result<PutOutcome> FaultyStore::PutIfAbsent(const std::string& path,
                                            std::string_view bytes) {
  return Run({kPut, path, true}, [&] { return inner_->PutIfAbsent(path, bytes); });
}

Status FaultyStore::Delete(const std::string& path) {
  return Run({"delete", path, true}, [&] { return inner_->Delete(path); });
}

Result<std::vector<UnfinishedObject>> FaultyStore::ListUnfinished(
    const std::string& folder) {
  return Run({"list", folder, false}, [&] { return inner_->ListUnfinished(folder); });
}

Status FaultyStore::DiscardUnfinished(const UnfinishedObject& object) {
  return Run({"delete", object.path, true},
             [&] { return inner_->DiscardUnfinished(object); });
}

}  // namespace flowlake
