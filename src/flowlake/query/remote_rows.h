/// Rows as Trino and Athena send them, JSON values or text, as Arrow batches.
#pragma once

#include <arrow/type_fwd.h>

#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "flowlake/base/status.h"

namespace flowlake {

/// Not thread-safe.
class RemoteRows {
 public:
  /// Names and types ("bigint", "timestamp(3)", "array(varchar)") of the columns. Types
  /// that Arrow and the engine do not have alike are strings.
  explicit RemoteRows(const std::vector<std::pair<std::string, std::string>>& columns);
  ~RemoteRows();

  std::shared_ptr<arrow::Schema> schema() const { return schema_; }
  /// One value per column; null, or of the column's type, or its text.
  Status Append(const nlohmann::json& row);
  /// What was appended since the last call; may have no rows.
  Result<std::shared_ptr<arrow::RecordBatch>> Flush();

 private:
  std::shared_ptr<arrow::Schema> schema_;
  std::vector<std::unique_ptr<arrow::ArrayBuilder>> builders_;
  int64_t rows_ = 0;
};

}  // namespace flowlake
