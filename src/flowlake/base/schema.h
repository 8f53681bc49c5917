/// The columns of one kind of log: names, types, and the table that holds them.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace flowlake {

/// Types that a lake's column can have. In memory every number is an int64_t, a double
/// its bits.
enum class ColumnType : uint8_t {
  kString,
  kInt32,
  kInt64,
  kTimestamp,  ///< microseconds since 1970-01-01T00:00:00Z
  kDouble,     ///< never NaN
};

struct Field {
  std::string name;  ///< AWS's name with underscores: "pkt_srcaddr"
  ColumnType type;

  friend bool operator==(const Field&, const Field&) = default;
};

/// How a table is used, where its columns' names do not tell.
struct TableUse {
  std::string time{};  ///< the column that Schema::time_field() is about
  std::string sort{};  ///< what compaction sorts by: "elb,time"
  /// Columns that queries ask for by value: "client_ip,trace_id". They get statistics
  /// and, where they are text, Bloom filters.
  std::string lookups{};
};

/// The names between the commas of TableUse's texts, which outlive the views.
std::vector<std::string_view> SplitNames(std::string_view names);

/// Immutable. The partition column `date` belongs to every table and is not a field: its
/// value is a property of a data file (datafile/data_file.h), not of a row.
class Schema {
 public:
  /// `fields` in the order of the table's columns; names are distinct.
  Schema(std::string table, std::vector<Field> fields, TableUse use = {});

  /// The name of the table, which is also its folder in the lake: "vpc_flow".
  const std::string& table() const { return table_; }
  const std::vector<Field>& fields() const { return fields_; }
  int size() const { return static_cast<int>(fields_.size()); }
  const Field& field(int index) const { return fields_[static_cast<size_t>(index)]; }

  /// The position of the field called exactly `name`, or -1.
  int IndexOf(std::string_view name) const;

  /// The position of the instant that says to which day and window a row belongs: the
  /// named one, else by its name: `start` of flow logs, `time`, `event_time`,
  /// `query_timestamp`; -1 if there is none.
  int time_field() const;
  const TableUse& use() const { return use_; }

  /// Of the same table, whatever it is used for.
  friend bool operator==(const Schema& a, const Schema& b) {
    return a.table_ == b.table_ && a.fields_ == b.fields_;
  }

 private:
  std::string table_;
  std::vector<Field> fields_;
  TableUse use_;
  std::map<std::string, int, std::less<>> index_;
};

}  // namespace flowlake
