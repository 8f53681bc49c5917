/// The rows of Columns, one number each, for a ContentSum. A string is hashed once per
/// dictionary, not per row.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "flowlake/base/columns.h"
#include "flowlake/base/dictionary_identity.h"
#include "flowlake/datafile/content_sum.h"

namespace flowlake {

/// Not thread-safe.
class RowHasher {
 public:
  /// `schema` outlives the hasher.
  explicit RowHasher(const Schema& schema);

  /// The sum of each row's values (content_sum.h), valid until the next call. Requires
  /// Columns of the schema, and codes of their dictionaries.
  std::span<const uint64_t> Hash(const Columns& columns);

  /// Of all rows.
  ContentSum Sum(const Columns& columns);

 private:
  // What the strings of a field's dictionary add to a row: that of NULL, which is none,
  // and then by code.
  struct Texts {
    DictionaryIdentity dictionary;
    std::vector<uint64_t> added;
  };

  void MeetDictionary(size_t field, const Column& column);
  uint64_t AddedToEveryRow(const Columns& columns) const;
  void HashBlock(const Columns& columns, size_t begin, size_t count);
  void AddColumn(size_t field, const Column& column, size_t begin,
                 std::span<uint64_t> rows) const;

  const Schema& schema_;
  std::vector<FieldHash> fields_;
  std::vector<Texts> texts_;  // by field
  std::vector<uint64_t> rows_;
};

/// The rows at `rows`, ascending, of those hashed; of all where it is empty.
ContentSum SumOf(std::span<const uint64_t> hashes, std::span<const uint32_t> rows);

}  // namespace flowlake
