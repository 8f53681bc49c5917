// How a log is made, record by record:
//   1. a host of ours (few talk much: the square of a uniform number picks it), which has
//      one network interface, subnet and instance, and a peer, which is ours or public
//   2. a service port, a direction, a window of 60 or 600 seconds
//   3. each flow is logged twice in a row, once for each direction
// Times ascend through the day: record i of n is at i/n of it, with some jitter.
#include "flowlake/format/generator.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <map>
#include <numeric>
#include <utility>

#include "flowlake/base/hex.h"
#include "flowlake/format/catalogue.h"

namespace flowlake {

namespace {
constexpr int64_t kSecondsPerDay = 86'400;
constexpr uint32_t kHosts = 400;
constexpr uint32_t kPeers = 20'000;

/// SplitMix64 (Steele, Lea, Flood 2014): the same numbers with every compiler.
class Random {
 public:
  explicit Random(uint64_t seed) : state_(seed) {}

  uint64_t Next() { return Mix(state_ += 0x9E3779B97F4A7C15); }
  uint32_t Below(uint32_t bound) {
    return static_cast<uint32_t>(((Next() >> 32) * bound) >> 32);
  }
  bool OneIn(uint32_t bound) { return Below(bound) == 0; }
  /// Small numbers much more often than large ones.
  uint32_t SkewedBelow(uint32_t bound) {
    const uint64_t a = Next() >> 40;
    const uint64_t cube = (a * a >> 24) * a >> 24;
    return static_cast<uint32_t>((cube * bound) >> 24);
  }

  static uint64_t Mix(uint64_t x) {
    x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9;
    x = (x ^ (x >> 27)) * 0x94D049BB133111EB;
    return x ^ (x >> 31);
  }

 private:
  uint64_t state_;
};

std::string Hex(uint64_t value, size_t digits) {
  std::string text(digits, '0');
  for (size_t i = digits; i > 0; --i, value >>= 4) {
    text[i - 1] = kHexDigits[value & 15];
  }
  return text;
}

std::string Ip4(uint32_t value) {
  return std::to_string(value >> 24) + '.' + std::to_string(value >> 16 & 255) + '.' +
         std::to_string(value >> 8 & 255) + '.' + std::to_string(value & 255);
}

/// An address of either side, and for ours what belongs to it.
struct Endpoint {
  std::string ip4;
  std::string ip6;
  std::string interface_id = "-";
  std::string instance_id = "-";
  std::string subnet_id = "-";
  std::string az_id = "-";
  std::string service = "-";
};

Endpoint MakeHost(uint32_t index, uint64_t seed) {
  const uint64_t bits = Random::Mix(seed * 1000003 + index);
  const uint32_t subnet = index % 8;
  const uint32_t network = subnet < 6 ? 10u << 24 | subnet << 16 : 0xAC1F0000u;
  Endpoint host;
  host.ip4 = Ip4(network | (subnet << 12) | (index + 4));
  host.ip6 = "2600:1f18:" + Hex(subnet, 4) + "::" + Hex((bits & 0xFFFF) | 0x1000, 4);
  host.interface_id = "eni-0" + Hex(bits, 16);
  host.instance_id = "i-0" + Hex(Random::Mix(bits), 16);
  host.subnet_id = "subnet-0" + Hex(Random::Mix(seed + subnet), 16);
  host.az_id = "use1-az" + std::to_string(subnet % 3 + 1);
  return host;
}

Endpoint MakePeer(uint32_t index, uint64_t seed) {
  constexpr std::array<uint32_t, 8> kNetworks{3, 13, 34, 45, 52, 104, 162, 205};
  const uint64_t bits = Random::Mix(seed * 7919 + index);
  const uint32_t first = kNetworks[bits & 7];
  Endpoint peer;
  peer.ip4 = Ip4(first << 24 | static_cast<uint32_t>(bits >> 8 & 0xFFFFFF));
  peer.ip6 = "2a00:" + Hex((bits >> 16 & 0xFFFF) | 0x1000, 4) + "::" + Hex(index + 16, 4);
  if (first == 52) peer.service = "S3";
  if (first == 3) peer.service = "AMAZON";
  return peer;
}

struct Flow {
  const Endpoint* source = nullptr;
  const Endpoint* target = nullptr;
  const Endpoint* host = nullptr;
  uint32_t source_port = 0;
  uint32_t target_port = 0;
  uint32_t protocol = 6;
  uint32_t packets = 0;
  uint64_t bytes = 0;
  int64_t start = 0;
  int64_t end = 0;
  bool is_ip6 = false;
  bool is_rejected = false;
  std::string_view status = "OK";
};

/// Appends one field of a flow; `has_data` is false for NODATA and SKIPDATA.
struct Writer {
  std::string& out;
  bool has_data;

