#include "flowlake/format/percent_text.h"

#include "flowlake/format/field_value.h"

namespace flowlake {

std::string_view PercentDecoder::Decode(std::string_view text, bool may_be_twice) {
  if (text.find('%') == text.npos || DecodePercentText(text, once_)) return text;
  const bool is_twice = may_be_twice && once_.find("%20") != std::string::npos;
  const bool is_decoded = is_twice && !DecodePercentText(once_, twice_);
  return is_decoded ? twice_ : once_;
}

}  // namespace flowlake
