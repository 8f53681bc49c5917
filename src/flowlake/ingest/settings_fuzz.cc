// Whatever text a lake's file is: its rules are read or an error of one line, and what
// they describe can be asked for any input.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "flowlake/ingest/settings.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using flowlake::ConfigFile;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto config =
      ConfigFile::Parse(text, "flowlake.toml", flowlake::ConfigOrigin::kLake);
  if (!config.ok()) return 0;
  flowlake::LakeSettings settings;
  const flowlake::Status status = AddSettings(*config, settings);
  if (!status.ok() && !status.message().starts_with("flowlake.toml, line ")) std::abort();
  flowlake::Input input;
  input.name = "s3://bucket/app/2026/a.log";
  input.origin = {"/aws/vpc", "flows", {{"log-type", "app"}}};
  const flowlake::UserLog* log = settings.LogFor(input);
  const auto fields = settings.FieldsFor(input);
  if (log != nullptr && fields.size() != 1) std::abort();
  return 0;
}
