#include "flowlake/ingest/identity.h"

#include <algorithm>
#include <filesystem>

#include "flowlake/base/date.h"

namespace flowlake {

namespace {

std::string ArrivalBucket(Date day) { return "arrived-" + FormatDate(day); }

}  // namespace

std::string EarlierBucket(const Input& input) {
  return input.is_delivery() ? ArrivalBucket(input.delivery.arrival - 1) : std::string();
}

std::optional<Key128> KeyUnread(const Input& input) {
  if (input.is_object()) return ObjectKey(input);
  if (!input.is_delivery()) return std::nullopt;
  const Delivery& delivery = input.delivery;
  return HashOf(delivery.id.empty() ? *delivery.content : "delivery:" + delivery.id);
}

std::string LedgerBucket(const Input& input) {
  if (input.is_delivery()) return ArrivalBucket(input.delivery.arrival);
  if (!input.is_object()) return std::string(kContentBucket);
  return input.date ? FormatDate(*input.date) : std::string(kUndatedBucket);
}

Key128 ObjectKey(const Input& object) {
  // A line feed is in no etag, so no two pairs make the same text.
  return HashOf("object:" + object.object.etag + '\n' + object.name);
}

Key128 RefusedKey(const Key128& content, const std::vector<std::string>& fields) {
  std::string text = "refused:" + content.ToString();
  for (const std::string& field : fields) text += ' ' + field;
  return HashOf(text);
}

Key128 EmptyKey(const Key128& content) { return HashOf("empty:" + content.ToString()); }

uint64_t PathHashes::Of(const std::string& name) {
  namespace fs = std::filesystem;
  std::error_code ignored;
  const size_t slash = name.rfind('/');
  const std::string file = slash == std::string::npos ? name : name.substr(slash + 1);
  const std::string folder = slash == std::string::npos ? "." : name.substr(0, slash + 1);
  const bool is_link = fs::is_symlink(fs::symlink_status(name, ignored));
  if (is_link || file.empty() || file == "." || file == "..") {
    return HashOf("path:" + fs::weakly_canonical(name, ignored).string()).high;
  }
  if (folder != folder_) {
    folder_ = folder;
    path_ = (fs::weakly_canonical(folder, ignored) / "").string();
  }
  return HashOf("path:" + path_ + file).high;
}

Result<int64_t> FindShorterSelf(const SizedFile& file, const Ledger& ledger) {
  for (const Key128& marker : ledger.Range(file.path, file.path)) {
    const auto earlier = static_cast<int64_t>(marker.low);
    if (earlier <= 0 || earlier >= file.bytes) continue;
    ARROW_ASSIGN_OR_RAISE(const ContentIdentity beginning,
                          IdentifyContent(file.input, earlier));
    if (ledger.Contains(beginning.hash)) return earlier;
  }
  return -1;
}

}  // namespace flowlake
