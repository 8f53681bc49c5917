/// Every key that a flowlake.toml may have, and whose file may have it: one table, a row
/// per key. doc/configuration.md shows the same table; test/structure compares the two.
///
/// A lake's file is written by whoever may write the lake. It may describe: what logs
/// look like, how long days stay, sizes and periods within bounds. It may not name
/// anything of the host that reads it: no path, address, key, queue, account.
#pragma once

#include <array>
#include <cstddef>
#include <string>
#include <string_view>

namespace flowlake {

/// Whose file it is.
enum class ConfigOrigin {
  kLake,    ///< <lake>/flowlake.toml: whoever may write the lake
  kFolder,  ///< ./flowlake.toml: whoever could put a file beside the user
  kHost,    ///< --config, $FLOWLAKE_CONFIG, ~/.config/flowlake/flowlake.toml
};

enum class ConfigType {
  kText,
  kTexts,          ///< a text, or a list of texts
  kTextOrNumber,   ///< a text, or an integer
  kFlag,           ///< true or false
  kSize,           ///< base/byte_size.h, or an integer: bytes
  kPeriod,         ///< base/duration.h
  kPeriodOrNever,  ///< the same, or "never"
  kTables,         ///< a list of tables: a section of its own, "log.fields"
};

struct ConfigKey {
  std::string_view section;  ///< "serve", "log", "log.fields"
  std::string_view name;
  ConfigType type;
  bool lake_may_set;
  /// What a lake's file may ask for at least and at most; empty: anything.
  std::string_view least{};
  std::string_view most{};
};

/// A table of a file, or a list of tables.
struct ConfigSectionKind {
  std::string_view name;
  size_t most;  ///< tables in one file; 0: it is one table, "[serve]"
};

namespace config_table {

using enum ConfigType;

/// Any file may set it; in a lake's file within the bounds.
constexpr ConfigKey Lake(std::string_view section, std::string_view name, ConfigType type,
                         std::string_view least = {}, std::string_view most = {}) {
  return {section, name, type, true, least, most};
}

/// Only the host's own file may set it.
constexpr ConfigKey Host(std::string_view section, std::string_view name,
                         ConfigType type) {
  return {section, name, type, false};
}

inline constexpr std::array kSections = {
    ConfigSectionKind{"format", 4096},    ConfigSectionKind{"log", 256},
    ConfigSectionKind{"log.fields", 512}, ConfigSectionKind{"maintain", 0},
    ConfigSectionKind{"serve", 0},        ConfigSectionKind{"location", 1024},
};

inline constexpr std::array kKeys = {
    Lake("format", "match", kText),
    Lake("format", "prefix", kText),
    Lake("format", "log_group", kText),
    Lake("format", "stream", kText),
    Lake("format", "attribute", kText),
    Lake("format", "fields", kText),

    Lake("log", "match", kText),
    Lake("log", "prefix", kText),
    Lake("log", "log_group", kText),
    Lake("log", "stream", kText),
    Lake("log", "attribute", kText),
    Lake("log", "table", kText),
    Lake("log", "format", kText),
    Lake("log", "separator", kText),
    Lake("log", "quotes", kFlag),
    Lake("log", "header", kFlag),
    Lake("log", "time", kText),
    Lake("log", "sort", kText),
    Lake("log", "lookups", kText),
    Lake("log", "fields", kTables),
    Lake("log.fields", "name", kText),
    Lake("log.fields", "type", kText),
    Lake("log.fields", "path", kText),

    Lake("maintain", "expire", kText),
    Lake("maintain", "vacuum", kText),
    Lake("maintain", "manifests", kFlag),

    Lake("serve", "flush_size", kSize, "1kB", "1GB"),
    Lake("serve", "max_delay", kPeriod, "1s", "1d"),
    Lake("serve", "wal_limit", kSize, "1kB", "10GB"),
    Lake("serve", "watch_every", kPeriod, "1s", "1d"),
    Lake("serve", "maintain_every", kPeriodOrNever, "1s", "7d"),
    Lake("serve", "memory", kSize, "768MiB", "1GiB"),
    Host("serve", "listen", kTextOrNumber),
    Host("serve", "wal", kText),
    Host("serve", "access_key_file", kText),
    Host("serve", "certificate", kText),
    Host("serve", "certificate_key", kText),
    Host("serve", "metrics_key_file", kText),
    Host("serve", "watch", kTexts),
    Host("serve", "queue", kTexts),
    Host("serve", "yes", kFlag),
    Host("serve", "connections", kTextOrNumber),
    Host("serve", "log", kText),

    Host("location", "match", kText),
    Host("location", "region", kText),
    Host("location", "endpoint", kText),
    Host("location", "path_style", kFlag),
    Host("location", "dual_stack", kFlag),
    Host("location", "fips", kFlag),
    Host("location", "requester_pays", kFlag),
    Host("location", "expected_bucket_owner", kText),
    Host("location", "encryption", kText),
    Host("location", "kms_key", kText),
    Host("location", "profile", kText),
    Host("location", "role_arn", kText),
    Host("location", "external_id", kText),
};

/// nullptr if there is no such key.
constexpr const ConfigKey* Find(std::string_view section, std::string_view name) {
  for (const ConfigKey& key : kKeys) {
    if (key.section == section && key.name == name) return &key;
  }
  return nullptr;
}

}  // namespace config_table

/// How code names a key: "serve.flush_size". One that is not in the table does not
/// compile.
class ConfigKeyName {
 public:
  consteval ConfigKeyName(const char* text) : key_(Named(text)) {}
  constexpr const ConfigKey& key() const { return *key_; }

 private:
  static consteval const ConfigKey* Named(std::string_view text) {
    const size_t dot = text.rfind('.');
    const ConfigKey* key = config_table::Find(text.substr(0, dot), text.substr(dot + 1));
    return key != nullptr ? key : throw "no row of the table of configuration keys";
  }

  const ConfigKey* key_;
};

/// nullptr if there is no such section.
const ConfigSectionKind* FindConfigSection(std::string_view name);

/// "[serve]", "[[log]]"; "a field of [[log]]" for "log.fields".
std::string DescribeSection(std::string_view name);

/// Of the section's keys, or of the sections for "", the one that is spelt most like
/// `name`.
std::string_view NearestConfigKey(std::string_view section, std::string_view name);

}  // namespace flowlake
