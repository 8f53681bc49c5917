#include "flowlake/store/local_store.h"

#include <arrow/io/file.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <set>
#include <utility>

#include "flowlake/base/mutex.h"
#include "flowlake/base/uuid.h"
#include "flowlake/store/local_folder.h"

namespace flowlake {

namespace {

std::string FolderOf(const std::string& path) {
  const size_t slash = path.rfind('/');
  return slash == 0 ? "/" : path.substr(0, slash);
}

int64_t ModifiedMs(const struct stat& info) {
  return int64_t{info.st_mtim.tv_sec} * 1000 + info.st_mtim.tv_nsec / 1'000'000;
}

constexpr std::string_view kTemporaryPrefix = ".tmp-";

bool IsVisible(std::string_view name) { return !name.starts_with('.'); }
bool IsTemporary(std::string_view name) { return name.starts_with(kTemporaryPrefix); }

/// The folder and the last name of an object's path.
std::string_view FolderIn(std::string_view path) {
  const size_t slash = path.rfind('/');
  return slash == std::string_view::npos ? std::string_view() : path.substr(0, slash);
}
std::string NameIn(std::string_view path) {
  return std::string(path.substr(path.rfind('/') + 1));  // npos + 1 is 0
}

/// A hidden file in its object's folder; removed by the destructor unless it was renamed.
class TemporaryFile {
 public:
  /// `final_path` is for messages.
  TemporaryFile(Descriptor folder, std::string final_name, std::string final_path)
      : folder_(std::move(folder)),
        final_name_(std::move(final_name)),
        final_path_(std::move(final_path)),
        name_(std::string(kTemporaryPrefix) + NewUuid()) {}
  TemporaryFile(const TemporaryFile&) = delete;
  TemporaryFile& operator=(const TemporaryFile&) = delete;
  ~TemporaryFile() { Remove(); }

  Status Open() {
    file_ = OpenIn(folder_, name_, O_WRONLY | O_CREAT | O_EXCL);
    return file_ ? Status::OK() : Failed("create");
  }

  Status Write(const char* data, size_t size) {
    while (size > 0) {
      const ssize_t written = ::write(file_.fd(), data, size);
      if (written < 0 && errno == EINTR) continue;
      if (written < 0) return Failed("write");
      data += written;
      size -= static_cast<size_t>(written);
    }
    return Status::OK();
  }

  /// Ends writing: the bytes are on disk, under the temporary name.
  Status Flush() {
    if (::fsync(file_.fd()) != 0) return Failed("flush");
    return ::close(file_.Release()) == 0 ? Status::OK() : Failed("close");
  }

  /// Replaces whatever has the final name.
  Status Rename() {
    if (::renameat(folder_.fd(), name_.c_str(), folder_.fd(), final_name_.c_str()) != 0) {
      return Failed("create");
    }
    name_.clear();
    return FlushNames();
  }

  Result<PutOutcome> LinkIfAbsent() {
    if (::linkat(folder_.fd(), name_.c_str(), folder_.fd(), final_name_.c_str(), 0) !=
        0) {
      if (errno == EEXIST) {  // durable here too, if whoever made it is not done yet
        ARROW_RETURN_NOT_OK(FlushNames());
        return PutOutcome::kExists;
      }
      if (errno == EPERM || errno == ENOTSUP || errno == EMLINK) {
        return Status::IOError("create ", final_path_, ": ", std::strerror(errno),
                               " (a lake needs a file system with hard links)");
      }
      return Failed("create");
    }
    Remove();
    ARROW_RETURN_NOT_OK(FlushNames());
    return PutOutcome::kCreated;
  }

  void Remove() {
    file_ = Descriptor();
    if (!name_.empty()) ::unlinkat(folder_.fd(), name_.c_str(), 0);
    name_.clear();
  }

 private:
  Status Failed(const char* operation) const {
    return ErrnoStatus(operation, final_path_);
  }
  Status FlushNames() const {
    return FlushFolder(folder_) ? Status::OK() : Failed("flush the folder of");
  }

  Descriptor folder_;
  std::string final_name_;
  std::string final_path_;
  std::string name_;
  Descriptor file_;
};

class LocalWriter final : public arrow::io::OutputStream {
 public:
  static Result<std::shared_ptr<arrow::io::OutputStream>> Make(
      const std::string& path, std::unique_ptr<TemporaryFile> file) {
    ARROW_RETURN_NOT_OK(file->Open());
    return std::make_shared<LocalWriter>(path, std::move(file));
  }
  /// `path` is for messages.
  LocalWriter(std::string path, std::unique_ptr<TemporaryFile> file)
      : path_(std::move(path)), file_(std::move(file)) {}

  Status Write(const void* data, int64_t size) override {
    if (closed_) return Status::IOError("write ", path_, ": is closed");
    if (!failure_.ok()) return failure_;
    failure_ = file_->Write(static_cast<const char*>(data), static_cast<size_t>(size));
    position_ += size;
    return failure_;
  }
  using Writable::Write;

  Status Close() override {
    if (std::exchange(closed_, true)) return Status::OK();
    Status status = Publish();
    file_->Remove();
    return status;
  }

