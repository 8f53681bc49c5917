/// The SQL files of report/reports and report/views, which the binary carries.
#pragma once

#include <string_view>
#include <vector>

namespace flowlake {

struct EmbeddedSql {
  std::string_view name;  ///< the file's, without ".sql"
  std::string_view text;
};

/// Sorted by name. The source is generated (cmake/EmbedSql.cmake).
std::vector<EmbeddedSql> EmbeddedReports();
std::vector<EmbeddedSql> EmbeddedViews();

}  // namespace flowlake
