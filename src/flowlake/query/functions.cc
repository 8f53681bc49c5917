#include "flowlake/query/functions.h"

#include <algorithm>
#include <array>
#include <duckdb/common/vector_operations/binary_executor.hpp>
#include <duckdb/common/vector_operations/unary_executor.hpp>
#include <duckdb/function/scalar_function.hpp>
#include <duckdb/main/extension/extension_loader.hpp>
#include <optional>
#include <string_view>
#include <utility>

#include "flowlake/base/ip_address.h"

namespace flowlake {

namespace {

using duckdb::DataChunk;
using duckdb::ExpressionState;
using duckdb::idx_t;
using duckdb::LogicalType;
using duckdb::string_t;
using duckdb::ValidityMask;
using duckdb::Vector;

std::string_view View(const string_t& text) { return {text.GetData(), text.GetSize()}; }

/// Parses again only where the text changes: the network is mostly a constant.
class CidrCache {
 public:
  const std::optional<Cidr>& Get(std::string_view text) {
    if (text != text_ || !filled_) {
      text_ = text;
      cidr_ = ParseCidr(text);
      filled_ = true;
    }
    return cidr_;
  }

 private:
  bool filled_ = false;
  std::string text_;
  std::optional<Cidr> cidr_;
};

/// Unlike a cast or a division it cannot fail, so filters on it reach the scan.
void EpochSeconds(DataChunk& arguments, ExpressionState&, Vector& result) {
  duckdb::UnaryExecutor::Execute<duckdb::timestamp_t, int64_t>(
      arguments.data[0], result, arguments.size(), [](duckdb::timestamp_t time) {
        const int64_t seconds = time.value / 1'000'000;
        return time.value % 1'000'000 < 0 ? seconds - 1 : seconds;
      });
}

void IsPrivateAddress(DataChunk& arguments, ExpressionState&, Vector& result) {
  duckdb::UnaryExecutor::ExecuteWithNulls<string_t, bool>(
      arguments.data[0], result, arguments.size(),
      [&](string_t text, ValidityMask& mask, idx_t row) {
        const auto address = ParseIpAddress(View(text));
        if (address) return IsPrivate(*address);
        mask.SetInvalid(row);
        return false;
      });
}

template <std::string (*kDescribe)(int64_t)>
void Describe(DataChunk& arguments, ExpressionState&, Vector& result) {
  duckdb::UnaryExecutor::Execute<int64_t, string_t>(
      arguments.data[0], result, arguments.size(), [&](int64_t number) {
        return duckdb::StringVector::AddString(result, kDescribe(number));
      });
}

// iana.org/assignments/protocol-numbers, those that flow logs show.
constexpr std::pair<int64_t, const char*> kProtocols[] = {
    {0, "HOPOPT"},     {1, "ICMP"},        {2, "IGMP"},        {4, "IPv4"},
    {6, "TCP"},        {8, "EGP"},         {17, "UDP"},        {27, "RDP"},
    {33, "DCCP"},      {41, "IPv6"},       {43, "IPv6-Route"}, {44, "IPv6-Frag"},
    {46, "RSVP"},      {47, "GRE"},        {50, "ESP"},        {51, "AH"},
    {58, "IPv6-ICMP"}, {59, "IPv6-NoNxt"}, {60, "IPv6-Opts"},  {88, "EIGRP"},
    {89, "OSPFIGP"},   {94, "IPIP"},       {97, "ETHERIP"},    {103, "PIM"},
    {108, "IPComp"},   {112, "VRRP"},      {115, "L2TP"},      {132, "SCTP"},
    {136, "UDPLite"},  {137, "MPLS-in-IP"}};

constexpr std::array<const char*, 8> kTcpFlags = {"FIN", "SYN", "RST", "PSH",
                                                  "ACK", "URG", "ECE", "CWR"};

}  // namespace

void CidrContains(DataChunk& arguments, ExpressionState&, Vector& result) {
  CidrCache cache;
  duckdb::BinaryExecutor::ExecuteWithNulls<string_t, string_t, bool>(
      arguments.data[0], arguments.data[1], result, arguments.size(),
      [&](string_t network, string_t text, ValidityMask& mask, idx_t row) {
        const auto& cidr = cache.Get(View(network));
        const auto address = ParseIpAddress(View(text));
        if (cidr && address) return cidr->Contains(*address);
        mask.SetInvalid(row);
        return false;
      });
}

std::string ProtocolName(int64_t protocol) {
  const auto* found =
      std::find_if(std::begin(kProtocols), std::end(kProtocols),
                   [&](const auto& row) { return row.first == protocol; });
  return found == std::end(kProtocols) ? std::to_string(protocol) : found->second;
}

std::string DescribeTcpFlags(int64_t flags) {
  std::string text;
  for (size_t bit = 0; bit < kTcpFlags.size(); ++bit) {
    if ((flags >> bit & 1) == 0) continue;
    if (!text.empty()) text += '|';
    text += kTcpFlags[bit];
  }
  return text;
}

void RegisterFunctions(duckdb::DatabaseInstance& database) {
  const LogicalType text = LogicalType::VARCHAR;
  const LogicalType number = LogicalType::BIGINT;
  const LogicalType truth = LogicalType::BOOLEAN;
  duckdb::ExtensionLoader loader(database, "flowlake_functions");
  loader.RegisterFunction(
      duckdb::ScalarFunction("cidr_contains", {text, text}, truth, CidrContains));
  loader.RegisterFunction(duckdb::ScalarFunction(
      "epoch_seconds", {LogicalType::TIMESTAMP}, number, EpochSeconds));
  loader.RegisterFunction(
      duckdb::ScalarFunction("is_private", {text}, truth, IsPrivateAddress));
  loader.RegisterFunction(
      duckdb::ScalarFunction("protocol_name", {number}, text, Describe<ProtocolName>));
  loader.RegisterFunction(
      duckdb::ScalarFunction("tcp_flags", {number}, text, Describe<DescribeTcpFlags>));
}

}  // namespace flowlake
