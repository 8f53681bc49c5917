#include "flowlake/ingest/identity.h"

#include <algorithm>
#include <filesystem>

#include "flowlake/base/date.h"

namespace flowlake {

namespace {

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

/// What rotation appends: a number or a date, behind a separator.
std::string WithoutRotation(const std::string& name) {
  const size_t end = name.find_last_not_of("0123456789._-");
  if (end == std::string::npos || name[end] == '/') return name;
  const size_t suffix = end + 1;
  const bool is_number = name.size() > suffix + 1 && !IsDigit(name[suffix]);
  return is_number && IsDigit(name.back()) ? name.substr(0, suffix) : name;
}

std::string ArrivalBucket(Date day) { return "arrived-" + FormatDate(day); }

PathHash HashOfPath(const std::string& path) {
  return {DeriveKey(KeyKind::kPath, {path}).high, OldHashOf("path:" + path).high};
}

}  // namespace

std::string EarlierBucket(const Input& input) {
  return input.is_delivery() ? ArrivalBucket(input.delivery.arrival - 1) : std::string();
}

std::optional<InputKeys> KeyUnread(const Input& input) {
  if (input.is_object()) return ObjectKey(input);
  if (!input.is_delivery()) return std::nullopt;
  const auto& [content, id, arrival] = input.delivery;
  if (id.empty()) {
    return InputKeys{DeriveKey(KeyKind::kDeliveredContent, {*content}),
                     OldHashOf(*content)};
  }
  return InputKeys{DeriveKey(KeyKind::kDelivery, {id}), OldHashOf("delivery:" + id)};
}

std::string LedgerBucket(const Input& input) {
  if (input.is_delivery()) return ArrivalBucket(input.delivery.arrival);
  if (!input.is_object()) return std::string(kContentBucket);
  return input.date ? FormatDate(*input.date) : std::string(kUndatedBucket);
}

InputKeys ObjectKey(const Input& object) {
  const std::string& etag = object.object.etag;
  return {DeriveKey(KeyKind::kObject, {object.name, etag}),
          OldHashOf("object:" + etag + '\n' + object.name)};
}

Key128 ObjectName(const Input& object) {
  return DeriveKey(KeyKind::kObject, {object.name});
}

InputKeys RefusedKey(const InputKeys& content, const std::vector<std::string>& fields) {
  std::string old_text = "refused:";
  if (content.old) old_text += content.old->ToString();
  std::string list;
  for (const std::string& field : fields) {
    old_text += ' ' + field;
    list += std::to_string(field.size()) + ':' + field;
  }
  InputKeys keys{DeriveKey(KeyKind::kRefused, {ToBytes(content.key), list})};
  if (content.old) keys.old = OldHashOf(old_text);
  return keys;
}

InputKeys AgainKey(const InputKeys& key, Date horizon) {
  const std::string day = FormatDate(horizon);
  InputKeys keys{DeriveKey(KeyKind::kObject, {"again", ToBytes(key.key), day})};
  if (key.old) keys.old = OldHashOf("again:" + key.old->ToString() + ' ' + day);
  return keys;
}

InputKeys EmptyKey(const InputKeys& content) {
  InputKeys keys{DeriveKey(KeyKind::kEmpty, {ToBytes(content.key)})};
  if (content.old) keys.old = OldHashOf("empty:" + content.old->ToString());
  return keys;
}

PathHash PathHashes::Of(const std::string& name) {
  namespace fs = std::filesystem;
  std::error_code ignored;
  const size_t slash = name.rfind('/');
  const std::string file = slash == std::string::npos ? name : name.substr(slash + 1);
  const std::string folder = slash == std::string::npos ? "." : name.substr(0, slash + 1);
  const bool is_link = fs::is_symlink(fs::symlink_status(name, ignored));
  if (is_link || file.empty() || file == "." || file == "..") {
    return HashOfPath(fs::weakly_canonical(name, ignored).string());
  }
  if (folder != folder_) {
    folder_ = folder;
    path_ = (fs::weakly_canonical(folder, ignored) / "").string();
  }
  return HashOfPath(path_ + file);
}

FileMarks FileMarks::Of(const std::string& name, PathHashes& hashes) {
  FileMarks marks{{hashes.Of(name)}};
  const std::string before = WithoutRotation(name);
  if (before != name) marks.paths.push_back(hashes.Of(before));
  return marks;
}

std::vector<int64_t> SizesOf(const FileMarks& marks, const Ledger& ledger) {
  std::vector<int64_t> sizes;
  for (const PathHash& hash : marks.paths) {
    const auto more = ledger.SizesOf(hash.path, hash.old_path);
    sizes.insert(sizes.end(), more.begin(), more.end());
  }
  std::ranges::sort(sizes);
  sizes.erase(std::unique(sizes.begin(), sizes.end()), sizes.end());
  return sizes;
}

bool HasBeginning(const Input& file, const std::vector<int64_t>& sizes,
                  const Ledger& ledger) {
  const auto beginnings = IdentifyBeginnings(file, sizes);
  return !beginnings.ok() ||
         std::any_of(beginnings->begin(), beginnings->end(),
                     [&](const auto& it) { return ledger.Contains(it.keys); });
}

}  // namespace flowlake
