#include "flowlake/query/sampling.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <optional>
#include <random>
#include <utility>

namespace flowlake {

int64_t EstimatedRowGroups(int64_t rows, int64_t group_rows) {
  return std::max<int64_t>(1, (rows + group_rows - 1) / group_rows);
}

std::vector<int64_t> DrawnGroups::Among(int64_t actual) const {
  if (actual == of) return groups;
  const double share = static_cast<double>(groups.size()) / static_cast<double>(of);
  const auto wanted =
      std::max<int64_t>(1, std::llround(share * static_cast<double>(actual)));
  std::vector<int64_t> spread;
  const int64_t first = groups.front() * actual / of;
  for (int64_t i = 0; i < wanted; ++i) {
    spread.push_back((first + i * actual / wanted) % actual);
  }
  std::sort(spread.begin(), spread.end());
  return spread;
}

namespace {

struct Candidate {
  const SampleSource* file;
  int64_t group;
  int64_t rows;
};

std::vector<Candidate> ShuffledGroups(const std::vector<SampleSource>& files,
                                      std::mt19937_64& random) {
  std::vector<Candidate> all;
  for (const SampleSource& file : files) {
    const int64_t groups = EstimatedRowGroups(file.rows, file.group_rows);
    for (int64_t group = 0; group < groups; ++group) {
      all.push_back(
          {&file, group, std::min(file.group_rows, file.rows - group * file.group_rows)});
    }
  }
  std::shuffle(all.begin(), all.end(), random);
  return all;
}

struct Taken {
  std::vector<Candidate> groups;
  double missing = 0;                    // rows
  std::optional<Candidate> larger = {};  // than what is missing
};

/// Takes each that brings the sum of rows nearer to the target. Groups are of any size: a
/// tenth of the groups may be next to none of the rows.
Taken TakeRows(const std::vector<Candidate>& shuffled, double target) {
  Taken taken;
  double sum = 0;
  for (const Candidate& candidate : shuffled) {
    const auto rows = static_cast<double>(candidate.rows);
    if (sum + rows / 2 <= target) {
      taken.groups.push_back(candidate);
      sum += rows;
    } else if (!taken.larger) {
      taken.larger = candidate;
    }
  }
  taken.missing = target - sum;
  // Near enough.
  if (sum >= target / 2) taken.larger.reset();
  return taken;
}

double RowsOf(const Stratum& stratum) {
  double rows = 0;
  for (const SampleSource& file : stratum.files) rows += static_cast<double>(file.rows);
  return rows;
}

Taken TakeFrom(const Stratum& stratum, std::mt19937_64& random) {
  return TakeRows(ShuffledGroups(stratum.files, random),
                  stratum.fraction * RowsOf(stratum));
}

std::map<int64_t, DrawnGroups> ByFile(const std::vector<Candidate>& taken) {
  std::map<int64_t, DrawnGroups> drawn;
  for (const Candidate& candidate : taken) {
    DrawnGroups& of_file = drawn[candidate.file->file];
    of_file.of = EstimatedRowGroups(candidate.file->rows, candidate.file->group_rows);
    of_file.groups.push_back(candidate.group);
  }
  for (auto& [file, of_file] : drawn) {
    std::sort(of_file.groups.begin(), of_file.groups.end());
  }
  return drawn;
}

enum Sort { kSample, kRest, kOther, kSorts };

/// The share of its window that a sample file holds; 0 if it is none.
double ShareOf(const SampledFile& file) {
  const double share = std::strtod(file.sample.c_str(), nullptr);
  return share > 0 && share < 1 ? share : 0;
}

Sort SortOf(const SampledFile& file) {
  if (ShareOf(file) > 0) return kSample;
  return file.sample == kSampleRest ? kRest : kOther;
}

int64_t GroupRowsOf(const SampledFile& file) {
  const int64_t rows = std::strtoll(file.group_rows.c_str(), nullptr, 10);
  return rows > 0 ? rows : kUsualGroupRows;
}

}  // namespace

std::vector<Stratum> StrataOf(const std::vector<SampledFile>& files, double fraction) {
  // Compaction makes one share for all windows.
  double share = 0;
  for (const SampledFile& file : files) share = std::max(share, ShareOf(file));
  std::vector<Stratum> all(kSorts);
  all[kSample].fraction = share > 0 ? std::min(1.0, fraction / share) : 1;
  // Without a sample in sight (it was pruned), the rest is all there is.
  all[kRest].fraction =
      share > 0 ? std::max(0.0, (fraction - share) / (1 - share)) : fraction;
  all[kOther].fraction = fraction;
  for (const SampledFile& file : files) {
    all[SortOf(file)].files.push_back({file.number, file.rows, GroupRowsOf(file)});
  }
  std::erase_if(all, [](const Stratum& stratum) { return stratum.files.empty(); });
  return all;
}

std::map<int64_t, DrawnGroups> DrawFromStrata(const std::vector<Stratum>& strata,
                                              uint64_t seed) {
  std::mt19937_64 random(seed);
  std::uniform_real_distribution<double> chance;
  std::vector<Candidate> taken;
  std::optional<Candidate> refused;
  for (const Stratum& stratum : strata) {
    const Taken part = TakeFrom(stratum, random);
    taken.insert(taken.end(), part.groups.begin(), part.groups.end());
    if (!part.larger) continue;
    // Every group left is larger than the sample should be: one of them rather than
    // crumbs, unless other strata have the rows.
    const double rows = static_cast<double>(part.larger->rows);
    if (strata.size() == 1 || chance(random) * rows < part.missing) {
      taken.push_back(*part.larger);
    } else if (!refused) {
      refused = part.larger;
    }
  }
  if (taken.empty() && refused) taken.push_back(*refused);
  return ByFile(taken);
}

std::map<int64_t, DrawnGroups> DrawRowGroups(const std::vector<SampleSource>& files,
                                             double fraction, uint64_t seed) {
  return DrawFromStrata({{files, fraction}}, seed);
}

}  // namespace flowlake
