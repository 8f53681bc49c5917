#include "flowlake/base/key128.h"

#include <gtest/gtest.h>

#include <set>
#include <utility>

#include "flowlake/base/input_keys.h"
#include "flowlake/base/uuid.h"

namespace flowlake {
namespace {

/// The input of BLAKE3's official test vectors: 0, 1, …, 250, 0, 1, …
std::string VectorInput(size_t size) {
  std::string bytes;
  for (size_t i = 0; i < size; ++i) bytes += static_cast<char>(i % 251);
  return bytes;
}

TEST(HashOf, IsThatOfTheOfficialTestVectors) {
  const std::pair<size_t, const char*> vectors[] = {
      {0, "af1349b9f5f9a1a6a0404dea36dcc949"},
      {1, "2d3adedff11b61f14c886e35afa03673"},
      {1023, "10108970eeda3eb932baac1428c7a216"},
      {1024, "42214739f095a406f3fc83deb889744a"},
      {1025, "d00278ae47eb27b34faecf67b4fe263f"},
      {2048, "e776b6028c7cd22a4d0ba182a8bf6220"},
      {2049, "5f4d72f40d7a5f82b15ca2b2e44b1de3"},
      {4097, "9b4052b38f1c5fc8b1f9ff7ac7b27cd2"},
      {8193, "bab6c09cb8ce8cf459261398d2e7aef3"},
      {16384, "f875d6646de28985646f34ee13be9a57"},
      {31744, "62b6960e1a44bcc1eb1a611a8d6235b6"},
      {102400, "bc3e3d41a1146b069abffad3c0d44860"},
  };
  for (const auto& [size, hash] : vectors) {
    EXPECT_EQ(HashOf(VectorInput(size)).ToString(), hash) << size;
  }
}

TEST(StreamingHash, EqualsTheHashOfTheWhole) {
  std::string text;
  StreamingHash streaming;
  for (int i = 0; i < 1000; ++i) {
    const std::string piece(static_cast<size_t>(i % 37), static_cast<char>('a' + i % 26));
    streaming.Update(piece);
    text += piece;
    ASSERT_EQ(streaming.Finish(), HashOf(text));
  }
}

TEST(StreamingHash, EqualsTheHashOfTheWholeHoweverItIsCut) {
  const std::string text = VectorInput(300'000);
  for (const size_t step : {1, 63, 64, 1023, 1024, 1025, 16'384, 262'144}) {
    StreamingHash streaming;
    for (size_t at = 0; at < text.size(); at += step) {
      streaming.Update(std::string_view(text).substr(at, step));
    }
    EXPECT_EQ(streaming.Finish(), HashOf(text)) << step;
  }
}

TEST(DeriveKey, NoTwoKindsAndNoContentHaveOneKey) {
  std::set<Key128> keys = {HashOf("x")};
  for (size_t kind = 0; kind < kKeyKinds; ++kind) {
    EXPECT_TRUE(keys.insert(DeriveKey(static_cast<KeyKind>(kind), {"x"})).second) << kind;
  }
  // Nor a content that says what is hashed.
  const std::string parts = std::string("\0\0\0\0\0\0\0\1", 8) + "x";
  EXPECT_FALSE(keys.contains(HashOf(parts)));
  EXPECT_FALSE(keys.contains(HashOf("flowlake 2026-11-28 object" + parts)));
}

TEST(DeriveKey, NoTwoListsOfPartsHaveOneKey) {
  const auto key = [](std::initializer_list<std::string_view> parts) {
    return DeriveKey(KeyKind::kObject, parts);
  };
  const std::set<Key128> keys = {key({}),         key({""}),       key({"", ""}),
                                 key({"ab"}),     key({"a", "b"}), key({"", "ab"}),
                                 key({"ab", ""}), key({"b", "a"})};
  EXPECT_EQ(keys.size(), 8U);
}

TEST(DeriveKey, IsTheSameForEver) {
  // From the Python package blake3.
  EXPECT_EQ(DeriveKey(KeyKind::kObject, {"s3://logs/x", "0123"}).ToString(),
            "5603a18f82178634776e7814cb58b6c9");
}

TEST(OldHashOf, IsThatOfOldPrograms) {
  // XXH3-128 of "hello", from the reference implementation (xxhsum -H128).
  EXPECT_EQ(OldHashOf("hello").ToString(), "b5e9c1ad071b3e7fc779cfaa5e523818");
  StreamingKeys streaming(true);
  streaming.Update("hel");
  streaming.Update("lo");
  EXPECT_EQ(streaming.Finish(), ContentKeys("hello"));
  EXPECT_FALSE(StreamingKeys(false).Finish().old);
}

TEST(Uuid, HasVersionAndVariantAndDiffers) {
  const std::string uuid = NewUuid();
  ASSERT_EQ(uuid.size(), 36U);
  EXPECT_EQ(uuid[14], '4');
  EXPECT_NE(std::string("89ab").find(uuid[19]), std::string::npos);
  EXPECT_NE(uuid, NewUuid());
}

}  // namespace
}  // namespace flowlake
