/// What the verbs that look after a lake print: commit, expire, vacuum, maintain.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "flowlake/compact/maintain.h"

namespace flowlake {

void PrintFolds(const std::vector<TableFold>& folds);
/// On stderr; whether there are any.
bool PrintFoldProblems(const std::vector<TableFold>& folds);
nlohmann::ordered_json FoldsJson(const std::vector<TableFold>& folds);

/// On stderr; whether there are any.
bool PrintFailures(const Failures& failures);
nlohmann::ordered_json FailuresJson(const Failures& failures);
/// Tables that are not flowlake's, and so are left alone.
void PrintOthers(const std::vector<NotATable>& others);
nlohmann::ordered_json OthersJson(const std::vector<NotATable>& others);

/// "would remove …", or "removed …" once it is done.
void PrintExpiry(const ExpirePlan& plan, bool is_done);
nlohmann::ordered_json ExpiryJson(const ExpirePlan& plan);
void PrintVacuum(const VacuumPlan& plan, bool is_done);
nlohmann::ordered_json VacuumJson(const VacuumPlan& plan);

void PrintCompaction(const CompactReport& report, bool dry_run);
nlohmann::ordered_json CompactionJson(const CompactReport& report);

/// With a line feed.
std::string WriteJsonLine(const nlohmann::ordered_json& json);

}  // namespace flowlake
