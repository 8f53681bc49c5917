#include "flowlake/source/firehose_backup.h"

#include <algorithm>
#include <cstring>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>

#include "flowlake/base/base64.h"
#include "flowlake/source/delivered_records.h"

namespace flowlake {

namespace {

constexpr std::string_view kRecord = "rawData";
constexpr std::string_view kBlanks = " \t\r\n";
/// Its members before the record are short.
constexpr size_t kPeekedBytes = 4096;
/// A record has at most 1 MB, so a document some 1.4 MB.
constexpr size_t kMaxDocument = 16 << 20;

/// Finds the end of a JSON object that comes in pieces.
class ObjectFramer {
 public:
  /// Behind the object that `text` begins with; npos if it goes on. `text` is the same
  /// again, with more behind it.
  size_t Find(std::string_view text) {
    for (; at_ < text.size(); ++at_) {
      const char c = text[at_];
      if (in_string_) {
        if (c == '\\') {
          ++at_;  // it may be the next piece's first character
        } else if (c == '"') {
          in_string_ = false;
        }
      } else if (c == '"') {
        in_string_ = true;
      } else if (c == '{') {
        ++depth_;
      } else if (c == '}' && --depth_ == 0) {
        const size_t end = at_ + 1;
        *this = ObjectFramer();
        return end;
      }
    }
    return text.npos;
  }

 private:
  size_t at_ = 0;
  int depth_ = 0;
  bool in_string_ = false;
};

class BackupStream final : public ByteStream {
 public:
  BackupStream(std::unique_ptr<ByteStream> stream, std::string_view begun)
      : stream_(std::move(stream)), stored_(begun) {}

  Result<size_t> Read(std::span<char> out) override {
    while (taken_ == records_.size()) {
      records_.clear();
      taken_ = 0;
      ARROW_ASSIGN_OR_RAISE(const bool more, NextRecord());
      if (!more) return 0;
    }
    const size_t count = std::min(out.size(), records_.size() - taken_);
    std::memcpy(out.data(), records_.data() + taken_, count);
    taken_ += count;
    return count;
  }

  std::optional<std::string_view> TakeLoaded() override { return std::nullopt; }
  int64_t stored_bytes() const override { return stream_->stored_bytes(); }
  InputKeys content_keys() const override { return stream_->content_keys(); }

 private:
  /// False at the end.
  Result<bool> NextRecord() {
    ARROW_RETURN_NOT_OK(SkipBlanks());
    if (ended_ && rest().empty()) return false;
    if (!rest().starts_with('{')) return Wrong("no object");
    ObjectFramer framer;
    size_t end = framer.Find(rest());
    while (end == std::string_view::npos) {
      if (ended_ || rest().size() > kMaxDocument) return Wrong("an object without end");
      ARROW_RETURN_NOT_OK(ReadMore());
      end = framer.Find(rest());
    }
    ARROW_RETURN_NOT_OK(Append(rest().substr(0, end)));
    begin_ += end;
    return true;
  }

  Status SkipBlanks() {
    while (true) {
      const size_t at = rest().find_first_not_of(kBlanks);
      begin_ = at == std::string_view::npos ? stored_.size() : begin_ + at;
      if (!rest().empty() || ended_) return Status::OK();
      ARROW_RETURN_NOT_OK(ReadMore());
    }
  }

  Status Append(std::string_view document) {
    const auto json =
        nlohmann::json::parse(document, nullptr, /*allow_exceptions=*/false);
    const auto found = json.is_object() ? json.find(kRecord) : json.end();
    if (!json.is_object() || found == json.end() || !found->is_string()) {
      return Wrong("no rawData");
    }
    std::string record;
    if (!AppendBase64Decoded(found->get_ref<const std::string&>(), record)) {
      return Wrong("no base64");
    }
    if (IsGzip(record) || IsZlib(record)) {
      auto plain = Unzip(record, kMaxPlainRecord);
      if (!plain.ok()) return Wrong(plain.status().message());
      record = *std::move(plain);
    }
    records_ += record;
    if (!record.empty() && !record.ends_with('\n')) records_ += '\n';
    return Status::OK();
  }

  Status ReadMore() {
    offset_ += static_cast<int64_t>(begin_);
    stored_.erase(0, std::exchange(begin_, 0));
    const size_t before = stored_.size();
    stored_.resize(before + kPieceBytes);
    ARROW_ASSIGN_OR_RAISE(const size_t count,
                          stream_->Read(std::span(stored_).subspan(before)));
    stored_.resize(before + count);
    ended_ = count == 0;
    return Status::OK();
  }

  Status Wrong(const std::string& what) const {
    return Status::Invalid("a backup of Firehose has ", what, " at byte ",
                           offset_ + static_cast<int64_t>(begin_));
  }

  std::string_view rest() const { return std::string_view(stored_).substr(begin_); }

  std::unique_ptr<ByteStream> stream_;
  std::string stored_;   // documents
  size_t begin_ = 0;     // of what is left of stored_
  int64_t offset_ = 0;   // of stored_ in the plain bytes
  bool ended_ = false;   // stream_
  std::string records_;  // decoded
  size_t taken_ = 0;     // of records_
};

}  // namespace

bool IsFirehoseBackup(std::string_view first_bytes) {
  const size_t begin = first_bytes.find_first_not_of(kBlanks);
  if (begin == first_bytes.npos || first_bytes[begin] != '{') return false;
  const std::string_view first = first_bytes.substr(begin, kPeekedBytes);
  return first.find("\"attemptsMade\"") != first.npos &&
         first.find("\"rawData\"") != first.npos;
}

std::unique_ptr<ByteStream> UnwrapFirehoseBackup(std::unique_ptr<ByteStream> stream,
                                                 std::string_view begun) {
  return std::make_unique<BackupStream>(std::move(stream), begun);
}

}  // namespace flowlake
