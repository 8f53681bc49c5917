// Any text is a file or an error, whoever wrote it; and a file that others may write
// never says what only the host's may. The list of these is written out, apart from the
// table.
#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "flowlake/config/config_file.h"

namespace {

using flowlake::ConfigFile;
using flowlake::ConfigKey;
using flowlake::ConfigOrigin;
using flowlake::ConfigSection;

constexpr std::array<std::string_view, 11> kHostsOfServe = {
    "listen", "wal",   "access_key_file",  "certificate", "certificate_key",
    "watch",  "queue", "metrics_key_file", "yes",         "connections",
    "log"};

void Require(bool condition) {
  if (!condition) std::abort();
}

void RequireNothingOfTheHost(const ConfigSection& section) {
  for (const ConfigKey* key : section.keys()) {
    Require(key->section != "location");
    Require(key->section != "serve" ||
            std::ranges::find(kHostsOfServe, key->name) == kHostsOfServe.end());
  }
}

void Read(std::string_view text, ConfigOrigin origin) {
  const auto config = ConfigFile::Parse(text, "flowlake.toml", origin);
  if (!config.ok()) {
    const std::string_view message = config.status().message();
    Require(message.starts_with("flowlake.toml"));
    Require(message.find('\n') == message.npos && message.find('\x1b') == message.npos);
    return;
  }
  for (const auto& kind : flowlake::config_table::kSections) {
    for (const ConfigSection& section : config->Sections(kind.name)) {
      if (origin != ConfigOrigin::kHost) RequireNothingOfTheHost(section);
    }
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  for (const ConfigOrigin origin :
       {ConfigOrigin::kLake, ConfigOrigin::kFolder, ConfigOrigin::kHost}) {
    Read(text, origin);
  }
  return 0;
}
