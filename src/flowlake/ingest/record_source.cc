#include "flowlake/ingest/record_source.h"

#include <algorithm>
#include <cstring>
#include <span>
#include <string_view>
#include <utility>

#include "flowlake/ingest/parquet_source.h"
#include "flowlake/source/byte_stream.h"
#include "flowlake/source/firehose_backup.h"

namespace flowlake {

namespace {

class EmptySource : public RecordSource {
 public:
  EmptySource(int64_t stored, int64_t plain, InputKeys keys)
      : stored_(stored), plain_(plain), keys_(keys) {}
  const Schema* schema() const override { return nullptr; }
  std::string description() const override { return "empty"; }
  std::vector<std::string> unknown_fields() const override { return {}; }
  bool is_small() const override { return true; }
  Result<bool> Next(ColumnsBuilder&, Rejects&) override { return false; }
  int64_t stored_bytes() const override { return stored_; }
  int64_t plain_bytes() const override { return plain_; }
  InputKeys content_keys() const override { return keys_; }

 private:
  int64_t stored_;
  int64_t plain_;
  InputKeys keys_;
};

/// The plain bytes that were read and not yet parsed. They lie where the input was
/// loaded, or at the front of a buffer that the stream refills.
class Window {
 public:
  Window(std::unique_ptr<ByteStream> stream, std::span<char> buffer)
      : stream_(std::move(stream)), buffer_(buffer) {}

  /// Reads until `size` bytes are there, or all that are left. Requires a buffer of that
  /// size.
  Status Fill(size_t size) {
    if (ended_ || bytes_.size() >= size) return Status::OK();
    if (const auto loaded = stream_->TakeLoaded()) {
      bytes_ = *loaded;
      ended_ = true;
      return Status::OK();
    }
    if (!bytes_.empty()) std::memmove(buffer_.data(), bytes_.data(), bytes_.size());
    size_t filled = bytes_.size();
    while (!ended_ && filled < size) {
      ARROW_ASSIGN_OR_RAISE(const size_t count,
                            stream_->Read(buffer_.first(size).subspan(filled)));
      ended_ = count == 0;
      filled += count;
    }
    bytes_ = {buffer_.data(), filled};
    return Status::OK();
  }

  void Consume(size_t count) {
    bytes_.remove_prefix(count);
    offset_ += static_cast<int64_t>(count);
  }

  std::string_view bytes() const { return bytes_; }
  /// Whether bytes() reaches to the end of the input.
  bool ended() const { return ended_; }
  /// Of bytes()[0] in the input.
  int64_t offset() const { return offset_; }
  const ByteStream& stream() const { return *stream_; }
  std::unique_ptr<ByteStream> TakeStream() && { return std::move(stream_); }

 private:
  std::unique_ptr<ByteStream> stream_;
  std::span<char> buffer_;
  std::string_view bytes_;
  bool ended_ = false;
  int64_t offset_ = 0;
};

class TextSource : public RecordSource {
 public:
  TextSource(Window window, std::unique_ptr<Parser> parser)
      : window_(std::move(window)),
        parser_(std::move(parser)),
        is_small_(window_.ended()),
        is_tiny_(is_small_ && window_.bytes().size() <= kPieceBytes) {}

  const Schema* schema() const override { return &parser_->schema(); }
  std::string description() const override { return parser_->description(); }
  std::vector<std::string> unknown_fields() const override {
    return parser_->unknown_fields();
  }
  bool is_small() const override { return is_small_; }
  bool is_tiny() const override { return is_tiny_; }

  Result<bool> Next(ColumnsBuilder& columns, Rejects& rejects) override {
    ARROW_ASSIGN_OR_RAISE(const size_t size, FrameNext());
    if (size == 0) return false;
    const std::string_view bytes = window_.bytes().substr(0, size);
    const Block block{bytes, window_.offset()};
    ARROW_RETURN_NOT_OK(parser_->Parse(block, columns, rejects));
    window_.Consume(size);
    return true;
  }

  int64_t stored_bytes() const override { return window_.stream().stored_bytes(); }
  int64_t plain_bytes() const override { return window_.offset(); }
  InputKeys content_keys() const override { return window_.stream().content_keys(); }

 private:
  /// The size of the next block of whole records; 0 at the end of the input.
  Result<size_t> FrameNext() {
    // A record can be larger than a piece: doubling looks at its bytes twice, not once
    // per piece.
    for (size_t limit = kPieceBytes; limit <= kSmallInputBytes; limit *= 2) {
      ARROW_RETURN_NOT_OK(window_.Fill(limit));
      if (const size_t size = Frame(limit)) return size;
      if (window_.bytes().empty()) return 0;
    }
    return Status::Invalid("a record of more than ", kSmallInputBytes >> 20,
                           " MiB at byte ", window_.offset());
  }

  size_t Frame(size_t limit) {
    const std::string_view all = window_.bytes();
    if (all.empty()) return 0;
    const std::string_view bytes = all.substr(0, limit);
    return parser_->Frame(bytes, window_.ended() && bytes.size() == all.size());
  }

  Window window_;
  std::unique_ptr<Parser> parser_;
  bool is_small_;
  bool is_tiny_;
};

/// What is read before the format is recognised: everything if the input may be small.
/// Of other inputs a piece, which stays in the cache.
size_t FirstFill(const OpenedInput& opened) {
  const auto claimed = opened.claimed_plain_bytes();
  const bool may_be_small = claimed && *claimed <= int64_t{kSmallInputBytes};
  return may_be_small ? kSmallInputBytes : kPieceBytes;
}

/// What is in a backup of Firehose, begun anew.
Result<Window> UnwrappedWindow(Window backup, ReadMemory& memory) {
  const std::string begun(backup.bytes());
  Window window(UnwrapFirehoseBackup(std::move(backup).TakeStream(), begun),
                memory.plain());
  ARROW_RETURN_NOT_OK(window.Fill(kSmallInputBytes));
  return window;
}

}  // namespace

Result<std::unique_ptr<RecordSource>> OpenRecords(const SourceRequest& request) {
  const size_t first_fill = FirstFill(request.opened);
  Window window(std::move(request.opened).Stream(StreamOptions{}),
                request.memory.plain());
  ARROW_RETURN_NOT_OK(window.Fill(first_fill));
  if (IsFirehoseBackup(window.bytes())) {
    ARROW_ASSIGN_OR_RAISE(window, UnwrappedWindow(std::move(window), request.memory));
  }
  const std::string_view first = window.bytes().substr(0, kDetectBytes);
  const bool is_whole = window.ended() && first.size() == window.bytes().size();
  switch (KindOf(first, is_whole)) {
    case InputKind::kEmpty: {
      const ByteStream& read = window.stream();
      return std::make_unique<EmptySource>(read.stored_bytes(),
                                           static_cast<int64_t>(window.bytes().size()),
                                           read.content_keys());
    }
    case InputKind::kParquet:
      return OpenParquet(request);
    case InputKind::kText:
      break;
  }
  ARROW_ASSIGN_OR_RAISE(auto parser, DetectParser(first, is_whole, request.format));
  return std::make_unique<TextSource>(std::move(window), std::move(parser));
}

}  // namespace flowlake
