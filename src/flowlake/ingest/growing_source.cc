#include "flowlake/ingest/growing_source.h"

#include <algorithm>
#include <limits>
#include <utility>

namespace flowlake {

namespace {

constexpr int64_t kNoEnd = std::numeric_limits<int64_t>::max();

bool IsBlank(std::string_view bytes) {
  return bytes.find_first_not_of(" \t\r\n") == std::string_view::npos;
}

/// By what the format is recognised: what was, when `known_bytes` were taken, or whole
/// lines.
struct FirstBytes {
  std::string_view bytes;
  bool is_whole = false;
};
FirstBytes FirstBytesOf(const PlainWindow& window, int64_t known_bytes, bool is_ended) {
  const std::string_view all = window.bytes().substr(0, kDetectBytes);
  if (known_bytes > 0) {
    const auto known = static_cast<size_t>(known_bytes);
    return {all.substr(0, known), known <= all.size()};
  }
  const bool is_all = window.ended() && all.size() == window.bytes().size();
  if (is_all && is_ended) return {all, true};
  return {all.substr(0, all.rfind('\n') + 1), false};
}

}  // namespace

GrowingSource::GrowingSource(const GrowingRequest& request, PlainWindow window,
                             std::unique_ptr<Parser> parser)
    : request_(request),
      window_(std::move(window)),
      parser_(std::move(parser)),
      keys_(request.input.wants_old_key),
      dropped_(&parser_->schema()) {}

Result<std::unique_ptr<GrowingSource>> GrowingSource::Start(const GrowingRequest& request,
                                                            int64_t known_bytes) {
  ARROW_ASSIGN_OR_RAISE(OpenedInput opened,
                        OpenedInput::Open(request.input, request.memory));
  PlainWindow window(std::move(opened).Stream(StreamOptions{}), request.memory.plain());
  ARROW_RETURN_NOT_OK(window.Fill(kPieceBytes));
  const FirstBytes first = FirstBytesOf(window, known_bytes, request.is_ended);
  if (KindOf(first.bytes, first.is_whole) != InputKind::kText || IsBlank(first.bytes)) {
    return nullptr;
  }
  ARROW_ASSIGN_OR_RAISE(auto parser,
                        DetectParser(first.bytes, first.is_whole, request.format));
  return std::unique_ptr<GrowingSource>(
      new GrowingSource(request, std::move(window), std::move(parser)));
}

Result<std::unique_ptr<GrowingSource>> GrowingSource::Open(
    const GrowingRequest& request) {
  const int64_t known = request.done.bytes > 0 ? request.done.bytes : request.end;
  ARROW_ASSIGN_OR_RAISE(auto source, Start(request, known));
  if (source == nullptr || request.done.bytes == 0) return source;
  ARROW_RETURN_NOT_OK(source->Skip(request.done.bytes));
  const int64_t whole = source->window_.offset();
  ARROW_ASSIGN_OR_RAISE(const Cut cut, source->TakeCutRecord());
  ARROW_RETURN_NOT_OK(source->CheckBegins());
  if (cut != Cut::kOther) return source;
  ARROW_ASSIGN_OR_RAISE(source, Start(request, whole > 0 ? known : 0));
  if (source != nullptr) ARROW_RETURN_NOT_OK(source->Skip(whole));
  return source;
}

Status GrowingSource::Skip(int64_t end) {
  while (window_.offset() < end) {
    ARROW_ASSIGN_OR_RAISE(const size_t size, Frame(end, /*is_last=*/false));
    if (size == 0) break;
    ARROW_RETURN_NOT_OK(ParseAndDrop(size));
  }
  begin_ = window_.offset();
  return Status::OK();
}

Result<GrowingSource::Cut> GrowingSource::TakeCutRecord() {
  const auto left = static_cast<size_t>(request_.done.bytes - window_.offset());
  if (left == 0) return Cut::kNone;
  ARROW_RETURN_NOT_OK(window_.Fill(left));
  const std::string cut(window_.bytes().substr(0, left));
  const int64_t at = window_.offset();
  if (IsBlank(cut)) {
    Consume(left);
    return Cut::kNone;
  }
  const int64_t rows = dropped_rows_;
  const bool is_line = parser_->Frame(cut + '\n', /*is_last=*/false) == cut.size() + 1;
  ARROW_RETURN_NOT_OK(ParseAndDrop(parser_->Frame(cut, /*is_last=*/true)));
  begin_ = window_.offset();
  if (dropped_rows_ == rows) {
    // It may have lacked nothing but its line feed.
    ARROW_ASSIGN_OR_RAISE(const size_t rest, RestOfLine());
    const bool is_whole = rest > 0 && IsBlank(window_.bytes().substr(0, rest));
    if (!is_line || !is_whole) return Cut::kOther;
  }
  is_cut_ = true;
  cut_ = cut;
  cut_at_ = at;
  return Cut::kTaken;
}

Status GrowingSource::CheckBegins() const {
  if (window_.offset() == request_.done.bytes &&
      keys_.Finish().key == request_.done.keys.key) {
    return Status::OK();
  }
  return Status::IOError(request_.input.name, " changed while it was read");
}

Result<size_t> GrowingSource::Frame(int64_t end, bool is_last) {
  for (size_t limit = kPieceBytes; limit <= kSmallInputBytes; limit *= 2) {
    ARROW_RETURN_NOT_OK(window_.Fill(limit));
    const auto left = static_cast<size_t>(end - window_.offset());
    const std::string_view all = window_.bytes().substr(0, left);
    const std::string_view bytes = all.substr(0, limit);
    const bool is_all =
        bytes.size() == all.size() && (window_.ended() || all.size() == left);
    if (all.empty()) return 0;
    if (const size_t size = parser_->Frame(bytes, is_last && is_all)) return size;
    if (is_all) return 0;
  }
  return Status::Invalid("a record of more than ", kSmallInputBytes >> 20,
                         " MiB at byte ", window_.offset());
}

Result<size_t> GrowingSource::FrameNext() {
  const bool has_end = request_.end > 0;
  return Frame(has_end ? request_.end : kNoEnd, has_end || request_.is_ended);
}

Result<size_t> GrowingSource::RestOfLine() {
  ARROW_RETURN_NOT_OK(window_.Fill(kSmallInputBytes));
  const size_t line_feed = window_.bytes().find('\n');
  if (line_feed != std::string_view::npos) return line_feed + 1;
  const bool is_last = request_.is_ended || request_.end > 0;
  return window_.ended() && is_last ? window_.bytes().size() : 0;
}

Result<bool> GrowingSource::HasMore() {
  if (is_cut_) {
    ARROW_ASSIGN_OR_RAISE(next_, RestOfLine());
  } else {
    ARROW_ASSIGN_OR_RAISE(next_, FrameNext());
  }
  waits_ = *next_ == 0 && !IsBlank(window_.bytes());
  return *next_ > 0;
}

Result<bool> GrowingSource::Next(ColumnsBuilder& columns, Rejects& rejects) {
  if (!next_) ARROW_RETURN_NOT_OK(HasMore().status());
  const size_t size = *std::exchange(next_, std::nullopt);
  if (size == 0) return false;
  if (is_cut_) {
    FinishCutLine(size, rejects);
    return true;
  }
  const Block block{window_.bytes().substr(0, size), window_.offset()};
  ARROW_RETURN_NOT_OK(parser_->Parse(block, columns, rejects));
  Consume(size);
  return true;
}

void GrowingSource::FinishCutLine(size_t rest, Rejects& rejects) {
  const std::string_view more = window_.bytes().substr(0, rest);
  if (!IsBlank(more)) {
    const std::string line = cut_ + std::string(more.substr(0, more.find('\n')));
    rejects.Add({lines_ + 1, cut_at_, "", RejectReason::kCutLine, line});
  }
  Consume(rest);
  is_cut_ = false;
}

Status GrowingSource::ParseAndDrop(size_t size) {
  const Block block{window_.bytes().substr(0, size), window_.offset()};
  ARROW_RETURN_NOT_OK(parser_->Parse(block, dropped_, dropped_rejects_));
  dropped_rows_ += dropped_.Finish().rows;
  dropped_rejects_.Take();
  has_old_records_ = dropped_rows_ + dropped_rejects_.total() > 0;
  Consume(size);
  return Status::OK();
}

void GrowingSource::Consume(size_t size) {
  const std::string_view bytes = window_.bytes().substr(0, size);
  keys_.Update(bytes);
  lines_ += std::count(bytes.begin(), bytes.end(), '\n');
  window_.Consume(size);
}

}  // namespace flowlake
