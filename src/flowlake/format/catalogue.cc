#include "flowlake/format/catalogue.h"

#include <algorithm>
#include <array>
#include <cctype>

#include "flowlake/format/log_kind.h"

namespace flowlake {

namespace {
constexpr ColumnType kString = ColumnType::kString;
constexpr ColumnType kInt32 = ColumnType::kInt32;
constexpr ColumnType kInt64 = ColumnType::kInt64;
constexpr ColumnType kTimestamp = ColumnType::kTimestamp;

struct VpcField {
  const char* name;
  ColumnType type;
  int version;
};

// In the order of AWS's documentation.
constexpr VpcField kVpcFields[] = {
    {"version", kInt32, 2},
    {"account_id", kString, 2},
    {"interface_id", kString, 2},
    {"srcaddr", kString, 2},
    {"dstaddr", kString, 2},
    {"srcport", kInt32, 2},
    {"dstport", kInt32, 2},
    {"protocol", kInt32, 2},
    {"packets", kInt64, 2},
    {"bytes", kInt64, 2},
    {"start", kTimestamp, 2},
    {"end", kTimestamp, 2},
    {"action", kString, 2},
    {"log_status", kString, 2},
    {"vpc_id", kString, 3},
    {"subnet_id", kString, 3},
    {"instance_id", kString, 3},
    {"tcp_flags", kInt32, 3},
    {"type", kString, 3},
    {"pkt_srcaddr", kString, 3},
    {"pkt_dstaddr", kString, 3},
    {"region", kString, 4},
    {"az_id", kString, 4},
    {"sublocation_type", kString, 4},
    {"sublocation_id", kString, 4},
    {"pkt_src_aws_service", kString, 5},
    {"pkt_dst_aws_service", kString, 5},
    {"flow_direction", kString, 5},
    {"traffic_path", kInt32, 5},
    {"ecs_cluster_arn", kString, 7},
    {"ecs_cluster_name", kString, 7},
    {"ecs_container_instance_arn", kString, 7},
    {"ecs_container_instance_id", kString, 7},
    {"ecs_container_id", kString, 7},
    {"ecs_second_container_id", kString, 7},
    {"ecs_service_name", kString, 7},
    {"ecs_task_definition_arn", kString, 7},
    {"ecs_task_arn", kString, 7},
    {"ecs_task_id", kString, 7},
    {"reject_reason", kString, 8},
    {"resource_id", kString, 9},
    {"encryption_status", kInt32, 10},
    {"instance_tag", kString, 11},
    {"instance_tag_2", kString, 11},
    {"interface_tag", kString, 11},
    {"interface_tag_2", kString, 11},
    {"asg_tag", kString, 11},
    {"asg_tag_2", kString, 11},
    {"interface_type", kString, 11},
    {"next_hop_interface_id", kString, 11},
    {"next_hop_subnet_id", kString, 11},
    {"next_hop_az_id", kString, 11},
    {"next_hop_vpc_id", kString, 11},
    {"next_hop_interface_type", kString, 11},
};

std::vector<Field> VpcFieldList() {
  std::vector<Field> fields;
  for (const VpcField& field : kVpcFields) fields.push_back({field.name, field.type});
  fields.push_back({std::string(kExtraColumn), kString});
  return fields;
}

std::vector<Field> TgwFieldList() {
  return {
      {"version", kInt32},
      {"resource_type", kString},
      {"account_id", kString},
      {"tgw_id", kString},
      {"tgw_attachment_id", kString},
      {"tgw_src_vpc_account_id", kString},
      {"tgw_dst_vpc_account_id", kString},
      {"tgw_src_vpc_id", kString},
      {"tgw_dst_vpc_id", kString},
      {"tgw_src_subnet_id", kString},
      {"tgw_dst_subnet_id", kString},
      {"tgw_src_eni", kString},
      {"tgw_dst_eni", kString},
      {"tgw_src_az_id", kString},
      {"tgw_dst_az_id", kString},
      {"tgw_pair_attachment_id", kString},
      {"srcaddr", kString},
      {"dstaddr", kString},
      {"srcport", kInt32},
      {"dstport", kInt32},
      {"protocol", kInt32},
      {"packets", kInt64},
      {"bytes", kInt64},
      {"start", kTimestamp},
      {"end", kTimestamp},
      {"log_status", kString},
      {"type", kString},
      {"packets_lost_no_route", kInt64},
      {"packets_lost_blackhole", kInt64},
      {"packets_lost_mtu_exceeded", kInt64},
      {"packets_lost_ttl_expired", kInt64},
      {"tcp_flags", kInt32},
      {"region", kString},
      {"flow_direction", kString},
      {"pkt_src_aws_service", kString},
      {"pkt_dst_aws_service", kString},
      {std::string(kExtraColumn), kString},
  };
}
}  // namespace

const Schema& VpcFlowSchema() {
  static const Schema schema("vpc_flow", VpcFieldList());
  return schema;
}

const Schema& TgwFlowSchema() {
  static const Schema schema("tgw_flow", TgwFieldList());
  return schema;
}

const Schema& RejectsSchema() {
  static const Schema schema("rejects", {{"input", kString},
                                         {"line", kInt64},
                                         {"offset", kInt64},
                                         {"column", kString},
                                         {"reason", kString},
                                         {"text", kString},
                                         {"log", kString},
                                         {"at", kTimestamp}});
  return schema;
}

std::span<const Schema* const> FlowLogSchemas() {
  static const std::array<const Schema*, 2> schemas{&VpcFlowSchema(), &TgwFlowSchema()};
  return schemas;
}

std::span<const Schema* const> LogSchemas() {
  static const std::vector<const Schema*> schemas = [] {
    const auto flow_logs = FlowLogSchemas();
    std::vector<const Schema*> all(flow_logs.begin(), flow_logs.end());
    for (const LogKind* kind : LogKinds()) all.push_back(&kind->schema);
    return all;
  }();
  return schemas;
}

std::string CanonicalFieldName(std::string_view name) {
  std::string canonical;
  for (const char c : name) {
    if (c == ')') continue;
    const bool is_separator = c == '-' || c == '(' || c == ':' || c == ' ';
    canonical += is_separator
                     ? '_'
                     : static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  }
  return canonical;
}

int VpcFieldVersion(std::string_view name) {
  for (const VpcField& field : kVpcFields) {
    if (field.name == name) return field.version;
  }
  return 0;
}

std::vector<std::string> VpcFieldsThrough(int version) {
  std::vector<std::string> names;
  if (version < 2 || version > 11 || version == 6) return names;
  for (const VpcField& field : kVpcFields) {
    if (field.version <= version) names.emplace_back(field.name);
  }
  return names;
}

std::vector<std::string> DefaultVpcFields() { return VpcFieldsThrough(2); }

}  // namespace flowlake
