#include "flowlake/ingest/known_inputs.h"

#include <algorithm>

#include "flowlake/format/catalogue.h"

namespace flowlake {

Result<KnownInputs> KnownInputs::Load(const Lake& lake) {
  KnownInputs known;
  ARROW_ASSIGN_OR_RAISE(const auto names, lake.TableNames());
  for (const std::string& name : names) {
    const Table table = lake.table(name);
    ARROW_ASSIGN_OR_RAISE(const auto snapshot, table.Load());
    ARROW_ASSIGN_OR_RAISE(Ledger ledger,
                          table.ReadLedger(*snapshot, std::string(kContentBucket)));
    if (name == RejectsSchema().table()) {
      known.rejects_ = std::move(ledger);
    } else {
      known.records_.emplace(name, std::move(ledger));
    }
  }
  return known;
}

bool KnownInputs::IsIngested(const Key128& content) const {
  return std::any_of(records_.begin(), records_.end(),
                     [&](const auto& table) { return table.second.Contains(content); });
}

bool KnownInputs::HasMarker(const Key128& marker) const {
  // Keys are keys: a marker lies among the contents.
  return IsIngested(marker) || rejects_.Contains(marker);
}

Result<int64_t> KnownInputs::ShorterSelf(const SizedFile& file) const {
  for (const auto& [table, ledger] : records_) {
    ARROW_ASSIGN_OR_RAISE(const int64_t earlier, FindShorterSelf(file, ledger));
    if (earlier >= 0) return earlier;
  }
  return -1;
}

}  // namespace flowlake
