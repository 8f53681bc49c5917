/// Tokens that something else keeps fresh in a file: a web identity, a container's key.
#pragma once

#include <string>

#include "flowlake/base/status.h"

namespace flowlake {

/// Without blanks and line breaks at its end. IOError if the file cannot be read or has
/// more than 64 KiB; Invalid if the token is empty or not of one line. No message has
/// anything of the token in it.
Result<std::string> ReadTokenFile(const std::string& path);

}  // namespace flowlake
