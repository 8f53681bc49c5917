#include "flowlake/store/local_folder.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

namespace flowlake {

namespace {

/// Folders on the way need no permission to be read.
constexpr int kOnTheWay = O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;

bool IsLink(const Descriptor& folder, const std::string& name) {
  struct stat info;
  return ::fstatat(folder.fd(), name.c_str(), &info, AT_SYMLINK_NOFOLLOW) == 0 &&
         S_ISLNK(info.st_mode);
}

Descriptor Enter(const Descriptor& folder, const std::string& name) {
  Descriptor next(::openat(folder.fd(), name.c_str(), kOnTheWay));
  // The kernel calls a link that should be a folder "not a directory", which is no
  // absence.
  if (!next && errno == ENOTDIR) errno = IsLink(folder, name) ? ELOOP : ENOTDIR;
  return next;
}

}  // namespace

Descriptor& Descriptor::operator=(Descriptor&& other) noexcept {
  std::swap(fd_, other.fd_);
  return *this;
}

Descriptor::~Descriptor() {
  if (fd_ < 0) return;
  const int kept = errno;
  ::close(fd_);
  errno = kept;
}

int Descriptor::Release() { return std::exchange(fd_, -1); }

Descriptor OpenFolder(const std::string& root, std::string_view path) {
  Descriptor folder(::open(root.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
  while (folder && !path.empty()) {
    const size_t slash = std::min(path.find('/'), path.size());
    folder = Enter(folder, std::string(path.substr(0, slash)));
    path.remove_prefix(std::min(slash + 1, path.size()));
  }
  return folder;
}

Descriptor OpenIn(const Descriptor& folder, const std::string& name, int flags) {
  return Descriptor(::openat(folder.fd(), name.c_str(),
                             flags | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC, 0644));
}

bool ReadNames(const Descriptor& folder, std::vector<std::string>* names) {
  Descriptor readable = OpenIn(folder, ".", O_RDONLY | O_DIRECTORY);
  DIR* const stream = readable ? ::fdopendir(readable.fd()) : nullptr;
  if (stream == nullptr) return false;
  readable.Release();  // closedir() closes it
  errno = 0;
  while (const dirent* entry = ::readdir(stream)) {
    const std::string_view name = entry->d_name;
    if (name != "." && name != "..") names->emplace_back(name);
  }
  const int error = errno;
  ::closedir(stream);
  std::sort(names->begin(), names->end());
  errno = error;
  return error == 0;
}

bool FlushFolder(const Descriptor& folder) {
  const Descriptor readable = OpenIn(folder, ".", O_RDONLY | O_DIRECTORY);
  if (!readable) return false;
  // Some network file systems have no fsync of folders: their names are durable at once.
  return ::fsync(readable.fd()) == 0 || errno == EINVAL || errno == ENOTSUP;
}

Status ErrnoStatus(const char* operation, const std::string& path, int error) {
  if (error == ELOOP) {
    return Status::IOError(operation, ' ', path,
                           ": is a symbolic link, which is not followed here");
  }
  return Status::IOError(operation, ' ', path, ": ", std::strerror(error));
}

Status ErrnoStatus(const char* operation, const std::string& path) {
  return ErrnoStatus(operation, path, errno);
}

bool IsAbsence(int error) { return error == ENOENT || error == ENOTDIR; }

}  // namespace flowlake
