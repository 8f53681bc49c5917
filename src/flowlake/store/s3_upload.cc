#include "flowlake/store/s3_upload.h"

#include <utility>
#include <vector>

#include "flowlake/store/s3_listing.h"

namespace flowlake {

namespace {

// Nearly the least that S3 takes as a part, because every open data file holds one; ten
// thousand of them are 80 GB.
constexpr size_t kPartBytes = 8 << 20;
constexpr S3Request::Operation kWrite = {"write", "s3:PutObject"};
constexpr S3Request::Operation kLook = {"look at", "s3:GetObject"};
constexpr int kNotFound = 404;
constexpr int kNoSuchUpload = 404;

class S3Upload final : public arrow::io::OutputStream {
 public:
  S3Upload(std::shared_ptr<S3Client> client, std::string key)
      : client_(std::move(client)), key_(std::move(key)) {}
  ~S3Upload() override { Discard(); }

  Status Write(const void* data, int64_t size) override {
    if (closed_) return Status::IOError("write s3 object ", key_, ": is closed");
    ARROW_RETURN_NOT_OK(failure_);
    buffer_.append(static_cast<const char*>(data), static_cast<size_t>(size));
    position_ += size;
    while (buffer_.size() >= kPartBytes && failure_.ok()) {
      failure_ = SendPart(std::string_view(buffer_).substr(0, kPartBytes));
      if (failure_.ok()) buffer_.erase(0, kPartBytes);
    }
    return failure_;
  }
  using Writable::Write;

  Status Close() override {
    if (std::exchange(closed_, true)) return Status::OK();
    Status status = Publish();
    if (!status.ok()) Discard();
    buffer_ = {};
    return status;
  }

  Status Abort() override {
    closed_ = true;
    Discard();
    return Status::OK();
  }
  Result<int64_t> Tell() const override { return position_; }
  bool closed() const override { return closed_; }

 private:
  S3Request RequestOf(const char* method) const {
    S3Request request;
    request.operation = kWrite;
    request.method = method;
    request.key = key_;
    return request;
  }

  Status Publish() {
    // An object that lacks a write must never become visible, even if its writer went on.
    ARROW_RETURN_NOT_OK(failure_);
    if (upload_id_.empty()) return PutWhole();
    if (!buffer_.empty()) ARROW_RETURN_NOT_OK(SendPart(buffer_));
    return Complete();
  }

  Status PutWhole() {
    S3Request request = RequestOf("PUT");
    request.is_new_object = true;
    request.body = buffer_;
    return client_->Send(request).status();
  }

  Status Start() {
    S3Request request = RequestOf("POST");
    request.query = {{"uploads", ""}};
    request.is_new_object = true;
    ARROW_ASSIGN_OR_RAISE(const HttpResponse response, client_->Send(request));
    return ParseElement(response.body, "UploadId").Value(&upload_id_);
  }

  Status SendPart(std::string_view part) {
    if (upload_id_.empty()) ARROW_RETURN_NOT_OK(Start());
    S3Request request = RequestOf("PUT");
    request.query = {{"partNumber", std::to_string(etags_.size() + 1)},
                     {"uploadId", upload_id_}};
    request.body = part;
    ARROW_ASSIGN_OR_RAISE(const HttpResponse response, client_->Send(request));
    etags_.push_back(response.header("etag"));
    return Status::OK();
  }

  Status Complete() {
    std::string parts = "<CompleteMultipartUpload>";
    for (size_t i = 0; i < etags_.size(); ++i) {
      parts += "<Part><PartNumber>" + std::to_string(i + 1) + "</PartNumber><ETag>" +
               etags_[i] + "</ETag></Part>";
    }
    parts += "</CompleteMultipartUpload>";
    S3Request request = RequestOf("POST");
    request.query = {{"uploadId", upload_id_}};
    request.body = parts;
    request.may_fail_late = true;
    request.expected = {kNoSuchUpload};
    ARROW_ASSIGN_OR_RAISE(const HttpResponse response, client_->Send(request));
    if (response.status == kNoSuchUpload) ARROW_RETURN_NOT_OK(CheckCompleted());
    upload_id_.clear();
    return Status::OK();
  }

  /// Of an upload that was completed, though the answer got lost, the next try says that
  /// there is none.
  Status CheckCompleted() const {
    S3Request request = RequestOf("HEAD");
    request.operation = kLook;
    request.expected = {kNotFound};
    ARROW_ASSIGN_OR_RAISE(const HttpResponse response, client_->Send(request));
    const std::string size = response.header("content-length");
    if (response.status != kNotFound && size == std::to_string(position_)) {
      return Status::OK();
    }
    return Status::IOError("write s3://", client_->location().bucket, "/", key_,
                           ": its upload was ended by somebody else");
  }

  /// Tidiness: what remains ends by the bucket's lifecycle rule.
  void Discard() {
    buffer_ = {};
    if (upload_id_.empty()) return;
    S3Request request = RequestOf("DELETE");
    request.query = {{"uploadId", std::exchange(upload_id_, {})}};
    const auto ignored = client_->Send(request);
  }

  const std::shared_ptr<S3Client> client_;
  const std::string key_;
  std::string buffer_;
  std::string upload_id_;
  std::vector<std::string> etags_;  // of the parts that were sent
  Status failure_;
  int64_t position_ = 0;
  bool closed_ = false;
};

}  // namespace

std::shared_ptr<arrow::io::OutputStream> MakeS3Upload(std::shared_ptr<S3Client> client,
                                                      std::string key) {
  return std::make_shared<S3Upload>(std::move(client), std::move(key));
}

}  // namespace flowlake
