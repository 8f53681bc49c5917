#include "flowlake/table/file_path.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace flowlake {
namespace {

using testing::HasSubstr;

TEST(FilePath, OurOwnPathsStayReadable) {
  const std::string path = "date=2026-09-21/part-0f2e.parquet";
  EXPECT_EQ(EncodeFilePath(path), path);
  EXPECT_EQ(DecodeFilePath(path).ValueOrDie(), path);
}

TEST(FilePath, AnythingElseIsPercentEncodedAndComesBack) {
  EXPECT_EQ(EncodeFilePath("a b%3A:é"), "a%20b%253A%3A%C3%A9");
  for (const char* path : {"a b", "100%", "x:y", "é", "a%2Fb", "tab\t", "q?#&"}) {
    EXPECT_EQ(DecodeFilePath(EncodeFilePath(path)).ValueOrDie(), path);
  }
}

TEST(FilePath, PathsThatLeaveTheTableAreRefused) {
  for (const char* path :
       {"/etc/passwd", "s3://bucket/x", "file:/x", "a:b", "../x", "a/../../x", "%2e%2e/x",
        "a/%2E%2E/x", "%2Fetc/passwd", "a%2F..%2Fx", "", "a//b", "a/.", "x%00y"}) {
    const Status status = DecodeFilePath(path).status();
    EXPECT_TRUE(status.IsInvalid()) << path;
    EXPECT_THAT(status.message(), HasSubstr("path '" + std::string(path) + "'"));
  }
}

TEST(FilePath, BrokenPercentEncodingIsRefused) {
  for (const char* path : {"a%", "a%4", "a%zz", "a%4g"}) {
    EXPECT_THAT(DecodeFilePath(path).status().message(), HasSubstr("two digits")) << path;
  }
}

}  // namespace
}  // namespace flowlake
