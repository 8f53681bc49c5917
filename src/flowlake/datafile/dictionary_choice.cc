#include "flowlake/datafile/dictionary_choice.h"

namespace flowlake {

namespace {
constexpr size_t kTrialPages = 4;
// Of a first page that repeats less than one in so many, there are millions of values.
constexpr size_t kRepeatsAreRarer = 256;
// A reader holds all of it, and the size of a page is a 32-bit number.
constexpr size_t kMaxDictionary = 64 << 20;
}  // namespace

DictionaryChoice::Verdict DictionaryChoice::Judge(const DictionaryCost& page) {
  ++pages_;
  plain_ += page.plain;
  codes_ += page.codes;
  const size_t cost = codes_ + page.dictionary;
  if (page.dictionary > kMaxDictionary) return Verdict::kEnd;
  if (cost < plain_) return Verdict::kKeep;
  // An eighth more than plain.
  const bool may_pay_yet = !page.is_last && cost < plain_ + plain_ / 8;
  if (pages_ == 1 && page.dictionary + page.plain / kRepeatsAreRarer > page.plain) {
    return Verdict::kRevoke;
  }
  if (pages_ == 1) return may_pay_yet ? Verdict::kKeep : Verdict::kRevoke;
  return pages_ < kTrialPages && may_pay_yet ? Verdict::kKeep : Verdict::kEnd;
}

}  // namespace flowlake
