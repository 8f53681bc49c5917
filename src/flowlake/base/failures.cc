#include "flowlake/base/failures.h"

namespace flowlake {

std::string Failure::ToString() const {
  return object + ": " + step + ": " + status.message();
}

bool Failures::Keep(const std::string& object, const std::string& step,
                    const Status& status) {
  if (status.ok()) return true;
  list_.push_back({object, step, status});
  return false;
}

void Failures::Add(const Failures& others) {
  list_.insert(list_.end(), others.begin(), others.end());
}

Status Failures::ToStatus() const {
  if (list_.empty()) return Status::OK();
  std::string text;
  for (const Failure& failure : list_) {
    text += (text.empty() ? "" : "; ") + failure.ToString();
  }
  return list_.front().status.WithMessage(text);
}

}  // namespace flowlake
