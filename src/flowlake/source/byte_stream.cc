#include "flowlake/source/byte_stream.h"

#include <arrow/buffer.h>
#include <arrow/io/file.h>
#include <arrow/io/memory.h>

#include <algorithm>
#include <utility>

#include "flowlake/base/check.h"
#include "flowlake/source/object_file.h"

namespace flowlake {

namespace {

/// Below this no ratio is a bomb: it fits in anybody's memory.
constexpr int64_t kBombFloor = 64 << 20;
/// Of a gzip member: the CRC and the length of its plain bytes.
constexpr size_t kGzipTrailer = 8;

std::span<const char> AsSpan(std::string_view bytes) {
  return {bytes.data(), bytes.size()};
}

/// The stored bytes of an opened input, those in memory first.
class StoredBytes {
 public:
  StoredBytes(std::unique_ptr<StoredFile> file, std::string_view first, bool is_loaded)
      : file_(std::move(file)), first_(first), is_loaded_(is_loaded) {}

  /// Those in memory that were not taken yet.
  std::string_view TakeFirst() { return std::exchange(first_, {}); }
  std::string_view TakeFirst(size_t limit) {
    const std::string_view taken = first_.substr(0, limit);
    first_.remove_prefix(taken.size());
    return taken;
  }
  /// What comes behind those; 0 only at the end.
  Result<size_t> Read(std::span<char> out) {
    if (is_loaded_) return 0;
    ARROW_ASSIGN_OR_RAISE(const size_t count, file_->Read(out));
    is_at_end_ = count == 0;
    if (count == 0) ARROW_RETURN_NOT_OK(file_->CheckUnchanged());
    return count;
  }

  bool is_loaded() const { return is_loaded_; }
  const StoredFile& file() const { return *file_; }
  InputKeys keys() const {
    Check(is_loaded_ || is_at_end_, "the keys of an input that was not read to its end");
    return file_->keys();
  }

 private:
  std::unique_ptr<StoredFile> file_;
  std::string_view first_;
  bool is_loaded_;
  bool is_at_end_ = false;
};

class PlainStream : public ByteStream {
 public:
  explicit PlainStream(StoredBytes stored) : stored_(std::move(stored)) {}

  Result<size_t> Read(std::span<char> out) override {
    const std::string_view first = stored_.TakeFirst(out.size());
    if (first.empty()) return stored_.Read(out);
    std::copy(first.begin(), first.end(), out.begin());
    return first.size();
  }
  std::optional<std::string_view> TakeLoaded() override {
    if (!stored_.is_loaded()) return std::nullopt;
    return stored_.TakeFirst();
  }
  int64_t stored_bytes() const override { return stored_.file().bytes(); }
  InputKeys content_keys() const override { return stored_.keys(); }

 private:
  StoredBytes stored_;
};

class GzipStream : public ByteStream {
 public:
  GzipStream(StoredBytes stored, ReadMemory& memory, int64_t max_ratio)
      : stored_(std::move(stored)),
        buffer_(memory.stored().first(kPieceBytes)),
        gunzip_(memory.gunzip()),
        max_ratio_(max_ratio) {
    gunzip_.Reset();
    gunzip_.Feed(AsSpan(stored_.TakeFirst()));
  }

  Result<size_t> Read(std::span<char> out) override {
    while (true) {
      Result<size_t> count = gunzip_.Read(out);
      if (!count.ok()) {
        return Status::Invalid("gunzip ", stored_.file().name(), ": ",
                               count.status().message());
      }
      plain_bytes_ += static_cast<int64_t>(*count);
      ARROW_RETURN_NOT_OK(CheckRatio());
      if (*count > 0 || !gunzip_.needs_input()) return *count;
      ARROW_ASSIGN_OR_RAISE(const size_t more, stored_.Read(buffer_));
      gunzip_.Feed(buffer_.first(more));
    }
  }
  std::optional<std::string_view> TakeLoaded() override { return std::nullopt; }
  int64_t stored_bytes() const override { return stored_.file().bytes(); }
  InputKeys content_keys() const override { return stored_.keys(); }

 private:
  Status CheckRatio() const {
    if (plain_bytes_ <= std::max(kBombFloor, max_ratio_ * stored_bytes())) {
      return Status::OK();
    }
    return Status::Invalid("gunzip ", stored_.file().name(), ": ", plain_bytes_,
                           " bytes from ", stored_bytes(), " is more than ", max_ratio_,
                           " to 1: refused as a decompression bomb");
  }

