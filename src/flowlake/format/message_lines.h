/// What the lines inside messages are: of a flow log, or records of another log.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "flowlake/format/line_parser.h"

namespace flowlake {

/// Not thread-safe.
class MessageLines {
 public:
  virtual ~MessageLines() = default;

  virtual const Schema& schema() const = 0;
  /// "vpc flow log, CloudWatch Logs documents"
  virtual std::string Describe(std::string_view container) const = 0;
  virtual std::vector<std::string> unknown_fields() const = 0;
  /// Whether a record may hold line feeds: then each call gets one message.
  virtual bool may_span_lines() const = 0;
  /// Parses the lines of whole messages, of which `block.places` has one place each. No
  /// record goes on in the next call.
  virtual Status Parse(const LineBlock& block, Sink sink) = 0;
};

std::unique_ptr<MessageLines> FlowLogLines(LineFormat format, const ParseLimits& limits);
/// Records of a parser for text; a reject has the place of the line it begins in.
std::unique_ptr<MessageLines> RecordLines(std::unique_ptr<Parser> records);

}  // namespace flowlake
