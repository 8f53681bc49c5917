/// What a parser is fed from.
#pragma once

#include <cstdint>
#include <cstring>
#include <memory>
#include <span>
#include <string_view>
#include <utility>

#include "flowlake/base/status.h"
#include "flowlake/source/byte_stream.h"

namespace flowlake {

/// The plain bytes that were read and not yet parsed. They lie where the input was
/// loaded, or at the front of a buffer that the stream refills. Not thread-safe.
class PlainWindow {
 public:
  PlainWindow(std::unique_ptr<ByteStream> stream, std::span<char> buffer)
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

}  // namespace flowlake
