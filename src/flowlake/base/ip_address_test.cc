#include "flowlake/base/ip_address.h"

#include <gtest/gtest.h>

namespace flowlake {
namespace {

bool Contains(const char* cidr, const char* address) {
  return ParseCidr(cidr)->Contains(*ParseIpAddress(address));
}
bool Private(const char* address) { return IsPrivate(*ParseIpAddress(address)); }

TEST(IpAddressTest, TextThatIsNoAddressIsRefused) {
  for (const char* text : {"", "-", "10.0.0", "10.0.0.0.0", "10.0.0.256", "10.0.0.01",
                           "10.0.0.-1", " 10.0.0.1", "10.0.0.1 ", ":", "::g", "1:2:3"}) {
    EXPECT_FALSE(ParseIpAddress(text)) << text;
  }
}

TEST(IpAddressTest, BothFamiliesAreKnown) {
  EXPECT_TRUE(ParseIpAddress("10.0.0.1")->is_v4());
  EXPECT_FALSE(ParseIpAddress("2001:db8::1")->is_v4());
  EXPECT_EQ(ParseIpAddress("::ffff:10.0.0.1"), ParseIpAddress("10.0.0.1"));
  EXPECT_EQ(ParseIpAddress("2001:DB8:0::1"), ParseIpAddress("2001:db8::1"));
}

TEST(IpAddressTest, NetworksContainTheirAddresses) {
  EXPECT_TRUE(Contains("10.0.0.0/8", "10.255.0.1"));
  EXPECT_FALSE(Contains("10.0.0.0/8", "11.0.0.0"));
  EXPECT_TRUE(Contains("172.16.0.0/12", "172.31.255.255"));
  EXPECT_FALSE(Contains("172.16.0.0/12", "172.32.0.0"));
  EXPECT_TRUE(Contains("0.0.0.0/0", "1.2.3.4"));
  EXPECT_FALSE(Contains("0.0.0.0/0", "2001:db8::1"));
  EXPECT_TRUE(Contains("2001:db8::/33", "2001:db8:7fff::1"));
  EXPECT_FALSE(Contains("2001:db8::/33", "2001:db8:8000::1"));
  EXPECT_TRUE(Contains("10.1.2.3", "10.1.2.3"));
}

TEST(IpAddressTest, NetworksWithBadLengthsAreRefused) {
  for (const char* text : {"10.0.0.0/33", "10.0.0.0/", "10.0.0.0/-1", "10.0.0.0/8x",
                           "::/129", "/8", "10.0.0.0/08"}) {
    EXPECT_FALSE(ParseCidr(text)) << text;
  }
}

TEST(IpAddressTest, PrivateIsWhatTheRfcsSay) {
  EXPECT_TRUE(Private("10.1.2.3"));
  EXPECT_TRUE(Private("172.20.0.1"));
  EXPECT_TRUE(Private("192.168.1.1"));
  EXPECT_TRUE(Private("fd12::1"));
  EXPECT_FALSE(Private("172.15.255.255"));
  EXPECT_FALSE(Private("8.8.8.8"));
  EXPECT_FALSE(Private("2001:db8::1"));
}

}  // namespace
}  // namespace flowlake
