#include "flowlake/source/object_file.h"

#include <arrow/buffer.h>
#include <arrow/io/memory.h>
#include <arrow/util/future.h>
#include <arrow/util/thread_pool.h>

#include <algorithm>
#include <cstring>
#include <deque>
#include <utility>

#include "flowlake/source/byte_stream.h"

namespace flowlake {

namespace {

using Bytes = std::shared_ptr<arrow::Buffer>;

/// What is wrong with a request, not with the input's content.
Status OfTransport(const Status& status) {
  if (status.ok() || status.IsIOError()) return status;
  return Status::IOError(status.message());
}

Result<std::shared_ptr<arrow::io::RandomAccessFile>> OpenObject(const Input& input) {
  auto file = input.object.store->Open(input.object.path, input.object.etag);
  if (!file.ok()) return OfTransport(file.status());
  return file;
}

Status EndedEarly(const Input& input, int64_t position) {
  return Status::IOError("read ", input.name, ": it ended at byte ", position, " of ",
                         input.bytes);
}

Result<Bytes> ReadWhole(const Input& input) {
  ARROW_ASSIGN_OR_RAISE(const auto file, OpenObject(input));
  auto bytes = file->ReadAt(0, input.bytes);
  if (!bytes.ok()) return OfTransport(bytes.status());
  if ((*bytes)->size() != input.bytes) return EndedEarly(input, (*bytes)->size());
  return bytes;
}

/// An object that was fetched.
class FetchedFile final : public StoredFile {
 public:
  FetchedFile(const std::string& name, Bytes bytes)
      : StoredFile(name, /*with_old_key=*/false), bytes_(std::move(bytes)) {}

  Status CheckUnchanged() const override { return Status::OK(); }
  std::optional<int64_t> size() const override { return bytes_->size(); }

 private:
  Result<size_t> ReadSome(std::span<char> out) override {
    const std::string_view rest =
        std::string_view(*bytes_).substr(static_cast<size_t>(bytes()));
    return rest.copy(out.data(), out.size());
  }

  Bytes bytes_;
};

/// The ranges of an object from its front to its end, some of them under way.
class RangesAhead {
 public:
  RangesAhead(std::shared_ptr<arrow::io::RandomAccessFile> file, int64_t size)
      : file_(std::move(file)), size_(size) {}

  /// The next range; requires that there is one.
  Result<Bytes> Next() {
    while (next_ < size_ && std::cmp_less(under_way_.size(), kRangesAhead)) Ask();
    arrow::Future<Bytes> first = std::move(under_way_.front());
    under_way_.pop_front();
    return first.MoveResult();
  }

 private:
  void Ask() {
    const int64_t length = std::min(kRangeBytes, size_ - next_);
    under_way_.push_back(file_->ReadAsync(next_, length));
    next_ += length;
  }

  std::shared_ptr<arrow::io::RandomAccessFile> file_;
  int64_t size_;
  int64_t next_ = 0;  // where the range begins that is asked for next
  std::deque<arrow::Future<Bytes>> under_way_;
};

class ObjectFile final : public StoredFile {
 public:
  ObjectFile(const Input& input, std::shared_ptr<arrow::io::RandomAccessFile> file)
      : StoredFile(input.name, /*with_old_key=*/false),
        input_(input),
        file_(std::move(file)),
        ranges_(file_, input.bytes) {}

  // Each request asks for the content that was listed.
  Status CheckUnchanged() const override { return Status::OK(); }
  std::optional<int64_t> size() const override { return input_.bytes; }

 private:
  Result<size_t> ReadSome(std::span<char> out) override {
    if (bytes() == input_.bytes) return 0;
    const bool fits = std::cmp_less_equal(input_.bytes, out.size());
    if (bytes() == 0 && fits) return ReadAtOnce(out);
    if (rest_.empty()) ARROW_RETURN_NOT_OK(NextRange());
    const size_t count = std::min(out.size(), rest_.size());
    std::memcpy(out.data(), rest_.data(), count);
    rest_.remove_prefix(count);
    return count;
  }

  Result<size_t> ReadAtOnce(std::span<char> out) {
    const auto count = file_->ReadAt(0, input_.bytes, out.data());
    if (!count.ok()) return OfTransport(count.status());
    if (*count != input_.bytes) return EndedEarly(input_, *count);
    return static_cast<size_t>(*count);
  }

  Status NextRange() {
    auto range = ranges_.Next();
    if (!range.ok()) return OfTransport(range.status());
    range_ = *std::move(range);
    rest_ = std::string_view(*range_);
    const bool is_cut = rest_.empty() || (range_->size() != kRangeBytes &&
                                          bytes() + range_->size() != input_.bytes);
    return is_cut ? EndedEarly(input_, bytes() + range_->size()) : Status::OK();
  }

  const Input& input_;
  std::shared_ptr<arrow::io::RandomAccessFile> file_;
  RangesAhead ranges_;
  Bytes range_;
  std::string_view rest_;  // of range_, not yet given
};

}  // namespace

std::shared_ptr<FetchedObject> FetchObject(const Input& input) {
  arrow::internal::Executor& threads = *arrow::io::default_io_context().executor();
  auto bytes = threads.Submit([input] { return ReadWhole(input); });
  if (!bytes.ok()) return nullptr;
  return std::make_shared<FetchedObject>(FetchedObject{*std::move(bytes)});
}

Result<std::unique_ptr<StoredFile>> OpenObjectFile(const Input& input) {
  if (input.object.fetched != nullptr) {
    ARROW_ASSIGN_OR_RAISE(Bytes bytes, input.object.fetched->bytes.result());
    return std::make_unique<FetchedFile>(input.name, std::move(bytes));
  }
  ARROW_ASSIGN_OR_RAISE(auto file, OpenObject(input));
  return std::make_unique<ObjectFile>(input, std::move(file));
}

Result<std::shared_ptr<arrow::io::RandomAccessFile>> OpenObjectRandomAccess(
    const Input& input) {
  if (input.bytes > static_cast<int64_t>(kLoadedBytes)) return OpenObject(input);
  ARROW_ASSIGN_OR_RAISE(Bytes bytes, input.object.fetched != nullptr
                                         ? input.object.fetched->bytes.result()
                                         : ReadWhole(input));
  return std::make_shared<arrow::io::BufferReader>(std::move(bytes));
}

}  // namespace flowlake
