/// The bytes of an input as they are stored: in a file (this source) or as an object
/// (source/object_file.cc).
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>

#include "flowlake/base/input_keys.h"
#include "flowlake/base/status.h"
#include "flowlake/source/inputs.h"

namespace flowlake {

/// An open file, stdin, or object that hashes what is read of it. Not thread-safe.
class StoredFile {
 public:
  static Result<std::unique_ptr<StoredFile>> Open(const Input& input);
  virtual ~StoredFile() = default;

  /// Fills `out` from the front and returns how much; 0 only at the end.
  Result<size_t> Read(std::span<char> out);

  /// IOError if a file is no longer what it was when it was opened: what was read of it
  /// may never have been its content. Of a file whose writer may go on only what it had
  /// then is read, and it may have grown.
  virtual Status CheckUnchanged() const = 0;

  const std::string& name() const { return name_; }
  /// When it was opened; unknown of a stream.
  virtual std::optional<int64_t> size() const = 0;
  /// Bytes read so far, and their keys.
  int64_t bytes() const { return bytes_; }
  InputKeys keys() const { return keys_.Finish(); }

 protected:
  StoredFile(std::string name, bool with_old_key)
      : name_(std::move(name)), keys_(with_old_key) {}

 private:
  /// Read() without the accounts.
  virtual Result<size_t> ReadSome(std::span<char> out) = 0;

  std::string name_;
  StreamingKeys keys_;
  int64_t bytes_ = 0;
};

}  // namespace flowlake