  void Text(std::string_view text) { out += text; }
  void DataText(std::string_view text) { out += has_data ? text : "-"; }
  void Number(int64_t value) {
    std::array<char, 24> digits;
    const auto end =
        std::to_chars(digits.data(), digits.data() + digits.size(), value).ptr;
    out.append(digits.data(), end);
  }
  void DataNumber(int64_t value) { has_data ? Number(value) : Text("-"); }
};

using FieldWriter = void (*)(const Flow&, Writer);

std::string_view Address(const Flow& flow, const Endpoint& endpoint) {
  return flow.is_ip6 ? endpoint.ip6 : endpoint.ip4;
}
bool IsEgress(const Flow& flow) { return flow.source == flow.host; }

const std::map<std::string, FieldWriter, std::less<>>& FieldWriters() {
  static const std::map<std::string, FieldWriter, std::less<>> writers{
      {"account_id", [](const Flow&, Writer w) { w.Text("123456789010"); }},
      {"interface_id", [](const Flow& f, Writer w) { w.Text(f.host->interface_id); }},
      {"srcaddr", [](const Flow& f, Writer w) { w.DataText(Address(f, *f.source)); }},
      {"dstaddr", [](const Flow& f, Writer w) { w.DataText(Address(f, *f.target)); }},
      {"srcport", [](const Flow& f, Writer w) { w.DataNumber(f.source_port); }},
      {"dstport", [](const Flow& f, Writer w) { w.DataNumber(f.target_port); }},
      {"protocol", [](const Flow& f, Writer w) { w.DataNumber(f.protocol); }},
      {"packets", [](const Flow& f, Writer w) { w.DataNumber(f.packets); }},
      {"bytes",
       [](const Flow& f, Writer w) { w.DataNumber(static_cast<int64_t>(f.bytes)); }},
      {"start", [](const Flow& f, Writer w) { w.Number(f.start); }},
      {"end", [](const Flow& f, Writer w) { w.Number(f.end); }},
      {"action",
       [](const Flow& f, Writer w) { w.DataText(f.is_rejected ? "REJECT" : "ACCEPT"); }},
      {"log_status", [](const Flow& f, Writer w) { w.Text(f.status); }},
      {"vpc_id", [](const Flow&, Writer w) { w.Text("vpc-0a1b2c3d4e5f60718"); }},
      {"subnet_id", [](const Flow& f, Writer w) { w.Text(f.host->subnet_id); }},
      {"instance_id", [](const Flow& f, Writer w) { w.Text(f.host->instance_id); }},
      {"tcp_flags",
       [](const Flow& f, Writer w) {
         w.DataNumber(f.protocol != 6 ? 0 : f.is_rejected ? 2 : 19);
       }},
      {"type", [](const Flow& f, Writer w) { w.DataText(f.is_ip6 ? "IPv6" : "IPv4"); }},
      {"pkt_srcaddr", [](const Flow& f, Writer w) { w.DataText(Address(f, *f.source)); }},
      {"pkt_dstaddr", [](const Flow& f, Writer w) { w.DataText(Address(f, *f.target)); }},
      {"region", [](const Flow&, Writer w) { w.Text("us-east-1"); }},
      {"az_id", [](const Flow& f, Writer w) { w.Text(f.host->az_id); }},
      {"pkt_src_aws_service",
       [](const Flow& f, Writer w) { w.DataText(f.source->service); }},
      {"pkt_dst_aws_service",
       [](const Flow& f, Writer w) { w.DataText(f.target->service); }},
      {"flow_direction",
       [](const Flow& f, Writer w) { w.DataText(IsEgress(f) ? "egress" : "ingress"); }},
      {"traffic_path",
       [](const Flow& f, Writer w) {
         w.DataText(!IsEgress(f) ? "-" : f.target->interface_id == "-" ? "8" : "1");
       }},
      {"reject_reason", [](const Flow&, Writer w) { w.Text("-"); }},
      {"encryption_status",
       [](const Flow& f, Writer w) { w.DataText(f.target_port == 443 ? "2" : "0"); }},
      {"instance_tag",
       [](const Flow& f, Writer w) {
         w.Text(f.host->az_id == "use1-az1" ? "web%20front%2D1" : "batch");
       }},
      {"next_hop_interface_type",
       [](const Flow& f, Writer w) {
         w.DataText(IsEgress(f) && f.target->interface_id == "-" ? "nat_gateway" : "-");
       }},
      {"resource_type", [](const Flow&, Writer w) { w.Text("TransitGateway"); }},
      {"tgw_id", [](const Flow&, Writer w) { w.Text("tgw-0123456789abcdef0"); }},
      {"tgw_attachment_id",
       [](const Flow&, Writer w) { w.Text("tgw-attach-0123456789abcdef0"); }},
      {"tgw_src_vpc_account_id", [](const Flow&, Writer w) { w.Text("123456789010"); }},
      {"tgw_dst_vpc_account_id", [](const Flow&, Writer w) { w.Text("000000000042"); }},
      {"tgw_src_eni", [](const Flow& f, Writer w) { w.Text(f.source->interface_id); }},
      {"tgw_dst_eni", [](const Flow& f, Writer w) { w.Text(f.target->interface_id); }},
      {"packets_lost_no_route", [](const Flow&, Writer w) { w.DataNumber(0); }},
      {"packets_lost_blackhole", [](const Flow&, Writer w) { w.DataNumber(0); }},
      {"packets_lost_mtu_exceeded", [](const Flow&, Writer w) { w.DataNumber(0); }},
      {"packets_lost_ttl_expired", [](const Flow&, Writer w) { w.DataNumber(0); }},
  };
  return writers;
}

void WriteNothing(const Flow&, Writer w) { w.Text("-"); }

class FlowGenerator : public Generator {
 public:
  FlowGenerator(GeneratorOptions options, std::vector<std::string> fields)
      : options_(std::move(options)), random_(options_.seed), fields_(std::move(fields)) {
    for (uint32_t i = 0; i < kHosts; ++i) hosts_.push_back(MakeHost(i, options_.seed));
    for (uint32_t i = 0; i < kPeers; ++i) peers_.push_back(MakePeer(i, options_.seed));
    for (const std::string& field : fields_) {
      const auto writer = FieldWriters().find(field);
      writers_.push_back(writer == FieldWriters().end() ? WriteNothing : writer->second);
      has_type_ |= field == "type";
    }
    OrderDays();
  }

