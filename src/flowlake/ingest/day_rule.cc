#include "flowlake/ingest/day_rule.h"

#include "flowlake/base/mutex.h"
#include "flowlake/source/inputs.h"

namespace flowlake {

std::optional<Date> DayRule::DayOf(const Input& input, Date today) const {
  if (input.date) return input.date;
  if (!is_unattended) return std::nullopt;
  return input.is_delivery() ? input.delivery.arrival : today;
}

std::vector<std::string> DayRule::Terms() const {
  std::vector<std::string> terms;
  if (max_days != DayRule{}.max_days) {
    terms.push_back("--max-days " + std::to_string(max_days));
  }
  if (from) terms.push_back("--from " + FormatDate(*from));
  if (to) terms.push_back("--to " + FormatDate(*to));
  return terms;
}

bool OpenedDays::Add(const std::string& table, const std::set<Date>& days, int64_t most) {
  const MutexLock lock(mutex_);
  auto all = days_;
  for (const Date day : days) all.emplace(table, day);
  if (static_cast<int64_t>(all.size()) > most) return false;
  days_ = std::move(all);
  return true;
}

}  // namespace flowlake
