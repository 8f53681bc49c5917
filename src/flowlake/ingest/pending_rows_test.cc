#include "flowlake/ingest/pending_rows.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "flowlake/format/catalogue.h"
#include "flowlake/store/memory_store.h"

namespace flowlake {
namespace {

using testing::SizeIs;
using testing::UnorderedElementsAre;

class PendingRowsTest : public testing::Test {
 protected:
  /// Appends rows as one input has them, but does not keep them.
  void Append(int count, std::optional<Date> day = std::nullopt) {
    ColumnsBuilder* builder = pending_.Begin(schema_, day).ValueOrDie();
    for (int i = 0; i < count; ++i) {
      builder->AppendString(schema_.IndexOf("action"), "ACCEPT");
      builder->FinishRow();
    }
  }
  void Keep(const std::string& input) {
    ASSERT_TRUE(pending_.Keep(schema_, HashOf(input)).ok());
  }
  std::vector<AddedFile> Files() {
    EXPECT_TRUE(pending_.Flush().ok());
    return writers_.Close().ValueOrDie()[schema_.table()];
  }

  const Schema& schema_ = *LogSchemas().front();
  Lake lake_ = Lake::OpenOrCreate(MakeMemoryStore()).ValueOrDie();
  DayWriters writers_{lake_, {.file = {}, .budget_bytes = 64 << 20}};
  PendingRows pending_{writers_};
};

TEST_F(PendingRowsTest, WaitForEachOther) {
  Append(2);
  Keep("a");
  Append(3);
  Keep("b");
  EXPECT_EQ(writers_.buffered_bytes(), 0);
  const auto files = Files();
  ASSERT_THAT(files, SizeIs(1));
  EXPECT_EQ(files[0].file.rows, 5);
  EXPECT_THAT(files[0].inputs, UnorderedElementsAre(HashOf("a"), HashOf("b")));
}

TEST_F(PendingRowsTest, ThoseThatAreNotKeptAreForgotten) {
  Append(2);
  Keep("a");
  Append(5);
  Append(3);
  Keep("b");
  Append(7);
  const auto files = Files();
  ASSERT_THAT(files, SizeIs(1));
  EXPECT_EQ(files[0].file.rows, 5);
  EXPECT_THAT(files[0].inputs, UnorderedElementsAre(HashOf("a"), HashOf("b")));
}

TEST_F(PendingRowsTest, EnoughOfThemGoOn) {
  Append(5000);
  Keep("a");
  EXPECT_GT(writers_.buffered_bytes(), 0);
  EXPECT_EQ(Files()[0].file.rows, 5000);
}

TEST_F(PendingRowsTest, InputsOfDifferentDaysDoNotMix) {
  Append(1, Date{20'000});
  Keep("a");
  Append(1, Date{20'001});
  Keep("b");
  EXPECT_THAT(Files(), SizeIs(2));
}

TEST_F(PendingRowsTest, InputWithoutRowsIsInNoFile) {
  Append(0);
  Keep("empty");
  Append(1);
  Keep("a");
  EXPECT_THAT(Files()[0].inputs, UnorderedElementsAre(HashOf("a")));
}

TEST_F(PendingRowsTest, BuilderAloneHasNoRowsOfOthers) {
  Append(2);
  Keep("a");
  Append(1);
  EXPECT_EQ(pending_.BeginAlone(schema_).ValueOrDie()->rows(), 0);
  EXPECT_EQ(Files()[0].file.rows, 2);
}

}  // namespace
}  // namespace flowlake
