#include "flowlake/base/base64.h"

#include <array>
#include <cstdint>

namespace flowlake {

namespace {

constexpr std::string_view kDigits =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr uint32_t kBad = 1U << 31;

/// The value of a digit, moved to its place among the 24 bits of four; kBad of others.
constexpr std::array<uint32_t, 256> PlaceTable(int shift) {
  std::array<uint32_t, 256> table{};
  table.fill(kBad);
  for (uint32_t i = 0; i < kDigits.size(); ++i) {
    table[static_cast<uint8_t>(kDigits[i])] = i << shift;
  }
  return table;
}

constexpr auto kFirst = PlaceTable(18);
constexpr auto kSecond = PlaceTable(12);
constexpr auto kThird = PlaceTable(6);
constexpr auto kFourth = PlaceTable(0);

uint8_t Byte(char c) { return static_cast<uint8_t>(c); }

/// The 24 bits of four digits; at least kBad if one is none.
uint32_t Decode(const char* four) {
  return kFirst[Byte(four[0])] | kSecond[Byte(four[1])] | kThird[Byte(four[2])] |
         kFourth[Byte(four[3])];
}

size_t PaddingOf(std::string_view text) {
  if (!text.ends_with('=')) return 0;
  return text.ends_with("==") ? 2 : 1;
}

}  // namespace

bool AppendBase64Decoded(std::string_view text, std::string& out) {
  if (text.size() % 4 != 0) return false;
  const size_t padding = PaddingOf(text);
  const size_t before = out.size();
  const size_t whole = text.size() / 4 - (padding > 0 ? 1 : 0);
  out.resize(before + text.size() / 4 * 3 - padding);
  char* to = out.data() + before;
  const char* from = text.data();
  uint32_t seen = 0;
  for (size_t i = 0; i < whole; ++i, from += 4, to += 3) {
    const uint32_t bits = Decode(from);
    seen |= bits;
    to[0] = static_cast<char>(bits >> 16);
    to[1] = static_cast<char>(bits >> 8);
    to[2] = static_cast<char>(bits);
  }
  if (padding > 0) {
    const char last[4] = {from[0], from[1], padding == 2 ? 'A' : from[2], 'A'};
    const uint32_t bits = Decode(last);
    seen |= bits;
    to[0] = static_cast<char>(bits >> 16);
    if (padding == 1) to[1] = static_cast<char>(bits >> 8);
  }
  if (seen < kBad) return true;
  out.resize(before);
  return false;
}

std::string EncodeBase64(std::string_view bytes) {
  std::string text;
  text.reserve(Base64Length(bytes.size()));
  for (size_t at = 0; at < bytes.size(); at += 3) {
    const size_t left = bytes.size() - at;
    uint32_t bits = static_cast<uint32_t>(Byte(bytes[at])) << 16;
    if (left > 1) bits |= static_cast<uint32_t>(Byte(bytes[at + 1])) << 8;
    if (left > 2) bits |= Byte(bytes[at + 2]);
    text += kDigits[bits >> 18];
    text += kDigits[bits >> 12 & 63];
    text += left > 1 ? kDigits[bits >> 6 & 63] : '=';
    text += left > 2 ? kDigits[bits & 63] : '=';
  }
  return text;
}

}  // namespace flowlake
