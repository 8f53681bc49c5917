/// SQL typed at a terminal.
#pragma once

#include <functional>
#include <string>

#include "flowlake/base/status.h"

namespace flowlake {

/// Reads statements (a statement ends with a semicolon at the end of a line) with editing
/// and a history that is kept in $XDG_STATE_HOME/flowlake/history, until Ctrl-D or \q.
/// What `run` says is printed; it does not end the prompt.
Status RunPrompt(const std::function<Status(const std::string&)>& run);

}  // namespace flowlake
