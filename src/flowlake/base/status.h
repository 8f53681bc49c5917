/// Errors of the world (I/O, configuration, a corrupt table) travel as Status or Result.
/// A message names the operation, the object and the cause, the offending value last:
/// "read 10 bytes at 4 of vpc_flow/date=…/part-….parquet: unexpected end of file".
/// A bad log line is data (format/reject.h); a lost commit race is an outcome
/// (table/table.h); a bug is an assertion.
#pragma once

#include <arrow/result.h>
#include <arrow/status.h>

namespace flowlake {

using arrow::Result;
using arrow::Status;

}  // namespace flowlake
