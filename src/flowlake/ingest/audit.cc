#include "flowlake/ingest/audit.h"

#include <map>
#include <set>

#include "flowlake/ingest/identity.h"
#include "flowlake/ingest/known_inputs.h"
#include "flowlake/ingest/settings.h"
#include "flowlake/source/byte_stream.h"
#include "flowlake/source/key_layout.h"

namespace flowlake {

namespace {

std::vector<DeliveryGap> FindGaps(const std::vector<Input>& inputs) {
  std::map<std::string, std::set<int64_t>> minutes_of;
  for (const Input& input : inputs) {
    const auto delivery = ParseDelivery(input.name);
    if (delivery) minutes_of[delivery->flow_log].insert(delivery->minute);
  }
  std::vector<DeliveryGap> gaps;
  for (const auto& [flow_log, minutes] : minutes_of) {
    int64_t previous = *minutes.begin();
    for (const int64_t minute : minutes) {
      if (minute - previous > kDeliveryMinutes) {
        gaps.push_back({flow_log, previous, minute});
      }
      previous = minute;
    }
  }
  return gaps;
}

Result<InputKeys> Identify(const Input& input) {
  if (input.is_object()) return ObjectKey(input);
  ARROW_ASSIGN_OR_RAISE(const ContentIdentity identity, IdentifyContent(input));
  return identity.keys;
}

}  // namespace

Result<SourceAudit> AuditSource(const Lake& lake, const std::vector<Input>& inputs) {
  ARROW_ASSIGN_OR_RAISE(const LakeSettings settings, ReadSettings(lake));
  const auto terms = [&](const Input& input) { return settings.FieldsFor(input); };
  ARROW_ASSIGN_OR_RAISE(const KnownInputs known, KnownInputs::Load(lake, inputs, terms));
  SourceAudit audit;
  audit.failures = known.failures();
  audit.inputs = static_cast<int64_t>(inputs.size());
  audit.gaps = FindGaps(inputs);
  for (const Input& input : inputs) {
    ARROW_ASSIGN_OR_RAISE(const InputKeys key, Identify(input));
    if (known.IsIngested(key) || known.IsRefused(EmptyKey(key))) continue;
    const InputKeys refused = RefusedKey(key, settings.FieldsFor(input));
    auto& list = known.IsRefused(refused) ? audit.refused : audit.missing;
    list.push_back(input.name);
  }
  return audit;
}

}  // namespace flowlake
