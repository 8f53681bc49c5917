/// The lake's `flowlake.toml`: which format inputs have that do not say it themselves.
///
///   [[format]]
///   match = "*/firehose/*"                 # a glob on the input's name (fnmatch, *
///   crosses /) fields = "${version} ${account-id} …"  # AWS's notation, or a list of
///   names
#pragma once

#include <string>
#include <vector>

#include "flowlake/base/status.h"
#include "flowlake/table/lake.h"

namespace flowlake {

struct FormatRule {
  std::string match;
  std::vector<std::string> fields;  ///< canonical names
};

struct LakeSettings {
  std::vector<FormatRule> formats;

  /// The fields of the first rule that matches `input_name`; empty if none does.
  std::vector<std::string> FieldsFor(const std::string& input_name) const;
};

inline constexpr std::string_view kSettingsPath = "flowlake.toml";

/// Invalid names file, line and what is wrong with it.
Result<LakeSettings> ParseSettings(const std::string& toml);

/// A lake without the file has default settings.
Result<LakeSettings> ReadSettings(const Lake& lake);

}  // namespace flowlake
