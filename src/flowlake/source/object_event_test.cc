#include "flowlake/source/object_event.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "flowlake/store/faulty_store.h"
#include "flowlake/store/memory_store.h"

namespace flowlake {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

std::string Notification(const std::string& name, const std::string& key) {
  return R"({"Records":[{"eventSource":"aws:s3","eventName":")" + name +
         R"(","s3":{"bucket":{"name":"logs"},"object":{"key":")" + key + R"("}}}]})";
}

std::string Quoted(const std::string& text) {
  std::string quoted = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') quoted += '\\';
    quoted += c;
  }
  return quoted + '"';
}

std::vector<std::string> Keys(const std::string& json) {
  std::vector<std::string> keys;
  for (const auto& object : ObjectsCreated(json).ValueOrDie()) keys.push_back(object.key);
  return keys;
}

TEST(ObjectsCreated, KeysOfNotificationsAreDecoded) {
  EXPECT_THAT(Keys(Notification("ObjectCreated:Put", "a+b%2Bc%C3%A4/d%2520")),
              ElementsAre("a b+c\xC3\xA4/d%20"));
}

TEST(ObjectsCreated, KeysOfEventBridgeAreAsTheyAre) {
  EXPECT_THAT(Keys(R"({"source":"aws.s3","detail-type":"Object Created","detail":)"
                   R"({"bucket":{"name":"logs"},"object":{"key":"a+b%2Bc"}}})"),
              ElementsAre("a+b%2Bc"));
}

TEST(ObjectsCreated, EnvelopesOfSnsAndSqsAreOpened) {
  const std::string s3 = Notification("ObjectCreated:Put", "key");
  const std::string sns = R"({"Type":"Notification","Message":)" + Quoted(s3) + "}";
  const std::string sqs = R"({"Records":[{"messageId":"1","body":)";
  EXPECT_THAT(Keys(sns), ElementsAre("key"));
  EXPECT_THAT(Keys(sqs + Quoted(s3) + "}]}"), ElementsAre("key"));
  EXPECT_THAT(Keys(sqs + Quoted(sns) + "}]}"), ElementsAre("key"));
  EXPECT_THAT(Keys(R"({"Records":[{"EventSource":"aws:sns","Sns":{"Message":)" +
                   Quoted(s3) + "}}]}"),
              ElementsAre("key"));
}

TEST(ObjectsCreated, WhatCreatesNoObjectIsNoObject) {
  EXPECT_THAT(Keys(Notification("ObjectRemoved:Delete", "key")), IsEmpty());
  EXPECT_THAT(Keys(Notification("s3:Replication:OperationFailedReplication", "key")),
              IsEmpty());
  EXPECT_THAT(Keys(R"({"Service":"Amazon S3","Event":"s3:TestEvent","Bucket":"b"})"),
              IsEmpty());
  EXPECT_THAT(Keys(R"({"source":"aws.s3","detail-type":"Object Deleted","detail":{}})"),
              IsEmpty());
}

TEST(ObjectsCreated, AnythingElseIsRefused) {
  for (const char* text :
       {"", "[]", "{}", "null", R"({"Records":{}})", R"({"Records":[{"body":"Test"}]})",
        R"({"Records":[{"eventName":"ObjectCreated:Put","s3":{}}]})",
        R"({"Message":{"Message":1}})"}) {
    EXPECT_THAT(ObjectsCreated(text).status().message(), HasSubstr("no event of objects"))
        << text;
  }
}

TEST(FindObject, GoneAndExcludedObjectsAreNoInputs) {
  const auto store = MakeMemoryStore();
  for (const char* key : {"a b/log", "_temporary/log", "a/.hidden", "folder/"}) {
    ASSERT_TRUE(store->PutIfAbsent(key[6] == '/' ? "x" : key, "text").ok());
  }
  const StoreOpener open = [&](const std::string&) -> Result<std::shared_ptr<Store>> {
    return store;
  };
  const auto find = [&](const std::string& key) {
    return FindObject({"logs", key}, open).ValueOrDie();
  };
  ASSERT_TRUE(find("a b/log").has_value());
  EXPECT_EQ(find("a b/log")->name, "s3://logs/a b/log");
  EXPECT_EQ(find("a b/log")->bytes, 4);
  for (const char* key : {"gone", "_temporary/log", "a/.hidden", "folder/"}) {
    EXPECT_FALSE(find(key).has_value()) << key;
  }
}

/// Has every object that it is asked for.
class AnyObject final : public FaultyStore {
 public:
  AnyObject() : FaultyStore(MakeMemoryStore()) {}
  Result<std::optional<ObjectInfo>> Stat(const std::string& path) override {
    return ObjectInfo{path, 7, 0, "etag"};
  }
};

TEST(FindObject, KeysMayHaveEmptyNames) {
  const StoreOpener open = [](const std::string&) -> Result<std::shared_ptr<Store>> {
    return std::make_shared<AnyObject>();
  };
  for (const std::string key : {"/AWSLogs/a.log", "flow//a.log", "//a.log"}) {
    const auto found = FindObject({"logs", key}, open).ValueOrDie();
    ASSERT_TRUE(found.has_value()) << key;
    EXPECT_EQ(found->name, "s3://logs/" + key);
    EXPECT_EQ(found->object.path, key);
  }
  EXPECT_FALSE(FindObject({"logs", "flow//_temporary/a"}, open).ValueOrDie());
  EXPECT_FALSE(FindObject({"logs", "flow//"}, open).ValueOrDie());
}

}  // namespace
}  // namespace flowlake
