#include "flowlake/lambda/transform.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "flowlake/base/base64.h"
#include "flowlake/source/gunzip.h"
#include "flowlake/source/gzip.h"

namespace flowlake {
namespace {

using Json = nlohmann::ordered_json;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr char kLine[] =
    "2 123456789010 eni-1 10.0.0.1 10.0.0.2 443 49152 6 10 840 1790000000 1790000060 "
    "ACCEPT OK";

std::string Document(int lines, const std::string& type = "DATA_MESSAGE") {
  Json events = Json::array();
  for (int i = 0; i < lines; ++i) {
    events.push_back({{"id", std::to_string(i)}, {"timestamp", 1}, {"message", kLine}});
  }
  return Gzip(
      Json({{"messageType", type}, {"logGroup", "/vpc"}, {"logEvents", events}}).dump());
}

class TransformTest : public testing::Test {
 protected:
  /// The records of the response, their data decoded.
  Json Transform(const std::vector<std::string>& records) {
    Json event{{"deliveryStreamArn", "arn:aws:firehose:eu-west-1:1:deliverystream/flows"},
               {"records", Json::array()}};
    for (size_t i = 0; i < records.size(); ++i) {
      event["records"].push_back(
          {{"recordId", "r" + std::to_string(i)}, {"data", EncodeBase64(records[i])}});
    }
    options_.put_back = [this](const std::vector<std::string>& back) {
      back_.insert(back_.end(), back.begin(), back.end());
      return Status::OK();
    };
    Json json = Json::parse(TransformRecords(event, options_).ValueOrDie());
    for (Json& record : json["records"]) {
      std::string data;
      EXPECT_TRUE(AppendBase64Decoded(record["data"].get<std::string>(), data));
      record["data"] = data;
    }
    return json["records"];
  }

  static std::vector<std::string> Results(const Json& records) {
    std::vector<std::string> results;
    for (const Json& record : records) results.push_back(record["result"]);
    return results;
  }

  TransformOptions options_;
  std::vector<std::string> back_;
};

TEST_F(TransformTest, EveryRecordIsAnsweredInItsOrder) {
  const Json records =
      Transform({Document(2), Document(1, "CONTROL_MESSAGE"), std::string(kLine),
                 R"({"message":"a line"})", "\x1F\x8B garbage", R"({"other":1})"});
  EXPECT_THAT(Results(records), ElementsAre("Ok", "Dropped", "Ok", "Ok",
                                            "ProcessingFailed", "ProcessingFailed"));
  EXPECT_EQ(records[0]["data"], std::string(kLine) + '\n' + kLine + '\n');
  EXPECT_EQ(records[2]["data"], std::string(kLine) + '\n');
  EXPECT_EQ(records[3]["data"], "a line\n");
  EXPECT_EQ(records[5]["recordId"], "r5");
  EXPECT_THAT(back_, IsEmpty());
}

TEST_F(TransformTest, AsJsonNumbersAreNumbersAndWhatIsMissingIsLeftOut) {
  options_.is_json = true;
  const Json records =
      Transform({std::string(kLine),
                 "2 1 eni-1 - - - - - - - 1790000000 1790000060 - NODATA", "too short"});
  EXPECT_THAT(Results(records), ElementsAre("Ok", "Ok", "ProcessingFailed"));
  const Json row = Json::parse(records[0]["data"].get<std::string>());
  EXPECT_EQ(row["account_id"], "123456789010");
  EXPECT_EQ(row["dstport"], 49152);
  EXPECT_EQ(row["start"], 1790000000);
  const Json empty = Json::parse(records[1]["data"].get<std::string>());
  EXPECT_FALSE(empty.contains("srcaddr"));
  EXPECT_EQ(empty["log_status"], "NODATA");
}

TEST_F(TransformTest, WhatDoesNotFitGoesBackAsItCame) {
  options_.max_bytes = 1000;
  const std::string five = Document(5);
  const Json records = Transform({five, five, Document(1)});
  EXPECT_THAT(Results(records), ElementsAre("Ok", "Dropped", "Ok"));
  EXPECT_THAT(back_, ElementsAre(five));
}

TEST_F(TransformTest, ARecordThatIsTooLargeAloneGoesBackInHalves) {
  options_.max_bytes = 1000;
  EXPECT_THAT(Results(Transform({Document(9)})), ElementsAre("Dropped"));
  ASSERT_EQ(back_.size(), 2U);
  size_t lines = 0;
  for (const std::string& half : back_) {
    const Json json = Json::parse(Unzip(half, 1 << 20).ValueOrDie());
    EXPECT_EQ(json["logGroup"], "/vpc");
    lines += json["logEvents"].size();
  }
  EXPECT_EQ(lines, 9U);
}

TEST_F(TransformTest, AStreamThatTakesNothingBackIsAnErrorOfAll) {
  options_.max_bytes = 10;
  options_.put_back = [](const auto&) { return Status::IOError("no"); };
  const std::string event =
      R"({"records":[{"recordId":"r","data":")" + EncodeBase64(Document(2)) + R"("}]})";
  EXPECT_THAT(TransformRecords(Json::parse(event), options_).status().message(),
              HasSubstr("no"));
}

TEST_F(TransformTest, AnythingElseIsRefused) {
  for (const char* event : {"", "[]", "{}", R"({"records":{}})", R"({"records":[1]})",
                            R"({"records":[{"data":""}]})"}) {
    const Json json = Json::parse(event, nullptr, /*allow_exceptions=*/false);
    EXPECT_FALSE(TransformRecords(json, options_).ok()) << event;
  }
}

}  // namespace
}  // namespace flowlake
