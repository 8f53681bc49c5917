#include "flowlake/format/reject.h"

#include <utility>

#include "flowlake/base/escape.h"

namespace flowlake {

std::string_view RejectReasonName(RejectReason reason) {
  switch (reason) {
    case RejectReason::kFieldCount:
      return "field_count";
    case RejectReason::kNotANumber:
      return "not_a_number";
    case RejectReason::kOutOfRange:
      return "out_of_range";
    case RejectReason::kTimeTooEarly:
      return "time_too_early";
    case RejectReason::kTimeTooLate:
      return "time_too_late";
    case RejectReason::kInvalidUtf8:
      return "invalid_utf8";
    case RejectReason::kNulByte:
      return "nul_byte";
    case RejectReason::kTooLong:
      return "too_long";
    case RejectReason::kNotJson:
      return "not_json";
    case RejectReason::kBadEscape:
      return "bad_escape";
    case RejectReason::kRefusedInput:
      return "refused_input";
    case RejectReason::kTooOld:
      return "too_old";
    case RejectReason::kCutLine:
      return "cut_line";
  }
  return "unknown";
}

void Rejects::Add(Reject reject) {
  reject.text.resize(TruncateUtf8(reject.text, kMaxRejectText).size());
  reject.text.shrink_to_fit();
  ++total_;
  ++counts_[static_cast<size_t>(reject.reason)];
  memory_ += sizeof(Reject) + reject.text.capacity() + reject.column.capacity();
  pending_.push_back(std::move(reject));
}

std::vector<Reject> Rejects::Take() {
  memory_ = 0;
  return std::exchange(pending_, {});
}

}  // namespace flowlake
