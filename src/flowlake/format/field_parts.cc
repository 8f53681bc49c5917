#include "flowlake/format/field_parts.h"

#include <algorithm>

namespace flowlake {

AddressParts SplitAddress(std::string_view text) {
  const size_t colon = text.rfind(':');
  if (colon == text.npos || text.starts_with("arn:")) {
    return {text, text.substr(text.size())};
  }
  std::string_view ip = text.substr(0, colon);
  if (ip.starts_with('[') && ip.ends_with(']')) ip = ip.substr(1, ip.size() - 2);
  return {ip, text.substr(colon + 1)};
}

RequestParts SplitRequest(std::string_view text) {
  while (text.ends_with(' ')) text.remove_suffix(1);
  const size_t first = std::min(text.find(' '), text.size());
  const size_t last = text.rfind(' ');
  const bool has_protocol = last != text.npos && last > first;
  const size_t url_begin = std::min(first + 1, text.size());
  const size_t url_end = has_protocol ? last : text.size();
  return {text.substr(0, first), text.substr(url_begin, url_end - url_begin),
          text.substr(has_protocol ? last + 1 : text.size())};
}

}  // namespace flowlake
