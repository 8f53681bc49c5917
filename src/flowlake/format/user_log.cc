#include "flowlake/format/user_log.h"

#include "flowlake/format/json_log_parser.h"

namespace flowlake {

std::unique_ptr<Parser> MakeParser(const UserLog& log, const LogOrigin& origin,
                                   const ParseLimits& limits) {
  if (log.is_json) return std::make_unique<JsonLogParser>(log.kind, origin, limits);
  return std::make_unique<DelimitedParser>(log.kind, log.text, origin, limits);
}

}  // namespace flowlake
