#include "flowlake/base/ip_address.h"

#include <arpa/inet.h>

#include <algorithm>
#include <cstring>

namespace flowlake {

namespace {

constexpr std::array<uint8_t, 12> kV4Prefix = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF};
constexpr int kV4PrefixBits = 96;

IpAddress FromV4(uint8_t a, uint8_t b, uint8_t c, uint8_t d) {
  IpAddress address;
  std::copy(kV4Prefix.begin(), kV4Prefix.end(), address.bytes.begin());
  address.bytes[12] = a;
  address.bytes[13] = b;
  address.bytes[14] = c;
  address.bytes[15] = d;
  return address;
}

/// A decimal number up to `limit` without sign or leading zero, all of `text`.
std::optional<int> ParseNumber(std::string_view text, int limit) {
  if (text.empty() || text.size() > 3 || (text.size() > 1 && text[0] == '0')) {
    return std::nullopt;
  }
  int value = 0;
  for (const char c : text) {
    if (c < '0' || c > '9') return std::nullopt;
    value = value * 10 + (c - '0');
  }
  return value <= limit ? std::optional<int>(value) : std::nullopt;
}

std::optional<IpAddress> ParseV4(std::string_view text) {
  std::array<uint8_t, 4> parts{};
  for (size_t i = 0; i < parts.size(); ++i) {
    const size_t end = i == 3 ? text.size() : text.find('.');
    if (end == std::string_view::npos) return std::nullopt;
    const auto part = ParseNumber(text.substr(0, end), 255);
    if (!part) return std::nullopt;
    parts[i] = static_cast<uint8_t>(*part);
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return FromV4(parts[0], parts[1], parts[2], parts[3]);
}

std::optional<IpAddress> ParseV6(std::string_view text) {
  std::array<char, INET6_ADDRSTRLEN> terminated{};
  if (text.size() >= terminated.size()) return std::nullopt;
  if (text.find('\0') != std::string_view::npos) return std::nullopt;
  std::memcpy(terminated.data(), text.data(), text.size());
  IpAddress address;
  if (inet_pton(AF_INET6, terminated.data(), address.bytes.data()) != 1) {
    return std::nullopt;
  }
  return address;
}

}  // namespace

bool IpAddress::is_v4() const {
  return std::equal(kV4Prefix.begin(), kV4Prefix.end(), bytes.begin());
}

bool Cidr::Contains(const IpAddress& other) const {
  const auto whole = static_cast<size_t>(bits / 8);
  if (std::memcmp(address.bytes.data(), other.bytes.data(), whole) != 0) return false;
  if (bits % 8 == 0) return true;
  return ((address.bytes[whole] ^ other.bytes[whole]) >> (8 - bits % 8)) == 0;
}

std::optional<IpAddress> ParseIpAddress(std::string_view text) {
  return text.find(':') == std::string_view::npos ? ParseV4(text) : ParseV6(text);
}

std::optional<Cidr> ParseCidr(std::string_view text) {
  const size_t slash = text.find('/');
  const auto address = ParseIpAddress(text.substr(0, slash));
  if (!address) return std::nullopt;
  if (slash == std::string_view::npos) return Cidr{*address, 128};
  const bool v4 = text.find(':') == std::string_view::npos;
  const auto length = ParseNumber(text.substr(slash + 1), v4 ? 32 : 128);
  if (!length) return std::nullopt;
  return Cidr{*address, v4 ? kV4PrefixBits + *length : *length};
}

bool IsPrivate(const IpAddress& address) {
  static const std::array<Cidr, 4> kNetworks = {
      *ParseCidr("10.0.0.0/8"), *ParseCidr("172.16.0.0/12"), *ParseCidr("192.168.0.0/16"),
      *ParseCidr("fc00::/7")};
  return std::any_of(kNetworks.begin(), kNetworks.end(),
                     [&](const Cidr& network) { return network.Contains(address); });
}

}  // namespace flowlake
