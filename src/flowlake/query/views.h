/// The views of a lake, with other names for the columns of its tables: AWS's
/// (`vpc_flow_logs`, `tgw_flow_logs`) and the article's (`flowlogs`).
#pragma once

#include <span>
#include <string>
#include <utility>

namespace flowlake {

inline constexpr char kArticleView[] = "flowlogs";

/// Each view, and the table that it needs.
std::span<const std::pair<const char*, const char*>> LakeViews();

/// The article's columns: our name, and its.
std::span<const std::pair<const char*, const char*>> ArticleColumnNames();

/// The table that a view's name stands for; other names stand for themselves.
std::string TableBehind(const std::string& name);

}  // namespace flowlake
