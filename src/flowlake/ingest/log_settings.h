/// The kinds of log that a user has described in a `flowlake.toml`:
///
///   [[log]]
///   table = "app_access"
///   prefix = "app/"          # or match, log_group, stream, attribute: ingest/settings.h
///   format = "delimited"     # or "json"
///   separator = "\t"         # of delimited; "," without it
///   quotes = false           # RFC 4180; true without it
///   header = false           # true: the first line names the fields
///   time = "ts"              # the field that says to which day a row belongs
///   sort = "host, ts"        # of compaction; the time without it
///   lookups = "host"         # what is asked for by value: statistics, Bloom filters
///   fields = [
///     {name = "ts", type = "timestamp"},
///     {name = "host"},       # type = "string"
///     {name = "user", path = "request.user.name"},   # of JSON
///   ]
#pragma once

#include <memory>

#include "flowlake/base/status.h"
#include "flowlake/config/config_file.h"
#include "flowlake/format/user_log.h"

namespace flowlake {

/// Of a table [[log]] without its rule. Invalid names what is wrong, and line and file.
Result<std::shared_ptr<const UserLog>> ParseUserLog(const ConfigSection& table);

}  // namespace flowlake
