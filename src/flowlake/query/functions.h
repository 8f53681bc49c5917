/// The helpers that flowlake adds to SQL as functions of columns: cidr_contains,
/// is_private, protocol_name, tcp_flags. NULL in, NULL out; so is an unparsable address.
#pragma once

#include <cstdint>
#include <duckdb.hpp>
#include <string>

namespace flowlake {

void RegisterFunctions(duckdb::DatabaseInstance& database);

/// The body of cidr_contains(network, address).
void CidrContains(duckdb::DataChunk& arguments, duckdb::ExpressionState& state,
                  duckdb::Vector& result);

/// "SYN|ACK"; "" for 0. Bits beyond the eight of RFC 9293 are left out.
std::string DescribeTcpFlags(int64_t flags);

/// IANA's keyword of a protocol number: "TCP"; the number as text if it has none.
std::string ProtocolName(int64_t protocol);

}  // namespace flowlake
