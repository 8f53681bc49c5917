#include "flowlake/datafile/code_page.h"

#include <algorithm>
#include <cstring>

#include "flowlake/base/check.h"

namespace flowlake {

namespace {
// Two words at a time, four of them before each decision.
constexpr size_t kStep = 8;
}  // namespace

bool IsOneCode(std::span<const uint32_t> codes) {
  const uint32_t first = codes.front();
  if (codes.back() != first) return false;
  const uint64_t pair = uint64_t{first} << 32 | first;
  size_t at = 0;
  for (; at + kStep <= codes.size(); at += kStep) {
    uint64_t words[kStep / 2];
    std::memcpy(words, codes.data() + at, sizeof words);
    const uint64_t difference =
        (words[0] ^ pair) | (words[1] ^ pair) | (words[2] ^ pair) | (words[3] ^ pair);
    if (difference != 0) return false;
  }
  return std::ranges::all_of(codes.subspan(at),
                             [first](uint32_t code) { return code == first; });
}

void CodePage::AppendRun(uint32_t code, size_t count) {
  if (empty()) code_ = code;
  if (is_run_ && code_ == code) {
    run_ += count;
  } else {
    std::fill_n(Extend(count), count, code);
  }
}

uint32_t* CodePage::Extend(size_t count) {
  (void)Expand();
  Resize(codes_, codes_.size() + count);
  return codes_.data() + codes_.size() - count;
}

std::span<const uint32_t> CodePage::Expand() {
  if (is_run_) {
    is_run_ = false;
    codes_.resize(run_);
    std::ranges::fill(codes_, code_);
  }
  return codes_;
}

void CodePage::Encode(uint32_t dictionary_size, Bytes& out) const {
  DebugCheck(
      std::ranges::all_of(is_run_ ? std::span(&code_, run_ > 0) : std::span(codes_),
                          [&](uint32_t code) { return code < dictionary_size; }),
      "a page of codes of another dictionary");
  const int width = CodeWidth(dictionary_size);
  out.push_back(static_cast<uint8_t>(width));
  if (is_run_) {
    AppendHybridRun(code_, run_, width, out);
  } else {
    AppendHybrid(codes_, width, out);
  }
}

void CodePage::Clear() {
  is_run_ = true;
  run_ = 0;
  codes_.clear();
}

}  // namespace flowlake
