#include "flowlake/ingest/settings.h"

#include <fnmatch.h>

#include <algorithm>
#include <array>
#include <sstream>
#include <utility>

#include "flowlake/format/catalogue.h"
#include "flowlake/ingest/log_settings.h"
#include "flowlake/table/lake_settings.h"

namespace flowlake {

namespace {

constexpr std::array<std::pair<std::string_view, RuleSubject>, 5> kSubjects = {
    {{"match", RuleSubject::kName},
     {"prefix", RuleSubject::kKeyPrefix},
     {"log_group", RuleSubject::kLogGroup},
     {"stream", RuleSubject::kStream},
     {"attribute", RuleSubject::kAttribute}}};

/// Invalid unless `table` has exactly one rule.
Result<InputRule> ParseRule(const toml::table& table) {
  InputRule rule;
  int subjects = 0;
  for (const auto& [name, subject] : kSubjects) {
    const auto pattern = table[name].value<std::string>();
    if (!pattern) continue;
    rule = {subject, *pattern};
    ++subjects;
  }
  if (subjects == 1) return rule;
  return WrongSetting(table.source(),
                      "exactly one of match, prefix, log_group, stream and attribute "
                      "says, as a string, which inputs are meant");
}

Result<FormatRule> ParseFormatRule(const toml::table& table) {
  ARROW_ASSIGN_OR_RAISE(InputRule rule, ParseRule(table));
  const auto fields = table["fields"].value<std::string>();
  if (!fields || table.size() != 2) {
    return WrongSetting(table.source(),
                        "a [[format]] has exactly two strings: fields, and one of match, "
                        "prefix, log_group, stream and attribute");
  }
  auto names = ParseFieldList(*fields);
  if (!names.ok()) {
    return WrongSetting(table.source(), "fields: " + names.status().message());
  }
  return FormatRule{std::move(rule), *std::move(names)};
}

Result<LogRule> ParseLogRule(const toml::table& table) {
  ARROW_ASSIGN_OR_RAISE(InputRule rule, ParseRule(table));
  ARROW_ASSIGN_OR_RAISE(auto log, ParseUserLog(table));
  std::ostringstream text;
  text << table;
  return LogRule{std::move(rule), std::move(log), text.str()};
}

/// Of an array of tables.
template <typename Rule>
Status ParseRules(const toml::node& node, Result<Rule> (*parse)(const toml::table&),
                  std::vector<Rule>& rules) {
  for (const toml::node& each : *node.as_array()) {
    if (!each.is_table()) return WrongSetting(each.source(), "it is a table");
    ARROW_ASSIGN_OR_RAISE(Rule rule, parse(*each.as_table()));
    rules.push_back(std::move(rule));
  }
  return Status::OK();
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
Status CheckTables(const toml::node& node, const std::vector<LogRule>& logs) {
  for (const LogRule& a : logs) {
    for (const LogRule& b : logs) {
      const Schema& schema = a.log->kind.schema;
      const Schema& other = b.log->kind.schema;
      if (schema.table() == other.table() && !(schema == other)) {
        return WrongSetting(node.source(), "two [[log]] of table '" + schema.table() +
                                               "' have different fields");
      }
    }
  }
  return Status::OK();
}

Result<LakeSettings> FromTable(const toml::table& root) {
  LakeSettings settings;
  for (const auto& [key, node] : root) {
    if (key.str() == "maintain") continue;  // compact/maintain_settings.h
    if (key.str() == "serve") continue;     // server/serve_options.h
    if (key.str() == "format" && node.is_array()) {
      ARROW_RETURN_NOT_OK(ParseRules(node, ParseFormatRule, settings.formats));
    } else if (key.str() == "log" && node.is_array()) {
      ARROW_RETURN_NOT_OK(ParseRules(node, ParseLogRule, settings.logs));
      ARROW_RETURN_NOT_OK(CheckTables(node, settings.logs));
    } else {
      return WrongSetting(node.source(),
                          "unknown key '" + std::string(key.str()) +
                              "'; there are [[format]], [[log]], [maintain] and [serve]");
    }
  }
  return settings;
}

}  // namespace

bool IsRuleSubject(std::string_view key) {
  return std::ranges::any_of(kSubjects,
                             [&](const auto& each) { return each.first == key; });
}

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

Result<LakeSettings> ParseSettings(const std::string& toml) {
  try {
    return FromTable(toml::parse(toml));
  } catch (const toml::parse_error& error) {
    return WrongSetting(error.source(), std::string(error.description()));
  }
}

Result<LakeSettings> ReadSettings(const Lake& lake) {
  ARROW_ASSIGN_OR_RAISE(const std::string text, ReadSettingsText(*lake.store()));
  return ParseSettings(text);
}

}  // namespace flowlake
