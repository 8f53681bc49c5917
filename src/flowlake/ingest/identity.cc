#include "flowlake/ingest/identity.h"

#include <algorithm>
#include <filesystem>

#include "flowlake/base/date.h"

namespace flowlake {

namespace {

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

Result<int64_t> FindShorterSelf(const SizedFile& file, const Ledger& ledger) {
  for (const int64_t earlier : ledger.SizesOf(file.path.path, file.path.old_path)) {
    if (earlier <= 0 || earlier >= file.bytes) continue;
    ARROW_ASSIGN_OR_RAISE(const ContentIdentity beginning,
                          IdentifyContent(file.input, earlier));
    if (ledger.Contains(beginning.keys)) return earlier;
  }
  return -1;
}

}  // namespace flowlake
