#include "flowlake/store/s3_listing.h"

#include <gmock/gmock.h>

namespace flowlake {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

std::string Listing(const std::string& inside) {
  return "<?xml version=\"1.0\"?><ListBucketResult xmlns=\"http://s3/\">" + inside +
         "</ListBucketResult>";
}

TEST(ParseListing, ReadsObjectsAndPrefixes) {
  const S3Listing listing =
      ParseListing(Listing("<Contents><Key>a/b.gz</Key><Size>12345678901</Size>"
                           "<LastModified>2026-09-24T13:05:09.250Z</LastModified>"
                           "<ETag>&quot;abc-2&quot;</ETag></Contents>"
                           "<CommonPrefixes><Prefix>a/c/</Prefix></CommonPrefixes>"
                           "<IsTruncated>false</IsTruncated>"))
          .ValueOrDie();
  ASSERT_EQ(listing.objects.size(), 1U);
  EXPECT_EQ(listing.objects[0].path, "a/b.gz");
  EXPECT_EQ(listing.objects[0].size, 12'345'678'901);
  EXPECT_EQ(listing.objects[0].modified_ms, 1'790'255'109'250);
  EXPECT_EQ(listing.objects[0].etag, "\"abc-2\"");
  EXPECT_THAT(listing.prefixes, ElementsAre("a/c/"));
  EXPECT_EQ(listing.next, "");
}

TEST(ParseListing, KeysAreDecodedOnlyWhereTheServerEncodedThem) {
  const std::string keys = "<Contents><Key>a+b%2Bc%C3%A9</Key></Contents>";
  const auto first = [](const std::string& xml) {
    return ParseListing(Listing(xml)).ValueOrDie().objects[0].path;
  };
  EXPECT_EQ(first("<EncodingType>url</EncodingType>" + keys), "a b+c\xC3\xA9");
  EXPECT_EQ(first(keys), "a+b%2Bc%C3%A9");
}

TEST(ParseListing, APageLeadsToTheNext) {
  const std::string more = "<IsTruncated>true</IsTruncated>";
  EXPECT_EQ(
      ParseListing(Listing(more + "<NextContinuationToken>t=</NextContinuationToken>"))
          .ValueOrDie()
          .next,
      "t=");
  EXPECT_THAT(ParseListing(Listing(more)).status().message(), HasSubstr("breaks off"));
}

TEST(ParseListing, AnythingElseIsNone) {
  for (const char* text : {"", "<html/>", "<ListBucketResult>", "{}"}) {
    EXPECT_TRUE(ParseListing(text).status().IsInvalid()) << text;
  }
}

TEST(ParseUploadListing, ReadsUploadsAndLeadsToTheNextPage) {
  const S3UploadListing listing =
      ParseUploadListing(
          "<ListMultipartUploadsResult xmlns=\"http://s3/\"><EncodingType>url"
          "</EncodingType><IsTruncated>true</IsTruncated><NextKeyMarker>a%2Bb"
          "</NextKeyMarker><NextUploadIdMarker>u2</NextUploadIdMarker><Upload><Key>a%2Bb"
          "</Key><UploadId>u1</UploadId><Initiated>2026-09-24T13:05:09.250Z</Initiated>"
          "</Upload></ListMultipartUploadsResult>")
          .ValueOrDie();
  ASSERT_EQ(listing.uploads.size(), 1U);
  EXPECT_EQ(listing.uploads[0].path, "a+b");
  EXPECT_EQ(listing.uploads[0].upload, "u1");
  EXPECT_EQ(listing.uploads[0].modified_ms, 1'790'255'109'250);
  EXPECT_EQ(listing.next_key, "a+b");
  EXPECT_EQ(listing.next_upload, "u2");
  EXPECT_TRUE(ParseUploadListing("<ListBucketResult/>").status().IsInvalid());
}

TEST(ParseElement, FindsTheFirstHoweverDeep) {
  EXPECT_EQ(
      ParseElement("<a><b><UploadId>u1</UploadId></b></a>", "UploadId").ValueOrDie(),
      "u1");
  EXPECT_TRUE(ParseElement("<a/>", "UploadId").status().IsInvalid());
}

}  // namespace
}  // namespace flowlake
