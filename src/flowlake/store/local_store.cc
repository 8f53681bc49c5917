#include "flowlake/store/local_store.h"

#include <arrow/io/file.h>
#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <mutex>
#include <set>
#include <utility>

#include "flowlake/base/uuid.h"

namespace flowlake {

namespace {

Status ErrnoStatus(const char* operation, const std::string& path, int error = errno) {
  return Status::IOError(operation, " ", path, ": ", std::strerror(error));
}

bool IsAbsence(int error) { return error == ENOENT || error == ENOTDIR; }

std::string FolderOf(const std::string& path) {
  const size_t slash = path.rfind('/');
  return slash == 0 ? "/" : path.substr(0, slash);
}

int64_t ModifiedMs(const struct stat& info) {
  return int64_t{info.st_mtim.tv_sec} * 1000 + info.st_mtim.tv_nsec / 1'000'000;
}

/// Makes the names in a folder durable.
Status SyncFolder(const std::string& folder) {
  const int fd = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd < 0) return ErrnoStatus("open folder", folder);
  const int error = ::fsync(fd) == 0 ? 0 : errno;
  ::close(fd);
  // Some network file systems have no fsync of folders: their names are durable at once.
  if (error != 0 && error != EINVAL && error != ENOTSUP) {
    return ErrnoStatus("flush folder", folder, error);
  }
  return Status::OK();
}

constexpr std::string_view kTemporaryPrefix = ".tmp-";

bool IsVisible(std::string_view name) { return !name.starts_with('.'); }
bool IsTemporary(std::string_view name) { return name.starts_with(kTemporaryPrefix); }

/// A hidden file in its object's folder; removed by the destructor unless it was renamed.
class TemporaryFile {
 public:
  explicit TemporaryFile(std::string final_path)
      : final_path_(std::move(final_path)),
        path_(FolderOf(final_path_) + '/' + std::string(kTemporaryPrefix) + NewUuid()) {}
  TemporaryFile(const TemporaryFile&) = delete;
  TemporaryFile& operator=(const TemporaryFile&) = delete;
  ~TemporaryFile() { Remove(); }

  Status Open() {
    fd_ = ::open(path_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
    return fd_ < 0 ? ErrnoStatus("create", final_path_) : Status::OK();
  }

  Status Write(const char* data, size_t size) {
    while (size > 0) {
      const ssize_t written = ::write(fd_, data, size);
      if (written < 0 && errno == EINTR) continue;
      if (written < 0) return ErrnoStatus("write", final_path_);
      data += written;
      size -= static_cast<size_t>(written);
    }
    return Status::OK();
  }

  /// Ends writing: the bytes are on disk, under the temporary name.
  Status Flush() {
    if (::fsync(fd_) != 0) return ErrnoStatus("flush", final_path_);
    if (::close(std::exchange(fd_, -1)) != 0) return ErrnoStatus("close", final_path_);
    return Status::OK();
  }

  /// Replaces whatever has the final name.
  Status Rename() {
    if (::rename(path_.c_str(), final_path_.c_str()) != 0) {
      return ErrnoStatus("create", final_path_);
    }
    path_.clear();
    return SyncFolder(FolderOf(final_path_));
  }

  Result<PutOutcome> LinkIfAbsent() {
    if (::link(path_.c_str(), final_path_.c_str()) != 0) {
      if (errno == EEXIST) {  // durable here too, if whoever made it is not done yet
        ARROW_RETURN_NOT_OK(SyncFolder(FolderOf(final_path_)));
        return PutOutcome::kExists;
      }
      if (errno == EPERM || errno == ENOTSUP || errno == EMLINK) {
        return Status::IOError("create ", final_path_, ": ", std::strerror(errno),
                               " (a lake needs a file system with hard links)");
      }
      return ErrnoStatus("create", final_path_);
    }
    Remove();
    ARROW_RETURN_NOT_OK(SyncFolder(FolderOf(final_path_)));
    return PutOutcome::kCreated;
  }

  void Remove() {
    if (fd_ >= 0) ::close(std::exchange(fd_, -1));
    if (!path_.empty()) ::unlink(path_.c_str());
    path_.clear();
  }

 private:
  std::string final_path_;
  std::string path_;
  int fd_ = -1;
};

class LocalWriter final : public arrow::io::OutputStream {
 public:
  static Result<std::shared_ptr<arrow::io::OutputStream>> Make(const std::string& path) {
    auto writer = std::make_shared<LocalWriter>(path);
    ARROW_RETURN_NOT_OK(writer->file_.Open());
    return writer;
  }
  explicit LocalWriter(const std::string& path) : path_(path), file_(path) {}

