#include "flowlake/source/stored_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

namespace flowlake {

namespace {
Status Failed(const std::string& operation, const std::string& name) {
  return Status::IOError(operation, " ", name, ": ", std::strerror(errno));
}
}  // namespace

Result<StoredFile> StoredFile::Open(const Input& input) {
  if (input.name == "-") return StoredFile(STDIN_FILENO, "stdin");
  const int descriptor = ::open(input.name.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) return Failed("open", input.name);
  StoredFile file(descriptor, input.name);
  if (!input.is_stream) {
    ARROW_ASSIGN_OR_RAISE(file.opened_, file.CurrentVersion());
  }
  return file;
}

StoredFile::StoredFile(StoredFile&& other) noexcept
    : descriptor_(std::exchange(other.descriptor_, -1)),
      name_(std::move(other.name_)),
      opened_(other.opened_),
      hash_(std::move(other.hash_)),
      bytes_(other.bytes_) {}

StoredFile::~StoredFile() {
  if (descriptor_ > STDIN_FILENO) ::close(descriptor_);
}

Result<size_t> StoredFile::Read(std::span<char> out) {
  ssize_t count = 0;
  do {
    count = ::read(descriptor_, out.data(), out.size());
  } while (count < 0 && errno == EINTR);
  if (count < 0) return Failed("read", name_);
  const auto size = static_cast<size_t>(count);
  hash_.Update({out.data(), size});
  bytes_ += count;
  return size;
}

std::optional<int64_t> StoredFile::size() const {
  return opened_ ? std::optional(opened_->size) : std::nullopt;
}

Status StoredFile::CheckUnchanged() const {
  if (!opened_) return Status::OK();
  ARROW_ASSIGN_OR_RAISE(const Version now, CurrentVersion());
  if (now == *opened_) return Status::OK();
  return Status::IOError(name_, " changed while it was read");
}

Result<StoredFile::Version> StoredFile::CurrentVersion() const {
  struct stat info;
  if (::fstat(descriptor_, &info) != 0) return Failed("look at", name_);
  return Version{info.st_size, info.st_mtim.tv_sec, info.st_mtim.tv_nsec};
}

}  // namespace flowlake
