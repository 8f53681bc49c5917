#include "flowlake/ingest/settings.h"

#include <fnmatch.h>
#include <toml++/toml.h>

#include "flowlake/format/catalogue.h"

namespace flowlake {

namespace {

Status Wrong(const toml::source_region& where, const std::string& what) {
  return Status::Invalid("flowlake.toml, line ", where.begin.line, ": ", what);
}

Result<FormatRule> ParseFormatRule(const toml::node& node) {
  const toml::table* table = node.as_table();
  if (table == nullptr) return Wrong(node.source(), "[[format]] is a table");
  const auto match = (*table)["match"].value<std::string>();
  const auto fields = (*table)["fields"].value<std::string>();
  if (!match || !fields || table->size() != 2) {
    return Wrong(node.source(), "a [[format]] has exactly the strings match and fields");
  }
  auto names = ParseFieldList(*fields);
  if (!names.ok()) return Wrong(node.source(), "fields: " + names.status().message());
  return FormatRule{*match, *std::move(names)};
}

Result<LakeSettings> FromTable(const toml::table& root) {
  LakeSettings settings;
  for (const auto& [key, node] : root) {
    if (key.str() == "maintain") continue;  // compact/maintain_settings.h
    if (key.str() != "format" || !node.is_array()) {
      return Wrong(node.source(), "unknown key '" + std::string(key.str()) +
                                      "'; there are [[format]] and [maintain]");
    }
    for (const toml::node& rule : *node.as_array()) {
      ARROW_ASSIGN_OR_RAISE(FormatRule parsed, ParseFormatRule(rule));
      settings.formats.push_back(std::move(parsed));
    }
  }
  return settings;
}

}  // namespace

std::vector<std::string> LakeSettings::FieldsFor(const std::string& input_name) const {
  for (const FormatRule& rule : formats) {
    if (fnmatch(rule.match.c_str(), input_name.c_str(), 0) == 0) return rule.fields;
  }
  return {};
}

Result<LakeSettings> ParseSettings(const std::string& toml) {
  try {
    return FromTable(toml::parse(toml));
  } catch (const toml::parse_error& error) {
    return Wrong(error.source(), std::string(error.description()));
  }
}

Result<LakeSettings> ReadSettings(const Lake& lake) {
  const std::string path(kSettingsPath);
  ARROW_ASSIGN_OR_RAISE(const auto info, lake.store()->Stat(path));
  if (!info) return LakeSettings{};
  ARROW_ASSIGN_OR_RAISE(const std::string text,
                        ReadAll(*lake.store(), path, /*limit=*/1 << 20));
  return ParseSettings(text);
}

}  // namespace flowlake
