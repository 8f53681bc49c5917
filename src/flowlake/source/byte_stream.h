/// The bytes of an input: as they are stored, and plain, gunzipped on the way.
#pragma once

#include <arrow/io/interfaces.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "flowlake/base/input_keys.h"
#include "flowlake/base/status.h"
#include "flowlake/source/gunzip.h"
#include "flowlake/source/inputs.h"
#include "flowlake/source/stored_file.h"

namespace flowlake {

/// A file of up to this many stored bytes is read at once.
inline constexpr size_t kLoadedBytes = 16 << 20;
/// What is read at once of anything else: large enough to amortise calls, small enough
/// that what the kernel copied and the hash looked at is still in the second-level cache
/// when a parser comes to it.
inline constexpr size_t kPieceBytes = 256 << 10;

/// What a thread needs to read inputs, one after the other: fresh memory for each would
/// cost as much as reading. Pages that no input needed are never touched. Not
/// thread-safe.
class ReadMemory {
 public:
  ReadMemory();
  /// kLoadedBytes long. The second one is for whoever reads plain bytes.
  std::span<char> stored() { return {stored_.get(), kLoadedBytes}; }
  std::span<char> plain() { return {plain_.get(), kLoadedBytes}; }
  Gunzip& gunzip() { return gunzip_; }

 private:
  std::unique_ptr<char[]> stored_;
  std::unique_ptr<char[]> plain_;
  Gunzip gunzip_;
};

struct StreamOptions {
  /// A gzip stream that unzips to more than this many times its size (and 64 MiB) is
  /// refused: nobody's log compresses like that, a bomb does.
  int64_t max_ratio = 200;
};

/// Not thread-safe.
class ByteStream {
 public:
  virtual ~ByteStream() = default;

  /// Fills `out` from the front and returns how much; 0 only at the end. Errors name file
  /// and offset: a truncated or corrupt gzip stream, a bomb, a failed read.
  virtual Result<size_t> Read(std::span<char> out) = 0;

  /// All that Read() would still give, where that is in memory already: then the stream
  /// is at its end. Valid as long as the memory of the input.
  virtual std::optional<std::string_view> TakeLoaded() = 0;

  /// Bytes as stored that have been consumed so far.
  virtual int64_t stored_bytes() const = 0;
  /// ContentKeys(the stored bytes). Requires the end.
  virtual InputKeys content_keys() const = 0;
};

/// ContentKeys(the stored bytes) of a file, and its size.
struct ContentIdentity {
  InputKeys keys;
  int64_t bytes = 0;
};

/// A file, an object, or stdin ("-"), opened, with its first bytes in memory: all of them
/// if it is a file of up to kLoadedBytes, so that it can be recognised and read from
/// there. Of a memory, one input at a time. Not thread-safe.
class OpenedInput {
 public:
  /// `input` and `memory` outlive the input and its stream.
  static Result<OpenedInput> Open(const Input& input, ReadMemory& memory);

  bool is_loaded() const { return is_loaded_; }
  /// Requires is_loaded().
  ContentIdentity identity() const { return {file_->keys(), file_->bytes()}; }
  /// As stored; everything if is_loaded(), else at least 4 bytes.
  std::string_view first_bytes() const { return first_; }
  /// Of the file when it was opened; unknown of a stream.
  std::optional<int64_t> size() const { return file_->size(); }
  /// How many plain bytes a loaded input claims to have; a damaged one may lie, and many
  /// gzip members together have more.
  std::optional<int64_t> claimed_plain_bytes() const;

  /// Its plain bytes from the first on. Gzip is recognised by its first bytes, never by
  /// name; many members follow one another, zero padding behind the last is ignored.
  std::unique_ptr<ByteStream> Stream(const StreamOptions& options) &&;

 private:
  OpenedInput(std::unique_ptr<StoredFile> file, ReadMemory& memory)
      : file_(std::move(file)), memory_(memory) {}
  Status ReadFirst();

  std::unique_ptr<StoredFile> file_;
  ReadMemory& memory_;
  std::string_view first_;  // in memory_
  bool is_loaded_ = false;
};

/// The identity of a file, read once; of its first `limit` bytes if limit >= 0 (an error
/// if it is shorter).
Result<ContentIdentity> IdentifyContent(const Input& input, int64_t limit = -1);

/// The identities of the first sizes[0], sizes[1], … bytes of a file, read once. `sizes`
/// ascends; those beyond the file's end are left out.
Result<std::vector<ContentIdentity>> IdentifyBeginnings(
    const Input& input, const std::vector<int64_t>& sizes);

/// For formats that are read from their end (Parquet): anything but a stream.
Result<std::shared_ptr<arrow::io::RandomAccessFile>> OpenRandomAccess(const Input& input);

}  // namespace flowlake
