/// What failed while the rest went on: by table (or file) and step. Whoever works on
/// several things in turn adds each failure here instead of ending at the first.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "flowlake/base/status.h"

namespace flowlake {

struct Failure {
  std::string object;  ///< "vpc_flow", or the path of a file
  std::string step;    ///< "open", "commit", "compact", …: a word of ours
  Status status;

  /// "vpc_flow: compact: read …". From outside: to be escaped.
  std::string ToString() const;
};

/// Not thread-safe.
class Failures {
 public:
  /// Nothing if `status` is OK. Returns whether it is.
  bool Keep(const std::string& object, const std::string& step, const Status& status);
  void Add(const Failures& others);

  bool empty() const { return list_.empty(); }
  size_t size() const { return list_.size(); }
  const std::vector<Failure>& list() const { return list_; }
  std::vector<Failure>::const_iterator begin() const { return list_.begin(); }
  std::vector<Failure>::const_iterator end() const { return list_.end(); }

  /// OK if there is none; else one error that names them all, with the code of the first.
  Status ToStatus() const;

 private:
  std::vector<Failure> list_;
};

}  // namespace flowlake
