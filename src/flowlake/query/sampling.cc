#include "flowlake/query/sampling.h"

#include <algorithm>
#include <cmath>
#include <random>
#include <utility>

namespace flowlake {

namespace {
constexpr int64_t kRowGroupRows = int64_t{256} << 10;
}  // namespace

int64_t EstimatedRowGroups(int64_t rows) {
  return std::max<int64_t>(1, (rows + kRowGroupRows - 1) / kRowGroupRows);
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
                                      uint64_t seed) {
  std::vector<Candidate> all;
  for (const SampleSource& file : files) {
    for (int64_t group = 0; group < EstimatedRowGroups(file.rows); ++group) {
      all.push_back(
          {&file, group, std::min(kRowGroupRows, file.rows - group * kRowGroupRows)});
    }
  }
  std::mt19937_64 random(seed);
  std::shuffle(all.begin(), all.end(), random);
  return all;
}

/// Takes each that brings the sum of rows nearer to the target. Groups are of any size: a
/// tenth of the groups may be next to none of the rows.
std::vector<Candidate> TakeRows(const std::vector<Candidate>& shuffled, double target) {
  std::vector<Candidate> taken;
  double sum = 0;
  const Candidate* passed = nullptr;
  for (const Candidate& candidate : shuffled) {
    const auto rows = static_cast<double>(candidate.rows);
    if (sum + rows / 2 <= target) {
      taken.push_back(candidate);
      sum += rows;
    } else if (passed == nullptr) {
      passed = &candidate;
    }
  }
  // Every group left is larger than the sample should be: one of them rather than crumbs.
  if (passed != nullptr && sum < target / 2) taken.push_back(*passed);
  return taken;
}

}  // namespace

std::map<int64_t, DrawnGroups> DrawRowGroups(const std::vector<SampleSource>& files,
                                             double fraction, uint64_t seed) {
  double rows = 0;
  for (const SampleSource& file : files) rows += static_cast<double>(file.rows);
  std::map<int64_t, DrawnGroups> drawn;
  for (const Candidate& taken : TakeRows(ShuffledGroups(files, seed), fraction * rows)) {
    DrawnGroups& of_file = drawn[taken.file->file];
    of_file.of = EstimatedRowGroups(taken.file->rows);
    of_file.groups.push_back(taken.group);
  }
  for (auto& [file, of_file] : drawn) {
    std::sort(of_file.groups.begin(), of_file.groups.end());
  }
  return drawn;
}

}  // namespace flowlake
