#include "flowlake/format/number_kernels.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <random>
#include <string>
#include <vector>

#include "flowlake/format/field_starts.h"

namespace flowlake {
namespace {

constexpr size_t kFieldsPerLine = 3;

/// Lines whose second field is one of `values`, and the field.
class Lines {
 public:
  explicit Lines(const std::vector<std::string>& values) : count_(values.size()) {
    text_ = "a line in front\n";
    for (const std::string& value : values) text_ += "x " + value + " y\n";
    text_ += "a line behind the others\n";
    starts_.Find(text_);
  }

  FieldOfLines field() const {
    const size_t first = starts_.lines()[1];
    return {text_.data(), starts_.fields() + first + 1, kFieldsPerLine, count_};
  }

 private:
  size_t count_;
  std::string text_;
  FieldStarts starts_;
};

bool IsNumber(const std::string& text, size_t min_digits, size_t max_digits) {
  return text.size() >= min_digits && text.size() <= max_digits &&
         std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

class NumberKernelsTest : public testing::TestWithParam<InstructionSet> {
 protected:
  void SetUp() override {
    if (GetParam() > BestInstructionSet()) {
      GTEST_SKIP() << "this processor lacks the instruction set";
    }
  }

  // The baseline reads numbers of any length, so being listed is judged where both agree.
  void ExpectReads(NumberKernel read, const std::vector<std::string>& values,
                   size_t min_digits) {
    const Lines lines(values);
    std::vector<int64_t> numbers(values.size());
    std::vector<uint16_t> others(values.size());
    const NumberRange range{3, 999'999'999'999'990, 1000};
    others.resize(read(lines.field(), range, numbers.data(), others.data()));
    ASSERT_TRUE(std::ranges::is_sorted(others));
    for (size_t i = 0; i < values.size(); ++i) {
      const std::string& value = values[i];
      const bool is_other = std::ranges::binary_search(others, i);
      const bool fits = IsNumber(value, 1, kMaxKernelDigits) &&
                        std::stoll(value) >= range.min && std::stoll(value) <= range.max;
      if (fits && IsNumber(value, min_digits, min_digits + 7)) {
        ASSERT_FALSE(is_other) << value;
      }
      if (!fits) {
        ASSERT_TRUE(is_other) << value;
      }
      if (!is_other) {
        ASSERT_EQ(numbers[i], std::stoll(value) * range.scale);
      }
    }
  }

  std::vector<std::string> RandomValues() {
    std::vector<std::string> values(1 + random_() % 100);
    const size_t oddity = 1 + random_() % 50;
    for (std::string& value : values) {
      value.resize(1 + random_() % 19);
      for (char& c : value) c = static_cast<char>('0' + random_() % 10);
      if (random_() % oddity == 0) {
        value[random_() % value.size()] = static_cast<char>('!' + random_() % 94);
      }
    }
    return values;
  }

  std::mt19937 random_;
};

TEST_P(NumberKernelsTest, ReadNumbersOfEachLengthAndListAllElse) {
  const NumberKernels kernels = NumberKernelsOf(GetParam());
  for (int round = 0; round < 3000; ++round) {
    const std::vector<std::string> values = RandomValues();
    ExpectReads(kernels.read_short, values, 1);
    ExpectReads(kernels.read_long, values, 9);
  }
}

TEST_P(NumberKernelsTest, KnowADigitFromItsNeighbours) {
  const NumberKernels kernels = NumberKernelsOf(GetParam());
  std::vector<std::string> values;
  for (char c = '!'; c <= '~'; ++c) {
    for (size_t size = 1; size <= kMaxKernelDigits; ++size) {
      for (size_t at = 0; at < size; ++at) {
        values.assign(4, std::string(size, '9'));
        values[1][at] = c;
        ExpectReads(kernels.read_short, values, 1);
        ExpectReads(kernels.read_long, values, 9);
      }
    }
  }
}

TEST(ReadDecimal, IsTheNearestDoubleOfWhatIsDigitsWithAPoint) {
  std::mt19937 random;
  for (int round = 0; round < 20'000; ++round) {
    std::string text;
    for (auto size = random() % 17; size > 0; --size) {
      text += "0123456789."[random() % 11];
    }
    double value = 0;
    const bool is_read = ReadDecimal(text, value);
    const auto points = std::ranges::count(text, '.');
    const bool is_decimal = !text.empty() && points <= 1 && text.front() != '.' &&
                            text.back() != '.' &&
                            text.size() - static_cast<size_t>(points) <= 15;
    ASSERT_EQ(is_read, is_decimal) << text;
    if (!is_read) continue;
    ASSERT_EQ(value, std::strtod(text.c_str(), nullptr)) << text;
  }
  for (const std::string text : {"-1", "1e3", "inf", "1,5", "0x1", " 1", ""}) {
    double value = 0;
    EXPECT_FALSE(ReadDecimal(text, value)) << text;
  }
}

INSTANTIATE_TEST_SUITE_P(EachInstructionSet, NumberKernelsTest,
                         testing::Values(InstructionSet::kBaseline,
                                         InstructionSet::kAvx2));

}  // namespace
}  // namespace flowlake