  bool Next(size_t bytes, std::string& out) override {
    const size_t before = out.size();
    if (options_.header && !std::exchange(has_header_, true)) WriteHeader(out);
    while (written_ < options_.records && out.size() - before < bytes) {
      WriteRecord(out);
      ++written_;
    }
    return out.size() > before;
  }

 private:
  void OrderDays() {
    days_.resize(static_cast<size_t>(options_.days));
    std::iota(days_.begin(), days_.end(), 0);
    if (!options_.shuffle_days) return;
    for (size_t i = days_.size(); i > 1; --i) {
      std::swap(days_[i - 1], days_[random_.Below(static_cast<uint32_t>(i))]);
    }
  }

  void WriteHeader(std::string& out) {
    for (std::string name : fields_) {
      std::ranges::replace(name, '_', '-');
      out += name;
      out += ' ';
    }
    out.back() = '\n';
  }

  void WriteRecord(std::string& out) {
    if (written_ % 2 == 0) {
      NewFlow();
    } else {
      AnswerFlow();
    }
    SetTimes();
    SetStatus();
    for (size_t i = 0; i < writers_.size(); ++i) {
      if (fields_[i] == "version") {
        out += version_;
      } else {
        writers_[i](flow_, {out, flow_.status == "OK"});
      }
      out += ' ';
    }
    out.back() = '\n';
  }

  void NewFlow() {
    constexpr std::array<uint32_t, 8> kPorts{443, 443, 443, 53, 80, 22, 5432, 3306};
    flow_ = Flow{};
    flow_.host = flow_.source = &hosts_[random_.SkewedBelow(kHosts)];
    const bool is_internal = random_.OneIn(3) || options_.transit_gateway;
    flow_.target = is_internal ? OtherHost() : &peers_[random_.SkewedBelow(kPeers)];
    flow_.source_port = 32768 + random_.Below(28232);
    flow_.target_port = kPorts[random_.Below(kPorts.size())];
    flow_.protocol = flow_.target_port == 53 ? 17 : 6;
    flow_.is_ip6 = has_type_ && random_.Below(100) < 3;
    flow_.is_rejected = random_.OneIn(10);
    if (flow_.is_rejected) ProbeHost();
    SetSize(flow_.is_rejected ? 3 : 2000);
  }

