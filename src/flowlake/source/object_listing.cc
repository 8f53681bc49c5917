#include "flowlake/source/object_listing.h"

#include <fnmatch.h>

#include <algorithm>
#include <set>
#include <span>
#include <string_view>
#include <utility>

#include "flowlake/source/exclusion.h"
#include "flowlake/source/glob.h"
#include "flowlake/source/key_layout.h"

namespace flowlake {

namespace {

constexpr std::string_view kScheme = "s3://";

/// What the keys below a folder begin with. Folders are named without the slash behind
/// them, but for those without a name: "/" in the root, "a//" in "a".
std::string PrefixOf(const std::string& folder) {
  return folder.empty() || folder.ends_with('/') ? folder : folder + '/';
}

/// Of an object or folder; one without a name is a folder.
std::string Join(const std::string& folder, const std::string& name) {
  return PrefixOf(folder) + (name.empty() ? "/" : name);
}

bool IsFolderName(const std::string& name) { return name.ends_with('/'); }

std::string WithoutSlash(std::string name) {
  if (IsFolderName(name)) name.pop_back();
  return name;
}

bool HasLakeMarker(const std::vector<std::string>& names) {
  return std::any_of(names.begin(), names.end(), [](const std::string& name) {
    return std::find(kLakeMarkers.begin(), kLakeMarkers.end(), WithoutSlash(name)) !=
           kLakeMarkers.end();
  });
}

/// The prefixes of the folders among which `objects` lie that are lakes.
std::set<std::string, std::less<>> LakesAmong(const std::vector<ObjectInfo>& objects) {
  std::set<std::string, std::less<>> lakes;
  for (const ObjectInfo& object : objects) {
    for (const std::string_view marker : kLakeMarkers) {
      const std::string name = '/' + object.path + '/';
      const size_t at = name.find('/' + std::string(marker) + '/');
      if (at != std::string::npos) lakes.insert(name.substr(1, at));
    }
  }
  return lakes;
}

std::vector<std::string> NamesOf(std::string_view path) {
  std::vector<std::string> names;
  while (true) {
    const size_t slash = path.find('/');
    names.emplace_back(path.substr(0, slash));
    if (slash == std::string_view::npos) return names;
    path.remove_prefix(slash + 1);
  }
}

/// Lists one argument.
class ObjectWalk {
 public:
  ObjectWalk(const ObjectArgument& argument, const std::shared_ptr<Store>& store,
             const Selection& selection, Listing& found)
      : argument_(argument), store_(store), selection_(selection), found_(found) {}

  Status Run() {
    // A key may be "a[1].log": what exists is meant literally.
    const Status literal = AddPath(argument_.key, argument_.is_folder);
    if (saw_anything_ || argument_.key.empty()) return literal;
    if (!IsGlob(argument_.key)) {
      ARROW_RETURN_NOT_OK(literal);
      return Status::Invalid("no such object or prefix: ", UriOf(argument_.key));
    }
    pattern_ = NamesOf(argument_.key);
    ARROW_RETURN_NOT_OK(Expand("", 0));
    if (saw_anything_) return Status::OK();
    return Status::Invalid("no object matches ", UriOf(argument_.key));
  }

 private:
  std::string UriOf(const std::string& key) const { return argument_.bucket + '/' + key; }
  bool MayBeSelected(const std::string& key) const {
    return flowlake::MayBeSelected(ParseKey(UriOf(key)), selection_);
  }

  /// An object, or else a folder, if there is one. Who may not list may still read.
  Status AddPath(const std::string& path, bool is_folder) {
    Result<std::optional<ObjectInfo>> object = std::nullopt;
    if (!is_folder) object = store_->Stat(path);
    if (object.ok() && *object) {
      Add(**object);
      return Status::OK();
    }
    ARROW_RETURN_NOT_OK(Visit(path));
    return saw_anything_ ? Status::OK() : object.status();
  }

  /// Everything below `folder`.
  Status Visit(const std::string& folder) {
    if (!IsNarrowedBelow(folder)) return VisitAll(folder);
    ARROW_ASSIGN_OR_RAISE(const auto names, store_->Names(folder));
    if (HasLakeMarker(names)) return LeaveOutLake(folder);
    std::vector<std::string> files;
    for (const std::string& name : names) {
      saw_anything_ = saw_anything_ || pattern_.empty();
      const std::string path = Join(folder, WithoutSlash(name));
      if (!MayBeSelected(path)) continue;
      if (IsExcludedName(WithoutSlash(name), IsFolderName(name)))
        LeaveOut(path);
      else if (!IsFolderName(name))
        files.push_back(path);
      else
        ARROW_RETURN_NOT_OK(Visit(path));
    }
    const bool is_leaf = std::none_of(names.begin(), names.end(), IsFolderName);
    return is_leaf && !files.empty() ? VisitAll(folder) : AddEach(files);
  }

