/// The lake's tables as a session names them, and the views with other names for their
/// columns: AWS's (`vpc_flow_logs`, `tgw_flow_logs`) and the article's (`flowlogs`).
#pragma once

#include <span>
#include <string>
#include <utility>
#include <vector>

#include "flowlake/base/schema.h"

namespace flowlake {

/// CREATE OR REPLACE VIEW statements for a table that exists: one of the table's own
/// name, then those that AWS's or other people's queries expect.
std::vector<std::string> ViewStatements(const Schema& schema, const std::string& table);

/// The article's columns: our name, and its.
std::span<const std::pair<const char*, const char*>> ArticleColumnNames();

/// The table that a view's name stands for; other names stand for themselves.
std::string TableBehind(const std::string& name);

}  // namespace flowlake
