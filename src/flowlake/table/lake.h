/// A lake: a store with one table per kind of log.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "flowlake/base/status.h"
#include "flowlake/store/store.h"
#include "flowlake/table/table.h"

namespace flowlake {

/// The one rule for the name of a table: 1 to 64 of a-z, 0-9 and '_'. Whatever the store
/// holds, no other name is ever part of a query, a path or a message as a table's.
bool IsTableName(std::string_view name);
/// "1 to 64 of a-z, 0-9 and _", for messages.
inline constexpr char kTableNameRule[] = "1 to 64 of a-z, 0-9 and _";

/// What lies in a lake's root and is neither a table nor flowlake's own. The name is
/// hostile.
struct NotATable {
  std::string name;
  std::string why;
};

/// Thread-safe, cheap to copy.
class Lake {
 public:
  /// A store that is a lake: it has "flowlake.toml" at its root, or a table. Otherwise an
  /// error that says how one is made.
  static Result<Lake> Open(std::shared_ptr<Store> store);

  /// As Open, but an empty or missing folder becomes a lake ("flowlake.toml" is written).
  /// A folder with other things in it is refused.
  static Result<Lake> OpenOrCreate(std::shared_ptr<Store> store);

  const std::shared_ptr<Store>& store() const { return store_; }
  std::string uri() const { return store_->uri(); }

  /// Tables that exist, sorted by name.
  Result<std::vector<std::string>> TableNames() const;
  /// The rest, sorted by name.
  Result<std::vector<NotATable>> OtherNames() const;
  /// `wanted`, each of which must be one of the tables; all of them if it is empty.
  Result<std::vector<std::string>> ChooseTables(
      const std::vector<std::string>& wanted) const;
  Table table(const std::string& name) const { return Table(store_, name); }

 private:
  explicit Lake(std::shared_ptr<Store> store) : store_(std::move(store)) {}
  /// Empty if the name in the root (a folder's ends in '/') is a table's.
  Result<std::string> WhyNotATable(const std::string& name) const;
  std::shared_ptr<Store> store_;
};

}  // namespace flowlake
