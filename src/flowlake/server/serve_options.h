/// How the daemon runs: flags, and keys of the section [serve] of a flowlake.toml, one
/// table for both. Which file may have which key: config/config_key.h.
#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "flowlake/base/status.h"
#include "flowlake/config/config_file.h"

namespace flowlake {

struct ServeOptions {
  std::string lake;
  std::string address = "127.0.0.1";
  uint16_t port = 8080;
  std::string wal;  ///< folder or "s3://…"; empty: no deliveries are taken
  std::string access_key_file;
  std::string metrics_key_file;
  std::string certificate;
  std::string certificate_key;
  int64_t flush_bytes = 128'000'000;
  int64_t max_delay_ms = 15 * 60'000;
  int64_t wal_limit = 10'000'000'000;
  std::vector<std::string> watch;
  int64_t watch_every_ms = 60'000;
  std::vector<std::string> queues;
  int64_t maintain_every_ms = 15 * 60'000;  ///< 0: never
  bool may_delete = false;
  int64_t memory_bytes = int64_t{1} << 30;
  int64_t connections = 1024;
  std::string log = "auto";  ///< "text", "json", or what fits the stream

  bool is_loopback() const;
};

/// One of them, as it is written.
struct ServeSetting {
  enum class Kind { kText, kList, kSwitch };
  ConfigKeyName key;  ///< of the section [serve]
  Kind kind;
  const char* value;  ///< what kind of value, for help
  const char* help;
  /// Invalid says what would be right. A list adds.
  Status (*set)(ServeOptions& options, const std::string& text);

  /// "max-delay": the key with '-' for '_'.
  std::string flag() const;
};

std::span<const ServeSetting> ServeSettings();

/// Values by the flag of their setting, as flags or a file have them.
using ServeValues = std::map<std::string, std::vector<std::string>>;

/// What the file says replaces what is in `values`.
void AddServeValues(const ConfigFile& config, ServeValues& values);

/// Invalid names the setting.
Status ApplyServeValues(const ServeValues& values, ServeOptions& options);

/// Whether they go together; Invalid says what is missing.
Status CheckServeOptions(const ServeOptions& options);

}  // namespace flowlake
