#include "flowlake/ingest/flow_log_formats.h"

#include <algorithm>
#include <optional>

#include "flowlake/base/json_member.h"
#include "flowlake/format/catalogue.h"
#include "flowlake/ingest/settings.h"
#include "flowlake/table/json.h"
#include "flowlake/table/lake_settings.h"

namespace flowlake {

namespace {

/// A TOML basic string.
std::string Quoted(const std::string& text) { return Json(text).dump(); }

/// Patterns are globs; names of log groups and streams may hold none of their characters,
/// but '[' and others would mean something.
bool IsPlain(const std::string& name) {
  return name.find_first_of("*?[]\\") == std::string::npos;
}

std::optional<FormatEntry> EntryOf(const Json& flow_log) {
  const std::string type = TextAt(flow_log, "LogDestinationType");
  const std::string destination = TextAt(flow_log, "LogDestination");
  FormatEntry entry{"", "", TextAt(flow_log, "LogFormat")};
  if (type == "cloud-watch-logs") {
    entry.subject = "log_group";
    entry.pattern = TextAt(flow_log, "LogGroupName");
  } else if (type == "kinesis-data-firehose") {
    entry.subject = "stream";
    entry.pattern = destination.substr(destination.rfind('/') + 1);
  }
  const bool is_whole = !entry.pattern.empty() && !entry.fields.empty();
  return is_whole ? std::optional(std::move(entry)) : std::nullopt;
}

/// The rule of `settings` for the entry's origin, if any.
const FormatRule* RuleFor(const LakeSettings& settings, const FormatEntry& entry) {
  const RuleSubject subject =
      entry.subject == "stream" ? RuleSubject::kStream : RuleSubject::kLogGroup;
  const auto rule = std::ranges::find_if(settings.formats, [&](const FormatRule& each) {
    return each.subject == subject && each.pattern == entry.pattern;
  });
  return rule == settings.formats.end() ? nullptr : &*rule;
}

Result<LakeSettings> ParseLakes(const std::string& toml) {
  LakeSettings settings;
  ARROW_ASSIGN_OR_RAISE(
      const ConfigFile config,
      ConfigFile::Parse(toml, std::string(kSettingsPath), ConfigOrigin::kLake));
  ARROW_RETURN_NOT_OK(AddSettings(config, settings));
  return settings;
}

}  // namespace

std::string FormatEntry::ToToml() const {
  return "\n[[format]]\n" + subject + " = " + Quoted(pattern) +
         "\nfields = " + Quoted(fields) + '\n';
}

Result<std::vector<FormatEntry>> FormatsOfFlowLogs(std::string_view json) {
  const Json parsed = Json::parse(json, nullptr, /*allow_exceptions=*/false);
  const auto logs = parsed.is_object() ? parsed.find("FlowLogs") : parsed.end();
  if (!parsed.is_object() || logs == parsed.end() || !logs->is_array()) {
    return Status::Invalid(
        "it has no FlowLogs; give what `aws ec2 describe-flow-logs` prints");
  }
  std::vector<FormatEntry> entries;
  for (const Json& flow_log : *logs) {
    const auto entry = flow_log.is_object() ? EntryOf(flow_log) : std::nullopt;
    if (!entry) continue;
    const auto fields = ParseFieldList(entry->fields);
    if (!fields.ok() || !IsPlain(entry->pattern)) {
      return Status::Invalid(TextAt(flow_log, "FlowLogId"), ": ",
                             fields.ok() ? "its destination's name is a pattern"
                                         : fields.status().message());
    }
    const auto same = std::ranges::find_if(entries, [&](const FormatEntry& each) {
      return each.subject == entry->subject && each.pattern == entry->pattern;
    });
    if (same == entries.end()) {
      entries.push_back(*entry);
    } else if (same->fields != entry->fields) {
      return Status::Invalid("two flow logs write to ", entry->pattern,
                             " in different formats; lines cannot tell which");
    }
  }
  return entries;
}

Result<std::string> WithFormats(const std::string& toml,
                                const std::vector<FormatEntry>& entries) {
  ARROW_ASSIGN_OR_RAISE(const LakeSettings settings, ParseLakes(toml));
  std::string longer = toml;
  for (const FormatEntry& entry : entries) {
    ARROW_ASSIGN_OR_RAISE(const auto fields, ParseFieldList(entry.fields));
    const FormatRule* rule = RuleFor(settings, entry);
    if (rule == nullptr) {
      longer += entry.ToToml();
    } else if (rule->fields != fields) {
      return Status::Invalid("flowlake.toml has another format for ", entry.subject, " ",
                             entry.pattern, "; remove one of the two");
    }
  }
  // A file that is too long now, or has a name in it that TOML does not, stops everybody.
  ARROW_RETURN_NOT_OK(ParseLakes(longer).status());
  return longer;
}

}  // namespace flowlake
