#include "flowlake/source/stored_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <utility>

#include "flowlake/source/object_file.h"
#include "flowlake/store/local_folder.h"

namespace flowlake {

namespace {

Status Failed(const std::string& operation, const std::string& name) {
  return Status::IOError(operation, " ", name, ": ", std::strerror(errno));
}

/// A file or stdin.
class DescriptorFile final : public StoredFile {
 public:
  DescriptorFile(int descriptor, const Input& input)
      : StoredFile(input.name == "-" ? "stdin" : input.name, input.wants_old_key),
        descriptor_(descriptor),
        may_grow_(input.writer != FileWriter::kDone) {}
  DescriptorFile(const DescriptorFile&) = delete;
  DescriptorFile& operator=(const DescriptorFile&) = delete;
  ~DescriptorFile() override {
    if (descriptor_ > STDIN_FILENO) ::close(descriptor_);
  }

  /// From here on it is a file that must not change.
  Status Watch() {
    ARROW_ASSIGN_OR_RAISE(opened_, CurrentVersion());
    return Status::OK();
  }

  Status CheckUnchanged() const override {
    if (!opened_) return Status::OK();
    ARROW_ASSIGN_OR_RAISE(const Version now, CurrentVersion());
    if (now == *opened_) return Status::OK();
    if (may_grow_ && now.size >= opened_->size) return CheckBeginning();
    return Changed();
  }
  std::optional<int64_t> size() const override {
    return opened_ ? std::optional(opened_->size) : std::nullopt;
  }

 private:
  /// What changes when a file is written to.
  struct Version {
    int64_t size = 0;
    int64_t modified_seconds = 0;
    int64_t modified_nanoseconds = 0;
    friend bool operator==(const Version&, const Version&) = default;
  };

  /// Of a file that may grow what it had when it was opened.
  Result<size_t> ReadSome(std::span<char> out) override {
    if (may_grow_ && opened_) {
      const int64_t left = std::max<int64_t>(opened_->size - bytes(), 0);
      out = out.first(std::min(out.size(), static_cast<size_t>(left)));
    }
    ARROW_ASSIGN_OR_RAISE(const size_t count, ReadOnce(out));
    if (may_grow_ && bytes() == 0)
      beginning_.assign(out.data(), std::min(count, kBeginning));
    return count;
  }

  Result<size_t> ReadOnce(std::span<char> out) {
    ssize_t count = 0;
    do {
      count = ::read(descriptor_, out.data(), out.size());
    } while (count < 0 && errno == EINTR);
    if (count < 0) return Failed("read", name());
    return static_cast<size_t>(count);
  }

  Status Changed() const { return Status::IOError(name(), " changed while it was read"); }

  /// Whether it begins as it did: one that was cut to nothing and written anew does not.
  Status CheckBeginning() const {
    std::string now(beginning_.size(), '\0');
    const ssize_t count = ::pread(descriptor_, now.data(), now.size(), 0);
    if (count < 0) return Failed("read", name());
    return now == beginning_ ? Status::OK() : Changed();
  }

  Result<Version> CurrentVersion() const {
    struct stat info;
    if (::fstat(descriptor_, &info) != 0) return Failed("look at", name());
    return Version{info.st_size, info.st_mtim.tv_sec, info.st_mtim.tv_nsec};
  }

  static constexpr size_t kBeginning = 4096;

  int descriptor_;
  bool may_grow_;
  std::optional<Version> opened_;  // of a file
  std::string beginning_;          // of one that may grow
};

/// Bytes in memory, which the input keeps alive.
class DeliveredBytes final : public StoredFile {
 public:
  explicit DeliveredBytes(const Input& input)
      : StoredFile(input.name, /*with_old_key=*/false),
        content_(input.delivery.content) {}

  Status CheckUnchanged() const override { return Status::OK(); }
  std::optional<int64_t> size() const override {
    return static_cast<int64_t>(content_->size());
  }

 private:
  Result<size_t> ReadSome(std::span<char> out) override {
    return content_->copy(out.data(), out.size(), static_cast<size_t>(bytes()));
  }

  std::shared_ptr<const std::string> content_;
};

Descriptor OpenByName(const Input& input) {
  if (input.within.empty()) {
    return Descriptor(::open(input.name.c_str(), O_RDONLY | O_CLOEXEC));
  }
  const auto path = std::filesystem::path(input.name).lexically_relative(input.within);
  const Descriptor folder = OpenFolder(input.within, path.parent_path().string());
  return folder ? OpenIn(folder, path.filename().string(), O_RDONLY) : Descriptor();
}

}  // namespace

Result<std::unique_ptr<StoredFile>> StoredFile::Open(const Input& input) {
  if (input.is_object()) return OpenObjectFile(input);
  if (input.is_delivery()) return std::make_unique<DeliveredBytes>(input);
  if (input.name == "-") return std::make_unique<DescriptorFile>(STDIN_FILENO, input);
  Descriptor descriptor = OpenByName(input);
  if (!descriptor) return ErrnoStatus("open", input.name);
  auto file = std::make_unique<DescriptorFile>(descriptor.Release(), input);
  if (!input.is_stream) ARROW_RETURN_NOT_OK(file->Watch());
  return file;
}

Result<size_t> StoredFile::Read(std::span<char> out) {
  ARROW_ASSIGN_OR_RAISE(const size_t count, ReadSome(out));
  keys_.Update({out.data(), count});
  bytes_ += static_cast<int64_t>(count);
  return count;
}

}  // namespace flowlake
