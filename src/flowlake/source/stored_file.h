/// The bytes of an input as they are stored.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>

#include "flowlake/base/key128.h"
#include "flowlake/base/status.h"
#include "flowlake/source/inputs.h"

namespace flowlake {

/// An open file, or stdin, that hashes what is read of it. Not thread-safe.
class StoredFile {
 public:
  static Result<StoredFile> Open(const Input& input);
  StoredFile(StoredFile&& other) noexcept;
  StoredFile& operator=(StoredFile&&) = delete;
  ~StoredFile();

  /// Fills `out` from the front and returns how much; 0 only at the end.
  Result<size_t> Read(std::span<char> out);

  /// IOError if a file is no longer what it was when it was opened: what was read of it
  /// may never have been its content.
  Status CheckUnchanged() const;

  const std::string& name() const { return name_; }
  /// Of the file when it was opened; unknown of a stream.
  std::optional<int64_t> size() const;
  /// Bytes read so far, and their hash.
  int64_t bytes() const { return bytes_; }
  Key128 hash() const { return hash_.Finish(); }

 private:
  /// What changes when a file is written to.
  struct Version {
    int64_t size = 0;
    int64_t modified_seconds = 0;
    int64_t modified_nanoseconds = 0;
    friend bool operator==(const Version&, const Version&) = default;
  };

  StoredFile(int descriptor, std::string name)
      : descriptor_(descriptor), name_(std::move(name)) {}
  Result<Version> CurrentVersion() const;

  int descriptor_;
  std::string name_;
  std::optional<Version> opened_;  // of a file
  StreamingHash hash_;
  int64_t bytes_ = 0;
};

}  // namespace flowlake
