/// How an input is read.
#pragma once

#include <string>
#include <vector>

#include "flowlake/ingest/ingest.h"
#include "flowlake/ingest/settings.h"

namespace flowlake {

/// The fields of `input` if it has no header; empty if nobody says.
std::vector<std::string> FieldsOf(const IngestOptions& options,
                                  const LakeSettings& settings, const Input& input);

/// Under which terms `input` is refused, if it is: its fields, and what the rule for days
/// is. Under others it may not be.
std::vector<std::string> TermsOf(const IngestOptions& options,
                                 const LakeSettings& settings, const Input& input);

}  // namespace flowlake
