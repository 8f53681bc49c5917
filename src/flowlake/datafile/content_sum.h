/// What rows hold, in 128 bits that no order changes: files made of the same rows have
/// the same sum, whoever wrote them, in whatever order and however many.
///
///   a value   text: XXH3 of its bytes; number: itself; times an odd number that its
///             column's name and type give, plus another. NULL is 0.
///   a row     the sum of its values, mixed: values belong to their row. A column that a
///             file lacks changes nothing, nor does the order of columns.
///   rows      the sum modulo 2^128: equal rows do not cancel. And how many there are.
/// It finds faults, not forgeries: whoever chooses the rows can find others of its sum.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "flowlake/base/dictionary.h"
#include "flowlake/base/schema.h"
#include "flowlake/datafile/data_file.h"

namespace flowlake {

/// Tag of a DataFile: ContentSum::ToTag() of its rows.
inline constexpr char kContentTag[] = "flowlake.content";

struct ContentSum {
  uint64_t high = 0;
  uint64_t low = 0;
  int64_t rows = 0;

  /// One more row, of which this is the sum of the values.
  void AddRow(uint64_t values) {
    const uint64_t first = internal::Mix(values ^ 0x9E3779B97F4A7C15, 0xD6E8FEB86659FD93);
    const uint64_t second =
        internal::Mix(values ^ 0xA0761D6478BD642F, first ^ 0xE7037ED1A0B428DB);
    low += first;
    high += second + (low < first ? 1 : 0);
    ++rows;
  }
  ContentSum& operator+=(const ContentSum& other);
  friend bool operator==(const ContentSum&, const ContentSum&) = default;

  /// "1/<rows>/<32 hexadecimal digits>"; 1 is the rule above.
  std::string ToTag() const;
  /// nullopt: it is not of this rule.
  static std::optional<ContentSum> FromTag(std::string_view tag);
};

/// As the file's tag says; nullopt if there is none of this rule: older files, and those
/// of other writers.
std::optional<ContentSum> ContentOf(const DataFile& file);

/// What the values of a field add to the sum of their row.
class FieldHash {
 public:
  /// `int` and `long` are one type here: a value is the same in both.
  explicit FieldHash(const Field& field);

  uint64_t OfNumber(int64_t value) const {
    return static_cast<uint64_t>(value) * multiplier_ + presence_;
  }
  uint64_t OfText(std::string_view text) const;

  uint64_t multiplier() const { return multiplier_; }
  uint64_t presence() const { return presence_; }

 private:
  uint64_t multiplier_;
  uint64_t presence_;
};

}  // namespace flowlake