  /// Whether the selection may leave out folders below: those of AWS's layouts down to
  /// the day.
  bool IsNarrowedBelow(const std::string& folder) const {
    const bool is_narrow = selection_.from || selection_.to ||
                           !selection_.accounts.empty() || !selection_.regions.empty();
    return is_narrow && !ParseKey(UriOf(folder)).date();
  }

  /// The same with one listing of all that is there.
  Status VisitAll(const std::string& folder) {
    ARROW_ASSIGN_OR_RAISE(const auto objects, store_->List(folder));
    saw_anything_ = saw_anything_ || (pattern_.empty() && !objects.empty());
    const auto lakes = LakesAmong(objects);
    if (lakes.contains(PrefixOf(folder))) return LeaveOutLake(folder);
    for (const ObjectInfo& object : objects) {
      if (IsLogBelow(folder, object.path, lakes)) Add(object);
    }
    return Status::OK();
  }

  bool IsLogBelow(const std::string& folder, std::string_view path,
                  const std::set<std::string, std::less<>>& lakes) {
    if (path.ends_with('/')) return false;
    for (size_t begin = PrefixOf(folder).size();;) {
      const size_t slash = path.find('/', begin);
      const bool is_folder = slash != std::string_view::npos;
      if (IsExcludedName(path.substr(begin, slash - begin), is_folder)) {
        LeaveOut(std::string(path.substr(0, slash)));
        return false;
      }
      if (!is_folder) return true;
      if (lakes.contains(path.substr(0, slash + 1))) return false;
      begin = slash + 1;
    }
  }

  void LeaveOut(const std::string& path) {
    if (MatchesPattern(path) && MayBeSelected(path)) found_.no_logs.insert(UriOf(path));
  }

  Status LeaveOutLake(const std::string& folder) {
    saw_anything_ = true;
    if (folder != argument_.key) return Status::OK();
    return Status::Invalid(UriOf(folder), " is a lake or a table of one, not logs");
  }

  Status AddEach(const std::vector<std::string>& paths) {
    for (const std::string& path : paths) {
      ARROW_ASSIGN_OR_RAISE(const auto object, store_->Stat(path));
      if (object) Add(*object);
    }
    return Status::OK();
  }

  void Add(const ObjectInfo& object) {
    if (!MatchesPattern(object.path)) return;
    saw_anything_ = true;
    if (!MayBeSelected(object.path)) return;
    Input input = DescribePath(UriOf(object.path));
    input.bytes = object.size;
    input.object = {store_, object.path, object.etag, nullptr};
    found_.inputs.push_back(std::move(input));
  }

  /// Objects that match pattern_[at, …) below `folder`.
  Status Expand(const std::string& folder, size_t at) {
    if (at == pattern_.size()) return AddPath(folder, /*is_folder=*/false);
    const std::string& name = pattern_[at];
    if (!IsGlob(name)) return Expand(Join(folder, name), at + 1);
    if (name == "**" || at + 1 == pattern_.size()) return Visit(folder);
    ARROW_ASSIGN_OR_RAISE(const auto names, store_->Names(folder));
    for (const std::string& below : names) {
      const std::string path = WithoutSlash(below);
      if (!IsFolderName(below) || !MayBeSelected(Join(folder, path))) continue;
      if (fnmatch(name.c_str(), path.c_str(), FNM_PERIOD) != 0) continue;
      ARROW_RETURN_NOT_OK(Expand(Join(folder, path), at + 1));
    }
    return Status::OK();
  }

  bool MatchesPattern(const std::string& path) const {
    return pattern_.empty() || GlobMatches(pattern_, NamesOf(path));
  }

  const ObjectArgument& argument_;
  const std::shared_ptr<Store>& store_;
  const Selection& selection_;
  Listing& found_;
  std::vector<std::string> pattern_;  // names; empty: no pattern
  bool saw_anything_ = false;         // selected or not
};

}  // namespace

Result<ObjectArgument> ParseObjectArgument(const std::string& uri) {
  const size_t slash = std::min(uri.find('/', kScheme.size()), uri.size());
  if (slash == kScheme.size()) {
    return Status::Invalid(uri, " has no bucket: give s3://bucket/prefix");
  }
  ObjectArgument argument{uri.substr(0, slash),
                          uri.substr(std::min(slash + 1, uri.size())), false};
  argument.is_folder = argument.key.empty() || argument.key.ends_with('/');
  // "a//" is the folder without a name in "a".
  const bool is_nameless = argument.key == "/" || argument.key.ends_with("//");
  if (!is_nameless) argument.key = WithoutSlash(std::move(argument.key));
  return argument;
}

Status ListObjects(const ObjectArgument& argument, const std::shared_ptr<Store>& store,
                   const Selection& selection, Listing& found) {
  return ObjectWalk(argument, store, selection, found).Run();
}

}  // namespace flowlake
