#include "flowlake/table/own_table.h"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

#include "flowlake/base/escape.h"
#include "flowlake/config/host_config.h"
#include "flowlake/table/lake_settings.h"
#include "flowlake/table/ledger.h"
#include "flowlake/table/ledger_root.h"
#include "flowlake/table/log.h"
#include "flowlake/table/table_property.h"

namespace flowlake {

namespace {

/// The kinds that programs knew before there was a mark, so that none need be added.
constexpr std::array<std::string_view, 13> kUnmarkedKinds = {
    "vpc_flow",   "tgw_flow", "elb",        "alb",        "alb_connection",
    "alb_health", "nlb",      "cloudfront", "cloudtrail", "dns",
    "s3_access",  "waf",      "rejects"};

std::optional<std::string> MarkIn(const Snapshot& head) {
  const auto found = head.configuration.find(kMarkProperty);
  return found == head.configuration.end() ? std::nullopt : std::optional(found->second);
}

/// A program that died between making a table and its first commit.
Result<bool> WasMadeByUs(const Lake& lake, const std::string& folder,
                         const Snapshot& head) {
  if (head.version != 0) return false;
  ARROW_ASSIGN_OR_RAISE(const LogEntry first, ReadLogEntry(*lake.store(), folder, 0));
  return first.add.empty() && first.info && first.info->engine.starts_with("flowlake ");
}

void AddDescribed(const Result<ConfigFile>& config, std::set<std::string>* tables) {
  if (!config.ok()) return;  // the verbs that need it say what is wrong with it
  for (const ConfigSection& log : config->Sections("log")) {
    if (const auto table = log.Text("log.table")) tables->insert(*table);
  }
}

/// Adds one table to the survey.
void Survey(const Lake& lake, const std::string& name, TableOwner& owner,
            TableSurvey& survey) {
  const auto head = lake.table(name).LoadHead();
  if (!head.ok()) {
    if (owner.IsKind(name)) {
      survey.failures.Keep(name, "open", head.status());
    } else {
      survey.others.push_back(
          {name, std::string(kNotOurs) + " (" + head.status().message() + ")"});
    }
    return;
  }
  const auto is_ours = owner.IsOurs(name, **head);
  if (!survey.failures.Keep(name, "open", is_ours.status())) return;
  if (!*is_ours) {
    survey.others.push_back({name, kNotOurs});
  } else if (survey.failures.Keep(name, "open",
                                  CheckMayWrite((*head)->configuration, name))) {
    survey.ours.push_back({name, *head});
  }
}

}  // namespace

std::string MarkOf(const std::string& kind, const std::string& table_id) {
  return kind + '/' + table_id;
}

Status CheckMark(const Snapshot& head, const std::string& folder) {
  const auto mark = MarkIn(head);
  if (!mark || *mark == MarkOf(folder, head.table_id)) return Status::OK();
  return Status::Invalid("write to table ", folder, ": it is not flowlake's: its ",
                         kMarkProperty, " is ", EscapeForTerminal(*mark),
                         ", that of another table");
}

bool HasLedger(const Snapshot& head) {
  if (head.transactions.contains(kLedgerRootApplication)) return true;
  const std::string prefix = LedgerApplicationId("");
  return std::ranges::any_of(head.transactions, [&](const auto& transaction) {
    return transaction.first.starts_with(prefix);
  });
}

bool TableOwner::IsKind(const std::string& folder) {
  if (std::ranges::find(kUnmarkedKinds, folder) != kUnmarkedKinds.end()) return true;
  if (!described_) {
    described_.emplace();
    AddDescribed(ReadHostConfig(), &*described_);
    AddDescribed(ReadLakeConfig(*lake_.store()), &*described_);
  }
  return described_->contains(folder);
}

Result<bool> TableOwner::IsOurs(const std::string& folder, const Snapshot& head) {
  if (MarkIn(head)) return CheckMark(head, folder).ok();
  if (!IsKind(folder)) return false;
  if (HasLedger(head)) return true;
  return WasMadeByUs(lake_, folder, head);
}

Result<TableSurvey> SurveyTables(const Lake& lake,
                                 const std::vector<std::string>& wanted) {
  ARROW_ASSIGN_OR_RAISE(const auto names, lake.ChooseTables(wanted));
  TableSurvey survey;
  TableOwner owner(lake);
  for (const std::string& name : names) Survey(lake, name, owner, survey);
  if (wanted.empty() || survey.others.empty()) return survey;
  const NotATable& other = survey.others.front();
  return Status::Invalid("table ", other.name, " in ", lake.uri(), ": ", other.why);
}

}  // namespace flowlake
