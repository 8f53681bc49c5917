/// The value of the column `extra`: what the schema does not know, as one JSON object.
#pragma once

#include <string>
#include <string_view>

namespace flowlake {

/// Not thread-safe.
class ExtraObject {
 public:
  void Clear() { text_.clear(); }
  bool empty() const { return text_.empty(); }

  void AddString(std::string_view name, std::string_view value);
  /// `json` is the text of one JSON value.
  void AddJson(std::string_view name, std::string_view json);

  /// Closes the object. Valid until Clear(). Requires that something was added.
  std::string_view Finish();

 private:
  void AddName(std::string_view name);
  void AppendQuoted(std::string_view value);

  std::string text_;
};

}  // namespace flowlake
