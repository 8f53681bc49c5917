#include "flowlake/ingest/settings.h"

#include <fnmatch.h>
#include <toml++/toml.h>

#include <algorithm>
#include <array>
#include <utility>

#include "flowlake/format/catalogue.h"
#include "flowlake/table/lake_settings.h"

namespace flowlake {

namespace {

Status Wrong(const toml::source_region& where, const std::string& what) {
  return Status::Invalid("flowlake.toml, line ", where.begin.line, ": ", what);
}

constexpr std::array<std::pair<std::string_view, RuleSubject>, 5> kSubjects = {
    {{"match", RuleSubject::kName},
     {"prefix", RuleSubject::kKeyPrefix},
     {"log_group", RuleSubject::kLogGroup},
     {"stream", RuleSubject::kStream},
     {"attribute", RuleSubject::kAttribute}}};

Result<FormatRule> ParseFormatRule(const toml::node& node) {
  const toml::table* table = node.as_table();
  if (table == nullptr) return Wrong(node.source(), "[[format]] is a table");
  FormatRule rule;
  int subjects = 0;
  for (const auto& [name, subject] : kSubjects) {
    const auto pattern = (*table)[name].value<std::string>();
    if (!pattern) continue;
    rule.subject = subject;
    rule.pattern = *pattern;
    ++subjects;
  }
  const auto fields = (*table)["fields"].value<std::string>();
  if (subjects != 1 || !fields || table->size() != 2) {
    return Wrong(node.source(),
                 "a [[format]] has exactly two strings: fields, and one of match, "
                 "prefix, log_group, stream and attribute");
  }
  auto names = ParseFieldList(*fields);
  if (!names.ok()) return Wrong(node.source(), "fields: " + names.status().message());
  rule.fields = *std::move(names);
  return rule;
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

Result<LakeSettings> FromTable(const toml::table& root) {
  LakeSettings settings;
  for (const auto& [key, node] : root) {
    if (key.str() == "maintain") continue;  // compact/maintain_settings.h
    if (key.str() == "serve") continue;     // server/serve_options.h
    if (key.str() != "format" || !node.is_array()) {
      return Wrong(node.source(), "unknown key '" + std::string(key.str()) +
                                      "'; there are [[format]], [maintain] and [serve]");
    }
    for (const toml::node& rule : *node.as_array()) {
      ARROW_ASSIGN_OR_RAISE(FormatRule parsed, ParseFormatRule(rule));
      settings.formats.push_back(std::move(parsed));
    }
  }
  return settings;
}

}  // namespace

bool FormatRule::Matches(const Input& input) const {
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

std::vector<std::string> LakeSettings::FieldsFor(const Input& input) const {
  const auto rule = std::ranges::find_if(
      formats, [&](const FormatRule& each) { return each.Matches(input); });
  return rule == formats.end() ? std::vector<std::string>() : rule->fields;
}

Result<LakeSettings> ParseSettings(const std::string& toml) {
  try {
    return FromTable(toml::parse(toml));
  } catch (const toml::parse_error& error) {
    return Wrong(error.source(), std::string(error.description()));
  }
}

Result<LakeSettings> ReadSettings(const Lake& lake) {
  ARROW_ASSIGN_OR_RAISE(const std::string text, ReadSettingsText(*lake.store()));
  return ParseSettings(text);
}

}  // namespace flowlake
