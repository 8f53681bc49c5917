/// Answers as an aligned table for people.
#pragma once

#include <ostream>

#include "flowlake/report/renderer.h"

namespace flowlake {

/// Escapes for the terminal; returns the number of rows.
Result<int64_t> RenderTable(Answer& answer, const RenderOptions& options,
                            std::ostream& out);

}  // namespace flowlake
