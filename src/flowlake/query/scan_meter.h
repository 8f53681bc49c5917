/// What the running statement reads: every range of every data file, by file.
#pragma once

#include <atomic>
#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace flowlake {

struct ByteRange {
  int64_t offset = 0;
  int64_t length = 0;
  int64_t end() const { return offset + length; }
};

/// Of one data file, from its footer: where the columns that the scan needs lie.
struct FileLayout {
  int64_t bytes = 0;     ///< of the file
  int64_t data_end = 0;  ///< behind it lie indexes and the footer
  std::vector<std::vector<ByteRange>> row_groups;  ///< the needed chunks of each
};

struct ScanTotals {
  int64_t bytes = 0;
  int64_t files = 0;
  int64_t row_groups = 0;
  int64_t row_groups_skipped = 0;  ///< of the files that were read
  int64_t billed_bytes = 0;        ///< as query/cost.h counts them
  std::set<std::string> paths;     ///< of the files that were read
};

/// Thread-safe.
class ScanMeter {
 public:
  /// Forgets everything; from now on at most `limit` bytes.
  void Start(std::optional<int64_t> limit);

  /// False if the range would pass the limit, or Stop() was called; then nothing is
  /// counted and the caller must not read.
  bool Charge(const std::string& path, ByteRange range);
  /// The needed columns of a file; a second scan of the same file adds its own.
  void Describe(const std::string& path, FileLayout layout);

  /// Makes every further Charge() fail.
  void Stop() { stopped_ = true; }
  bool stopped() const { return stopped_; }
  bool limit_passed() const { return limit_passed_; }
  int64_t bytes() const { return bytes_; }
  ScanTotals totals() const;

 private:
  struct File {
    std::vector<ByteRange> reads;
    FileLayout layout;
  };

  std::atomic<bool> stopped_ = false;
  std::atomic<bool> limit_passed_ = false;
  std::atomic<int64_t> bytes_ = 0;
  mutable std::mutex mutex_;  // guards what follows
  std::optional<int64_t> limit_;
  std::map<std::string, File> files_;
};

}  // namespace flowlake
