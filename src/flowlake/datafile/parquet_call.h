/// parquet-cpp throws; flowlake returns. Each source that calls it does so through here.
#pragma once

#include <exception>
#include <string>
#include <utility>

#include "flowlake/base/status.h"

namespace flowlake {

/// The Status that `call` returns, or an IOError for what it throws. Messages begin with
/// `operation`, which names the object too: "read footer of part-1.parquet".
template <typename Call>
Status CallParquet(const std::string& operation, Call call) {
  try {
    const Status status = std::forward<Call>(call)();
    return status.ok() ? status : status.WithMessage(operation, ": ", status.message());
  } catch (const std::exception& error) {
    return Status::IOError(operation, ": ", error.what());
  }
}

}  // namespace flowlake
