/// For tests and fuzzers: the real text parser, in pieces, against the obvious one.
#pragma once

#include <memory>
#include <string>

#include "flowlake/format/obvious_parser.h"
#include "flowlake/format/text_parser.h"

namespace flowlake {

struct TextComparison {
  ParsedInput real;
  ParsedInput obvious;

  bool agree() const {
    const bool same_end = real.error.empty() == obvious.error.empty();
    return same_end && real.rows == obvious.rows && real.rejects == obvious.rejects;
  }
};

/// The input as a VPC log in the default order with possible headers; lines of more than
/// `record_bytes` are too long.
inline TextComparison CompareTextParsers(const std::string& input, size_t chunk,
                                         size_t record_bytes = 300) {
  const ParseLimits limits{1'798'761'600 * kMicrosPerSecond, record_bytes};
  const std::vector<std::string> fields = DefaultVpcFields();
  const std::vector<std::string_view> names(fields.begin(), fields.end());
  Layout layout = MakeLayout(names, VpcFlowSchema()).ValueOrDie();
  TextParser real({std::move(layout), Separator::kBlanks, true}, limits);
  ObviousParser obvious(VpcFlowSchema(), fields, limits);
  return {ParseInChunks(real, input, chunk), obvious.Parse(input)};
}

}  // namespace flowlake
