/// The kinds of log that a user has described in the lake's `flowlake.toml`:
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

#include <toml++/toml.h>

#include <memory>
#include <string>

#include "flowlake/base/status.h"
#include "flowlake/format/user_log.h"

namespace flowlake {

/// Invalid: file, line and `what`.
Status WrongSetting(const toml::source_region& where, const std::string& what);

/// Of a table [[log]] without its rule. Invalid names what is wrong, and line and file.
Result<std::shared_ptr<const UserLog>> ParseUserLog(const toml::table& table);

}  // namespace flowlake
