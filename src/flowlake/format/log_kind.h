/// A kind of log as data: its table, its fields, and by what its records are known. The
/// parsers do the rest: positions (positional_parser.h), names before the records
/// (delimited_parser.h), JSON (json_log_parser.h), columns of Parquet (parquet_rows.h). A
/// new kind of log is one description in a file like elb_logs.cc and a line in
/// LogKinds().
#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "flowlake/base/schema.h"
#include "flowlake/format/quoted_tokens.h"

namespace flowlake {

enum class ValueKind : uint8_t {
  kText,
  kPercentText,  ///< percent-encoded, decoded once; as it came if that is no UTF-8
  kUserAgent,    ///< the same; twice where CloudFront has encoded it twice
  kList,         ///< `"a","b"` becomes `a,b`
  kJoined,       ///< of JSON: one text for each element, with commas between them
  kJson,         ///< of JSON: any value, kept as text
  kInt32,        ///< may be negative
  kInt64,        ///< may be negative
  kCount,        ///< 64 bits, not negative
  kDouble,
  kMeasurement,  ///< a double that is not negative; -1 is "not measured", which is NULL
  /// ISO 8601, without a zone UTC; seconds or milliseconds since 1970; or as web servers
  /// write it, "02/Oct/2026:06:14:13 +0000".
  kTime,
  kDate,       ///< "2026-10-02": with kTimeOfDay the column `time`
  kTimeOfDay,  ///< "06:14:11"
  kInstant,    ///< as kTime, for the column `time`: goes before date and time of day
  kAddress,    ///< "ip:port", cut at the last colon: columns <name>_ip, <name>_port
  kRequest,    ///< "verb url protocol": columns request_verb, request_url, request_proto
};

/// Of kMeasurement.
inline constexpr std::string_view kNotMeasured = "-1";

struct LogField {
  /// As AWS writes it; the column's name is CanonicalFieldName() of it.
  std::string name;
  ValueKind kind = ValueKind::kText;
  /// Another name it comes under. In JSON a path: "userIdentity.arn", "labels[].name".
  std::string path{};
};

struct LogDescription {
  std::string table;
  std::string title;      ///< "application load balancer access log"
  std::string example{};  ///< how a record begins, for `flowlake formats`
  std::vector<LogField> fields;
  std::string sort{};     ///< what compaction sorts by: "elb,time"
  std::string lookups{};  ///< as TableUse::lookups
  /// The column of the instant that a row belongs to; empty: as Schema::time_field().
  std::string time{};
  /// What a record lacks and its key says: columns, behind those of the fields unless
  /// they are among them. Empty: there is no such column.
  std::string account_column = "account_id";
  std::string region_column = "region";

  /// Records without a header: whether one begins here, judged by its first fields;
  /// nullptr if there are none such. Fields are in their order.
  bool (*begins_record)(std::string_view line) = nullptr;
  /// A blank: records are cut by `split` and may have several lines. Else each line is
  /// one, with this byte between its fields.
  char separator = ' ';
  /// False if the record's last quote is never closed.
  bool (*split)(std::string_view record, std::vector<QuotedToken>& tokens) = SplitQuoted;
  size_t fewest = 0;  ///< fields of the oldest records that there are

  /// JSON: names that every record has, early on; empty: it may lack any of them.
  std::vector<std::string> signature{};
  /// And names that none has, to tell it from others with the same signature.
  std::vector<std::string> foreign{};
};

/// Immutable.
struct LogKind : LogDescription {
  explicit LogKind(LogDescription description);

  std::vector<int> first_columns;  ///< of each field
  /// The columns of the fields, the two that the key says, then `extra`: what is not
  /// known, as JSON: {"field_37":"…"}.
  Schema schema;
  int account = -1;        ///< the column of account_column; -1: there is none
  int region = -1;         ///< of region_column
  int time_of_parts = -1;  ///< that kDate and kTimeOfDay make

  /// The field that comes under `name` in a header, as the name of a column or of a
  /// member of a flat document, in any spelling; -1 if there is none.
  int FieldNamed(std::string_view field) const;

 private:
  std::map<std::string, int, std::less<>> names_;
};

/// All that flowlake brings along. No line begins a record of two of them.
std::span<const LogKind* const> LogKinds();

/// The kind that knows most of `names`, if it knows three of them, or all, and more than
/// a flow log does; nullptr if none does.
const LogKind* LogKindOfNames(std::span<const std::string_view> names);
/// How many of `names` it knows.
size_t CountKnown(const LogKind& kind, std::span<const std::string_view> names);

}  // namespace flowlake
