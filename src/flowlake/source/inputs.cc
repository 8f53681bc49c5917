#include "flowlake/source/inputs.h"

#include <algorithm>
#include <filesystem>
#include <map>
#include <set>
#include <system_error>
#include <utility>

#include "flowlake/source/exclusion.h"
#include "flowlake/source/glob.h"
#include "flowlake/source/key_layout.h"
#include "flowlake/source/object_listing.h"

namespace flowlake {

namespace fs = std::filesystem;

namespace {

Status Failed(const fs::path& path, const std::error_code& error) {
  return Status::IOError("list ", path.string(), ": ", error.message());
}

bool IsLake(const fs::path& folder) {
  return std::any_of(kLakeMarkers.begin(), kLakeMarkers.end(), [&](const auto marker) {
    std::error_code ignored;
    return fs::exists(folder / marker, ignored);
  });
}

Input DescribeStream(const std::string& name) {
  Input input;
  input.name = name;
  input.bytes = -1;
  input.is_stream = true;
  return input;
}

/// The folders of an argument that its user wrote down, those before its first pattern.
std::string NamedFolder(const std::string& argument) {
  std::error_code ignored;
  if (fs::is_directory(argument, ignored)) return argument;
  fs::path folder;
  for (const fs::path& name : fs::path(argument).parent_path()) {
    if (IsGlob(name.string())) break;
    folder /= name;
  }
  return folder.empty() ? "." : folder.string();
}

class FolderWalk {
 public:
  FolderWalk(const std::string& argument, const Selection& selection, Listing& found)
      : within_(selection.follows_links ? "" : NamedFolder(argument)),
        selection_(selection),
        found_(found) {}

  Status Visit(const fs::path& folder) {
    std::error_code error;
    fs::directory_iterator entry(folder, error);
    for (; !error && entry != fs::directory_iterator(); entry.increment(error)) {
      ARROW_RETURN_NOT_OK(VisitEntry(*entry));
    }
    return error ? Failed(folder, error) : Status::OK();
  }

  Status AddFile(const fs::path& path) {
    if (!IsSelected(path)) return Status::OK();
    std::error_code error;
    const auto bytes = fs::file_size(path, error);
    // Deleted since its name was read, as log rotation does.
    if (error == std::errc::no_such_file_or_directory) return Status::OK();
    if (error) return Failed(path, error);
    Input input = DescribePath(path.string());
    input.within = within_;
    input.bytes = static_cast<int64_t>(bytes);
    found_.inputs.push_back(std::move(input));
    return Status::OK();
  }

  void AddStream(const std::string& name) {
    found_.inputs.push_back(DescribeStream(name));
  }

 private:
  bool IsSelected(const fs::path& path) const {
    return MayBeSelected(ParseKey(path.string()), selection_);
  }

  Status VisitEntry(const fs::directory_entry& entry) {
    std::error_code error;
    const bool is_link = entry.is_symlink(error);
    const bool is_folder = entry.is_directory(error) && !is_link;
    if (!IsSelected(entry.path())) return Status::OK();
    if (is_link && !selection_.follows_links) {
      found_.links.insert(entry.path().string());
      return Status::OK();
    }
    if (IsExcludedName(entry.path().filename().string(), is_folder)) {
      found_.no_logs.insert(entry.path().string());
      return Status::OK();
    }
    if (is_folder) return IsLake(entry.path()) ? Status::OK() : Visit(entry.path());
    // Follows links to files; sockets, devices and links to folders (loops) are no logs.
    if (entry.is_regular_file(error)) return AddFile(entry.path());
    const bool is_hidden_from_us = error == std::errc::permission_denied;
    return is_hidden_from_us ? Failed(entry.path(), error) : Status::OK();
  }

  const std::string within_;
  const Selection& selection_;
  Listing& found_;
};

Status AddPath(const fs::path& path, FolderWalk& walk) {
  std::error_code error;
  const fs::file_status status = fs::status(path, error);
  if (status.type() == fs::file_type::not_found) {
    return Status::Invalid("no such file or folder: ", path.string());
  }
  if (error) return Failed(path, error);
  if (fs::is_regular_file(status)) return walk.AddFile(path);
  if (!fs::is_directory(status)) {
    walk.AddStream(path.string());
    return Status::OK();
  }
  if (!IsLake(path)) return walk.Visit(path);
  return Status::Invalid(path.string(), " is a lake or a table of one, not logs");
}

Status AddGlob(const std::string& pattern, FolderWalk& walk) {
  ARROW_ASSIGN_OR_RAISE(const std::vector<std::string> paths, ExpandGlob(pattern));
  if (paths.empty()) return Status::Invalid("no file matches ", pattern);
  for (const std::string& path : paths) ARROW_RETURN_NOT_OK(AddPath(path, walk));
  return Status::OK();
}

Status AddArgument(const std::string& argument, FolderWalk& walk) {
  std::error_code ignored;
  // A file may be called "a[1].log": what exists is meant literally.
  const bool literal = fs::exists(argument, ignored) || !IsGlob(argument);
  return literal ? AddPath(argument, walk) : AddGlob(argument, walk);
}

/// Opens each bucket once.
class Buckets {
 public:
  explicit Buckets(const StoreOpener& open) : open_(open) {}

  Result<std::shared_ptr<Store>> Open(const std::string& bucket) {
    std::shared_ptr<Store>& store = stores_[bucket];
    if (store != nullptr) return store;
    ARROW_ASSIGN_OR_RAISE(store, open_(bucket));
    return store;
  }

 private:
  const StoreOpener& open_;
  std::map<std::string, std::shared_ptr<Store>> stores_;
};

Status AddObjects(const std::string& uri, const Selection& selection, Buckets& buckets,
                  Listing& found) {
  ARROW_ASSIGN_OR_RAISE(const ObjectArgument argument, ParseObjectArgument(uri));
  ARROW_ASSIGN_OR_RAISE(const auto store, buckets.Open(argument.bucket));
  return ListObjects(argument, store, selection, found);
}

}  // namespace

Input DescribePath(const std::string& path) {
  const KeyParts parts = ParseKey(path);
  Input input;
  input.name = path;
  input.date = parts.date();
  input.account = parts.account;
  input.region = parts.region;
  return input;
}

Result<Listing> ListInputs(const std::vector<std::string>& arguments,
                           const Selection& selection, const StoreOpener& open) {
  Buckets buckets(open);
  Listing listing;
  std::set<std::string> seen;
  for (const std::string& argument : arguments) {
    Listing found;
    if (argument == "-") {
      found.inputs.push_back(DescribeStream("-"));
    } else if (IsObjectUri(argument)) {
      ARROW_RETURN_NOT_OK(AddObjects(argument, selection, buckets, found));
    } else {
      FolderWalk walk(argument, selection, found);
      ARROW_RETURN_NOT_OK(AddArgument(argument, walk));
    }
    std::ranges::sort(found.inputs, {}, &Input::name);
    for (Input& input : found.inputs) {
      if (seen.insert(input.name).second) listing.inputs.push_back(std::move(input));
    }
    listing.no_logs.merge(found.no_logs);
    listing.links.merge(found.links);
  }
  return listing;
}

Input DeliveredInput(std::string name, Delivery delivery, Origin origin) {
  Input input;
  input.name = std::move(name);
  input.bytes = static_cast<int64_t>(delivery.content->size());
  input.delivery = std::move(delivery);
  input.origin = std::move(origin);
  return input;
}

}  // namespace flowlake
