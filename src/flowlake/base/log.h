/// What a program that runs unattended says: one line per event on stderr.
#pragma once

#include <nlohmann/json.hpp>
#include <string_view>

namespace flowlake {

enum class LogFormat {
  kJson,  ///< an object per line: time, level, message, then the fields
  kText,  ///< for people: "13:05:09 error  message  (field=value, …)"
};

enum class LogLevel { kInfo, kWarning, kError };

/// For the whole process; JSON until it is called. Before any thread logs.
void SetLogFormat(LogFormat format);

/// Writes one line, whole also where several threads write. `fields` is an object, or
/// null.
void Log(LogLevel level, std::string_view message,
         const nlohmann::ordered_json& fields = {});

}  // namespace flowlake
