#include "flowlake/base/hex.h"

#include <gtest/gtest.h>

namespace flowlake {
namespace {

TEST(HexTest, EveryByteComesBackFromItsDigitsInEitherCase) {
  for (int byte = 0; byte < 256; ++byte) {
    for (const std::string_view digits : {kHexDigits, kUpperHexDigits}) {
      std::string text;
      AppendHexByte(digits, static_cast<unsigned char>(byte), text);
      EXPECT_EQ(HexByte(text + "0"), byte) << text;
    }
  }
}

TEST(HexTest, WhatIsNoDigitIsNone) {
  for (int c = 0; c < 256; ++c) {
    const bool is_digit =
        std::string_view("0123456789abcdefABCDEF").find(static_cast<char>(c)) !=
        std::string_view::npos;
    EXPECT_EQ(HexDigit(static_cast<char>(c)) >= 0, is_digit) << c;
  }
  for (const std::string_view text : {"", "4", "4g", "g4", "%4"}) {
    EXPECT_EQ(HexByte(text), -1) << text;
  }
}

}  // namespace
}  // namespace flowlake
