#include "flowlake/ingest/record_source.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include "flowlake/ingest/parquet_source.h"
#include "flowlake/ingest/plain_window.h"
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

class TextSource : public RecordSource {
 public:
  TextSource(PlainWindow window, std::unique_ptr<Parser> parser)
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

  PlainWindow window_;
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
Result<PlainWindow> UnwrappedWindow(PlainWindow backup, ReadMemory& memory) {
  const std::string begun(backup.bytes());
  PlainWindow window(UnwrapFirehoseBackup(std::move(backup).TakeStream(), begun),
                     memory.plain());
  ARROW_RETURN_NOT_OK(window.Fill(kSmallInputBytes));
  return window;
}

}  // namespace

Result<std::unique_ptr<RecordSource>> OpenRecords(const SourceRequest& request) {
  const size_t first_fill = FirstFill(request.opened);
  PlainWindow window(std::move(request.opened).Stream(StreamOptions{}),
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
