#include "flowlake/base/base64.h"

#include <gtest/gtest.h>

#include <random>

namespace flowlake {
namespace {

std::string Decoded(std::string_view text) {
  std::string out = ">";
  return AppendBase64Decoded(text, out) ? out : "not base64, " + out;
}

// RFC 4648, section 10.
TEST(Base64, TheVectorsOfTheRfcHold) {
  const std::pair<const char*, const char*> vectors[] = {{"", ""},
                                                         {"f", "Zg=="},
                                                         {"fo", "Zm8="},
                                                         {"foo", "Zm9v"},
                                                         {"foob", "Zm9vYg=="},
                                                         {"fooba", "Zm9vYmE="},
                                                         {"foobar", "Zm9vYmFy"}};
  for (const auto& [plain, text] : vectors) {
    EXPECT_EQ(EncodeBase64(plain), text);
    EXPECT_EQ(Decoded(text), std::string(">") + plain);
  }
}

TEST(Base64, WhatIsEncodedIsDecoded) {
  std::mt19937 random(7);
  for (size_t size = 0; size < 300; ++size) {
    std::string bytes(size, '\0');
    for (char& c : bytes) c = static_cast<char>(random());
    const std::string text = EncodeBase64(bytes);
    EXPECT_EQ(text.size(), Base64Length(size));
    EXPECT_EQ(Decoded(text), ">" + bytes);
  }
}

TEST(Base64, AnythingElseIsRefusedAndLeavesNothing) {
  for (const char* text : {"Zg", "Zg=", "Z===", "====", "Zm9v Zm9", "Zg==Zm9v", "Zm9\n",
                           "Zm-_", "Zm9\xC3", "=Zm9", "Z=9v"}) {
    EXPECT_EQ(Decoded(text), "not base64, >") << text;
  }
}

}  // namespace
}  // namespace flowlake
