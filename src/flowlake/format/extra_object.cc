#include "flowlake/format/extra_object.h"

#include <array>
#include <cstdio>

#include "flowlake/base/check.h"

namespace flowlake {

void ExtraObject::AddString(std::string_view name, std::string_view value) {
  AddName(name);
  AppendQuoted(value);
}

void ExtraObject::AddJson(std::string_view name, std::string_view json) {
  AddName(name);
  text_ += json;
}

std::string_view ExtraObject::Finish() {
  Check(!text_.empty(), "an object to which nothing was added");
  text_ += '}';
  return text_;
}

void ExtraObject::AddName(std::string_view name) {
  text_ += text_.empty() ? '{' : ',';
  AppendQuoted(name);
  text_ += ':';
}

void ExtraObject::AppendQuoted(std::string_view value) {
  text_ += '"';
  for (char c : value) {
    if (c == '"' || c == '\\') {
      text_ += '\\';
      text_ += c;
    } else if (static_cast<unsigned char>(c) < 0x20) {
      std::array<char, 8> escape;
      std::snprintf(escape.data(), escape.size(), "\\u%04x", static_cast<unsigned>(c));
      text_ += escape.data();
    } else {
      text_ += c;
    }
  }
  text_ += '"';
}

}  // namespace flowlake
