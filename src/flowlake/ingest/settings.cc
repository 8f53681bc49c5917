#include "flowlake/ingest/settings.h"

#include <fnmatch.h>

#include <algorithm>
#include <array>
#include <utility>

#include "flowlake/config/host_config.h"
#include "flowlake/format/catalogue.h"
#include "flowlake/ingest/log_settings.h"
#include "flowlake/table/lake_settings.h"

namespace flowlake {

namespace {

constexpr size_t kLongestPattern = 1024;

struct SubjectKey {
  ConfigKeyName key;
  RuleSubject subject;
};
using SubjectKeys = std::array<SubjectKey, 5>;

constexpr SubjectKeys kFormatSubjects = {{{"format.match", RuleSubject::kName},
                                          {"format.prefix", RuleSubject::kKeyPrefix},
                                          {"format.log_group", RuleSubject::kLogGroup},
                                          {"format.stream", RuleSubject::kStream},
                                          {"format.attribute", RuleSubject::kAttribute}}};
constexpr SubjectKeys kLogSubjects = {{{"log.match", RuleSubject::kName},
                                       {"log.prefix", RuleSubject::kKeyPrefix},
                                       {"log.log_group", RuleSubject::kLogGroup},
                                       {"log.stream", RuleSubject::kStream},
                                       {"log.attribute", RuleSubject::kAttribute}}};

/// Invalid unless `table` has exactly one rule.
Result<InputRule> ParseRule(const ConfigSection& table, const SubjectKeys& known) {
  InputRule rule;
  int subjects = 0;
  for (const auto& [key, subject] : known) {
    const auto pattern = table.Text(key);
    if (!pattern) continue;
    if (pattern->size() > kLongestPattern) {
      return table.Wrong(key, std::string(key.key().name) + " is longer than " +
                                  std::to_string(kLongestPattern) + " bytes");
    }
    rule = {subject, *pattern};
    ++subjects;
  }
  if (subjects == 1) return rule;
  return table.Wrong(
      "exactly one of match, prefix, log_group, stream and attribute says which inputs "
      "are meant");
}

Result<FormatRule> ParseFormatRule(const ConfigSection& table) {
  ARROW_ASSIGN_OR_RAISE(InputRule rule, ParseRule(table, kFormatSubjects));
  const auto fields = table.Text("format.fields");
  if (!fields) {
    return table.Wrong(
        "a [[format]] has exactly two strings: fields, and one of match, prefix, "
        "log_group, stream and attribute");
  }
  auto names = ParseFieldList(*fields);
  if (!names.ok()) {
    return table.Wrong("format.fields", "fields: " + names.status().message());
  }
  return FormatRule{std::move(rule), *std::move(names)};
}

Result<LogRule> ParseLogRule(const ConfigSection& table) {
  ARROW_ASSIGN_OR_RAISE(InputRule rule, ParseRule(table, kLogSubjects));
  ARROW_ASSIGN_OR_RAISE(auto log, ParseUserLog(table));
  return LogRule{std::move(rule), std::move(log), table.toml()};
}

bool FitsGlob(const std::string& pattern, const std::string& text) {
  return fnmatch(pattern.c_str(), text.c_str(), 0) == 0;
}

/// The key in the bucket of "s3://bucket/key"; other names as they are.
std::string KeyOf(const std::string& name) {
  constexpr std::string_view kScheme = "s3://";
  if (!name.starts_with(kScheme)) return name;
  const size_t slash = name.find('/', kScheme.size());
  return slash == std::string::npos ? "" : name.substr(slash + 1);
}

bool IsStream(const std::string& pattern, const std::string& arn) {
  return FitsGlob(pattern, arn) || FitsGlob(pattern, arn.substr(arn.rfind('/') + 1));
}

/// Different files may be of one table, if they have the same fields.
Status CheckTable(const ConfigSection& table, const LogRule& rule,
                  const std::vector<LogRule>& others) {
  const Schema& schema = rule.log->kind.schema;
  for (const LogRule& each : others) {
    const Schema& other = each.log->kind.schema;
    if (schema.table() != other.table() || schema == other) continue;
    return table.Wrong("two [[log]] of table '" + schema.table() +
                       "' have different fields");
  }
  return Status::OK();
}

}  // namespace

bool InputRule::Matches(const Input& input) const {
  const Origin& origin = input.origin;
  switch (subject) {
    case RuleSubject::kName:
      return FitsGlob(pattern, input.name);
    case RuleSubject::kKeyPrefix:
      return FitsGlob(pattern + '*', KeyOf(input.name));
    case RuleSubject::kLogGroup:
      return FitsGlob(pattern, origin.log_group);
    case RuleSubject::kStream:
      return IsStream(pattern, origin.stream);
    case RuleSubject::kAttribute:
      return std::ranges::any_of(origin.attributes, [&](const auto& attribute) {
        return FitsGlob(pattern, attribute.first + '=' + attribute.second);
      });
  }
  return false;
}

const UserLog* LakeSettings::LogFor(const Input& input) const {
  const auto rule = std::ranges::find_if(
      logs, [&](const LogRule& each) { return each.Matches(input); });
  return rule == logs.end() ? nullptr : rule->log.get();
}

std::vector<std::string> LakeSettings::FieldsFor(const Input& input) const {
  for (const LogRule& rule : logs) {
    if (rule.Matches(input)) return {rule.text};
  }
  const auto rule = std::ranges::find_if(
      formats, [&](const FormatRule& each) { return each.Matches(input); });
  return rule == formats.end() ? std::vector<std::string>() : rule->fields;
}

Status AddSettings(const ConfigFile& config, LakeSettings& settings) {
  for (const ConfigSection& table : config.Sections("format")) {
    ARROW_ASSIGN_OR_RAISE(FormatRule rule, ParseFormatRule(table));
    settings.formats.push_back(std::move(rule));
  }
  for (const ConfigSection& table : config.Sections("log")) {
    ARROW_ASSIGN_OR_RAISE(LogRule rule, ParseLogRule(table));
    ARROW_RETURN_NOT_OK(CheckTable(table, rule, settings.logs));
    settings.logs.push_back(std::move(rule));
  }
  return Status::OK();
}

Result<LakeSettings> ReadSettings(const Lake& lake) {
  LakeSettings settings;
  ARROW_ASSIGN_OR_RAISE(const ConfigFile hosts, ReadHostConfig());
  ARROW_RETURN_NOT_OK(AddSettings(hosts, settings));
  ARROW_ASSIGN_OR_RAISE(const ConfigFile lakes, ReadLakeConfig(*lake.store()));
  ARROW_RETURN_NOT_OK(AddSettings(lakes, settings));
  return settings;
}

}  // namespace flowlake
