#include "flowlake/source/glob.h"

#include <fnmatch.h>

#include <algorithm>
#include <filesystem>
#include <system_error>

namespace flowlake {

namespace fs = std::filesystem;

namespace {

class Expansion {
 public:
  explicit Expansion(const fs::path& pattern) : names_(pattern.begin(), pattern.end()) {}

  /// Matches names_[at, …) below `folder` ("" is the current one).
  Status Expand(const fs::path& folder, size_t at) {
    if (at == names_.size()) {
      found_.push_back(folder.string());
      return Status::OK();
    }
    const std::string& name = names_[at];
    if (name == "**") return ExpandAnyDepth(folder, at);
    if (IsGlob(name)) return ExpandNames(folder, at);
    const fs::path next = folder / name;
    std::error_code error;
    return fs::exists(next, error) ? Expand(next, at + 1) : Status::OK();
  }

  std::vector<std::string> TakeSorted() {
    std::sort(found_.begin(), found_.end());
    found_.erase(std::unique(found_.begin(), found_.end()), found_.end());
    return std::move(found_);
  }

 private:
  template <typename Visit>
  Status ForEachEntry(const fs::path& folder, const Visit& visit) {
    std::error_code error;
    const fs::path opened = folder.empty() ? fs::path(".") : folder;
    fs::directory_iterator entry(opened, error);
    for (; !error && entry != fs::directory_iterator(); entry.increment(error)) {
      ARROW_RETURN_NOT_OK(visit(entry->path().filename().string(), *entry));
    }
    if (error == std::errc::not_a_directory) return Status::OK();
    if (error) return Status::IOError("list ", opened.string(), ": ", error.message());
    return Status::OK();
  }

  Status ExpandNames(const fs::path& folder, size_t at) {
    const bool is_last = at + 1 == names_.size();
    return ForEachEntry(folder, [&](const std::string& name, const auto& entry) {
      if (fnmatch(names_[at].c_str(), name.c_str(), FNM_PERIOD) != 0) return Status::OK();
      std::error_code error;
      if (!is_last && !entry.is_directory(error)) return Status::OK();
      return Expand(folder / name, at + 1);
    });
  }

  Status ExpandAnyDepth(const fs::path& folder, size_t at) {
    ARROW_RETURN_NOT_OK(Expand(folder, at + 1));
    return ForEachEntry(folder, [&](const std::string& name, const auto& entry) {
      std::error_code error;
      const bool descends =
          entry.is_directory(error) && !entry.is_symlink(error) && !name.starts_with('.');
      return descends ? ExpandAnyDepth(folder / name, at) : Status::OK();
    });
  }

  std::vector<std::string> names_;
  std::vector<std::string> found_;
};

}  // namespace

bool IsGlob(std::string_view text) {
  return text.find_first_of("*?[") != std::string_view::npos;
}

bool GlobMatches(std::span<const std::string> pattern,
                 std::span<const std::string> names) {
  if (pattern.empty()) return true;
  if (pattern[0] == "**") {
    if (GlobMatches(pattern.subspan(1), names)) return true;
    const bool descends = names.size() > 1 && !names[0].starts_with('.');
    return descends && GlobMatches(pattern, names.subspan(1));
  }
  return !names.empty() &&
         fnmatch(pattern[0].c_str(), names[0].c_str(), FNM_PERIOD) == 0 &&
         GlobMatches(pattern.subspan(1), names.subspan(1));
}

Result<std::vector<std::string>> ExpandGlob(const std::string& pattern) {
  Expansion expansion{fs::path(pattern)};
  ARROW_RETURN_NOT_OK(expansion.Expand("", 0));
  return expansion.TakeSorted();
}

}  // namespace flowlake
