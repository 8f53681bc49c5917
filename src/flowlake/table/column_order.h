/// The sizes of a file's columns in its entry, by position: names in every entry would
/// cost some seven hundred bytes each. The order of the columns stands once in the
/// table's properties (kColumnOrderProperty), so that it does not change when somebody
/// adds a column in front of the others, or moves one.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "flowlake/base/schema.h"
#include "flowlake/datafile/data_file.h"
#include "flowlake/table/table_property.h"

namespace flowlake {

/// Names, separated by commas; one with a comma in it cannot be among them.
class ColumnOrder {
 public:
  ColumnOrder() = default;
  explicit ColumnOrder(std::string_view property);
  /// Empty if the table has none.
  static ColumnOrder Of(const TableProperties& properties);
  static ColumnOrder Of(const Schema& schema);

  /// With those columns of the file at its end that it does not have yet.
  void Extend(const DataFile& file);
  const std::string& property() const { return property_; }

  /// "<check>:120,,4711": compressed bytes of the columns up to the last that the file
  /// has; empty between commas: the file has no such column. <check> is of the names up
  /// to that one, so that sizes of another order are known as such: a property may be
  /// removed, or restored to what it was. "" if the sizes are unknown, or of a column
  /// that is not in the order.
  std::string Format(const DataFile& file) const;
  /// Sets `file`'s sizes; what is not of this order leaves them empty, which is unknown.
  void Parse(std::string_view text, DataFile* file) const;

 private:
  void Append(std::string_view name);

  std::string property_;
  std::vector<std::string> names_;
  std::vector<std::string> checks_;  // of the names up to each
  uint32_t hash_ = 2166136261;
};

}  // namespace flowlake
