/// Which field stands where in a record: what a header line or the user's format says.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "flowlake/base/schema.h"
#include "flowlake/base/status.h"
#include "flowlake/format/field_value.h"

namespace flowlake {

/// One position of a record.
struct LayoutField {
  std::string name;    ///< as it came: "pkt-srcaddr"
  FieldTarget target;  ///< the column of `extra` if the schema does not know the name
  bool is_extra = false;
};

struct Layout {
  const Schema* schema = nullptr;
  std::vector<LayoutField> fields;
  bool has_number = false;  ///< whether some field is not text
  bool has_extra = false;
};

/// The kind of log that has these names: tgw_flow if one of them belongs to it alone,
/// else vpc_flow. nullptr if no kind knows any of them.
const Schema* SchemaOfNames(std::span<const std::string_view> names);

/// Where `name` goes in `schema`, whatever its spelling.
LayoutField FieldNamed(std::string_view name, const Schema& schema);

/// Invalid if a name occurs twice; two spellings of a name are one.
Result<Layout> MakeLayout(std::span<const std::string_view> names, const Schema& schema);

/// A line of a log can be told from a header: every token of a header begins with a
/// letter (so none is a number or "-"), and at least three are known names of a kind of
/// log.
bool LooksLikeHeader(std::span<const std::string_view> tokens);
/// The first line of a file is a header also if it has fewer names, all of them known.
bool LooksLikeShortHeader(std::span<const std::string_view> tokens);

/// "vpc flow log, text, 14 fields".
std::string DescribeLog(const Schema& schema, std::string_view format);

/// Names that no schema has, each once, in order of first sight.
class UnknownNames {
 public:
  void Add(std::string_view name);
  const std::vector<std::string>& names() const { return names_; }

 private:
  std::vector<std::string> names_;
};

}  // namespace flowlake
