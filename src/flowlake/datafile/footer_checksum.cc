#include "flowlake/datafile/footer_checksum.h"

#include "flowlake/base/key128.h"

namespace flowlake {

std::string FooterChecksum(std::string_view footer) {
  return std::to_string(footer.size()) + ':' + HashOf(footer).ToString();
}

std::string FooterOf(const DataFile& file) {
  const auto found = file.tags.find(kFooterTag);
  return found == file.tags.end() ? std::string() : found->second;
}

Status CheckFooterChecksum(std::string_view expected, std::string_view found) {
  if (expected.empty() || expected == found) return Status::OK();
  return Status::IOError(
      "the footer is not the one that was written (the table's log has its checksum)");
}

}  // namespace flowlake
