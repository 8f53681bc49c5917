#include "flowlake/server/write_ahead_log.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <utility>

#include "flowlake/base/date.h"
#include "flowlake/base/key128.h"
#include "flowlake/base/old_hash.h"
#include "flowlake/store/open_store.h"
#include "flowlake/table/json.h"

namespace flowlake {

namespace {

constexpr char kFolder[] = "deliveries";
constexpr char kSuffix[] = ".delivery";
constexpr int kVersion = 1;
/// A request's records, decoded, and their header.
constexpr int64_t kMaxObject = int64_t{160} << 20;

std::string PathOf(const std::string& request_id) {
  return std::string(kFolder) + '/' +
         DeriveKey(KeyKind::kRequest, {request_id}).ToString() + kSuffix;
}

/// Makes the folder and takes it: of two processes that read and delete the same files,
/// each would miss what the other one has. The kernel frees it with the process.
Result<int> LockFolder(const std::string& folder) {
  std::error_code error;
  std::filesystem::create_directories(folder + '/' + kFolder, error);
  if (error) return Status::IOError("make folder ", folder, ": ", error.message());
  const std::string path = folder + "/lock";
  const int fd = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644);
  if (fd < 0) return Status::IOError("open ", path, ": ", std::strerror(errno));
  if (::flock(fd, LOCK_EX | LOCK_NB) == 0) return fd;
  const int cause = errno;
  ::close(fd);
  return Status::IOError(
      "open the write-ahead log ", folder, ": ",
      cause == EWOULDBLOCK ? "another flowlake has it" : std::strerror(cause));
}

/// What a process that was killed had begun to write; nothing of it was acknowledged.
void RemoveUnfinished(const std::string& folder) {
  std::error_code error;
  for (const auto& file :
       std::filesystem::directory_iterator(folder + '/' + kFolder, error)) {
    if (file.path().filename().string().starts_with(".tmp-")) {
      std::filesystem::remove(file.path(), error);
    }
  }
}

Status Damaged(const std::string& what) {
  return Status::Invalid("a logged delivery is damaged: ", what);
}

}  // namespace

std::string FormatLoggedDelivery(const FirehoseDelivery& delivery, int64_t now_ms) {
  Json groups = Json::array();
  StreamingOldHash hash;
  size_t bytes = 0;
  for (const RecordGroup& group : delivery.groups) {
    groups.push_back({{"log_group", group.log_group}, {"bytes", group.bytes.size()}});
    hash.Update(group.bytes);
    bytes += group.bytes.size();
  }
  const Json header{{"flowlake_delivery", kVersion},
                    {"request_id", delivery.request_id},
                    {"arrived_ms", now_ms},
                    {"stream", delivery.origin.stream},
                    {"attributes", delivery.origin.attributes},
                    {"groups", groups},
                    {"xxh3", hash.Finish().ToString()}};
  std::string text = WriteJson(header) + '\n';
  text.reserve(text.size() + bytes);
  for (const RecordGroup& group : delivery.groups) text += group.bytes;
  return text;
}

