#include "flowlake/base/key128.h"

#include <gtest/gtest.h>

#include "flowlake/base/uuid.h"

namespace flowlake {
namespace {

TEST(Key128, IsTheSameOnEveryMachine) {
  // XXH3-128 of "hello", from the reference implementation (xxhsum -H128).
  EXPECT_EQ(HashOf("hello").ToString(), "b5e9c1ad071b3e7fc779cfaa5e523818");
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

TEST(Uuid, HasVersionAndVariantAndDiffers) {
  const std::string uuid = NewUuid();
  ASSERT_EQ(uuid.size(), 36U);
  EXPECT_EQ(uuid[14], '4');
  EXPECT_NE(std::string("89ab").find(uuid[19]), std::string::npos);
  EXPECT_NE(uuid, NewUuid());
}

}  // namespace
}  // namespace flowlake
