#include "flowlake/aws/retry.h"

#include <gtest/gtest.h>

#include <chrono>

namespace flowlake {
namespace {

constexpr RetryPolicy kQuick = {
    .max_tries = 4, .first_pause = 1, .longest_pause = 2, .time_limit = 60'000};

HttpResponse Answer(int status, std::string body = {}) {
  HttpResponse response;
  response.status = status;
  response.body = std::move(body);
  return response;
}

/// How often something is sent that always comes to this.
int TriesOf(const Result<HttpResponse>& outcome, const RetryPolicy& policy = kQuick) {
  int tries = 0;
  (void)SendWithRetries(policy, [&] {
    ++tries;
    return outcome;
  });
  return tries;
}

/// What a request to nobody comes to.
Status Unreachable() {
  HttpRequest request;
  request.url = "http://127.0.0.1:1/";
  request.is_direct = true;
  return HttpClient().Send(request).status();
}

TEST(SendWithRetries, RepeatsWhatAsksForPatience) {
  for (const int status : {429, 500, 502, 503, 504}) {
    EXPECT_EQ(TriesOf(Answer(status)), 4) << status;
  }
  EXPECT_EQ(TriesOf(Answer(400, R"({"__type": "com.amazon#ThrottlingException"})")), 4);
  EXPECT_EQ(TriesOf(Answer(400,
                           "<ErrorResponse><Error><Code>Throttling</Code></Error>"
                           "</ErrorResponse>")),
            4);
}

TEST(SendWithRetries, DoesNotRepeatWhatIsFinal) {
  for (const int status : {200, 204, 301, 400, 403, 404, 412, 501}) {
    EXPECT_EQ(TriesOf(Answer(status)), 1) << status;
  }
  // A word in a message is not a code.
  EXPECT_EQ(TriesOf(Answer(400, R"({"message": "column Throttling"})")), 1);
}

TEST(SendWithRetries, RepeatsErrorsOfTheTransportOnly) {
  const Status unreachable = Unreachable();
  ASSERT_EQ(CauseOfFailure(unreachable), FailureCause::kUnreachable);
  EXPECT_EQ(TriesOf(unreachable), 4);
  EXPECT_EQ(TriesOf(unreachable.WithMessage("read s3://b: ", unreachable.message())), 4);
  EXPECT_EQ(TriesOf(Status::IOError("the credentials are wrong")), 1);
  EXPECT_EQ(TriesOf(Status::Invalid("no")), 1);
}

TEST(SendWithRetries, SendsOnceWhereThatIsAsked) {
  EXPECT_EQ(TriesOf(Unreachable(), kTryOnce), 1);
  EXPECT_EQ(TriesOf(Answer(503), kTryOnce), 1);
}

TEST(SendWithRetries, ReturnsTheLastOutcome) {
  int tries = 0;
  const auto outcome = SendWithRetries(kQuick, [&]() -> Result<HttpResponse> {
    ++tries;
    if (tries == 1) return Unreachable();
    return Answer(tries == 2 ? 503 : 200);
  });
  EXPECT_EQ(outcome.ValueOrDie().status, 200);
  EXPECT_EQ(tries, 3);
}

TEST(SendWithRetries, BeginsNoTryBehindItsTimeLimit) {
  constexpr RetryPolicy kShort = {
      .max_tries = 1000, .first_pause = 20, .longest_pause = 20, .time_limit = 200};
  const auto begin = std::chrono::steady_clock::now();
  const int tries = TriesOf(Answer(503), kShort);
  EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(5));
  EXPECT_GT(tries, 1);
  EXPECT_LT(tries, 1000);
}

TEST(SendWithRetries, WaitsAsLongAsItIsAskedTo) {
  HttpResponse busy = Answer(503);
  busy.headers["retry-after"] = "3600";
  constexpr RetryPolicy kPatient = {
      .max_tries = 2, .first_pause = 1, .longest_pause = 150, .time_limit = 60'000};
  const auto begin = std::chrono::steady_clock::now();
  EXPECT_EQ(TriesOf(busy, kPatient), 2);
  const auto took = std::chrono::steady_clock::now() - begin;
  EXPECT_GE(took, std::chrono::milliseconds(150));
  EXPECT_LT(took, std::chrono::seconds(30));
}

TEST(HttpClient, RefusesAHeaderThatWouldBeTwo) {
  HttpRequest request;
  request.url = "http://127.0.0.1:1/";
  request.headers = {"Authorization: secret\r\nX-Other: y"};
  const Status status = HttpClient().Send(request).status();
  EXPECT_TRUE(status.IsInvalid());
  EXPECT_EQ(status.message().find("secret"), std::string::npos);
}

}  // namespace
}  // namespace flowlake