Result<FirehoseDelivery> ParseLoggedDelivery(std::string_view bytes,
                                             int64_t* arrived_ms) {
  const size_t end = bytes.find('\n');
  if (end == bytes.npos) return Damaged("it has no header");
  const auto header = ParseJson(bytes.substr(0, end));
  if (!header.ok()) return Damaged("its header is no JSON");
  std::string_view rest = bytes.substr(end + 1);
  ARROW_ASSIGN_OR_RAISE(const int64_t version,
                        IntegerMember(*header, "flowlake_delivery"));
  if (version != kVersion) return Damaged("it is of another version");
  FirehoseDelivery delivery;
  ARROW_ASSIGN_OR_RAISE(delivery.request_id, StringMember(*header, "request_id"));
  ARROW_ASSIGN_OR_RAISE(delivery.origin.stream, StringMember(*header, "stream"));
  delivery.origin.attributes = StringMembers(FindMember(*header, "attributes"));
  ARROW_ASSIGN_OR_RAISE(const int64_t arrived, IntegerMember(*header, "arrived_ms"));
  if (arrived_ms != nullptr) *arrived_ms = arrived;
  ARROW_ASSIGN_OR_RAISE(const std::string checksum, StringMember(*header, "xxh3"));
  if (OldHashOf(rest).ToString() != checksum) return Damaged("its checksum is wrong");
  const Json* groups = FindMember(*header, "groups");
  if (groups == nullptr || !groups->is_array()) return Damaged("it has no groups");
  for (const Json& group : *groups) {
    ARROW_ASSIGN_OR_RAISE(const int64_t size, IntegerMember(group, "bytes"));
    ARROW_ASSIGN_OR_RAISE(std::string log_group, StringMember(group, "log_group"));
    if (size < 0 || static_cast<size_t>(size) > rest.size()) {
      return Damaged("a group is longer than it");
    }
    const auto length = static_cast<size_t>(size);
    delivery.groups.push_back(
        {std::move(log_group), std::string(rest.substr(0, length))});
    rest.remove_prefix(length);
  }
  if (!rest.empty()) return Damaged("it is longer than its groups");
  return delivery;
}

Result<std::unique_ptr<WriteAheadLog>> WriteAheadLog::Open(const std::string& uri) {
  ARROW_ASSIGN_OR_RAISE(auto store, OpenStore(uri));
  auto log = std::make_unique<WriteAheadLog>(std::move(store));
  if (!IsObjectUri(uri)) {
    ARROW_ASSIGN_OR_RAISE(log->lock_, LockFolder(uri));
    RemoveUnfinished(uri);
  }
  return log;
}

WriteAheadLog::~WriteAheadLog() {
  if (lock_ >= 0) ::close(lock_);
}

Result<WriteAheadLog::Appended> WriteAheadLog::Append(const FirehoseDelivery& delivery,
                                                      int64_t now_ms) {
  const std::string bytes = FormatLoggedDelivery(delivery, now_ms);
  Appended appended{
      {PathOf(delivery.request_id), static_cast<int64_t>(bytes.size()), now_ms}};
  ARROW_ASSIGN_OR_RAISE(const PutOutcome outcome,
                        store_->PutIfAbsent(appended.delivery.path, bytes));
  appended.is_new = outcome == PutOutcome::kCreated;
  return appended;
}

Result<std::vector<LoggedDelivery>> WriteAheadLog::List() const {
  ARROW_ASSIGN_OR_RAISE(const auto objects, store_->List(kFolder));
  std::vector<LoggedDelivery> deliveries;
  for (const ObjectInfo& object : objects) {
    if (!object.path.ends_with(kSuffix)) continue;
    deliveries.push_back({object.path, object.size, object.modified_ms});
  }
  std::ranges::stable_sort(deliveries, {}, &LoggedDelivery::arrived_ms);
  return deliveries;
}

Result<std::vector<Input>> WriteAheadLog::Read(const LoggedDelivery& delivery) const {
  auto bytes = store_->Read(delivery.path, kMaxObject);
  if (!bytes.ok()) {
    ARROW_ASSIGN_OR_RAISE(const auto info, store_->Stat(delivery.path));
    if (!info) return std::vector<Input>();
    return bytes.status();
  }
  int64_t arrived_ms = 0;
  auto parsed = ParseLoggedDelivery(*bytes, &arrived_ms);
  if (!parsed.ok()) {
    return Status::Invalid("read ", store_->uri(), '/', delivery.path, ": ",
                           parsed.status().message());
  }
  return InputsOf(*std::move(parsed), DateOfMicros(arrived_ms * 1000));
}

Status WriteAheadLog::Remove(const LoggedDelivery& delivery) {
  return store_->Delete(delivery.path);
}

}  // namespace flowlake
