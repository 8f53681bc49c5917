/// TABLESAMPLE SYSTEM (p): row groups at random, after pruning, over all files together.
///
/// A compacted window has a random tenth of its rows in files of their own, and the rest,
/// sorted by address, in others, whose row groups are no fair sample. Of p ≤ 10 the tenth
/// is read alone: all of it for 10, row groups of it for less. Beyond, the rest adds what
/// is missing. Files that were not compacted are drawn from as ever.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "flowlake/datafile/data_file.h"

namespace flowlake {

inline constexpr int64_t kUsualGroupRows = int64_t{256} << 10;

/// Row groups that this many rows usually make. Counts of row groups that no footer
/// was read for are estimates by it.
int64_t EstimatedRowGroups(int64_t rows, int64_t group_rows = kUsualGroupRows);

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
  int64_t group_rows = kUsualGroupRows;  ///< of a full row group
};

/// Files of one sort, and the share of their rows that is wanted.
struct Stratum {
  std::vector<SampleSource> files;
  double fraction = 1;
};

/// A data file, as far as it matters here.
struct SampledFile {
  int64_t number;  ///< in the snapshot
  int64_t rows;
  std::string sample;      ///< its kSampleTag
  std::string group_rows;  ///< its kGroupRowsTag
};

/// What to draw from `files`, where `fraction` of all rows is wanted. Empty strata are
/// left out.
std::vector<Stratum> StrataOf(const std::vector<SampledFile>& files, double fraction);

/// As below, from each stratum; a stratum whose share is less than half a row group is in
/// or out by chance. Not empty if any stratum has a row.
std::map<int64_t, DrawnGroups> DrawFromStrata(const std::vector<Stratum>& strata,
                                              uint64_t seed);

/// Row groups at random that hold about `fraction` of the rows (as near as whole groups
/// come), at least one if there is any row, by file; the same for the same seed. A file
/// that is not in the answer need not be opened.
std::map<int64_t, DrawnGroups> DrawRowGroups(const std::vector<SampleSource>& files,
                                             double fraction, uint64_t seed);

}  // namespace flowlake