  StoredBytes stored_;
  std::span<char> buffer_;
  Gunzip& gunzip_;
  int64_t max_ratio_;
  int64_t plain_bytes_ = 0;
};

/// Reads until `out` is full or the input ends: pipes deliver in small pieces.
Result<size_t> ReadFully(StoredFile& file, std::span<char> out) {
  size_t filled = 0;
  while (filled < out.size()) {
    ARROW_ASSIGN_OR_RAISE(const size_t count, file.Read(out.subspan(filled)));
    if (count == 0) break;
    filled += count;
  }
  return filled;
}

/// Reads and hashes until `limit` bytes of the file were read, or its end if limit < 0.
Status ReadUpTo(int64_t limit, std::span<char> buffer, StoredFile& file) {
  while (limit < 0 || file.bytes() < limit) {
    std::span<char> out = buffer;
    if (limit >= 0) {
      out = out.first(std::min(out.size(), static_cast<size_t>(limit - file.bytes())));
    }
    ARROW_ASSIGN_OR_RAISE(const size_t count, file.Read(out));
    if (count == 0) break;
  }
  return Status::OK();
}

}  // namespace

ReadMemory::ReadMemory()
    : stored_(std::make_unique_for_overwrite<char[]>(kLoadedBytes)),
      plain_(std::make_unique_for_overwrite<char[]>(kLoadedBytes)) {}

Result<OpenedInput> OpenedInput::Open(const Input& input, ReadMemory& memory) {
  ARROW_ASSIGN_OR_RAISE(auto file, StoredFile::Open(input));
  OpenedInput opened(std::move(file), memory);
  ARROW_RETURN_NOT_OK(opened.ReadFirst());
  return opened;
}

Status OpenedInput::ReadFirst() {
  // One byte more than the file has finds its end. Of a pipe only what tells its format:
  // its writer may be slow.
  const auto size = static_cast<size_t>(file_->size().value_or(0));
  const bool is_small = file_->size() && size < kLoadedBytes;
  const size_t wanted = is_small ? kLoadedBytes : file_->size() ? kPieceBytes : 4;
  const std::span<char> out = memory_.stored().first(wanted);
  ARROW_ASSIGN_OR_RAISE(const size_t count, ReadFully(*file_, out));
  first_ = {out.data(), count};
  is_loaded_ = is_small && count < wanted;
  return is_loaded_ ? file_->CheckUnchanged() : Status::OK();
}

std::optional<int64_t> OpenedInput::claimed_plain_bytes() const {
  if (!is_loaded_) return std::nullopt;
  if (!IsGzip(AsSpan(first_))) return static_cast<int64_t>(first_.size());
  if (first_.size() < kGzipTrailer) return 0;
  int64_t claimed = 0;
  for (size_t i = 1; i <= 4; ++i) {  // little-endian, the last four bytes
    claimed = claimed << 8 | static_cast<uint8_t>(first_[first_.size() - i]);
  }
  return claimed;
}

std::unique_ptr<ByteStream> OpenedInput::Stream(const StreamOptions& options) && {
  const bool is_gzip = IsGzip(AsSpan(first_));
  StoredBytes stored(std::move(file_), first_, is_loaded_);
  if (!is_gzip) return std::make_unique<PlainStream>(std::move(stored));
  return std::make_unique<GzipStream>(std::move(stored), memory_, options.max_ratio);
}

Result<ContentIdentity> IdentifyContent(const Input& input, int64_t limit) {
  ARROW_ASSIGN_OR_RAISE(const auto file, StoredFile::Open(input));
  const auto buffer = std::make_unique_for_overwrite<char[]>(kPieceBytes);
  const std::span<char> memory(buffer.get(), kPieceBytes);
  ARROW_RETURN_NOT_OK(ReadUpTo(limit, memory, *file));
  if (file->bytes() < limit) {
    return Status::IOError("read ", limit, " bytes of ", input.name, ": it has only ",
                           file->bytes());
  }
  return ContentIdentity{file->keys(), file->bytes()};
}

Result<std::vector<ContentIdentity>> IdentifyBeginnings(
    const Input& input, const std::vector<int64_t>& sizes) {
  std::vector<ContentIdentity> beginnings;
  ARROW_ASSIGN_OR_RAISE(const auto file, StoredFile::Open(input));
  const auto buffer = std::make_unique_for_overwrite<char[]>(kPieceBytes);
  for (const int64_t size : sizes) {
    ARROW_RETURN_NOT_OK(ReadUpTo(size, {buffer.get(), kPieceBytes}, *file));
    if (file->bytes() < size) break;
    beginnings.push_back({file->keys(), size});
  }
  return beginnings;
}

Result<std::shared_ptr<arrow::io::RandomAccessFile>> OpenRandomAccess(
    const Input& input) {
  if (input.is_stream) {
    return Status::Invalid(
        "Parquet is read from its end, so not from stdin or a pipe: save it to a file "
        "and give its name");
  }
  if (input.is_object()) return OpenObjectRandomAccess(input);
  if (const auto content = input.delivery.content) {
    const std::shared_ptr<arrow::Buffer> buffer(
        new arrow::Buffer(std::string_view(*content)),
        [content](const arrow::Buffer* done) { delete done; });
    return std::make_shared<arrow::io::BufferReader>(buffer);
  }
  return arrow::io::ReadableFile::Open(input.name);
}

}  // namespace flowlake
