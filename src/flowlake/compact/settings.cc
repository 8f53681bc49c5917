#include "flowlake/compact/settings.h"

#include "flowlake/base/byte_size.h"
#include "flowlake/base/escape.h"
#include "flowlake/table/table_property.h"

namespace flowlake {

namespace {
struct Number {
  const char* property;
  int64_t CompactionSettings::*member;
};

constexpr Number kNumbers[] = {
    {"flowlake.compact.window-bytes", &CompactionSettings::window_bytes},
    {"flowlake.compact.small-bytes", &CompactionSettings::small_bytes},
    {"flowlake.compact.file-bytes", &CompactionSettings::file_bytes},
    {"flowlake.compact.task-bytes", &CompactionSettings::task_bytes},
    {"flowlake.compact.late-files", &CompactionSettings::late_files},
    {"flowlake.compact.row-group-rows", &CompactionSettings::row_group_rows},
    {"flowlake.compact.sample-rows", &CompactionSettings::sample_rows},
};

Status ReadNumber(const Snapshot& snapshot, const Number& number,
                  CompactionSettings* settings) {
  const auto found = snapshot.configuration.find(number.property);
  if (found == snapshot.configuration.end()) return Status::OK();
  const auto value = ParseByteSize(found->second);
  if (!value.ok() || *value < 1) {
    return Status::Invalid("table property ", number.property, " = '",
                           EscapeForTerminal(found->second), "' is no size above 0");
  }
  settings->*number.member = *value;
  return Status::OK();
}
}  // namespace

Result<CompactionSettings> ReadCompactionSettings(const Snapshot& snapshot) {
  CompactionSettings settings;
  for (const Number& number : kNumbers) {
    ARROW_RETURN_NOT_OK(ReadNumber(snapshot, number, &settings));
  }
  settings.order = DefaultSortOrder(snapshot.schema);
  const auto found = snapshot.configuration.find(kSortProperty);
  if (found == snapshot.configuration.end()) return settings;
  ARROW_ASSIGN_OR_RAISE(settings.order, ParseSortOrder(found->second, snapshot.schema));
  return settings;
}

}  // namespace flowlake