  Status Abort() override {
    closed_ = true;
    file_->Remove();
    return Status::OK();
  }
  Result<int64_t> Tell() const override { return position_; }
  bool closed() const override { return closed_; }

 private:
  Status Publish() {
    // A file that lacks a write must never become visible, even if its writer went on.
    ARROW_RETURN_NOT_OK(failure_);
    ARROW_RETURN_NOT_OK(file_->Flush());
    return file_->Rename();
  }

  std::string path_;
  std::unique_ptr<TemporaryFile> file_;
  Status failure_;
  int64_t position_ = 0;
  bool closed_ = false;
};

class LocalStore final : public Store {
 public:
  explicit LocalStore(std::string root) : root_(std::move(root)) {}

  std::string uri() const override { return root_; }

  Result<std::vector<ObjectInfo>> List(const std::string& folder) override {
    if (!folder.empty()) ARROW_RETURN_NOT_OK(CheckObjectPath(folder));
    std::vector<ObjectInfo> objects;
    const auto take = [&](std::string path, std::string_view name, const auto& info) {
      if (!IsVisible(name)) return;
      objects.push_back({std::move(path), info.st_size, ModifiedMs(info), {}});
    };
    ARROW_RETURN_NOT_OK(ForEachFile(folder, take));
    std::sort(objects.begin(), objects.end(),
              [](const auto& a, const auto& b) { return a.path < b.path; });
    return objects;
  }

  Result<std::vector<std::string>> Names(const std::string& folder,
                                         const std::string& after) override {
    if (!folder.empty()) ARROW_RETURN_NOT_OK(CheckObjectPath(folder));
    const Descriptor open = OpenFolder(root_, folder);
    ARROW_ASSIGN_OR_RAISE(auto names, NamesIn(open, folder));
    std::erase_if(names, [&](const std::string& name) {
      return !IsVisible(name) || name + '/' <= after;
    });
    for (std::string& name : names) {
      struct stat info;
      if (LookAt(open, name, &info) && S_ISDIR(info.st_mode)) name += '/';
    }
    std::erase_if(names, [&](const std::string& name) { return name <= after; });
    std::sort(names.begin(), names.end());
    return names;
  }

  Result<std::optional<ObjectInfo>> Stat(const std::string& path) override {
    ARROW_RETURN_NOT_OK(CheckObjectPath(path));
    struct stat info;
    const Descriptor folder = OpenFolder(root_, FolderIn(path));
    if (!folder || !LookAt(folder, NameIn(path), &info)) {
      if (IsAbsence(errno)) return std::nullopt;
      return ErrnoStatus("look at", Absolute(path));
    }
    if (!S_ISREG(info.st_mode)) return std::nullopt;
    return ObjectInfo{path, info.st_size, ModifiedMs(info), {}};
  }

  Result<std::shared_ptr<arrow::io::RandomAccessFile>> Open(const std::string& path,
                                                            const std::string&) override {
    ARROW_RETURN_NOT_OK(CheckObjectPath(path));
    const Descriptor folder = OpenFolder(root_, FolderIn(path));
    Descriptor file = folder ? OpenIn(folder, NameIn(path), O_RDONLY) : Descriptor();
    if (!file) return ErrnoStatus("open", Absolute(path));
    struct stat info;
    if (::fstat(file.fd(), &info) != 0 || !S_ISREG(info.st_mode)) {
      return Status::IOError("open ", Absolute(path), ": not a file");
    }
    return arrow::io::ReadableFile::Open(file.Release());
  }

  Result<std::shared_ptr<arrow::io::OutputStream>> Create(
      const std::string& path) override {
    ARROW_RETURN_NOT_OK(CheckObjectPath(path));
    ARROW_ASSIGN_OR_RAISE(auto file, NewFile(path));
    return LocalWriter::Make(Absolute(path), std::move(file));
  }

  Result<PutOutcome> PutIfAbsent(const std::string& path,
                                 std::string_view bytes) override {
    ARROW_RETURN_NOT_OK(CheckObjectPath(path));
    ARROW_ASSIGN_OR_RAISE(const auto file, NewFile(path));
    ARROW_RETURN_NOT_OK(file->Open());
    ARROW_RETURN_NOT_OK(file->Write(bytes.data(), bytes.size()));
    ARROW_RETURN_NOT_OK(file->Flush());
    return file->LinkIfAbsent();
  }

  Status Delete(const std::string& path) override {
    ARROW_RETURN_NOT_OK(CheckObjectPath(path));
    const Descriptor folder = OpenFolder(root_, FolderIn(path));
    const bool is_gone = folder && ::unlinkat(folder.fd(), NameIn(path).c_str(), 0) == 0;
    if (is_gone || IsAbsence(errno)) return Status::OK();
    return ErrnoStatus("delete", Absolute(path));
  }