  Status Write(const void* data, int64_t size) override {
    if (closed_) return Status::IOError("write ", path_, ": is closed");
    if (!failure_.ok()) return failure_;
    failure_ = file_.Write(static_cast<const char*>(data), static_cast<size_t>(size));
    position_ += size;
    return failure_;
  }
  using Writable::Write;

  Status Close() override {
    if (std::exchange(closed_, true)) return Status::OK();
    Status status = Publish();
    file_.Remove();
    return status;
  }

  Status Abort() override {
    closed_ = true;
    file_.Remove();
    return Status::OK();
  }
  Result<int64_t> Tell() const override { return position_; }
  bool closed() const override { return closed_; }

 private:
  Status Publish() {
    // A file that lacks a write must never become visible, even if its writer went on.
    ARROW_RETURN_NOT_OK(failure_);
    ARROW_RETURN_NOT_OK(file_.Flush());
    return file_.Rename();
  }

  std::string path_;
  TemporaryFile file_;
  Status failure_;
  int64_t position_ = 0;
  bool closed_ = false;
};

/// One folder, opened for reading its names.
class FolderReader {
 public:
  FolderReader() = default;
  FolderReader(const FolderReader&) = delete;
  FolderReader& operator=(const FolderReader&) = delete;
  ~FolderReader() {
    if (folder_ != nullptr) ::closedir(folder_);
  }

  /// All names but "." and ".."; none if there is no such folder.
  Result<std::vector<std::string>> Read(const std::string& path) {
    std::vector<std::string> names;
    folder_ = ::opendir(path.c_str());
    if (folder_ == nullptr && IsAbsence(errno)) return names;
    if (folder_ == nullptr) return ErrnoStatus("list", path);
    errno = 0;
    while (const dirent* entry = ::readdir(folder_)) {
      const std::string_view name = entry->d_name;
      if (name != "." && name != "..") names.emplace_back(name);
    }
    if (errno != 0) return ErrnoStatus("list", path);
    std::sort(names.begin(), names.end());
    return names;
  }

 private:
  DIR* folder_ = nullptr;
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
    ARROW_ASSIGN_OR_RAISE(auto names, FolderReader().Read(Absolute(folder)));
    std::erase_if(names, [&](const std::string& name) {
      return !IsVisible(name) || name + '/' <= after;
    });
    for (std::string& name : names) {
      struct stat info;
      const std::string path = Absolute(Join(folder, name));
      if (::stat(path.c_str(), &info) == 0 && S_ISDIR(info.st_mode)) name += '/';
    }
    std::erase_if(names, [&](const std::string& name) { return name <= after; });
    std::sort(names.begin(), names.end());
    return names;
  }

  Result<std::optional<ObjectInfo>> Stat(const std::string& path) override {
    ARROW_RETURN_NOT_OK(CheckObjectPath(path));
    struct stat info;
    if (::stat(Absolute(path).c_str(), &info) != 0) {
      if (IsAbsence(errno)) return std::nullopt;
      return ErrnoStatus("look at", Absolute(path));
    }
    if (!S_ISREG(info.st_mode)) return std::nullopt;
    return ObjectInfo{path, info.st_size, ModifiedMs(info), {}};
  }

