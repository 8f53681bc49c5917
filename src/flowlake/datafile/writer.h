/// Columns to one Parquet file.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "flowlake/base/columns.h"
#include "flowlake/base/status.h"
#include "flowlake/datafile/data_file.h"
#include "flowlake/store/store.h"

namespace flowlake {

enum class Compression { kNone, kSnappy, kZstd, kGzip };

/// "snappy", "zstd", "gzip", "none"; anything else is Invalid and lists these.
Result<Compression> ParseCompression(std::string_view name);

struct DataFileOptions {
  Compression compression = Compression::kSnappy;
  /// Rows of a full row group. Larger groups amortise dictionaries, smaller ones let
  /// readers skip and sample more finely.
  int64_t row_group_rows = 512 << 10;
  /// Rows of a data page, and so of an entry of the page index.
  int64_t page_rows = 20'000;
  /// String columns whose chunks get a Bloom filter: some ten bits per distinct value.
  std::vector<std::string> bloom_filters{};
};

/// One Parquet file under construction: row groups of dictionary-coded pages (data pages
/// v1, RLE_DICTIONARY; where a dictionary does not pay PLAIN numbers, strings as
/// DELTA_BYTE_ARRAY), statistics, page index and page CRCs. Not thread-safe. Nothing is
/// visible in the store before Close().
///
/// The file has the columns that any Columns before its first row group was written had;
/// what comes later must make do with them: see Accepts().
class DataFileWriter {
 public:
  /// The object will be `<table_folder>/date=<date>/part-<uuid>.parquet`, and
  /// DataFile.path what follows `<table_folder>/`. `schema` outlives the writer. The
  /// object is created when the first row group is written.
  static Result<std::unique_ptr<DataFileWriter>> Make(std::shared_ptr<Store> store,
                                                      std::string table_folder,
                                                      std::optional<Date> date,
                                                      const Schema* schema,
                                                      DataFileOptions options);
  virtual ~DataFileWriter() = default;

  /// False if `columns` has a column that this file, whose first row group is written,
  /// lacks. Then close this file and open another one.
  virtual bool Accepts(const Columns& columns) const = 0;

  /// Appends `rows` (indexes into `columns`, ascending) in this order; an empty span
  /// means every row. Writes a row group whenever one is full. Requires Accepts(columns)
  /// and the writer's schema; Invalid where a row group holds a number that its type does
  /// not. After an error, only Abort() is left.
  virtual Status Append(const Columns& columns, std::span<const uint32_t> rows) = 0;

  /// Ends the current row group early, which frees its memory.
  virtual Status FlushRowGroup() = 0;

  /// Bytes in memory: the open row group, which FlushRowGroup() frees, and what the
  /// footer needs of finished ones (an estimate, some KB per column and row group).
  virtual int64_t buffered_bytes() const = 0;
  virtual int64_t rows() const = 0;
  /// Bytes of the row groups written so far.
  virtual int64_t written_bytes() const = 0;

  /// Finishes the file, makes it durable and visible, reads the footer back and compares
  /// it with what was written. Requires rows() > 0.
  virtual Result<DataFile> Close() = 0;

  /// Leaves nothing behind, also after a Close() that failed. Destruction without Close()
  /// does the same; after a Close() that succeeded both leave the file alone.
  virtual void Abort() = 0;
};

}  // namespace flowlake
