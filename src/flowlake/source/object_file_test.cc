#include "flowlake/source/object_file.h"

#include <arrow/buffer.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "flowlake/base/key128.h"
#include "flowlake/source/byte_stream.h"
#include "flowlake/store/memory_store.h"

namespace flowlake {
namespace {

using testing::HasSubstr;

class ObjectFileTest : public testing::Test {
 protected:
  /// An input with this content, as a listing would give it.
  Input Put(const std::string& bytes) {
    EXPECT_TRUE(store_->Delete("a.log").ok());
    EXPECT_TRUE(store_->PutIfAbsent("a.log", bytes).ok());
    const ObjectInfo info = *store_->Stat("a.log").ValueOrDie();
    Input input = DescribePath("s3://logs/a.log");
    input.bytes = info.size;
    input.object = {store_, info.path, info.etag, nullptr};
    return input;
  }

  /// Content of which every piece is another one.
  static std::string Bytes(size_t size) {
    std::string bytes;
    while (bytes.size() < size) bytes += std::to_string(bytes.size()) + '\n';
    bytes.resize(size);
    return bytes;
  }

  std::shared_ptr<Store> store_ = MakeMemoryStore();
  ReadMemory memory_;
};

TEST_F(ObjectFileTest, SmallObjectIsLoadedAtOnce) {
  const Input input = Put("srcaddr dstaddr\n");
  const OpenedInput opened = OpenedInput::Open(input, memory_).ValueOrDie();
  EXPECT_TRUE(opened.is_loaded());
  EXPECT_EQ(opened.first_bytes(), "srcaddr dstaddr\n");
}

TEST_F(ObjectFileTest, LargeObjectIsReadAheadInOrder) {
  for (const size_t size : {kLoadedBytes, kLoadedBytes + 1, size_t{kRangeBytes} * 6,
                            size_t{kRangeBytes} * 6 + 77}) {
    const std::string bytes = Bytes(size);
    const Input input = Put(bytes);
    const auto identity = IdentifyContent(input).ValueOrDie();
    EXPECT_EQ(identity.bytes, static_cast<int64_t>(size));
    EXPECT_EQ(identity.keys.key, HashOf(bytes));
  }
}

TEST_F(ObjectFileTest, EmptyObjectIsEmpty) {
  const Input input = Put("");
  EXPECT_EQ(OpenedInput::Open(input, memory_).ValueOrDie().first_bytes(), "");
}

TEST_F(ObjectFileTest, ObjectWithOtherContentThanWasListedIsAnIoError) {
  const Input listed = Put("one");
  Put("two");
  const auto opened = OpenedInput::Open(listed, memory_);
  ASSERT_TRUE(opened.status().IsIOError());
  EXPECT_THAT(opened.status().message(), HasSubstr("has changed"));
}

TEST_F(ObjectFileTest, ObjectThatIsGoneIsAnIoError) {
  const Input listed = Put("one");
  ASSERT_TRUE(store_->Delete("a.log").ok());
  EXPECT_TRUE(OpenedInput::Open(listed, memory_).status().IsIOError());
  EXPECT_TRUE(OpenRandomAccess(listed).status().IsIOError());
}

TEST_F(ObjectFileTest, ObjectOfAnotherSizeThanWasListedIsAnIoError) {
  Input listed = Put("one");
  for (const size_t more : {size_t{1}, kLoadedBytes}) {
    listed.bytes = 3 + static_cast<int64_t>(more);
    EXPECT_TRUE(IdentifyContent(listed).status().IsIOError());
  }
  EXPECT_TRUE(OpenedInput::Open(listed, memory_).status().IsIOError());
}

TEST_F(ObjectFileTest, KeyThatNoStoreTakesIsNoFaultOfItsContent) {
  Input listed = Put("one");
  listed.object.path = "a//b";
  EXPECT_TRUE(OpenedInput::Open(listed, memory_).status().IsIOError());
}

TEST_F(ObjectFileTest, FetchedObjectIsReadFromWhatWasFetched) {
  Input input = Put("srcaddr dstaddr\n");
  input.object.fetched = FetchObject(input);
  ASSERT_NE(input.object.fetched, nullptr);
  input.object.fetched->bytes.Wait();
  ASSERT_TRUE(store_->Delete("a.log").ok());
  EXPECT_EQ(OpenedInput::Open(input, memory_).ValueOrDie().first_bytes(),
            "srcaddr dstaddr\n");
  EXPECT_EQ(OpenRandomAccess(input).ValueOrDie()->GetSize().ValueOrDie(), 16);
}

TEST_F(ObjectFileTest, FetchThatFailedFailsWhereTheInputIsOpened) {
  Input input = Put("one");
  Put("two");
  input.object.fetched = FetchObject(input);
  EXPECT_TRUE(OpenedInput::Open(input, memory_).status().IsIOError());
  EXPECT_TRUE(OpenRandomAccess(input).status().IsIOError());
}

TEST_F(ObjectFileTest, RandomAccessReadsAnyRange) {
  const Input input = Put(Bytes(100));
  const auto file = OpenRandomAccess(input).ValueOrDie();
  EXPECT_EQ(file->GetSize().ValueOrDie(), 100);
  EXPECT_EQ(file->ReadAt(10, 20).ValueOrDie()->ToString(), Bytes(100).substr(10, 20));
}

}  // namespace
}  // namespace flowlake
