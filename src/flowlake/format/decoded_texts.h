/// The percent-encoded texts of a column: one that comes again is not decoded again.
#pragma once

#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

#include "flowlake/base/columns.h"
#include "flowlake/base/dictionary_identity.h"
#include "flowlake/format/field_of_lines.h"
#include "flowlake/format/percent_text.h"

namespace flowlake {

/// Of one column. Not thread-safe.
class DecodedTexts {
 public:
  /// Encoded texts are decoded twice if that is what they need (PercentDecoder).
  explicit DecodedTexts(bool may_be_twice) : may_be_twice_(may_be_twice) {}

  /// Into `codes` those of the decoded texts in the dictionary of `column` of `columns`.
  void Encode(const FieldOfLines& field, ColumnsBuilder& columns, int column,
              uint32_t* codes);

 private:
  void Start();
  uint32_t CodeOf(std::string_view text, Dictionary& dictionary);
  uint32_t CodeOfNew(std::string_view text, Dictionary& dictionary);

  const bool may_be_twice_;
  PercentDecoder decoder_;
  DictionaryIdentity target_;         // what the codes are of
  std::unique_ptr<Dictionary> seen_;  // texts as they came
  std::vector<uint32_t> codes_;       // by the code in seen_
  size_t looked_up_ = 0;              // since seen_ was started
  bool is_worth_it_ = true;
};

}  // namespace flowlake
