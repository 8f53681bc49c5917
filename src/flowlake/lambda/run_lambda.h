/// The whole of the function, for both programs that can be it.
#pragma once

#include "flowlake/base/status.h"

namespace flowlake {

/// Serves invocations until the runtime API is gone. Invalid if the environment is not
/// that of a Lambda function.
Status RunLambda();

}  // namespace flowlake