  Result<std::shared_ptr<arrow::io::RandomAccessFile>> Open(const std::string& path,
                                                            const std::string&) override {
    ARROW_RETURN_NOT_OK(CheckObjectPath(path));
    const int fd = ::open(Absolute(path).c_str(), O_RDONLY | O_CLOEXEC);
    if (fd < 0) return ErrnoStatus("open", Absolute(path));
    struct stat info;
    if (::fstat(fd, &info) != 0 || !S_ISREG(info.st_mode)) {
      ::close(fd);
      return Status::IOError("open ", Absolute(path), ": not a file");
    }
    return arrow::io::ReadableFile::Open(fd);
  }

  Result<std::shared_ptr<arrow::io::OutputStream>> Create(
      const std::string& path) override {
    ARROW_RETURN_NOT_OK(CheckObjectPath(path));
    ARROW_RETURN_NOT_OK(PrepareFolder(FolderOf(Absolute(path))));
    return LocalWriter::Make(Absolute(path));
  }

  Result<PutOutcome> PutIfAbsent(const std::string& path,
                                 std::string_view bytes) override {
    ARROW_RETURN_NOT_OK(CheckObjectPath(path));
    ARROW_RETURN_NOT_OK(PrepareFolder(FolderOf(Absolute(path))));
    TemporaryFile file(Absolute(path));
    ARROW_RETURN_NOT_OK(file.Open());
    ARROW_RETURN_NOT_OK(file.Write(bytes.data(), bytes.size()));
    ARROW_RETURN_NOT_OK(file.Flush());
    return file.LinkIfAbsent();
  }

  Status Delete(const std::string& path) override {
    ARROW_RETURN_NOT_OK(CheckObjectPath(path));
    if (::unlink(Absolute(path).c_str()) == 0 || IsAbsence(errno)) return Status::OK();
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

  /// Hidden files too, but none of hidden folders. `take` gets path, name and what stat()
  /// says.
  template <typename Take>
  Status ForEachFile(const std::string& folder, const Take& take) {
    ARROW_ASSIGN_OR_RAISE(const auto names, FolderReader().Read(Absolute(folder)));
    for (const std::string& name : names) {
      const std::string path = Join(folder, name);
      struct stat info;
      if (::stat(Absolute(path).c_str(), &info) != 0) {
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

  /// Makes the folder and its parents, durably. A folder that is there already is flushed
  /// once all the same: whoever made it may have been killed before its own flush.
  Status PrepareFolder(const std::string& folder) {
    const std::lock_guard lock(mutex_);
    return PrepareFolderLocked(folder);
  }

  Status PrepareFolderLocked(const std::string& folder) {
    struct stat info;
    const bool exists = ::stat(folder.c_str(), &info) == 0;
    const bool ours = folder.size() > root_.size();
    if (exists && (!ours || prepared_.contains(folder))) return Status::OK();
    if (!exists && !IsAbsence(errno)) return ErrnoStatus("look at", folder);
    ARROW_RETURN_NOT_OK(PrepareFolderLocked(FolderOf(folder)));
    if (!exists && ::mkdir(folder.c_str(), 0755) != 0 && errno != EEXIST) {
      return ErrnoStatus("make folder", folder);
    }
    ARROW_RETURN_NOT_OK(SyncFolder(FolderOf(folder)));
    prepared_.insert(folder);
    return Status::OK();
  }

  std::string root_;  // absolute
  std::mutex mutex_;
  std::set<std::string> prepared_;  // guarded by mutex_; folders known to be durable
};

}  // namespace

std::shared_ptr<Store> MakeLocalStore(const std::string& root) {
  std::error_code error;
  auto path = std::filesystem::absolute(root, error).lexically_normal().string();
  while (path.size() > 1 && path.back() == '/') path.pop_back();
  return std::make_shared<LocalStore>(path);
}

}  // namespace flowlake
