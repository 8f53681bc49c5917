/// A kind of log that a user has described, without C++ (flowlake.toml, [[log]]).
#pragma once

#include <memory>

#include "flowlake/format/delimited_parser.h"
#include "flowlake/format/log_kind.h"
#include "flowlake/format/parser.h"

namespace flowlake {

struct UserLog {
  LogKind kind;
  bool is_json = false;
  DelimitedFormat text{};  ///< unless it is JSON
};

/// `log` outlives the parser.
std::unique_ptr<Parser> MakeParser(const UserLog& log, const LogOrigin& origin,
                                   const ParseLimits& limits);

}  // namespace flowlake
