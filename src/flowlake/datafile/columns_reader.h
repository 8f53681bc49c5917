/// A data file of a table as Columns: the way back of DataFileWriter.
#pragma once

#include <arrow/io/interfaces.h>

#include <memory>
#include <optional>
#include <string>

#include "flowlake/base/columns.h"
#include "flowlake/base/status.h"

namespace flowlake {

/// Not thread-safe. Errors name the file; a column that the schema does not have, or has
/// with another type, is a TypeError of Open(): its values would be lost. (The partition
/// column `date`, which some writers repeat in the file, is passed over.)
class ColumnsReader {
 public:
  /// Rows come in `builder`, which may be shared by readers of one thread so that they
  /// share its dictionaries, has no rows between calls, and outlives the reader.
  /// `footer` is its checksum as the table's log has it; "": unknown.
  static Result<std::unique_ptr<ColumnsReader>> Open(
      std::shared_ptr<arrow::io::RandomAccessFile> file, std::string name,
      ColumnsBuilder& builder, std::string footer = "");
  virtual ~ColumnsReader() = default;

  /// At least `rows` rows while the file has them, and few more; nullopt at the end.
  virtual Result<std::optional<Columns>> Next(int64_t rows) = 0;
};

}  // namespace flowlake