  // No interface logs a flow from a host to itself.
  const Endpoint* OtherHost() {
    const uint32_t index = random_.SkewedBelow(kHosts);
    const Endpoint* host = &hosts_[index];
    return host == flow_.host ? &hosts_[(index + 1) % kHosts] : host;
  }

  // What is rejected mostly comes from outside, to any port.
  void ProbeHost() {
    if (!options_.transit_gateway) flow_.source = &peers_[random_.SkewedBelow(kPeers)];
    flow_.target = flow_.host;
    flow_.target_port = random_.OneIn(2) ? 22 : 1 + random_.Below(10000);
    flow_.protocol = random_.OneIn(20) ? 1 : 6;
    if (flow_.protocol == 1) flow_.source_port = flow_.target_port = 0;
  }

  void AnswerFlow() {
    std::swap(flow_.source, flow_.target);
    std::swap(flow_.source_port, flow_.target_port);
    flow_.status = "OK";
    SetSize(flow_.is_rejected ? 3 : 3000);
  }

  void SetSize(uint32_t most_packets) {
    flow_.packets = 1 + random_.SkewedBelow(most_packets);
    flow_.bytes = flow_.packets * uint64_t{40 + random_.SkewedBelow(1460)};
  }

  void SetTimes() {
    const int64_t per_day = (options_.records + options_.days - 1) / options_.days;
    const int64_t second = written_ % per_day * (kSecondsPerDay - 10) / per_day;
    const int64_t midnight =
        (options_.first_day + DayOf(written_ / per_day)) * kSecondsPerDay;
    flow_.start = midnight + second + random_.Below(10);
    flow_.end = flow_.start + 1 + random_.Below(random_.OneIn(8) ? 600 : 60);
  }

  int64_t DayOf(int64_t position) {
    if (options_.scatter_days) return random_.Below(static_cast<uint32_t>(options_.days));
    return days_[static_cast<size_t>(position)];
  }

  void SetStatus() {
    const uint32_t draw = random_.Below(1000);
    flow_.status = draw == 0 ? "SKIPDATA" : draw <= 10 ? "NODATA" : "OK";
  }

  GeneratorOptions options_;
  Random random_;
  std::vector<std::string> fields_;
  std::vector<FieldWriter> writers_;
  std::vector<Endpoint> hosts_;
  std::vector<Endpoint> peers_;
  std::vector<int> days_;  // in the order in which they are written
  std::string version_ = std::to_string(options_.transit_gateway ? 6 : options_.version);
  bool has_type_ = false;
  bool has_header_ = false;
  int64_t written_ = 0;
  Flow flow_;
};

std::vector<std::string> FieldsOf(const GeneratorOptions& options) {
  if (!options.fields.empty()) return options.fields;
  if (!options.transit_gateway) return VpcFieldsThrough(options.version);
  std::vector<std::string> fields;
  for (const Field& field : TgwFlowSchema().fields()) fields.push_back(field.name);
  fields.pop_back();  // extra
  return fields;
}

bool IsKnownField(const std::string& name, const GeneratorOptions& options) {
  const Schema& schema = options.transit_gateway ? TgwFlowSchema() : VpcFlowSchema();
  return name != kExtraColumn && schema.IndexOf(name) >= 0;
}
}  // namespace

Result<std::unique_ptr<Generator>> Generator::Make(const GeneratorOptions& options) {
  std::vector<std::string> fields = FieldsOf(options);
  if (fields.empty()) {
    return Status::Invalid("generate: no such version of flow logs: ", options.version);
  }
  for (const std::string& field : fields) {
    if (IsKnownField(field, options)) continue;
    return Status::Invalid("generate: no such field: \"", field, "\"");
  }
  if (options.records < 0 || options.days < 1) {
    return Status::Invalid("generate: needs at least one day and no negative count: ",
                           options.records, " records, ", options.days, " days");
  }
  return std::make_unique<FlowGenerator>(options, std::move(fields));
}

}  // namespace flowlake
