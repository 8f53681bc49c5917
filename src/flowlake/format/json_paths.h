/// Where in a JSON record the fields of a log stand, as a tree to walk along with it.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "flowlake/format/log_kind.h"

namespace flowlake {

struct JsonMember {
  std::string name;
  int field = -1;     ///< that takes its value; -1: none
  int members = -1;   ///< the node of its members, if it is an object
  int elements = -1;  ///< the node of the members of its elements, if it is an array
  int element = -1;   ///< the field that takes its elements, if they are values
};

/// Not thread-safe.
class JsonPaths {
 public:
  /// Names without a path are members of the record itself, in any spelling.
  explicit JsonPaths(const LogKind& log);

  static constexpr int kRoot = 0;

  /// nullptr if nothing is known of `name`. Fastest in the order of the last record.
  const JsonMember* Find(int node, std::string_view name);
  /// "userIdentity.": what comes before the names of the node's members.
  const std::string& prefix(int node) const { return At(node).prefix; }
  /// Whether unknown members of the node are of no interest: a field has all of it.
  bool is_kept_whole(int node) const { return At(node).is_kept_whole; }

 private:
  struct Node {
    std::string prefix;
    bool is_kept_whole = false;
    std::vector<JsonMember> members;
    size_t next = 0;  // the member that is expected
  };

  const Node& At(int node) const { return nodes_[static_cast<size_t>(node)]; }
  JsonMember& Member(int node, std::string_view name);
  int NodeBelow(int JsonMember::*below, int node, std::string_view name,
                const char* suffix);
  void Add(std::string_view path, int field);
  const JsonMember* FindSpelling(int node, std::string_view name);

  const LogKind& log_;
  std::vector<Node> nodes_;
};

}  // namespace flowlake