  Result<std::vector<UnfinishedObject>> ListUnfinished(
      const std::string& folder) override {
    if (!folder.empty()) ARROW_RETURN_NOT_OK(CheckObjectPath(folder));
    std::vector<UnfinishedObject> objects;
    const auto take = [&](std::string path, std::string_view name, const auto& info) {
      if (!IsTemporary(name)) return;
      objects.push_back({std::move(path), {}, info.st_size, ModifiedMs(info)});
    };
    ARROW_RETURN_NOT_OK(ForEachFile(folder, take));
    return objects;
  }

 private:
  static std::string Join(const std::string& folder, const std::string& name) {
    return folder.empty() ? name : folder + '/' + name;
  }

  std::string Absolute(const std::string& path) const {
    if (path.empty()) return root_;
    return root_ == "/" ? root_ + path : root_ + '/' + path;
  }

  static bool LookAt(const Descriptor& folder, const std::string& name,
                     struct stat* info) {
    return ::fstatat(folder.fd(), name.c_str(), info, AT_SYMLINK_NOFOLLOW) == 0;
  }

  /// None if there is no such folder.
  Result<std::vector<std::string>> NamesIn(const Descriptor& open,
                                           const std::string& folder) const {
    std::vector<std::string> names;
    if ((!open || !ReadNames(open, &names)) && !IsAbsence(errno)) {
      return ErrnoStatus("list", Absolute(folder));
    }
    return names;
  }

  /// Hidden files too, but none of hidden folders, and no links. `take` gets path, name
  /// and what stat() says.
  template <typename Take>
  Status ForEachFile(const std::string& folder, const Take& take) {
    const Descriptor open = OpenFolder(root_, folder);
    ARROW_ASSIGN_OR_RAISE(const auto names, NamesIn(open, folder));
    for (const std::string& name : names) {
      const std::string path = Join(folder, name);
      struct stat info;
      if (!LookAt(open, name, &info)) {
        if (IsAbsence(errno)) continue;  // deleted since its name was read
        return ErrnoStatus("look at", Absolute(path));
      }
      if (S_ISREG(info.st_mode)) {
        take(path, name, info);
      } else if (S_ISDIR(info.st_mode) && IsVisible(name)) {
        ARROW_RETURN_NOT_OK(ForEachFile(path, take));
      }
    }
    return Status::OK();
  }

  /// A file under construction, in a folder that is made if it is missing.
  Result<std::unique_ptr<TemporaryFile>> NewFile(const std::string& path) {
    ARROW_RETURN_NOT_OK(PrepareFolder(FolderIn(path)));
    Descriptor folder = OpenFolder(root_, FolderIn(path));
    if (!folder) return ErrnoStatus("create", Absolute(path));
    return std::make_unique<TemporaryFile>(std::move(folder), NameIn(path),
                                           Absolute(path));
  }

  /// Makes the folder and its parents, durably. A folder that is there already is flushed
  /// once all the same: whoever made it may have been killed before its own flush.
  Status PrepareFolder(std::string_view folder) {
    const MutexLock lock(mutex_);
    ARROW_RETURN_NOT_OK(PrepareRoot(root_));
    return PrepareBelow(std::string(folder));
  }

  /// The root and what it lies in: links are followed, the user named them.
  static Status PrepareRoot(const std::string& folder) {
    struct stat info;
    if (::stat(folder.c_str(), &info) == 0) return Status::OK();
    if (!IsAbsence(errno)) return ErrnoStatus("look at", folder);
    ARROW_RETURN_NOT_OK(PrepareRoot(FolderOf(folder)));
    if (::mkdir(folder.c_str(), 0755) != 0 && errno != EEXIST) {
      return ErrnoStatus("make folder", folder);
    }
    const Descriptor parent = OpenFolder(FolderOf(folder), "");
    return parent && FlushFolder(parent) ? Status::OK() : ErrnoStatus("flush", folder);
  }

  Status PrepareBelow(const std::string& folder) REQUIRES(mutex_) {
    if (folder.empty()) return Status::OK();
    Descriptor there = OpenFolder(root_, folder);
    if (there && prepared_.contains(folder)) return Status::OK();
    if (!there && !IsAbsence(errno)) return ErrnoStatus("look at", Absolute(folder));
    ARROW_RETURN_NOT_OK(PrepareBelow(std::string(FolderIn(folder))));
    const Descriptor parent = OpenFolder(root_, FolderIn(folder));
    if (!parent) return ErrnoStatus("look at", Absolute(folder));
    if (!there && ::mkdirat(parent.fd(), NameIn(folder).c_str(), 0755) != 0 &&
        errno != EEXIST) {
      return ErrnoStatus("make folder", Absolute(folder));
    }
    if (!FlushFolder(parent)) return ErrnoStatus("flush folder of", Absolute(folder));
    prepared_.insert(folder);
    return Status::OK();
  }

  std::string root_;  // absolute
  Mutex mutex_;
  std::set<std::string> prepared_ GUARDED_BY(mutex_);  // folders known to be durable
};

}  // namespace

std::shared_ptr<Store> MakeLocalStore(const std::string& root) {
  std::error_code error;
  auto path = std::filesystem::absolute(root, error).lexically_normal().string();
  while (path.size() > 1 && path.back() == '/') path.pop_back();
  return std::make_shared<LocalStore>(path);
}

}  // namespace flowlake
