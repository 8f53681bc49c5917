/// Whether the dictionary of a column chunk pays, judged whenever a page is complete.
#pragma once

#include <cstddef>

namespace flowlake {

/// Of a page whose values are codes. All in bytes before compression.
struct DictionaryCost {
  size_t plain = 0;       ///< its values as they are
  size_t codes = 0;       ///< its values, as codes
  size_t dictionary = 0;  ///< the whole dictionary up to this page
  bool is_last = false;   ///< no page follows
};

/// Distinct values come fewer the longer a column is, so that a dictionary that nearly
/// pays at first will: it gets some pages to prove it.
class DictionaryChoice {
 public:
  enum class Verdict {
    kKeep,
    kEnd,     ///< later pages have the values themselves
    kRevoke,  ///< so is this one, the first: there is no dictionary
  };

  Verdict Judge(const DictionaryCost& page);
  void Clear() { *this = {}; }

 private:
  size_t pages_ = 0;
  size_t plain_ = 0;
  size_t codes_ = 0;
};

}  // namespace flowlake
