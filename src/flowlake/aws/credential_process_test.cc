#include "flowlake/aws/credential_process.h"

#include <gmock/gmock.h>

#include <chrono>

namespace flowlake {
namespace {

using testing::HasSubstr;
using testing::Not;

std::string ErrorOf(const std::string& command, int64_t timeout_ms = 20'000) {
  const Status status = RunCredentialProcess("p", command, timeout_ms).status();
  EXPECT_TRUE(status.IsInvalid()) << command;
  return status.message();
}

TEST(RunCredentialProcess, TakesWhatItPrints) {
  const auto credentials =
      RunCredentialProcess("p", R"(echo '{"Version": 1, "AccessKeyId": "A", )"
                                R"("SecretAccessKey": "s", "SessionToken": "t", )"
                                R"("Expiration": "1970-01-01T00:00:02Z"}')")
          .ValueOrDie();
  EXPECT_EQ(credentials.access_key, "A");
  EXPECT_EQ(credentials.session_token, "t");
  EXPECT_EQ(credentials.expires_ms, 2000);
}

TEST(RunCredentialProcess, KillsWhatDoesNotEnd) {
  const auto begin = std::chrono::steady_clock::now();
  EXPECT_THAT(ErrorOf("sleep 600", 200), HasSubstr("profile 'p': does not end"));
  EXPECT_THAT(ErrorOf("sh -c 'exec >&-; exec sleep 600'", 200),
              HasSubstr("does not end"));
  // A child of the program may hold its output open.
  EXPECT_THAT(ErrorOf("sh -c 'sleep 5 & echo x'", 200), HasSubstr("does not end"));
  EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(60));
}

TEST(RunCredentialProcess, SaysWhyAndShowsNothingOfTheAnswer) {
  EXPECT_THAT(ErrorOf("sh -c 'echo secret; exit 7'"), HasSubstr("ended with 7"));
  EXPECT_THAT(ErrorOf("sh -c 'echo secret; kill -9 $$'"), HasSubstr("was killed"));
  EXPECT_THAT(ErrorOf("yes secret"), HasSubstr("prints too much"));
  EXPECT_THAT(ErrorOf("echo secret"), Not(HasSubstr("secret")));
  EXPECT_THAT(ErrorOf("/none/such"), HasSubstr("cannot be run"));
  EXPECT_THAT(ErrorOf(""), HasSubstr("is empty"));
  EXPECT_THAT(ErrorOf(R"(echo '{"Version": 1, "AccessKeyId": "A\n", )"
                      R"("SecretAccessKey": "s"}')"),
              HasSubstr("line break"));
  EXPECT_THAT(ErrorOf(R"(echo '{"Version": 1, "AccessKeyId": "A", )"
                      R"("SecretAccessKey": "s", "Expiration": "tomorrow"}')"),
              HasSubstr("no time"));
}

}  // namespace
}  // namespace flowlake
