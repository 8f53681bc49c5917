#include "flowlake/store/s3_store.h"

#include <arrow/buffer.h>

#include <algorithm>
#include <charconv>
#include <cstring>
#include <optional>
#include <utility>

#include "flowlake/base/mutex.h"
#include "flowlake/store/s3_client.h"
#include "flowlake/store/s3_listing.h"
#include "flowlake/store/s3_upload.h"

namespace flowlake {

namespace {

constexpr S3Request::Operation kRead = {"read", "s3:GetObject"};
constexpr S3Request::Operation kList = {"list", "s3:ListBucket"};
constexpr S3Request::Operation kCreate = {"create", "s3:PutObject"};
constexpr S3Request::Operation kDelete = {"delete", "s3:DeleteObject"};
constexpr S3Request::Operation kListUploads = {"list unfinished uploads of",
                                               "s3:ListBucketMultipartUploads"};
constexpr S3Request::Operation kAbort = {"end the upload of", "s3:AbortMultipartUpload"};
constexpr int kNotFound = 404;
constexpr int kPreconditionFailed = 412;
constexpr int kRangeNotSatisfiable = 416;

struct Head {
  int64_t size = 0;
  int64_t modified_ms = 0;
  std::string etag;
};

/// nullopt if there is no such object.
Result<std::optional<Head>> AskHead(S3Client& client, const std::string& key) {
  S3Request request;
  request.operation = kRead;
  request.method = "HEAD";
  request.key = key;
  request.expected = {kNotFound};
  ARROW_ASSIGN_OR_RAISE(const HttpResponse response, client.Send(request));
  if (response.status == kNotFound) return std::nullopt;
  Head head;
  const std::string size = response.header("content-length");
  std::from_chars(size.data(), size.data() + size.size(), head.size);
  head.modified_ms = ParseHttpTime(response.header("last-modified"));
  head.etag = response.header("etag");
  return head;
}

/// Range reads of one object: of the one that has `etag`, where that is known.
class S3File final : public arrow::io::RandomAccessFile {
 public:
  S3File(std::shared_ptr<S3Client> client, std::string key, std::string etag)
      : client_(std::move(client)), key_(std::move(key)), etag_(std::move(etag)) {}

  /// Without an etag: that of today, and an error if there is no such object.
  Status Identify() EXCLUDES(mutex_) {
    const MutexLock lock(mutex_);
    return Ask();
  }

  Result<int64_t> GetSize() override {
    const MutexLock lock(mutex_);
    if (!size_) ARROW_RETURN_NOT_OK(Ask());
    return *size_;
  }

  Result<int64_t> ReadAt(int64_t position, int64_t size, void* out) override {
    if (size == 0) return 0;
    ARROW_ASSIGN_OR_RAISE(const std::string bytes, Fetch(position, size));
    std::memcpy(out, bytes.data(), bytes.size());
    return static_cast<int64_t>(bytes.size());
  }
  Result<std::shared_ptr<arrow::Buffer>> ReadAt(int64_t position, int64_t size) override {
    if (size == 0) return arrow::Buffer::FromString({});
    ARROW_ASSIGN_OR_RAISE(std::string bytes, Fetch(position, size));
    return arrow::Buffer::FromString(std::move(bytes));
  }

  Status Seek(int64_t position) override {
    position_ = position;
    return Status::OK();
  }
  Result<int64_t> Tell() const override { return position_; }
  Result<int64_t> Read(int64_t size, void* out) override {
    ARROW_ASSIGN_OR_RAISE(const int64_t read, ReadAt(position_, size, out));
    position_ += read;
    return read;
  }
  Result<std::shared_ptr<arrow::Buffer>> Read(int64_t size) override {
    ARROW_ASSIGN_OR_RAISE(auto buffer, ReadAt(position_, size));
    position_ += buffer->size();
    return buffer;
  }
  Status Close() override {
    closed_ = true;
    return Status::OK();
  }
  bool closed() const override { return closed_; }

 private:
  Status Ask() REQUIRES(mutex_) {
    ARROW_ASSIGN_OR_RAISE(const auto head, AskHead(*client_, key_));
    if (!head) return Fail("no such object");
    if (etag_.empty()) etag_ = head->etag;
    if (head->etag != etag_) return Fail("has changed");
    size_ = head->size;
    return Status::OK();
  }

  template <typename... Cause>
  Status Fail(const Cause&... cause) const {
    return Status::IOError("read s3://", client_->location().bucket, "/", key_, ": ",
                           cause...);
  }

  Result<std::string> Fetch(int64_t position, int64_t size) {
    S3Request request;
    request.operation = kRead;
    request.key = key_;
    request.headers = {"Range: bytes=" + std::to_string(position) + "-" +
                       std::to_string(position + size - 1)};
    if (!etag_.empty()) request.headers.push_back("If-Match: " + etag_);
    request.expected = {kRangeNotSatisfiable};  // behind the end there is nothing
    ARROW_ASSIGN_OR_RAISE(HttpResponse response, client_->Send(request));
    if (response.status == kRangeNotSatisfiable) return std::string();
    if (static_cast<int64_t>(response.body.size()) > size) {
      return Fail("more than the ", size, " bytes that were asked for came");
    }
    return std::move(response.body);
  }

