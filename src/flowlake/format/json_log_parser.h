/// Logs whose records are JSON objects: one after the other, with or without newlines and
/// commas, in an array, or in the array of {"Records":[…]}.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "flowlake/format/document_parser.h"
#include "flowlake/format/json_paths.h"
#include "flowlake/format/json_scanner.h"
#include "flowlake/format/layout.h"
#include "flowlake/format/log_kind.h"
#include "flowlake/format/record_values.h"

namespace flowlake {

/// A record is an object. Members that the kind does not know go to `extra`, nested ones
/// by their path. Not thread-safe.
class JsonLogParser : public DocumentParser {
 public:
  /// `log` outlives the parser.
  JsonLogParser(const LogKind& log, LogOrigin origin, const ParseLimits& limits);

  const Schema& schema() const override { return log_.schema; }
  std::string description() const override { return log_.title + ", JSON"; }
  std::vector<std::string> unknown_fields() const override { return unknown_.names(); }

 protected:
  size_t SkipBetween(std::string_view bytes, size_t from) const override;
  Result<size_t> ScanDocument(const Line& place, Sink sink) override;
  /// What the scanner does not take is written anew as it takes it.
  Status ParseDocument(const Json& document, const Line& place, Sink sink) override;

 private:
  size_t ScanRecord(std::string_view text, const Line& place, Sink sink);
  bool ScanMembers(JsonScanner& scanner, int node);
  bool ScanKnown(JsonScanner& scanner, const JsonMember& member);
  bool ScanElements(JsonScanner& scanner, const JsonMember& member);
  bool ScanUnknown(JsonScanner& scanner, int node, std::string_view name);
  void Append(int field, std::string_view text);
  bool ScanText(JsonScanner& scanner, std::string_view& text);

  const LogKind& log_;
  JsonPaths paths_;
  RecordValues values_;
  bool fits_ = true;        // all values of the record so far
  bool has_known_ = false;  // the record has a field of the log
  UnknownNames unknown_;
  std::string unescaped_;
  std::string path_;  // of an unknown member
};

/// The names of the first record's members that `first_bytes` shows, in their order;
/// empty if it shows no record.
std::vector<std::string> FirstRecordNames(std::string_view first_bytes);

/// Whether `text` is blank, `{"Records":[]}` or "[]".
bool HasNoRecord(std::string_view text);

/// The kind that the names of a JSON record tell; nullptr if none does.
const LogKind* LogKindOfRecord(std::span<const std::string_view> names);

}  // namespace flowlake
