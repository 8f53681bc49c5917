#include "flowlake/datafile/data_file.h"

namespace flowlake {

std::string PartitionFolder(std::optional<Date> date) {
  return "date=" + (date ? FormatDate(*date) : "__HIVE_DEFAULT_PARTITION__");
}

}  // namespace flowlake
