/// Text that CloudFront percent-encodes, some of it twice.
#pragma once

#include <string>
#include <string_view>

namespace flowlake {

/// Not thread-safe.
class PercentDecoder {
 public:
  /// Decoded once; twice if it `may_be_twice` and still has "%20" then; as it came if
  /// that is no UTF-8. Points into `text` or is valid until the next call.
  std::string_view Decode(std::string_view text, bool may_be_twice);

 private:
  std::string once_;
  std::string twice_;
};

}  // namespace flowlake
