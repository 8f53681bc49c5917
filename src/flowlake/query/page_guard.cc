#include "flowlake/query/page_guard.h"

#include <algorithm>
#include <optional>
#include <span>
#include <utility>

#include "flowlake/datafile/page_head.h"

namespace flowlake {

namespace {

// Headers have some forty bytes; with statistics of others' long values more.
constexpr int64_t kFirstRead = 1 << 10;
constexpr int64_t kLongestHeader = 1 << 20;
// Old writers left the dictionary's header out of a chunk's size (PARQUET-816).
constexpr int64_t kUncountedHeader = 100;

thread_local bool is_reading_footer = false;

Status Damaged(int64_t offset, const char* why) {
  return Status::IOError("the page at byte ", offset, " is damaged: ", why);
}

Result<PageHead> ReadHead(int64_t offset, int64_t end, const ReadRange& read) {
  for (int64_t length = kFirstRead;; length *= 32) {
    std::vector<uint8_t> bytes(static_cast<size_t>(std::min(length, end - offset)));
    ARROW_RETURN_NOT_OK(read({offset, static_cast<int64_t>(bytes.size())}, bytes.data()));
    ARROW_ASSIGN_OR_RAISE(const auto head, ParsePageHead(bytes));
    if (head) return *head;
    if (length >= kLongestHeader || length >= end - offset) {
      return Status::Invalid("its header has no end");
    }
  }
}

/// Of the page at `offset`, from `bytes` of `range` if they hold it.
Result<PageHead> HeadAt(int64_t offset, int64_t end, ByteRange range,
                        const uint8_t* bytes, const ReadRange& read) {
  if (offset >= range.offset) {
    const int64_t length = std::min(range.end(), end) - offset;
    const std::span<const uint8_t> there(bytes + (offset - range.offset),
                                         static_cast<size_t>(length));
    ARROW_ASSIGN_OR_RAISE(const auto head, ParsePageHead(there));
    if (head) return *head;
  }
  return ReadHead(offset, end, read);
}

}  // namespace

FooterReading::FooterReading() { is_reading_footer = true; }
FooterReading::~FooterReading() { is_reading_footer = false; }

void PageGuard::Describe(const std::string& path, std::vector<GuardedChunk> chunks,
                         bool is_ours) {
  std::lock_guard lock(mutex_);
  const auto [file, is_new] = files_.try_emplace(path);
  if (!is_new) return;
  file->second.is_ours = is_ours;
  for (GuardedChunk& chunk : chunks) {
    if (!is_ours) chunk.range.length += kUncountedHeader;
    file->second.chunks.push_back({chunk, chunk.range.offset});
  }
  std::ranges::sort(file->second.chunks, {},
                    [](const Chunk& chunk) { return chunk.range.offset; });
}

Status PageGuard::Check(const std::string& path, ByteRange range, const uint8_t* bytes,
                        const ReadRange& read) {
  std::lock_guard lock(mutex_);
  const auto file = files_.find(path);
  if (file == files_.end() || is_reading_footer) return Status::OK();
  for (Chunk& chunk : file->second.chunks) {
    if (chunk.range.offset >= range.end()) break;
    if (chunk.range.end() <= range.offset) continue;
    // Read again, perhaps with other bytes.
    if (range.offset <= chunk.range.offset) chunk = {chunk, chunk.range.offset};
    ARROW_RETURN_NOT_OK(Walk(chunk, file->second.is_ours, range, bytes, read));
  }
  return Status::OK();
}

Status PageGuard::Walk(Chunk& chunk, bool is_ours, ByteRange range, const uint8_t* bytes,
                       const ReadRange& read) {
  const int64_t end = chunk.range.end();
  while (chunk.next < std::min(range.end(), end) && chunk.seen_values < chunk.values) {
    const auto head = HeadAt(chunk.next, end, range, bytes, read);
    if (!head.ok()) return Damaged(chunk.next, head.status().message().c_str());
    const int64_t left = end - chunk.next - head->header_bytes;
    if (head->compressed_bytes > left) {
      return Damaged(chunk.next, "it is longer than its column");
    }
    if (!chunk.encodings.empty() &&
        std::ranges::count(chunk.encodings, std::pair(head->type, head->encoding)) == 0) {
      return Damaged(chunk.next, "its column has no pages of this encoding");
    }
    chunk.seen_values += head->values;
    chunk.seen_bytes += head->header_bytes + head->uncompressed_bytes;
    if (chunk.seen_values > chunk.values) {
      return Damaged(chunk.next, "it has more values than its column");
    }
    if (is_ours && chunk.seen_bytes > chunk.uncompressed_bytes) {
      return Damaged(chunk.next, "it unpacks to more than its column");
    }
    chunk.next += head->header_bytes + head->compressed_bytes;
  }
  const bool is_over = chunk.next >= end || chunk.seen_values == chunk.values;
  const bool is_right = chunk.next == end && chunk.seen_values == chunk.values &&
                        chunk.seen_bytes == chunk.uncompressed_bytes;
  if (!is_ours || !is_over || is_right) return Status::OK();
  return Damaged(chunk.range.offset, "its column has other sizes than the footer says");
}

void PageGuard::Start() {
  std::lock_guard lock(mutex_);
  files_.clear();
  right_footers_.clear();
}

void PageGuard::FooterIsRight(const std::string& path) {
  std::lock_guard lock(mutex_);
  right_footers_.insert(path);
}

bool PageGuard::IsFooterRight(const std::string& path) const {
  std::lock_guard lock(mutex_);
  return right_footers_.contains(path);
}

}  // namespace flowlake
