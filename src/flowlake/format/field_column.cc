#include "flowlake/format/field_column.h"

#include <algorithm>
#include <cstring>
#include <limits>
#include <string_view>

#include "flowlake/base/check.h"
#include "flowlake/base/date.h"

namespace flowlake {

namespace {
bool IsDash(std::string_view text) { return text.size() == 1 && text[0] == '-'; }

uint64_t Load64(const char* at) {
  uint64_t word;
  std::memcpy(&word, at, sizeof word);
  return word;
}

/// How many of the lines, from the first one on, have the same text in the field as the
/// first one.
size_t LinesAsTheFirst(const FieldOfLines& field) {
  using internal::kMask;
  const std::string_view first = field[0];
  const size_t size = first.size();
  if (size > 32) {
    size_t line = 1;
    while (line < field.lines && field[line] == first) ++line;
    return line;
  }
  // Either the first 16 bytes less what does not belong to it, or the first and the last.
  const char* const mask = kMask.data() + 16 - std::min<size_t>(size, 16);
  const uint64_t masks[] = {Load64(mask), Load64(mask + 8)};
  const size_t tail = size > 16 ? size - 16 : 0;
  const auto differs = [&](const char* text) {
    const auto at = [&](size_t place) {
      return Load64(text + place) ^ Load64(first.data() + place);
    };
    return ((at(0) | at(tail)) & masks[0]) | ((at(8) | at(tail + 8)) & masks[1]);
  };
  const uint16_t* at = field.starts;
  size_t line = 1;
  for (; line < field.lines; ++line) {
    at += field.stride;
    if (at[1] - at[0] - 1 != static_cast<int>(size)) break;
    if (differs(field.text + at[0]) != 0) break;
  }
  return line;
}

// Times are seconds here: logs with milliseconds in them are rare, and go the slow way.
NumberRange RangeOf(FieldKind kind, int64_t latest_time) {
  switch (kind) {
    case FieldKind::kTime:
      return {kEarliestTime / kMicrosPerSecond,
              std::min(latest_time / kMicrosPerSecond, kFirstMilliseconds - 1),
              kMicrosPerSecond};
    case FieldKind::kInt32:
      return {0, std::numeric_limits<int32_t>::max()};
    default:
      return {0, std::numeric_limits<int64_t>::max()};
  }
}

/// "-" and empty strings are rare, and told from all others by one comparison of what is
/// in the key anyway.
bool MayBeNull(const DictionaryKey& key) { return (key.low & ~uint64_t{'-'}) == 0; }

[[gnu::always_inline]] inline uint32_t CodeOf(const DictionaryKey& key,
                                              Dictionary& dictionary, bool& has_empty) {
  if (!MayBeNull(key)) return dictionary.Encode(key);
  has_empty |= key.text.empty();
  return IsNullText(key.text) ? kNullCode : dictionary.Encode(key);
}

/// Whether to look up a key as soon as it is made: the slots are near.
bool IsNear(const Dictionary& dictionary) {
  constexpr size_t kNearBytes = 512 << 10;
  return dictionary.memory() < kNearBytes;
}

// These return whether a field is empty.
bool EncodeNear(const FieldOfLines& field, uint32_t* codes, Dictionary& dictionary) {
  bool has_empty = false;
  field.ForEach([&](size_t line, const char* begin, size_t size) {
    const auto key = DictionaryKey::OfReadable({begin, size});
    codes[line] = CodeOf(key, dictionary, has_empty);
  });
  return has_empty;
}

// A key is made some lines before it is looked up: by then its slot is on its way from a
// cache that is far away.
bool EncodeFar(const FieldOfLines& field, uint32_t* codes, Dictionary& dictionary,
               std::span<DictionaryKey> keys) {
  bool has_empty = false;
  const size_t ahead = keys.size() / 2;
  const auto encode = [&](size_t line) {
    codes[line] = CodeOf(keys[line & (keys.size() - 1)], dictionary, has_empty);
  };
  field.ForEach([&](size_t line, const char* begin, size_t size) {
    DictionaryKey& key = keys[line & (keys.size() - 1)];
    key = DictionaryKey::OfReadable({begin, size});
    dictionary.Prefetch(key);
    if (line >= ahead) encode(line - ahead);
  });
  for (size_t line = field.lines - std::min(ahead, field.lines); line < field.lines;
       ++line) {
    encode(line);
  }
  return has_empty;
}

// The same; `is_decoded` is false if a field is no percent-encoded text.
bool EncodePercentText(const FieldOfLines& field, uint32_t* codes, Dictionary& dictionary,
                       std::string& decoded, bool& is_decoded) {
  bool has_empty = false;
  field.ForEach([&](size_t line, const char* begin, size_t size) {
    if (std::memchr(begin, '%', size) == nullptr) {
      const auto key = DictionaryKey::OfReadable({begin, size});
      codes[line] = CodeOf(key, dictionary, has_empty);
      return;
    }
    is_decoded &= !DecodePercentText({begin, size}, decoded);
    codes[line] = dictionary.Encode(decoded);
  });
  return has_empty;
}

}  // namespace

FieldAppender::FieldAppender(int64_t latest_time, EmptyField empty, InstructionSet set)
    : latest_time_(latest_time),
      is_empty_odd_(empty == EmptyField::kOdd),
      kernels_(NumberKernelsOf(set)) {
  Check(set <= BestInstructionSet(), "instructions that the processor does not have");
}

bool FieldAppender::Append(const FieldOfLines& field, FieldTarget target,
                           ColumnsBuilder& columns) {
  switch (target.kind) {
    case FieldKind::kText:
    case FieldKind::kAccount:
    case FieldKind::kPercentText:
      return AppendStrings(field, target, columns);
    default:
      return AppendNumbers(field, target, columns);
  }
}

bool FieldAppender::AppendStrings(const FieldOfLines& field, FieldTarget target,
                                  ColumnsBuilder& columns) {
  Dictionary& dictionary = columns.dictionary(target.column);
  uint32_t* codes = columns.AppendCodes(target.column, field.lines).data();
  // Many fields hardly ever change, or are nearly always NULL: one look-up for a run.
  constexpr size_t kLongRun = 8;
  constexpr int kMaxShortRuns = 4;
  FieldOfLines rest = field;
  for (int short_runs = 0; short_runs < kMaxShortRuns && rest.lines > 0;) {
    const size_t run = LinesAsTheFirst(rest);
    FieldOfLines first = rest;
    first.lines = 1;
    if (!Encode(first, target.kind, codes, dictionary)) return false;
    std::fill_n(codes, run, *codes);
    codes += run;
    rest.starts += run * rest.stride;
    rest.lines -= run;
    if (run < kLongRun) ++short_runs;
  }
  return Encode(rest, target.kind, codes, dictionary);
}

bool FieldAppender::Encode(const FieldOfLines& field, FieldKind kind, uint32_t* codes,
                           Dictionary& dictionary) {
  bool is_decoded = true;
  bool has_empty = false;
  if (kind == FieldKind::kPercentText) {
    has_empty = EncodePercentText(field, codes, dictionary, decoded_, is_decoded);
  } else if (IsNear(dictionary)) {
    has_empty = EncodeNear(field, codes, dictionary);
  } else {
    has_empty = EncodeFar(field, codes, dictionary, keys_);
  }
  return is_decoded && !(has_empty && is_empty_odd_);
}

bool FieldAppender::AppendNumbers(const FieldOfLines& field, FieldTarget target,
                                  ColumnsBuilder& columns) {
  const NumberRange range = RangeOf(target.kind, latest_time_);
  const NumberKernel read =
      target.kind == FieldKind::kTime ? kernels_.read_long : kernels_.read_short;
  const auto numbers = columns.AppendNumbers(target.column, field.lines);
  others_.resize(std::max(others_.size(), field.lines));
  const size_t others = read(field, range, numbers.data(), others_.data());
  std::span<uint8_t> valid;
  for (const uint16_t line : std::span(others_).first(others)) {
    const std::string_view text = field[line];
    if (IsDash(text) || (text.empty() && !is_empty_odd_)) {
      if (valid.empty()) valid = columns.AppendValidity(target.column, field.lines);
      numbers[line] = 0;
      valid[line] = 0;
      continue;
    }
    // A number of unusual length, or a misfit.
    int64_t number = 0;
    if (!ReadNumber(text, number) || number < range.min || number > range.max) {
      return false;
    }
    numbers[line] = number * range.scale;
  }
  return true;
}

}  // namespace flowlake
