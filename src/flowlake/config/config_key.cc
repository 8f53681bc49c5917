#include "flowlake/config/config_key.h"

#include <algorithm>
#include <functional>
#include <numeric>
#include <utility>
#include <vector>

namespace flowlake {

namespace {

using config_table::kKeys;
using config_table::kSections;

/// Letters to insert, take out or replace until `a` is `b` (Levenshtein's distance).
size_t Distance(std::string_view a, std::string_view b) {
  std::vector<size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), size_t{0});
  for (size_t i = 0; i < a.size(); ++i) {
    size_t diagonal = std::exchange(row[0], i + 1);
    for (size_t j = 0; j < b.size(); ++j) {
      const size_t replaced = diagonal + (a[i] == b[j] ? 0 : 1);
      diagonal = row[j + 1];
      row[j + 1] = std::min({replaced, row[j] + 1, row[j + 1] + 1});
    }
  }
  return row.back();
}

std::vector<std::string_view> NamesIn(std::string_view section) {
  std::vector<std::string_view> names;
  if (section.empty()) {
    for (const ConfigSectionKind& each : kSections) {
      if (each.name.find('.') == each.name.npos) names.push_back(each.name);
    }
  }
  for (const ConfigKey& key : kKeys) {
    if (key.section == section) names.push_back(key.name);
  }
  return names;
}

}  // namespace

const ConfigSectionKind* FindConfigSection(std::string_view name) {
  const auto found = std::ranges::find(kSections, name, &ConfigSectionKind::name);
  return found == kSections.end() ? nullptr : &*found;
}

std::string DescribeSection(std::string_view name) {
  const size_t dot = name.find('.');
  if (dot != name.npos) return "a field of " + DescribeSection(name.substr(0, dot));
  const ConfigSectionKind* kind = FindConfigSection(name);
  const bool is_list = kind != nullptr && kind->most > 0;
  return (is_list ? "[[" : "[") + std::string(name) + (is_list ? "]]" : "]");
}

std::string_view NearestConfigKey(std::string_view section, std::string_view name) {
  constexpr size_t kLongest = 64;  // a longer name is like none
  name = name.substr(0, kLongest);
  const std::vector<std::string_view> names = NamesIn(section);
  return *std::ranges::min_element(
      names, std::less<>(), [&](std::string_view each) { return Distance(name, each); });
}

}  // namespace flowlake
