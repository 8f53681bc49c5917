/// One version of a table: which files hold its rows. Immutable.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "flowlake/base/schema.h"
#include "flowlake/datafile/data_file.h"

namespace flowlake {

struct Snapshot {
  int64_t version = -1;
  int64_t timestamp_ms = 0;  ///< of the commit
  std::string table_id;      ///< the UUID in the table's metadata
  Schema schema{"", {}};     ///< without the partition column `date`
  std::map<std::string, std::string> configuration;  ///< table properties
  std::map<std::string, int64_t> transactions;       ///< `txn`: application id -> version
  std::vector<DataFile> files;                       ///< sorted by path

  int64_t rows() const;
  int64_t bytes() const;
};

}  // namespace flowlake