  const std::shared_ptr<S3Client> client_;
  const std::string key_;
  std::string etag_;
  Mutex mutex_;
  std::optional<int64_t> size_ GUARDED_BY(mutex_);
  int64_t position_ = 0;
  bool closed_ = false;
};

class S3Store final : public Store {
 public:
  S3Store(S3Location location, KeyRule rule)
      : client_(std::make_shared<S3Client>(std::move(location))), rule_(rule) {}

  std::string uri() const override { return client_->location().uri(); }

  Result<std::vector<ObjectInfo>> List(const std::string& folder) override {
    ARROW_RETURN_NOT_OK(CheckFolder(folder));
    std::vector<ObjectInfo> objects;
    ARROW_RETURN_NOT_OK(ForEachPage(folder, "", "", [&](S3Listing page) {
      for (ObjectInfo& object : page.objects) {
        object.path = PathOf(object.path);
        if (IsVisible(object.path, folder)) objects.push_back(std::move(object));
      }
    }));
    std::ranges::sort(objects, {}, &ObjectInfo::path);
    return objects;
  }

  Result<std::vector<std::string>> Names(const std::string& folder,
                                         const std::string& after) override {
    ARROW_RETURN_NOT_OK(CheckFolder(folder));
    std::vector<std::string> names;
    const size_t begin = WithSlash(folder).size();
    const auto add = [&](const std::string& key) {
      const std::string path = PathOf(key);
      if (path.size() <= begin || path[begin] == '.') return;
      // A folder is behind a name that it begins with.
      if (path.substr(begin) > after) names.push_back(path.substr(begin));
    };
    ARROW_RETURN_NOT_OK(ForEachPage(folder, "/", after, [&](const S3Listing& page) {
      for (const ObjectInfo& object : page.objects) add(object.path);
      for (const std::string& prefix : page.prefixes) add(prefix);
    }));
    std::ranges::sort(names);
    return names;
  }

  Result<std::optional<ObjectInfo>> Stat(const std::string& path) override {
    ARROW_RETURN_NOT_OK(CheckReadable(path));
    ARROW_ASSIGN_OR_RAISE(const auto head, AskHead(*client_, KeyOf(path)));
    if (!head) return std::nullopt;
    return ObjectInfo{path, head->size, head->modified_ms, head->etag};
  }

  Result<std::shared_ptr<arrow::io::RandomAccessFile>> Open(
      const std::string& path, const std::string& etag) override {
    ARROW_RETURN_NOT_OK(CheckReadable(path));
    auto file = std::make_shared<S3File>(client_, KeyOf(path), etag);
    // What was listed is there, or reading it says so: one request less for each.
    if (etag.empty()) ARROW_RETURN_NOT_OK(file->Identify());
    return file;
  }

  Result<std::string> Read(const std::string& path, int64_t limit) override {
    ARROW_RETURN_NOT_OK(CheckReadable(path));
    S3File file(client_, KeyOf(path), "");
    // One byte more says whether there is one more.
    ARROW_ASSIGN_OR_RAISE(const auto bytes, file.ReadAt(0, limit + 1));
    if (bytes->size() <= limit) return bytes->ToString();
    ARROW_ASSIGN_OR_RAISE(const int64_t size, file.GetSize());
    return Status::IOError("read ", uri(), "/", path, ": ", size, " bytes, but at most ",
                           limit, " are expected here");
  }

  Result<std::shared_ptr<arrow::io::OutputStream>> Create(
      const std::string& path) override {
    ARROW_RETURN_NOT_OK(CheckObjectPath(path));
    return MakeS3Upload(client_, KeyOf(path));
  }

  Result<PutOutcome> PutIfAbsent(const std::string& path,
                                 std::string_view bytes) override {
    ARROW_RETURN_NOT_OK(CheckObjectPath(path));
    S3Request request;
    request.operation = kCreate;
    request.method = "PUT";
    request.key = KeyOf(path);
    request.headers = {"If-None-Match: *"};
    request.body = bytes;
    request.is_new_object = true;
    request.retries = kTryOnce;
    request.expected = {kPreconditionFailed};
    ARROW_ASSIGN_OR_RAISE(const HttpResponse response, client_->Send(request));
    return response.status == kPreconditionFailed ? PutOutcome::kExists
                                                  : PutOutcome::kCreated;
  }

  Status Delete(const std::string& path) override {
    ARROW_RETURN_NOT_OK(CheckObjectPath(path));
    S3Request request;
    request.operation = kDelete;
    request.method = "DELETE";
    request.key = KeyOf(path);
    request.expected = {kNotFound};
    return client_->Send(request).status();
  }

