#include "flowlake/format/layout.h"

#include <algorithm>
#include <cctype>
#include <set>

#include "flowlake/format/catalogue.h"

namespace flowlake {

namespace {
// A header can hold any number of unknown names; what is remembered must not grow so.
constexpr size_t kMaxUnknownNames = 1000;

bool Knows(const Schema& schema, std::string_view name) {
  return name != kExtraColumn && schema.IndexOf(name) >= 0;
}

bool IsKnown(std::string_view name) {
  const std::string canonical = CanonicalFieldName(name);
  return std::ranges::any_of(
      FlowLogSchemas(), [&](const Schema* schema) { return Knows(*schema, canonical); });
}

bool IsTransitGatewayOnly(std::string_view canonical) {
  return Knows(TgwFlowSchema(), canonical) && !Knows(VpcFlowSchema(), canonical);
}

bool StartWithLetters(std::span<const std::string_view> tokens) {
  return std::ranges::all_of(tokens, [](std::string_view token) {
    return !token.empty() && std::isalpha(static_cast<unsigned char>(token[0]));
  });
}
}  // namespace

const Schema* SchemaOfNames(std::span<const std::string_view> names) {
  const Schema* schema = nullptr;
  for (std::string_view name : names) {
    const std::string canonical = CanonicalFieldName(name);
    if (IsTransitGatewayOnly(canonical)) return &TgwFlowSchema();
    if (Knows(VpcFlowSchema(), canonical)) schema = &VpcFlowSchema();
  }
  return schema;
}

LayoutField FieldNamed(std::string_view name, const Schema& schema) {
  const std::string canonical = CanonicalFieldName(name);
  LayoutField field{std::string(name), {}, !Knows(schema, canonical)};
  field.target.column = schema.IndexOf(field.is_extra ? kExtraColumn : canonical);
  if (!field.is_extra) field.target.kind = KindOfField(schema.field(field.target.column));
  return field;
}

Result<Layout> MakeLayout(std::span<const std::string_view> names, const Schema& schema) {
  Layout layout{&schema, {}};
  std::set<std::string> seen;
  for (std::string_view name : names) {
    if (!seen.insert(CanonicalFieldName(name)).second) {
      return Status::Invalid("the header names a field twice: \"", name, "\"");
    }
    LayoutField field = FieldNamed(name, schema);
    layout.has_extra |= field.is_extra;
    layout.has_number |= field.target.kind >= FieldKind::kInt32;
    layout.fields.push_back(std::move(field));
  }
  return layout;
}

bool LooksLikeHeader(std::span<const std::string_view> tokens) {
  return tokens.size() >= 3 && StartWithLetters(tokens) &&
         std::ranges::count_if(tokens, IsKnown) >= 3;
}

bool LooksLikeShortHeader(std::span<const std::string_view> tokens) {
  return !tokens.empty() && std::ranges::all_of(tokens, IsKnown);
}

std::string DescribeLog(const Schema& schema, std::string_view format) {
  const bool is_tgw = &schema == &TgwFlowSchema();
  return std::string(is_tgw ? "transit gateway flow log, " : "vpc flow log, ") +
         std::string(format);
}

void UnknownNames::Add(std::string_view name) {
  if (names_.size() >= kMaxUnknownNames) return;
  if (std::ranges::find(names_, name) == names_.end()) names_.emplace_back(name);
}

}  // namespace flowlake
