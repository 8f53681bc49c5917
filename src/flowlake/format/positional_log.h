/// Logs whose lines have no header: what stands where is a matter of the kind of log, and
/// new fields are only ever added at the end. A kind of log is one description here
/// (elb_logs.cc) and a line in PositionalLogs().
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "flowlake/base/schema.h"

namespace flowlake {

enum class PositionalKind : uint8_t {
  kText,
  kList,         ///< `"a","b"` becomes `a,b`
  kInt32,        ///< may be negative
  kInt64,        ///< not negative
  kDouble,       ///< not negative
  kMeasurement,  ///< a double; -1 is "not measured", which is NULL
  kTime,         ///< ISO 8601; without a zone it is UTC
  kAddress,      ///< "ip:port", cut at the last colon: columns <name>_ip, <name>_port
  kRequest,  ///< "verb url protocol": columns request_verb, request_url, request_proto
};

struct PositionalField {
  const char* name;
  PositionalKind kind = PositionalKind::kText;
};

struct PositionalLog {
  std::string title;  ///< "application load balancer access log"
  /// The columns of the fields, then account_id and region, which the key says, then
  /// `extra`: fields behind the known ones, {"field_37":"…"}.
  Schema schema;
  std::vector<PositionalField> fields;
  std::vector<int> first_columns;  ///< of each field
  size_t fewest = 0;               ///< fields of the oldest lines that there are
  /// Whether a record begins here, judged by its first fields.
  bool (*begins_record)(std::string_view line);
};

/// `fields` in their order.
PositionalLog MakePositionalLog(std::string table, std::string title,
                                std::vector<PositionalField> fields, size_t fewest,
                                bool (*begins_record)(std::string_view));

/// All there are. No line begins a record of two of them.
std::span<const PositionalLog* const> PositionalLogs();

}  // namespace flowlake