  Result<std::vector<UnfinishedObject>> ListUnfinished(
      const std::string& folder) override {
    if (!folder.empty()) ARROW_RETURN_NOT_OK(CheckObjectPath(folder));
    std::vector<UnfinishedObject> objects;
    S3UploadListing page;
    do {
      ARROW_ASSIGN_OR_RAISE(
          page, ListUploads(PrefixOf(folder), page.next_key, page.next_upload));
      for (UnfinishedObject& upload : page.uploads) {
        upload.path = PathOf(upload.path);
        objects.push_back(std::move(upload));
      }
    } while (!page.next_key.empty());
    return objects;
  }

  Status DiscardUnfinished(const UnfinishedObject& object) override {
    ARROW_RETURN_NOT_OK(CheckObjectPath(object.path));
    S3Request request;
    request.operation = kAbort;
    request.method = "DELETE";
    request.key = KeyOf(object.path);
    request.query = {{"uploadId", object.upload}};
    request.expected = {kNotFound};
    return client_->Send(request).status();
  }

 private:
  const std::string& prefix() const { return client_->location().prefix; }
  std::string KeyOf(const std::string& path) const {
    return prefix().empty() ? path : prefix() + "/" + path;
  }
  std::string PathOf(const std::string& key) const {
    return prefix().empty() ? key : key.substr(std::min(key.size(), prefix().size() + 1));
  }

  /// Neither hidden below the folder nor a marker that a console made for a folder.
  bool IsVisible(const std::string& path, const std::string& folder) const {
    const std::string below =
        '/' + path.substr(std::min(path.size(), WithSlash(folder).size()));
    return below.find("/.") == std::string::npos && CheckReadable(path).ok();
  }

  /// A marker, "a/", is none.
  Status CheckReadable(const std::string& path) const {
    const Status checked = CheckObjectPath(path);
    if (checked.ok() || rule_ == KeyRule::kNoEmptyNames) return checked;
    // Names may be empty, but nothing else may be wrong.
    std::string named;
    for (const char c : path) {
      if (c != '/' || (!named.empty() && named.back() != '/')) named += c;
    }
    return CheckObjectPath(named);
  }
  Status CheckFolder(const std::string& folder) const {
    const bool is_nameless = folder.find_first_not_of('/') == folder.npos;
    const bool is_any = rule_ == KeyRule::kAny;
    if (folder.empty() || (is_any && is_nameless)) return Status::OK();
    const bool has_slash = is_any && folder.ends_with('/');
    return CheckReadable(has_slash ? folder + '_' : folder);
  }

  static std::string WithSlash(const std::string& folder) {
    return folder.empty() || folder.ends_with('/') ? folder : folder + '/';
  }
  /// What the keys below `folder` begin with.
  std::string PrefixOf(const std::string& folder) const {
    return KeyOf(WithSlash(folder));
  }

  Result<S3UploadListing> ListUploads(const std::string& from, const std::string& key,
                                      const std::string& upload) const {
    S3Request request;
    request.operation = kListUploads;
    request.query = {{"encoding-type", "url"}};
    if (!key.empty()) request.query.emplace_back("key-marker", key);
    request.query.emplace_back("prefix", from);
    if (!upload.empty()) request.query.emplace_back("upload-id-marker", upload);
    request.query.emplace_back("uploads", "");
    ARROW_ASSIGN_OR_RAISE(const HttpResponse response, client_->Send(request));
    return ParseUploadListing(response.body);
  }

  template <typename Take>
  Status ForEachPage(const std::string& folder, const std::string& delimiter,
                     const std::string& after, const Take& take) const {
    const std::string from = PrefixOf(folder);
    S3Request request;
    request.operation = kList;
    for (std::string token;;) {
      request.query = {};
      if (!token.empty()) request.query.emplace_back("continuation-token", token);
      if (!delimiter.empty()) request.query.emplace_back("delimiter", delimiter);
      request.query.insert(
          request.query.end(),
          {{"encoding-type", "url"}, {"list-type", "2"}, {"prefix", from}});
      if (!after.empty() && token.empty()) {
        request.query.emplace_back("start-after", from + after);
      }
      ARROW_ASSIGN_OR_RAISE(const HttpResponse response, client_->Send(request));
      auto page = ParseListing(response.body);
      if (!page.ok()) {
        return Status::IOError("list ", uri(), "/", folder, ": ",
                               page.status().message());
      }
      token = page->next;
      take(*std::move(page));
      if (token.empty()) return Status::OK();
    }
  }

  const std::shared_ptr<S3Client> client_;
  const KeyRule rule_;
};

}  // namespace

std::shared_ptr<Store> MakeS3Store(S3Location location, KeyRule rule) {
  return std::make_shared<S3Store>(std::move(location), rule);
}

}  // namespace flowlake
