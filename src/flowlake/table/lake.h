/// A lake: a store with one table per kind of log.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "flowlake/base/status.h"
#include "flowlake/store/store.h"
#include "flowlake/table/table.h"

namespace flowlake {

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
  Table table(const std::string& name) const { return Table(store_, name); }

 private:
  explicit Lake(std::shared_ptr<Store> store) : store_(std::move(store)) {}
  std::shared_ptr<Store> store_;
};

}  // namespace flowlake
