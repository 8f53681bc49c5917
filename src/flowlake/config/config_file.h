/// A flowlake.toml, parsed and held against the table of keys (config_key.h): whoever has
/// one of these cannot meet a key that its file may not have.
///
/// The text is hostile until shown otherwise: its size, its nesting, the number of its
/// tables and the length of its values are bounded.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "flowlake/base/status.h"
#include "flowlake/config/config_key.h"

namespace flowlake {

/// Bytes of a file.
inline constexpr int64_t kMostConfigBytes = 1 << 20;

/// One table of the file: [serve], one of the [[log]]s, one of a log's fields. Values
/// have the types that their rows say.
class ConfigSection {
 public:
  /// Nothing if the file does not say it.
  std::optional<std::string> Text(ConfigKeyName name) const;
  /// The elements of a list, or the one text or number there is.
  std::vector<std::string> Texts(ConfigKeyName name) const;
  std::optional<bool> Flag(ConfigKeyName name) const;
  std::vector<ConfigSection> Tables(ConfigKeyName name) const;

  bool Has(ConfigKeyName name) const { return Find(name) != nullptr; }
  /// Every key that the file says here.
  std::vector<const ConfigKey*> keys() const;

  /// The table as TOML.
  const std::string& toml() const { return toml_; }

  /// Invalid: file, the line of the key, else of the table, and `what`.
  Status Wrong(const std::string& what) const;
  Status Wrong(ConfigKeyName name, const std::string& what) const;

 private:
  friend class ConfigReader;
  struct Value {
    const ConfigKey* key = nullptr;
    size_t line = 0;
    std::vector<std::string> texts{};
    bool flag = false;
    std::vector<ConfigSection> tables{};
  };

  const Value* Find(ConfigKeyName name) const;

  std::string file_;
  size_t line_ = 0;
  std::string toml_;
  std::vector<Value> values_;
};

class ConfigFile {
 public:
  /// Says nothing.
  ConfigFile() = default;

  /// `name` is what messages call the file. Invalid, in one line: the file, the line, the
  /// key, and what would be right: for a key that this origin may not set, where it may
  /// stand; for one that there is not, the nearest that there is.
  static Result<ConfigFile> Parse(std::string_view text, const std::string& name,
                                  ConfigOrigin origin);

  /// Those of that name ("log"), in the file's order.
  std::vector<ConfigSection> Sections(std::string_view name) const;

 private:
  friend class ConfigReader;
  std::vector<std::pair<std::string, ConfigSection>> sections_;
};

}  // namespace flowlake
