#include "flowlake/ingest/identity.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

namespace flowlake {
namespace {

namespace fs = std::filesystem;

const InputKeys kContent = ContentKeys("content");

TEST(RefusedKey, DependsOnContentAndFields) {
  EXPECT_EQ(RefusedKey(kContent, {"a", "b"}), RefusedKey(kContent, {"a", "b"}));
  EXPECT_NE(RefusedKey(kContent, {"a", "b"}), RefusedKey(kContent, {"b", "a"}));
  EXPECT_NE(RefusedKey(kContent, {}), RefusedKey(ContentKeys("other"), {}));
}

TEST(EmptyKey, IsNeitherTheContentNorItsRefusal) {
  EXPECT_NE(EmptyKey(kContent), kContent);
  EXPECT_NE(EmptyKey(kContent), RefusedKey(kContent, {}));
}

TEST(PathHashes, AreOfTheFileHoweverItIsNamed) {
  const fs::path folder = fs::temp_directory_path() / "flowlake_path_hashes";
  fs::create_directories(folder / "sub");
  std::ofstream(folder / "x.log") << "x";
  fs::create_symlink("x.log", folder / "link.log");
  fs::create_directory_symlink("sub", folder / "other");
  PathHashes hashes;
  const PathHash hash = hashes.Of((folder / "x.log").string());
  EXPECT_EQ(hashes.Of((folder / "x.log").string()), hash);
  EXPECT_EQ(hashes.Of((folder / "." / "sub" / ".." / "x.log").string()), hash);
  EXPECT_EQ(hashes.Of((folder / "link.log").string()), hash);
  EXPECT_NE(hashes.Of((folder / "y.log").string()), hash);
  EXPECT_NE(hashes.Of((folder / "sub" / "x.log").string()), hash);
  EXPECT_EQ(hashes.Of((folder / "sub" / "x.log").string()),
            hashes.Of((folder / "other" / "x.log").string()));
  const fs::path here = fs::current_path();
  fs::current_path(folder);
  EXPECT_EQ(PathHashes().Of("x.log"), hash);
  EXPECT_EQ(PathHashes().Of("sub/../x.log"), hash);
  fs::current_path(here);
  fs::remove_all(folder);
}

TEST(PathHashes, KnowWhatOldProgramsMadeOfAPath) {
  EXPECT_EQ(PathHashes().Of("/etc/passwd").old_path, OldHashOf("path:/etc/passwd").high);
}

Input Delivered(const std::string& bytes, const std::string& id) {
  return DeliveredInput("x", {std::make_shared<const std::string>(bytes), id, 20'000});
}

TEST(KeyUnread, OldKeysAreThoseOfOldPrograms) {
  EXPECT_EQ(KeyUnread(Delivered("bytes", "firehose:1#0"))->old,
            OldHashOf("delivery:firehose:1#0"));
  EXPECT_EQ(KeyUnread(Delivered("bytes", ""))->old, OldHashOf("bytes"));
  EXPECT_EQ(RefusedKey(kContent, {"a", "b"}).old,
            OldHashOf("refused:" + kContent.old->ToString() + " a b"));
  EXPECT_EQ(EmptyKey(kContent).old, OldHashOf("empty:" + kContent.old->ToString()));
}

TEST(KeyUnread, NoContentHasTheKeyOfAnotherKind) {
  // To old programs these are one input.
  const std::string text = "delivery:firehose:1#0";
  const InputKeys delivery = *KeyUnread(Delivered("bytes", "firehose:1#0"));
  EXPECT_EQ(delivery.old, ContentKeys(text).old);
  EXPECT_NE(delivery.key, ContentKeys(text).key);
  EXPECT_NE(delivery.key, KeyUnread(Delivered(text, ""))->key);
  EXPECT_NE(KeyUnread(Delivered(text, ""))->key, ContentKeys(text).key);
  EXPECT_NE(EmptyKey(kContent).key, ContentKeys("empty:" + kContent.key.ToString()).key);
}

TEST(RefusedKey, TellsOneFieldFromTwo) {
  EXPECT_NE(RefusedKey(kContent, {"a b"}).key, RefusedKey(kContent, {"a", "b"}).key);
  EXPECT_NE(RefusedKey(kContent, {"a", ""}).key, RefusedKey(kContent, {"a"}).key);
}

TEST(PathMarker, IsOfPathAndSize) {
  EXPECT_NE(PathMarker({1, 1}, 5), PathMarker({2, 2}, 5));
  EXPECT_NE(PathMarker({1, 1}, 5), PathMarker({1, 1}, 6));
}

TEST(FileMarks, OfARotatedFileAreThoseOfTheFileThatItWas) {
  PathHashes hashes;
  const PathHash before = hashes.Of("/logs/app.log");
  for (const std::string name : {"app.log.1", "app.log-20261128", "app.log.2026-11-28"}) {
    const FileMarks marks = FileMarks::Of("/logs/" + name, hashes);
    EXPECT_THAT(marks.paths, testing::ElementsAre(hashes.Of("/logs/" + name), before));
  }
}

TEST(FileMarks, NumbersThatNoRotationAppendsBelongToTheName) {
  PathHashes hashes;
  for (const std::string name : {"flow1", "1", "2026-11-28", "1.log", "a.1.log", "a."}) {
    EXPECT_EQ(FileMarks::Of("/logs/" + name, hashes).paths.size(), 1) << name;
  }
}

TEST(HasBeginning, IsOfTheFileAsItIsAndYesIfItCannotBeRead) {
  const std::string path = (fs::temp_directory_path() / "flowlake_beginning").string();
  std::ofstream(path, std::ios::binary) << "abcdef";
  const Input input = DescribePath(path);
  EXPECT_TRUE(HasBeginning(input, {2, 3, 9}, Ledger({HashOf("abc")})));
  EXPECT_FALSE(HasBeginning(input, {2, 4}, Ledger({HashOf("abc")})));
  EXPECT_FALSE(HasBeginning(input, {3}, Ledger({HashOf("xbc")})));
  fs::remove(path);
  EXPECT_TRUE(HasBeginning(input, {3}, Ledger()));
}

}  // namespace
}  // namespace flowlake
