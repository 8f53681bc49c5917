#include "flowlake/query/scan_meter.h"

#include <algorithm>

#include "flowlake/query/cost.h"

namespace flowlake {

namespace {

bool Overlap(const ByteRange& a, const ByteRange& b) {
  return a.offset < b.end() && b.offset < a.end();
}

/// Reads of the footer reach behind the data; they may run over the last row group, and
/// say nothing about it.
bool IsFooterRead(const ByteRange& read, const FileLayout& layout) {
  return read.end() > layout.data_end;
}

bool WasRead(const std::vector<ByteRange>& chunks, const std::vector<ByteRange>& reads,
             const FileLayout& layout) {
  return std::any_of(reads.begin(), reads.end(), [&](const ByteRange& read) {
    return !IsFooterRead(read, layout) &&
           std::any_of(chunks.begin(), chunks.end(),
                       [&](const ByteRange& chunk) { return Overlap(chunk, read); });
  });
}

int64_t Size(const std::vector<ByteRange>& chunks) {
  int64_t bytes = 0;
  for (const ByteRange& chunk : chunks) bytes += chunk.length;
  return bytes;
}

void AddChunks(const std::vector<ByteRange>& from, std::vector<ByteRange>& to) {
  for (const ByteRange& chunk : from) {
    const bool known = std::any_of(to.begin(), to.end(), [&](const ByteRange& other) {
      return other.offset == chunk.offset;
    });
    if (!known) to.push_back(chunk);
  }
}

}  // namespace

void ScanMeter::Start(std::optional<int64_t> limit) {
  std::lock_guard lock(mutex_);
  stopped_ = false;
  limit_passed_ = false;
  bytes_ = 0;
  limit_ = limit;
  files_.clear();
}

bool ScanMeter::Charge(const std::string& path, ByteRange range) {
  std::lock_guard lock(mutex_);
  if (stopped_) return false;
  if (limit_ && bytes_ + range.length > *limit_) {
    limit_passed_ = true;
    return false;
  }
  bytes_ += range.length;
  files_[path].reads.push_back(range);
  return true;
}

void ScanMeter::Describe(const std::string& path, FileLayout layout) {
  std::lock_guard lock(mutex_);
  FileLayout& known = files_[path].layout;
  if (known.row_groups.size() != layout.row_groups.size()) {
    known = std::move(layout);
    return;
  }
  for (size_t i = 0; i < known.row_groups.size(); ++i) {
    AddChunks(layout.row_groups[i], known.row_groups[i]);
  }
}

ScanTotals ScanMeter::totals() const {
  std::lock_guard lock(mutex_);
  ScanTotals totals;
  totals.bytes = bytes_;
  for (const auto& [path, file] : files_) {
    if (file.reads.empty()) continue;
    totals.paths.insert(path);
    ++totals.files;
    int64_t needed = 0;
    for (const auto& chunks : file.layout.row_groups) {
      const bool read = WasRead(chunks, file.reads, file.layout);
      ++(read ? totals.row_groups : totals.row_groups_skipped);
      if (read) needed += Size(chunks);
    }
    totals.billed_bytes += BilledBytes(file.layout.bytes, needed);
  }
  return totals;
}

}  // namespace flowlake
