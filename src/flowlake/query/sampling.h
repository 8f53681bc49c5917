/// TABLESAMPLE SYSTEM (p): row groups at random, after pruning, over all files together.
#pragma once

#include <cstdint>
#include <map>
#include <vector>

namespace flowlake {

/// Row groups that ingest makes of this many rows. Counts of row groups that no footer
/// was read for are estimates by it.
int64_t EstimatedRowGroups(int64_t rows);

/// The row groups of one file that are in the sample, of the estimated number.
struct DrawnGroups {
  std::vector<int64_t> groups;  ///< ascending
  int64_t of = 1;

  /// The same share of a file that turns out to have `actual` row groups; not empty.
  std::vector<int64_t> Among(int64_t actual) const;
};

struct SampleSource {
  int64_t file;  ///< its number in the snapshot
  int64_t rows;
};

/// Row groups at random that hold about `fraction` of the rows (as near as whole groups
/// come), at least one if there is any row, by file; the same for the same seed. A file
/// that is not in the answer need not be opened.
std::map<int64_t, DrawnGroups> DrawRowGroups(const std::vector<SampleSource>& files,
                                             double fraction, uint64_t seed);

}  // namespace flowlake
