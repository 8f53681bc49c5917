#include "flowlake/ingest/input_terms.h"

namespace flowlake {

std::vector<std::string> FieldsOf(const IngestOptions& options,
                                  const LakeSettings& settings, const Input& input) {
  return options.fields.empty() ? settings.FieldsFor(input) : options.fields;
}

std::vector<std::string> TermsOf(const IngestOptions& options,
                                 const LakeSettings& settings, const Input& input) {
  std::vector<std::string> terms = FieldsOf(options, settings, input);
  const std::vector<std::string> days = options.days.Terms();
  terms.insert(terms.end(), days.begin(), days.end());
  return terms;
}

}  // namespace flowlake
