/// The kinds of log that flowlake knows: their tables and their fields.
/// Source for VPC and Transit Gateway fields and types: AWS, "Flow log records"
/// (docs.aws.amazon.com/vpc/latest/userguide/flow-log-records.html) and "Transit Gateway
/// Flow Logs records".
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "flowlake/base/schema.h"
#include "flowlake/base/status.h"

namespace flowlake {

/// "vpc_flow": versions 2 to 11, 54 fields in AWS's order, then `extra`.
const Schema& VpcFlowSchema();
/// "tgw_flow": 36 fields in AWS's order, then `extra`.
const Schema& TgwFlowSchema();
/// "rejects": input, line, offset, column, reason, text, log (the kind of log), at.
const Schema& RejectsSchema();

/// The kinds of flow log: a header or the user's format names their fields.
std::span<const Schema* const> FlowLogSchemas();
/// Every kind of log, flow logs first.
std::span<const Schema* const> LogSchemas();

/// The column that takes what a header names and the schema does not: a JSON object.
inline constexpr std::string_view kExtraColumn = "extra";

/// "pkt-srcaddr", "PKT_SRCADDR", "Pkt-SrcAddr" -> "pkt_srcaddr", "cs(User-Agent)" ->
/// "cs_user_agent". Does not look it up.
std::string CanonicalFieldName(std::string_view name);

/// The version that introduced a VPC field (2 to 11), by its canonical name; 0 if
/// unknown.
int VpcFieldVersion(std::string_view name);
/// The fields of VPC version `version` and below in AWS's order, canonical names; empty
/// if there is no such version. DefaultVpcFields() == VpcFieldsThrough(2).
std::vector<std::string> VpcFieldsThrough(int version);
std::vector<std::string> DefaultVpcFields();

/// AWS's notation "${version} ${account-id} …", or names separated by spaces or commas.
/// Canonical names; Invalid if empty, malformed, or a name occurs twice.
Result<std::vector<std::string>> ParseFieldList(std::string_view format);

}  // namespace flowlake
