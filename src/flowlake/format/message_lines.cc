#include "flowlake/format/message_lines.h"

#include <algorithm>
#include <utility>

namespace flowlake {

namespace {

class FlowLog : public MessageLines {
 public:
  FlowLog(LineFormat format, const ParseLimits& limits)
      : lines_(std::move(format), limits) {}

  const Schema& schema() const override { return *lines_.layout().schema; }
  std::string Describe(std::string_view container) const override {
    return DescribeLog(schema(), container);
  }
  std::vector<std::string> unknown_fields() const override {
    return lines_.unknown_fields();
  }
  bool may_span_lines() const override { return false; }
  Status Parse(const LineBlock& block, Sink sink) override {
    return lines_.ParseBlock(block, sink).status();
  }

 private:
  LineParser lines_;
};

class Records : public MessageLines {
 public:
  explicit Records(std::unique_ptr<Parser> parser) : parser_(std::move(parser)) {}

  const Schema& schema() const override { return parser_->schema(); }
  std::string Describe(std::string_view container) const override {
    return parser_->description() + ", " + std::string(container);
  }
  std::vector<std::string> unknown_fields() const override {
    return parser_->unknown_fields();
  }
  bool may_span_lines() const override { return true; }
  Status Parse(const LineBlock& block, Sink sink) override {
    Rejects rejects;
    ARROW_RETURN_NOT_OK(parser_->Parse({block.text, offset_}, sink.columns, rejects));
    for (Reject& reject : rejects.Take()) {
      const int64_t index = reject.line - lines_ - 1;
      const int64_t last = static_cast<int64_t>(block.places.size()) - 1;
      const LinePlace& place =
          block.places[static_cast<size_t>(std::clamp<int64_t>(index, 0, last))];
      reject.line = place.number;
      reject.offset = place.offset;
      sink.rejects.Add(std::move(reject));
    }
    offset_ += static_cast<int64_t>(block.text.size());
    lines_ += std::ranges::count(block.text, '\n');
    return Status::OK();
  }

 private:
  std::unique_ptr<Parser> parser_;
  int64_t offset_ = 0;  // of the lines parsed so far
  int64_t lines_ = 0;
};

}  // namespace

std::unique_ptr<MessageLines> FlowLogLines(LineFormat format, const ParseLimits& limits) {
  return std::make_unique<FlowLog>(std::move(format), limits);
}

std::unique_ptr<MessageLines> RecordLines(std::unique_ptr<Parser> records) {
  return std::make_unique<Records>(std::move(records));
}

}  // namespace flowlake
