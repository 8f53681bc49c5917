#include "flowlake/store/memory_store.h"

#include <arrow/buffer.h>
#include <arrow/io/memory.h>

#include <map>
#include <set>
#include <utility>

#include "flowlake/base/date.h"
#include "flowlake/base/key128.h"
#include "flowlake/base/mutex.h"

namespace flowlake {

namespace {

struct Object {
  std::shared_ptr<arrow::Buffer> bytes;
  int64_t modified_ms;
  std::string etag;
};

ObjectInfo Describe(const std::string& path, const Object& object) {
  return {path, object.bytes->size(), object.modified_ms, object.etag};
}

/// What store and open writers share.
class Objects {
 public:
  bool Insert(const std::string& path, std::string bytes, bool replace) {
    std::string etag = HashOf(bytes).ToString();
    const MutexLock lock(mutex_);
    if (!replace && objects_.contains(path)) return false;
    objects_.insert_or_assign(path, Object{arrow::Buffer::FromString(std::move(bytes)),
                                           NowMicros() / 1000, std::move(etag)});
    return true;
  }

  std::optional<Object> Find(const std::string& path) {
    const MutexLock lock(mutex_);
    const auto found = objects_.find(path);
    if (found == objects_.end()) return std::nullopt;
    return found->second;
  }

  void Erase(const std::string& path) {
    const MutexLock lock(mutex_);
    objects_.erase(path);
  }

  /// Those that are not hidden.
  std::vector<ObjectInfo> Below(const std::string& prefix) {
    const MutexLock lock(mutex_);
    std::vector<ObjectInfo> found;
    for (auto at = objects_.lower_bound(prefix);
         at != objects_.end() && at->first.starts_with(prefix); ++at) {
      if (at->first.find("/.", prefix.size()) != std::string::npos) continue;
      if (at->first[prefix.size()] == '.') continue;
      found.push_back(Describe(at->first, at->second));
    }
    return found;
  }

 private:
  Mutex mutex_;
  std::map<std::string, Object> objects_ GUARDED_BY(mutex_);
};

class MemoryWriter final : public arrow::io::OutputStream {
 public:
  MemoryWriter(std::shared_ptr<Objects> objects, std::string path)
      : objects_(std::move(objects)), path_(std::move(path)) {}

  Status Write(const void* data, int64_t size) override {
    if (closed_) return Status::IOError("write memory:/", path_, ": is closed");
    bytes_.append(static_cast<const char*>(data), static_cast<size_t>(size));
    return Status::OK();
  }
  using Writable::Write;

  Status Close() override {
    if (!std::exchange(closed_, true)) objects_->Insert(path_, std::move(bytes_), true);
    return Status::OK();
  }
  Status Abort() override {
    closed_ = true;
    return Status::OK();
  }
  Result<int64_t> Tell() const override { return static_cast<int64_t>(bytes_.size()); }
  bool closed() const override { return closed_; }

 private:
  std::shared_ptr<Objects> objects_;
  std::string path_;
  std::string bytes_;
  bool closed_ = false;
};

std::string PrefixOf(const std::string& folder) {
  return folder.empty() ? folder : folder + '/';
}

class MemoryStore final : public Store {
 public:
  std::string uri() const override { return "memory:"; }

  Result<std::vector<ObjectInfo>> List(const std::string& folder) override {
    if (!folder.empty()) ARROW_RETURN_NOT_OK(CheckObjectPath(folder));
    return objects_->Below(PrefixOf(folder));
  }

  Result<std::vector<std::string>> Names(const std::string& folder,
                                         const std::string& after) override {
    ARROW_ASSIGN_OR_RAISE(const auto below, List(folder));
    const size_t prefix = PrefixOf(folder).size();
    std::set<std::string> names;
    for (const ObjectInfo& info : below) {
      const size_t slash = info.path.find('/', prefix);
      const size_t end = slash == std::string::npos ? info.path.size() : slash + 1;
      std::string name = info.path.substr(prefix, end - prefix);
      if (name > after) names.insert(std::move(name));
    }
    return std::vector<std::string>(names.begin(), names.end());
  }

  Result<std::optional<ObjectInfo>> Stat(const std::string& path) override {
    ARROW_RETURN_NOT_OK(CheckObjectPath(path));
    const auto object = objects_->Find(path);
    if (!object) return std::nullopt;
    return Describe(path, *object);
  }

  Result<std::shared_ptr<arrow::io::RandomAccessFile>> Open(
      const std::string& path, const std::string& etag) override {
    ARROW_RETURN_NOT_OK(CheckObjectPath(path));
    const auto object = objects_->Find(path);
    if (!object) return Status::IOError("open memory:/", path, ": no such object");
    if (!etag.empty() && etag != object->etag) {
      return Status::IOError("open memory:/", path, ": has changed");
    }
    return std::make_shared<arrow::io::BufferReader>(object->bytes);
  }

  Result<std::shared_ptr<arrow::io::OutputStream>> Create(
      const std::string& path) override {
    ARROW_RETURN_NOT_OK(CheckObjectPath(path));
    return std::make_shared<MemoryWriter>(objects_, path);
  }

  Result<PutOutcome> PutIfAbsent(const std::string& path,
                                 std::string_view bytes) override {
    ARROW_RETURN_NOT_OK(CheckObjectPath(path));
    return objects_->Insert(path, std::string(bytes), false) ? PutOutcome::kCreated
                                                             : PutOutcome::kExists;
  }

  Status Delete(const std::string& path) override {
    ARROW_RETURN_NOT_OK(CheckObjectPath(path));
    objects_->Erase(path);
    return Status::OK();
  }

 private:
  std::shared_ptr<Objects> objects_ = std::make_shared<Objects>();
};

}  // namespace

std::shared_ptr<Store> MakeMemoryStore() { return std::make_shared<MemoryStore>(); }

}  // namespace flowlake
