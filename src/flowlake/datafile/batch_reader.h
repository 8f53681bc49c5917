/// Somebody's Parquet file, or our own, as Arrow batches.
#pragma once

#include <arrow/io/interfaces.h>
#include <arrow/type_fwd.h>

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "flowlake/base/status.h"

namespace flowlake {

struct BatchReaderOptions {
  /// Reads as Arrow does even where a faster way is known: slower, for comparison.
  bool as_arrow_reads = false;
  /// What the pages, dictionaries and arrays of the file may take at a time.
  int64_t memory_bytes = int64_t{128} << 20;
  /// The footer's checksum as the table's log has it (footer_checksum.h); "": unknown.
  std::string footer{};
};

/// Reads also what somebody made to do harm: the footer is bounded
/// (datafile/foreign_footer.h), and so is all memory for the rest. Not thread-safe.
/// Errors (a footer that is none, a page that fails its CRC, more memory than allowed)
/// name `name`.
class BatchReader {
 public:
  /// Strings come dictionary-encoded where the file has them so; a batch can have some of
  /// them plain where schema() says dictionary. `columns` are names of the file; empty:
  /// all.
  static Result<std::unique_ptr<BatchReader>> Open(
      std::shared_ptr<arrow::io::RandomAccessFile> file, std::string name,
      const std::vector<std::string>& columns = {}, BatchReaderOptions options = {});
  virtual ~BatchReader() = default;

  virtual std::shared_ptr<arrow::Schema> schema() const = 0;
  virtual int64_t rows() const = 0;
  /// nullptr at the end. At most 64 Ki rows, and fewer where rows are long. Valid for as
  /// long as the reader lives.
  virtual Result<std::shared_ptr<arrow::RecordBatch>> Next() = 0;
};

}  // namespace flowlake
