#include "flowlake/store/faulty_store.h"

#include <utility>

namespace flowlake {

void FaultyStore::Inject(const Fault& fault) {
  const std::lock_guard lock(mutex_);
  fault_ = fault;
  operations_ = 0;
  fired_ = false;
}

void FaultyStore::Heal() {
  const std::lock_guard lock(mutex_);
  fault_.reset();
}

bool FaultyStore::fired() const {
  const std::lock_guard lock(mutex_);
  return fired_;
}

std::optional<FaultKind> FaultyStore::Next(bool mutating) {
  const std::lock_guard lock(mutex_);
  if (!fault_) return std::nullopt;
  if (fired_) return fault_->forever ? std::optional(FaultKind::kRefused) : std::nullopt;
  if (fault_->mutating_only && !mutating) return std::nullopt;
  if (operations_++ != fault_->operation) return std::nullopt;
  fired_ = true;
  return fault_->kind;
}

template <typename Operation>
auto FaultyStore::Run(const char* name, const std::string& path, bool mutating,
                      Operation operation) -> decltype(operation()) {
  const auto fault = Next(mutating);
  const auto failure = [&] {
    return Status::IOError(name, " ", uri(), "/", path, ": injected fault");
  };
  if (fault == FaultKind::kRefused) return failure();
  auto result = operation();
  if (fault && result.ok()) return failure();
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
    Status status = store_->Run("close", path_, true, [&] { return inner_->Close(); });
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
  return Run("list", folder, false, [&] { return inner_->List(folder); });
}

Result<std::vector<std::string>> FaultyStore::Names(const std::string& folder,
                                                    const std::string& after) {
  return Run("list", folder, false, [&] { return inner_->Names(folder, after); });
}

Result<std::optional<ObjectInfo>> FaultyStore::Stat(const std::string& path) {
  return Run("stat", path, false, [&] { return inner_->Stat(path); });
}

Result<std::shared_ptr<arrow::io::RandomAccessFile>> FaultyStore::Open(
    const std::string& path, const std::string& etag) {
  return Run("open", path, false, [&] { return inner_->Open(path, etag); });
}

Result<std::shared_ptr<arrow::io::OutputStream>> FaultyStore::Create(
    const std::string& path) {
  return Run("create", path, true,
             [&]() -> Result<std::shared_ptr<arrow::io::OutputStream>> {
               ARROW_ASSIGN_OR_RAISE(auto inner, inner_->Create(path));
               return std::make_shared<FaultyWriter>(this, path, std::move(inner));
             });
}

Result<PutOutcome> FaultyStore::PutIfAbsent(const std::string& path,
                                            std::string_view bytes) {
  return Run("put", path, true, [&] { return inner_->PutIfAbsent(path, bytes); });
}

Status FaultyStore::Delete(const std::string& path) {
  return Run("delete", path, true, [&] { return inner_->Delete(path); });
}

Result<std::vector<UnfinishedObject>> FaultyStore::ListUnfinished(
    const std::string& folder) {
  return Run("list", folder, false, [&] { return inner_->ListUnfinished(folder); });
}

Status FaultyStore::DiscardUnfinished(const UnfinishedObject& object) {
  return Run("delete", object.path, true,
             [&] { return inner_->DiscardUnfinished(object); });
}

}  // namespace flowlake
