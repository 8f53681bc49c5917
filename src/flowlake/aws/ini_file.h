/// The form of ~/.aws/config and ~/.aws/credentials: sections of settings, as Python's
/// configparser reads it, because AWS's command line does so.
///
///     # a comment has a line of its own; ';' begins one, too
///     [section]
///     name = value            ':' is as good as '='; names do not distinguish case
///       more                  a line that is indented more continues the value
///     [DEFAULT]               its settings are those of every section that lacks them
///
/// A section or a name that comes twice, and a line that is none of these, are errors.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "flowlake/base/status.h"

namespace flowlake {

/// By name in lower case. Lines of a continued value are separated by '\n'; a value whose
/// first line is empty begins with one.
using IniSettings = std::map<std::string, std::string>;

/// The value of a setting; empty if there is none.
std::string SettingAt(const IniSettings& settings, const std::string& name);

struct IniSection {
  std::string name;  ///< between the brackets, as it is written
  IniSettings settings;
};

/// In the order of the file, without [DEFAULT]. Invalid names the line, and has nothing
/// of what is in it: that may be a secret.
Result<std::vector<IniSection>> ParseIni(std::string_view text);

/// The settings of a value that is a list of them ("s3 =" and below it, indented,
/// "endpoint_url = …"); names as they are written. Invalid if a line has no '='.
Result<IniSettings> ParseNestedSettings(std::string_view value);

}  // namespace flowlake
