/// IPv4 and IPv6 addresses and networks, from the text that logs carry.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace flowlake {

/// 16 bytes in network order; IPv4 is held as ::ffff:a.b.c.d, so that one comparison does
/// for both, and an IPv4-mapped IPv6 address is the IPv4 address it maps.
struct IpAddress {
  std::array<uint8_t, 16> bytes{};

  bool is_v4() const;
  friend bool operator==(const IpAddress&, const IpAddress&) = default;
};

/// A network of the addresses that share the first `bits` bits (of 128) with `address`.
struct Cidr {
  IpAddress address;
  int bits = 0;

  bool Contains(const IpAddress& other) const;
};

/// Dotted decimal without leading zeros, or RFC 4291 text; anything else is nullopt.
std::optional<IpAddress> ParseIpAddress(std::string_view text);

/// "10.0.0.0/8", "fd00::/8"; an address without a length is a network of one. Bits behind
/// the length are ignored. nullopt for anything else.
std::optional<Cidr> ParseCidr(std::string_view text);

/// RFC 1918 (10/8, 172.16/12, 192.168/16) or RFC 4193 (fc00::/7).
bool IsPrivate(const IpAddress& address);

}  // namespace flowlake
