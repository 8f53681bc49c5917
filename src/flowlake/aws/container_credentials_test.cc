#include "flowlake/aws/container_credentials.h"

#include <gtest/gtest.h>

namespace flowlake {
namespace {

TEST(CheckContainerUrl, AllowsHttpsAndWhatDoesNotLeaveTheMachine) {
  for (const char* url :
       {"https://vault.example.com/x", "http://127.0.0.1/x", "http://127.8.9.1:81?x",
        "http://[::1]:8080/x", "http://localhost:1", "http://169.254.170.2/v2/x",
        "http://169.254.170.23/v1", "http://[fd00:ec2::23]/v1"}) {
    EXPECT_TRUE(CheckContainerUrl(url).ok()) << url;
  }
}

TEST(CheckContainerUrl, RefusesWhatOthersOnTheWayCouldRead) {
  for (const char* url :
       {"http://192.0.2.1/x", "http://127.0.0.1.example.com/", "http://127.0.0.1@evil/",
        "http://evil\\@127.0.0.1/", "http://localhost.evil/", "http://169.254.169.254/x",
        "http://127.1/", "http://0x7f.0.0.1/", "ftp://127.0.0.1/", "//127.0.0.1/", "",
        "http://", "http://[::1", "http://[::ffff:192.0.2.1]/", "file:///etc/passwd",
        "HTTP://192.0.2.1/"}) {
    EXPECT_TRUE(CheckContainerUrl(url).IsInvalid()) << url;
  }
}

}  // namespace
}  // namespace flowlake
