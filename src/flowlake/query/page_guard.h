/// What a scan reads of a data file, held against what is known of it before DuckDB sees
/// the bytes: DuckDB believes every size that a header says.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "flowlake/base/status.h"
#include "flowlake/query/scan_meter.h"

namespace flowlake {

/// A column chunk as the footer describes it.
struct GuardedChunk {
  ByteRange range;  ///< of all of its pages with their headers
  int64_t uncompressed_bytes = 0;
  int64_t values = 0;
  /// (type, encoding) of the pages that it has; empty: not known.
  std::vector<std::pair<int64_t, int64_t>> encodings{};
};

/// Reads more of the file.
using ReadRange = std::function<Status(ByteRange range, uint8_t* to)>;

/// While one lives, its thread reads a footer: the read may run over pages, of which
/// nobody looks at those bytes.
class FooterReading {
 public:
  FooterReading();
  ~FooterReading();
  FooterReading(const FooterReading&) = delete;
  FooterReading& operator=(const FooterReading&) = delete;
};

/// Of one statement. Thread-safe.
class PageGuard {
 public:
  /// Forgets everything.
  void Start();

  /// `is_ours`: flowlake wrote the file, so that sizes add up to the byte. Called before
  /// the first page is read; again for the same file it does nothing.
  void Describe(const std::string& path, std::vector<GuardedChunk> chunks, bool is_ours);

  /// IOError if a page header that lies in `range`, of which these are the bytes, is none
  /// or leads out of its column chunk. Every page before it was looked at, too; where its
  /// header is not among the bytes it is read.
  Status Check(const std::string& path, ByteRange range, const uint8_t* bytes,
               const ReadRange& read);

  /// A footer was compared with the checksum that the table's log has of it.
  void FooterIsRight(const std::string& path);
  bool IsFooterRight(const std::string& path) const;

 private:
  struct Chunk : GuardedChunk {
    int64_t next = 0;  // the first header that nobody has looked at
    int64_t seen_values = 0;
    int64_t seen_bytes = 0;
  };
  struct File {
    std::vector<Chunk> chunks;  // by offset
    bool is_ours = false;
  };

  static Status Walk(Chunk& chunk, bool is_ours, ByteRange range, const uint8_t* bytes,
                     const ReadRange& read);

  mutable std::mutex mutex_;  // guards what follows
  std::map<std::string, File> files_;
  std::set<std::string> right_footers_;
};

}  // namespace flowlake
