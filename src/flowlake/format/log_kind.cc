#include "flowlake/format/log_kind.h"

#include <algorithm>
#include <array>
#include <utility>

#include "flowlake/format/catalogue.h"
#include "flowlake/format/cloudfront_logs.h"
#include "flowlake/format/cloudtrail_logs.h"
#include "flowlake/format/dns_logs.h"
#include "flowlake/format/elb_logs.h"
#include "flowlake/format/s3_logs.h"
#include "flowlake/format/waf_logs.h"

namespace flowlake {

namespace {

constexpr std::string_view kTimeColumn = "time";
constexpr std::string_view kPortSuffix = "_port";

void AddColumns(const LogField& field, std::vector<Field>& columns) {
  const std::string name = CanonicalFieldName(field.name);
  switch (field.kind) {
    case ValueKind::kInt32:
      columns.push_back({name, ColumnType::kInt32});
      return;
    case ValueKind::kInt64:
    case ValueKind::kCount:
      columns.push_back({name, ColumnType::kInt64});
      return;
    case ValueKind::kDouble:
    case ValueKind::kMeasurement:
      columns.push_back({name, ColumnType::kDouble});
      return;
    case ValueKind::kTime:
      columns.push_back({name, ColumnType::kTimestamp});
      return;
    case ValueKind::kAddress:
      columns.push_back({name + "_ip", ColumnType::kString});
      columns.push_back({name + std::string(kPortSuffix), ColumnType::kInt32});
      return;
    case ValueKind::kRequest:
      for (const char* part : {"request_verb", "request_url", "request_proto"}) {
        columns.push_back({part, ColumnType::kString});
      }
      return;
    default:
      columns.push_back({name, ColumnType::kString});
  }
}

bool IsPartOfTime(ValueKind kind) {
  return kind == ValueKind::kDate || kind == ValueKind::kTimeOfDay ||
         kind == ValueKind::kInstant;
}

int PositionOf(std::string_view name, const std::vector<Field>& columns) {
  const auto found = std::ranges::find(columns, name, &Field::name);
  return found == columns.end() ? -1 : static_cast<int>(found - columns.begin());
}

/// Puts the columns where they are not yet, and says for each field where they begin.
Schema MakeSchema(const LogDescription& log, std::vector<int>& first_columns) {
  std::vector<Field> columns;
  for (const LogField& field : log.fields) {
    if (IsPartOfTime(field.kind)) {
      if (PositionOf(kTimeColumn, columns) < 0) {
        columns.push_back({std::string(kTimeColumn), ColumnType::kTimestamp});
      }
      first_columns.push_back(PositionOf(kTimeColumn, columns));
      continue;
    }
    first_columns.push_back(static_cast<int>(columns.size()));
    AddColumns(field, columns);
  }
  for (const std::string_view name :
       {std::string_view(log.account_column), std::string_view(log.region_column),
        kExtraColumn}) {
    if (!name.empty() && PositionOf(name, columns) < 0) {
      columns.push_back({std::string(name), ColumnType::kString});
    }
  }
  return Schema(log.table, std::move(columns), {log.time, log.sort, log.lookups});
}

}  // namespace

LogKind::LogKind(LogDescription description)
    : LogDescription(std::move(description)), schema(MakeSchema(*this, first_columns)) {
  if (!account_column.empty()) account = schema.IndexOf(account_column);
  if (!region_column.empty()) region = schema.IndexOf(region_column);
  for (size_t i = 0; i < fields.size(); ++i) {
    names_.emplace(CanonicalFieldName(fields[i].name), static_cast<int>(i));
    if (fields[i].kind == ValueKind::kTimeOfDay) time_of_parts = first_columns[i];
  }
  for (size_t i = 0; i < fields.size(); ++i) {
    if (!fields[i].path.empty()) {
      names_.emplace(CanonicalFieldName(fields[i].path), static_cast<int>(i));
    }
  }
}

int LogKind::FieldNamed(std::string_view field) const {
  std::string name = CanonicalFieldName(field);
  if (name.ends_with('_')) name.pop_back();  // "cs_host_": what became of "cs(Host)"
  auto found = names_.find(name);
  if (found != names_.end()) return found->second;
  // "client:port" is the field `client`.
  if (!name.ends_with(kPortSuffix)) return -1;
  name.resize(name.size() - kPortSuffix.size());
  found = names_.find(name);
  if (found == names_.end()) return -1;
  const bool is_address =
      fields[static_cast<size_t>(found->second)].kind == ValueKind::kAddress;
  return is_address ? found->second : -1;
}

std::span<const LogKind* const> LogKinds() {
  static const std::array<const LogKind*, 10> kinds{
      &AlbLog(),        &AlbConnectionLog(), &AlbHealthLog(), &ElbLog(), &NlbLog(),
      &CloudFrontLog(), &CloudTrailLog(),    &S3Log(),        &WafLog(), &DnsLog()};
  return kinds;
}

size_t CountKnown(const LogKind& kind, std::span<const std::string_view> names) {
  return static_cast<size_t>(std::ranges::count_if(
      names, [&](std::string_view name) { return kind.FieldNamed(name) >= 0; }));
}

namespace {

/// Whether `names` can be those of a record of the kind, whatever their spelling.
bool Suits(const LogKind& kind, std::span<const std::string_view> names) {
  const auto has = [&](const std::string& wanted) {
    return std::ranges::any_of(names, [&](std::string_view name) {
      return CanonicalFieldName(name) == CanonicalFieldName(wanted);
    });
  };
  return std::ranges::none_of(kind.foreign, has) &&
         std::ranges::all_of(kind.signature, [&](const std::string& wanted) {
           const int field = kind.FieldNamed(wanted);
           return std::ranges::any_of(names, [&](std::string_view name) {
             return kind.FieldNamed(name) == field;
           });
         });
}

size_t CountKnownToFlowLogs(std::span<const std::string_view> names) {
  size_t most = 0;
  for (const Schema* schema : FlowLogSchemas()) {
    const auto known = std::ranges::count_if(names, [&](std::string_view name) {
      const std::string canonical = CanonicalFieldName(name);
      return canonical != kExtraColumn && schema->IndexOf(canonical) >= 0;
    });
    most = std::max(most, static_cast<size_t>(known));
  }
  return most;
}

}  // namespace

const LogKind* LogKindOfNames(std::span<const std::string_view> names) {
  // Most inputs are flow logs: then no other kind can know more.
  const size_t known_to_flow_logs = CountKnownToFlowLogs(names);
  if (known_to_flow_logs == names.size()) return nullptr;
  const LogKind* best = nullptr;
  size_t most = 0;
  for (const LogKind* kind : LogKinds()) {
    const size_t known = CountKnown(*kind, names);
    if (known <= most || !Suits(*kind, names)) continue;
    best = kind;
    most = known;
  }
  const bool is_enough = most >= std::min<size_t>(names.size(), 3);
  return is_enough && most > known_to_flow_logs ? best : nullptr;
}

}  // namespace flowlake
