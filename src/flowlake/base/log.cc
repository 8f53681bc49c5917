#include "flowlake/base/log.h"

#include <array>
#include <iostream>
#include <string>

#include "flowlake/base/date.h"
#include "flowlake/base/escape.h"

namespace flowlake {

namespace {

using Json = nlohmann::ordered_json;

LogFormat log_format = LogFormat::kJson;

constexpr std::array<const char*, 3> kLevels = {"info", "warning", "error"};

std::string Write(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

std::string JsonLine(const char* level, std::string_view message, const Json& fields) {
  Json json{{"time", FormatIso8601(NowMicros())}, {"level", level}, {"message", message}};
  if (fields.is_object()) json.update(fields);
  return Write(json);
}

std::string TextLine(const char* level, std::string_view message, const Json& fields) {
  constexpr size_t kClock = sizeof("2026-09-21");
  std::string line = FormatIso8601(NowMicros()).substr(kClock, sizeof("13:05:09") - 1);
  line += std::string(" ") + level + "  " + std::string(message);
  std::string separator = "  (";
  for (const auto& [name, value] : fields.items()) {
    line += separator + name + '=' +
            (value.is_string() ? value.get<std::string>() : Write(value));
    separator = ", ";
  }
  if (!fields.empty()) line += ')';
  return EscapeForTerminal(line);
}

}  // namespace

void SetLogFormat(LogFormat format) { log_format = format; }

void Log(LogLevel level, std::string_view message, const Json& fields) {
  const char* name = kLevels[static_cast<size_t>(level)];
  const auto write = log_format == LogFormat::kJson ? JsonLine : TextLine;
  std::cerr << write(name, message, fields) + '\n';
}

}  // namespace flowlake
