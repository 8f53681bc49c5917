#include "flowlake/table/describe.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "flowlake/base/byte_size.h"
#include "flowlake/base/date.h"
#include "flowlake/base/escape.h"
#include "flowlake/table/json.h"

namespace flowlake {

namespace {

std::string Text(const Json& object, const char* name) {
  const Json* member = FindMember(object, name);
  if (member == nullptr) return "-";
  return EscapeForTerminal(member->is_string() ? member->get<std::string>()
                                               : WriteJson(*member));
}

std::string Time(const Json& object, const char* name) {
  const auto millis = IntegerMember(object, name);
  // Beyond these the calendar ends; a foreign log may say anything.
  if (!millis.ok() || *millis < 0 || *millis > 253'402'300'799'999) {
    return Text(object, name);
  }
  return FormatTimestamp(*millis * 1000);
}

std::string Size(const Json& object, const char* name) {
  const auto bytes = IntegerMember(object, name);
  return bytes.ok() && *bytes >= 0 ? FormatByteSize(*bytes) : Text(object, name);
}

/// " srcaddr=10.0.0.1..10.0.0.9", for every column with both bounds.
std::string DescribeBounds(const Json& statistics) {
  std::string text;
  const Json* minimums = FindMember(statistics, "minValues");
  const Json* maximums = FindMember(statistics, "maxValues");
  if (minimums == nullptr || maximums == nullptr || !minimums->is_object()) return text;
  for (const auto& [name, min] : minimums->items()) {
    if (FindMember(*maximums, name.c_str()) == nullptr) continue;
    text += "  " + EscapeForTerminal(name) + '=' + Text(*minimums, name.c_str()) + ".." +
            Text(*maximums, name.c_str());
  }
  return text;
}

std::string DescribeAdd(const Json& add) {
  std::string text = Text(add, "path") + "  " + Size(add, "size");
  const auto statistics = ParseJson(StringMember(add, "stats").ValueOr(""));
  if (!statistics.ok()) return text + "  no statistics";
  const auto rows = IntegerMember(*statistics, "numRecords");
  if (rows.ok()) text += "  " + FormatCount(*rows) + " rows";
  return text + DescribeBounds(*statistics);
}

std::string DescribeMetadata(const Json& metadata) {
  std::string text = "id " + Text(metadata, "id") + "  partitioned by " +
                     Text(metadata, "partitionColumns") + "  columns";
  const auto schema = ParseJson(StringMember(metadata, "schemaString").ValueOr(""));
  const Json* fields = schema.ok() ? FindMember(*schema, "fields") : nullptr;
  if (fields == nullptr || !fields->is_array()) return text + " -";
  for (const Json& field : *fields) {
    text += ' ' + Text(field, "name") + ':' + Text(field, "type");
  }
  return text;
}

std::string DescribeAction(const Json& line) {
  if (const Json* info = FindMember(line, "commitInfo")) {
    return "commit    " + Time(*info, "timestamp") + "  " + Text(*info, "operation") +
           "  by " + Text(*info, "engineInfo") + "  " +
           Text(*info, "operationParameters");
  }
  if (const Json* protocol = FindMember(line, "protocol")) {
    return "protocol  reader " + Text(*protocol, "minReaderVersion") + ", writer " +
           Text(*protocol, "minWriterVersion");
  }
  if (const Json* metadata = FindMember(line, "metaData")) {
    return "metadata  " + DescribeMetadata(*metadata);
  }
  if (const Json* add = FindMember(line, "add")) return "add       " + DescribeAdd(*add);
  if (const Json* remove = FindMember(line, "remove")) {
    return "remove    " + Text(*remove, "path") + "  " + Size(*remove, "size") + "  at " +
           Time(*remove, "deletionTimestamp");
  }
  if (const Json* transaction = FindMember(line, "txn")) {
    return "txn       " + Text(*transaction, "appId") + " = " +
           Text(*transaction, "version");
  }
  return "other     " + EscapeForTerminal(WriteJson(line));
}

}  // namespace

Result<std::string> DescribeLogEntry(std::string_view text) {
  std::string description;
  for (int number = 1; !text.empty(); ++number) {
    const size_t end = std::min(text.find('\n'), text.size());
    const std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (line.find_first_not_of(" \t\r") == line.npos) continue;
    const auto json = ParseJson(line);
    if (!json.ok()) return Status::Invalid("line ", number, ": not JSON");
    description += DescribeAction(*json) + '\n';
  }
  return description;
}

std::string DescribeLedgerRoot(const LedgerRoot& root) {
  std::string description = "root of an input ledger, " +
                            FormatCount(static_cast<int64_t>(root.manifests.size())) +
                            " buckets\n";
  for (const auto& [bucket, manifest] : root.manifests) {
    description += manifest.id.ToString() + ".manifest  " + FormatCount(manifest.bytes) +
                   " bytes  " + EscapeForTerminal(bucket) + '\n';
  }
  return description;
}

std::string DescribeLedgerManifest(const LedgerManifest& manifest) {
  std::string description = "manifest of an input ledger, " +
                            FormatCount(static_cast<int64_t>(manifest.ranges.size())) +
                            " ranges\n";
  for (const LedgerRange& range : manifest.ranges) {
    description += "from " + Key128{range.first, 0}.ToString().substr(0, 16) + ':';
    for (const LedgerReference& part : {range.base, range.delta}) {
      if (part.bytes == 0) continue;
      description +=
          "  " + part.id.ToString() + ".keys (" + FormatCount(part.bytes) + " bytes)";
    }
    description += '\n';
  }
  return description;
}

std::string DescribeLedger(const Ledger& ledger) {
  const Ledger::Lists& lists = ledger.lists();
  const std::pair<const char*, const std::vector<Key128>*> kinds[] = {
      {"key", &lists.keys},        {"marker", &lists.markers},
      {"old", &lists.old},         {"old with key", &lists.paired},
      {"removed", &lists.removed}, {"blocking", &lists.blocking}};
  const size_t count = ledger.size();
  std::string description =
      "input ledger, " + FormatCount(static_cast<int64_t>(count)) + " keys\n";
  for (const auto& [kind, keys] : kinds) {
    for (const Key128& key : *keys) description += key.ToString() + "  " + kind + '\n';
  }
  for (const ObjectContent& object : lists.objects) {
    description += object.name.ToString() + "  object  " + FormatCount(object.bytes) +
                   " bytes of " + object.content.ToString() + '\n';
  }
  return description;
}

}  // namespace flowlake
