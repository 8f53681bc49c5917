#include "flowlake/datafile/writer.h"

#include <map>

#include "flowlake/datafile/data_file_testing.h"
#include "flowlake/store/faulty_store.h"

namespace flowlake {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

TEST_F(DataFileTest, GivesBackWhatWasAppended) {
  const std::vector<Row> rows = {
      {Value("10.0.0.1"), Value("ACCEPT"), Value(""), Value(443), Value(1 << 20), {}},
      {Value("10.0.0.2"),
       {},
       Value(std::string("a\0b", 3)),
       Value(-1),
       {},
       Value(1789993509000000)}};
  EXPECT_EQ(Read(Write(rows)), rows);
}

TEST_F(DataFileTest, LiesInTheFolderOfItsDay) {
  const DataFile file = Write({MakeRow("10.0.0.1", 443)});
  EXPECT_THAT(file.path,
              testing::MatchesRegex("date=2026-09-21/part-[-0-9a-f]*.parquet"));
  EXPECT_EQ(file.date, Date{20717});
  const auto info = store_->Stat("flows/" + file.path).ValueOrDie();
  ASSERT_TRUE(info.has_value());
  EXPECT_EQ(file.bytes, info->size);
  EXPECT_EQ(file.modified_ms, info->modified_ms);
}

TEST_F(DataFileTest, NamesTheNullPartitionAsHiveDoes) {
  EXPECT_EQ(PartitionFolder(std::nullopt), "date=__HIVE_DEFAULT_PARTITION__");
}

TEST_F(DataFileTest, AppendsOnlyTheChosenRows) {
  auto writer = Open();
  const Columns columns =
      MakeColumns({MakeRow("a", 1), MakeRow("b", 2), MakeRow("c", 3), MakeRow("d", 4)});
  ASSERT_TRUE(writer->Append(columns, std::vector<uint32_t>{1, 3}).ok());
  EXPECT_THAT(Read(writer->Close().ValueOrDie()),
              ElementsAre(MakeRow("b", 2), MakeRow("d", 4)));
}

TEST_F(DataFileTest, HasOnlyTheColumnsThatOccur) {
  const DataFile file = Write({MakeRow("10.0.0.1", 443)});
  EXPECT_EQ(file.statistics.size(), 2u);
  EXPECT_EQ(file.column_bytes.size(), 2u);
  EXPECT_EQ(FooterOf(file).row_groups.front().chunks.size(), 2u);
}

TEST_F(DataFileTest, FillsAColumnThatComesLaterInTheRowGroupWithNulls) {
  auto writer = Open();
  const Row late = {{}, Value("REJECT"), {}, {}, {}, {}};
  ASSERT_TRUE(writer->Append(MakeColumns({MakeRow("a", 1)}), {}).ok());
  EXPECT_TRUE(writer->Accepts(MakeColumns({late})));
  ASSERT_TRUE(writer->Append(MakeColumns({late}), {}).ok());
  EXPECT_THAT(Read(writer->Close().ValueOrDie()), ElementsAre(MakeRow("a", 1), late));
}

TEST_F(DataFileTest, RefusesANewColumnOnceARowGroupIsWritten) {
  auto writer = Open();
  const Columns more = MakeColumns({{{}, Value("REJECT"), {}, {}, {}, {}}});
  const Columns fewer = MakeColumns({{{}, {}, {}, Value(7), {}, {}}});
  ASSERT_TRUE(writer->Append(MakeColumns({MakeRow("a", 1)}), {}).ok());
  ASSERT_TRUE(writer->FlushRowGroup().ok());
  EXPECT_TRUE(writer->Accepts(fewer));
  EXPECT_FALSE(writer->Accepts(more));
  EXPECT_TRUE(writer->Append(more, {}).IsInvalid());
}

TEST_F(DataFileTest, KnowsTheBoundsOfEveryColumn) {
  DataFileOptions options;
  options.row_group_rows = 2;
  const DataFile file = Write({MakeRow("10.0.0.2", 443), MakeRow("10.0.0.10", -5),
                               MakeRow("\xF0\x9F\x8C\x8A", 80), MakeRow("", 22)},
                              options);
  const ColumnStatistics addresses{0, Value(""), Value("\xF0\x9F\x8C\x8A"), true};
  const ColumnStatistics ports{0, Value(-5), Value(443), true};
  EXPECT_EQ(file.statistics.at("address"), addresses);
  EXPECT_EQ(file.statistics.at("port"), ports);
}

TEST_F(DataFileTest, BoundsSkipRowGroupsOfNulls) {
  DataFileOptions options;
  options.row_group_rows = 1;
  const Row no_port = {Value("a"), {}, {}, {}, {}, {}};
  const DataFile file = Write({no_port, MakeRow("b", 22), no_port}, options);
  const ColumnStatistics ports{2, Value(22), Value(22), true};
  EXPECT_EQ(file.statistics.at("port"), ports);
}

TEST_F(DataFileTest, BoundsOfLongStringsAreCut) {
  const DataFile file =
      Write({MakeRow(std::string(65, 'x'), 1), MakeRow(std::string(64, 'y'), 2)});
  EXPECT_EQ(file.statistics.at("address").min, Value(std::string(32, 'x')));
  EXPECT_EQ(file.statistics.at("address").max, Value(std::string(64, 'y')));
  EXPECT_EQ(file.statistics.at("address").null_count, 0);
  const DataFile other = Write({MakeRow(std::string(65, 'x'), 1), MakeRow("a", 2)});
  EXPECT_EQ(other.statistics.at("address").min, Value(std::string("a")));
  EXPECT_EQ(other.statistics.at("address").max, Value(std::string(31, 'x') + "y"));
}

TEST_F(DataFileTest, AColumnOfNullsIsTiny) {
  ColumnsBuilder builder(&TestSchema());
  builder.AppendNull(kAction);
  builder.AppendNull(kBytes);
  for (int i = 0; i < 100'000; ++i) AppendRow(MakeRow("a", i), builder);
  auto writer = Open();
  ASSERT_TRUE(writer->Append(builder.Finish(), {}).ok());
  const DataFile file = writer->Close().ValueOrDie();
  EXPECT_LT(file.column_bytes.at("action"), 100);
  EXPECT_LT(file.column_bytes.at("bytes"), 100);
  EXPECT_EQ(file.statistics.at("bytes").null_count, 100'000);
}

// Old readers know DELTA_BYTE_ARRAY not: only strings that no dictionary is worth have
// it.
TEST_F(DataFileTest, CodesStringsByWhatTheyAre) {
  ColumnsBuilder builder(&TestSchema());
  builder.AppendNull(2);
  for (int i = 0; i < 50'000; ++i) {
    AppendRow({Value("id-" + std::to_string(i)), Value("ACCEPT")}, builder);
  }
  auto writer = Open();
  ASSERT_TRUE(writer->Append(builder.Finish(), {}).ok());
  const Footer footer = FooterOf(writer->Close().ValueOrDie());
  std::map<std::string, std::string> encodings;
  for (const ChunkFooter& chunk : footer.row_groups[0].chunks) {
    encodings[chunk.column] = chunk.encodings;
  }
  EXPECT_THAT(encodings, testing::UnorderedElementsAre(
                             testing::Pair("address", "DELTA_BYTE_ARRAY, RLE"),
                             testing::Pair("action", "PLAIN, RLE, RLE_DICTIONARY"),
                             testing::Pair("note", "PLAIN, RLE")));
}

TEST_F(DataFileTest, CutsRowGroups) {
  DataFileOptions options;
  options.row_group_rows = 100;
  const Footer footer = FooterOf(Write(std::vector<Row>(250, MakeRow("a", 1)), options));
  ASSERT_EQ(footer.row_groups.size(), 3u);
  EXPECT_EQ(footer.row_groups[0].rows, 100);
  EXPECT_EQ(footer.row_groups[2].rows, 50);
}

TEST_F(DataFileTest, FlushingARowGroupFreesItsMemory) {
  auto writer = Open();
  const int64_t empty = writer->buffered_bytes();
  std::vector<Row> rows;
  for (int i = 0; i < 50'000; ++i) rows.push_back(MakeRow(std::to_string(i), i));
  ASSERT_TRUE(writer->Append(MakeColumns(rows), {}).ok());
  // Two packed codes, and each address and number once.
  EXPECT_GT(writer->buffered_bytes(), empty + 50'000 * (2 + 2 + 8 + 8));
  ASSERT_TRUE(writer->FlushRowGroup().ok());
  EXPECT_LT(writer->buffered_bytes(), empty + 20'000);
  EXPECT_EQ(writer->rows(), 50'000);
}

TEST_F(DataFileTest, ANumberBeyondItsTypeIsRefused) {
  auto writer = Open();
  ASSERT_TRUE(writer->Append(MakeColumns({MakeRow("a", int64_t{1} << 40)}), {}).ok());
  const Status status = writer->Close().status();
  EXPECT_TRUE(status.IsInvalid());
  EXPECT_THAT(status.message(), HasSubstr("1099511627776"));
}

TEST_F(DataFileTest, AnAbortedFileLeavesNothing) {
  auto writer = Open();
  ASSERT_TRUE(writer->Append(MakeColumns({MakeRow("a", 1)}), {}).ok());
  ASSERT_TRUE(writer->FlushRowGroup().ok());
  writer->Abort();
  EXPECT_THAT(store_->List("").ValueOrDie(), IsEmpty());
}

TEST_F(DataFileTest, AbortAfterCloseKeepsTheFile) {
  auto writer = Open();
  ASSERT_TRUE(writer->Append(MakeColumns({MakeRow("a", 1)}), {}).ok());
  ASSERT_TRUE(writer->Close().ok());
  writer->Abort();
  EXPECT_EQ(store_->List("").ValueOrDie().size(), 1u);
}

// Every operation of the store fails in turn, until none is left to fail.
TEST_F(DataFileTest, AFailureOfTheStoreIsReportedAndLeavesNothing) {
  const auto faulty = std::make_shared<FaultyStore>(store_);
  for (const FaultKind kind : {FaultKind::kRefused, FaultKind::kAnswerLost}) {
    for (int64_t operation = 0;; ++operation) {
      auto writer =
          DataFileWriter::Make(faulty, "flows", Date{1}, &TestSchema(), {}).ValueOrDie();
      faulty->Inject({operation, kind, /*mutating_only=*/false});
      ASSERT_TRUE(writer->Append(MakeColumns({MakeRow("a", 1)}), {}).ok());
      const auto file = writer->Close();
      const bool failed = faulty->fired();
      faulty->Heal();
      EXPECT_EQ(file.ok(), !failed) << operation;
      writer->Abort();
      if (!failed) {
        EXPECT_GE(operation, 4);  // Create, Close, Open, Stat
        ASSERT_TRUE(store_->Delete("flows/" + file->path).ok());
        break;
      }
      EXPECT_THAT(store_->List("").ValueOrDie(), IsEmpty()) << operation;
    }
  }
}

TEST_F(DataFileTest, IsInvisibleBeforeClose) {
  auto writer = Open();
  ASSERT_TRUE(writer->Append(MakeColumns({MakeRow("a", 1)}), {}).ok());
  ASSERT_TRUE(writer->FlushRowGroup().ok());
  EXPECT_THAT(store_->List("").ValueOrDie(), IsEmpty());
}

TEST_F(DataFileTest, DictionariesOfDeadColumnsAreNotMistakenForNewOnes) {
  auto writer = Open();
  std::vector<Row> expected;
  for (int i = 0; i < 200; ++i) {
    expected.push_back(MakeRow("address " + std::to_string(i), i));
    // Its dictionary dies at once, and its address is likely to be used again.
    ASSERT_TRUE(writer->Append(MakeColumns({expected.back()}), {}).ok());
  }
  EXPECT_EQ(Read(writer->Close().ValueOrDie()), expected);
}

TEST(Compression, NamesAreChecked) {
  EXPECT_EQ(ParseCompression("zstd").ValueOrDie(), Compression::kZstd);
  EXPECT_THAT(ParseCompression("lzma").status().message(), HasSubstr("snappy, zstd"));
}

}  // namespace
}  // namespace flowlake
