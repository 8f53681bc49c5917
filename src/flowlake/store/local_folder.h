/// Folders of a lake on local disk, reached without following a symbolic link.
///
/// Whoever may write a lake may put links into it. Were they followed, a data file could
/// be any file that this process can read, and vacuum would delete what lies outside the
/// lake. So a path is walked from the lake's root folder by folder, and a link on it is
/// an error (ELOOP). The root itself may be reached through links: the user named it.
///
/// The functions fail as open(2) does: the result is false and errno says why.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "flowlake/base/status.h"

namespace flowlake {

/// An open file descriptor, closed by the destructor.
class Descriptor {
 public:
  explicit Descriptor(int fd = -1) : fd_(fd) {}
  Descriptor(Descriptor&& other) noexcept : fd_(other.Release()) {}
  Descriptor& operator=(Descriptor&& other) noexcept;
  ~Descriptor();

  explicit operator bool() const { return fd_ >= 0; }
  int fd() const { return fd_; }
  /// The caller closes it from now on.
  int Release();

 private:
  int fd_;
};

/// The folder `path` below `root` ("" is the root), for openat() and its relatives.
Descriptor OpenFolder(const std::string& root, std::string_view path);

/// Opens `name` in `folder`, not following a link. Does not wait for the other end if it
/// is a pipe.
Descriptor OpenIn(const Descriptor& folder, const std::string& name, int flags);

/// All names in the folder but "." and "..", sorted.
bool ReadNames(const Descriptor& folder, std::vector<std::string>* names);

/// Makes the names in the folder durable.
bool FlushFolder(const Descriptor& folder);

/// "open /data/lake/x: No such file or directory", by errno or another error number.
Status ErrnoStatus(const char* operation, const std::string& path, int error);
Status ErrnoStatus(const char* operation, const std::string& path);

/// Whether an errno says that there is no such file or folder.
bool IsAbsence(int error);

}  // namespace flowlake
