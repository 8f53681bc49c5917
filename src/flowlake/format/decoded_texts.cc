#include "flowlake/format/decoded_texts.h"

#include "flowlake/format/field_value.h"

namespace flowlake {

namespace {
// What is held of the encoded texts, so that they stay in a cache.
constexpr size_t kMaxBytes = 1 << 20;
}  // namespace

void DecodedTexts::Encode(const FieldOfLines& field, ColumnsBuilder& columns, int column,
                          uint32_t* codes) {
  // The identity is held on to, so that no dictionary that comes later can have it.
  const auto target = columns.dictionary_identity(column);
  if (seen_ == nullptr || !IsSame(target, target_)) {
    target_ = target;
    Start();
  }
  Dictionary& dictionary = columns.dictionary(column);
  const bool is_distinct = columns.is_distinct(column);
  field.ForEach([&](size_t line, const char* begin, size_t size) {
    const std::string_view text(begin, size);
    if (IsNullText(text)) {
      codes[line] = kNullCode;
    } else if (is_distinct) {
      codes[line] = dictionary.Append(decoder_.Decode(text, may_be_twice_));
    } else {
      codes[line] = CodeOf(text, dictionary);
    }
  });
}

void DecodedTexts::Start() {
  seen_ = std::make_unique<Dictionary>();
  codes_.clear();
  looked_up_ = 0;
}

uint32_t DecodedTexts::CodeOf(std::string_view text, Dictionary& dictionary) {
  if (!is_worth_it_) return CodeOfNew(text, dictionary);
  const uint32_t seen = seen_->Encode(DictionaryKey::OfReadable(text));
  ++looked_up_;
  if (seen < codes_.size()) return codes_[seen];
  const uint32_t code = CodeOfNew(text, dictionary);
  codes_.push_back(code);
  if (seen_->memory() > kMaxBytes) {
    is_worth_it_ = looked_up_ > 2 * codes_.size();
    Start();
  }
  return code;
}

uint32_t DecodedTexts::CodeOfNew(std::string_view text, Dictionary& dictionary) {
  return dictionary.Encode(decoder_.Decode(text, may_be_twice_));
}

}  // namespace flowlake
