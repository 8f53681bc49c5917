/// The header of a request, as libmicrohttpd has it.
#pragma once

#include <optional>
#include <string>

#include "flowlake/server/request_framing.h"

struct MHD_Connection;

namespace flowlake {

/// When the library calls its handler for the first time, with what it gives it then.
/// Valid during that call.
ReceivedHeader ReadHeader(MHD_Connection* connection, const char* method, const char* url,
                          const char* version);

/// FindLineFault(), where the library does not look itself, and FindFieldFault().
std::optional<std::string> FindFramingFault(const ReceivedHeader& header);

}  // namespace flowlake
