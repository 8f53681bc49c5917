#include "flowlake/format/json_paths.h"

#include <algorithm>
#include <utility>

namespace flowlake {

namespace {

/// Spellings that are remembered; names that change with every record are not.
constexpr size_t kMaxMembers = 256;

}  // namespace

JsonPaths::JsonPaths(const LogKind& log) : log_(log), nodes_(1) {
  for (size_t i = 0; i < log.fields.size(); ++i) {
    const LogField& field = log.fields[i];
    Add(field.path.empty() ? field.name : field.path, static_cast<int>(i));
  }
  for (size_t node = 0; node < nodes_.size(); ++node) {
    for (const JsonMember& member : nodes_[node].members) {
      if (member.field < 0) continue;
      for (const int below : {member.members, member.elements}) {
        if (below >= 0) nodes_[static_cast<size_t>(below)].is_kept_whole = true;
      }
    }
  }
}

JsonMember& JsonPaths::Member(int node, std::string_view name) {
  auto& members = nodes_[static_cast<size_t>(node)].members;
  const auto found = std::ranges::find(members, name, &JsonMember::name);
  if (found != members.end()) return *found;
  return members.emplace_back(JsonMember{std::string(name), -1, -1, -1, -1});
}

int JsonPaths::NodeBelow(int JsonMember::*below, int node, std::string_view name,
                         const char* suffix) {
  const int known = Member(node, name).*below;
  if (known >= 0) return known;
  const int made = static_cast<int>(nodes_.size());
  Member(node, name).*below = made;
  Node below_it;
  below_it.prefix = prefix(node) + std::string(name) + suffix;
  nodes_.push_back(std::move(below_it));
  return made;
}

void JsonPaths::Add(std::string_view path, int field) {
  int node = kRoot;
  for (size_t dot = path.find('.'); dot != path.npos; dot = path.find('.')) {
    std::string_view name = path.substr(0, dot);
    path.remove_prefix(dot + 1);
    if (name.ends_with("[]")) {
      name.remove_suffix(2);
      node = NodeBelow(&JsonMember::elements, node, name, "[].");
    } else {
      node = NodeBelow(&JsonMember::members, node, name, ".");
    }
  }
  if (path.ends_with("[]")) {
    Member(node, path.substr(0, path.size() - 2)).element = field;
  } else {
    Member(node, path).field = field;
  }
}

const JsonMember* JsonPaths::Find(int node, std::string_view name) {
  Node& at = nodes_[static_cast<size_t>(node)];
  const size_t count = at.members.size();
  for (size_t i = 0; i < count; ++i) {
    size_t index = at.next + i;
    if (index >= count) index -= count;
    if (at.members[index].name != name) continue;
    at.next = index + 1;
    return &at.members[index];
  }
  return node == kRoot ? FindSpelling(node, name) : nullptr;
}

/// "cs_host" for "cs(Host)".
const JsonMember* JsonPaths::FindSpelling(int node, std::string_view name) {
  const int field = log_.FieldNamed(name);
  Node& at = nodes_[static_cast<size_t>(node)];
  if (field < 0 || at.members.size() >= kMaxMembers) return nullptr;
  at.members.push_back({std::string(name), field, -1, -1, -1});
  at.next = at.members.size();
  return &at.members.back();
}

}  // namespace flowlake
