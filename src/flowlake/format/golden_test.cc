// Runs every folder of test/golden that has an input: text, JSON or Parquet.
//   input.*         what is parsed
//   fields.txt      the format that the user names, if any
//   expected.jsonl  the rows; rejects.jsonl the rejects, where there are any;
//   error.txt       in place of both: a part of the message that refuses the input
// FLOWLAKE_UPDATE_GOLDEN=1 writes what the parsers give now instead of comparing: read
// the difference before you commit it.
#include <arrow/api.h>
#include <arrow/io/api.h>
#include <gmock/gmock.h>
#include <parquet/arrow/reader.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "flowlake/format/catalogue.h"
#include "flowlake/format/detect.h"
#include "flowlake/format/parquet_rows.h"
#include "flowlake/format/rows_as_json.h"

namespace flowlake {
namespace {
namespace fs = std::filesystem;

// 2027-01-01: later than every sample but those that are to be rejected.
constexpr int64_t kLatest = 1'798'761'600 * kMicrosPerSecond;

std::string Read(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

std::vector<std::string> LinesIn(const fs::path& path) {
  std::istringstream text(Read(path));
  std::vector<std::string> lines;
  for (std::string line; std::getline(text, line);) lines.push_back(line);
  return lines;
}

void Write(const fs::path& path, const std::vector<std::string>& lines) {
  if (lines.empty() && path.filename() == "rejects.jsonl") {
    fs::remove(path);
    return;
  }
  std::ofstream file(path, std::ios::binary);
  for (const std::string& line : lines) file << line << '\n';
}

std::vector<fs::path> Folders() {
  std::vector<fs::path> folders;
  for (const auto& entry : fs::directory_iterator("test/golden")) {
    if (entry.is_directory()) folders.push_back(entry.path());
  }
  std::sort(folders.begin(), folders.end());
  return folders;
}

fs::path InputOf(const fs::path& folder) {
  for (const auto& entry : fs::directory_iterator(folder)) {
    if (entry.path().stem() == "input") return entry.path();
  }
  ADD_FAILURE() << folder << " has no input";
  return {};
}

Result<ParsedInput> ParseParquet(const fs::path& path, const ParseLimits& limits) {
  ARROW_ASSIGN_OR_RAISE(auto file, arrow::io::ReadableFile::Open(path.string()));
  ARROW_ASSIGN_OR_RAISE(auto reader,
                        parquet::arrow::OpenFile(file, arrow::default_memory_pool()));
  ARROW_ASSIGN_OR_RAISE(auto batches, reader->GetRecordBatchReader());
  ARROW_ASSIGN_OR_RAISE(auto rows, ParquetRows::Make(*batches->schema(), limits));
  ColumnsBuilder builder(&rows->schema());
  Rejects rejects;
  int64_t first_row = 1;
  while (true) {
    ARROW_ASSIGN_OR_RAISE(auto batch, batches->Next());
    if (batch == nullptr) break;
    ARROW_RETURN_NOT_OK(rows->Append(*batch, first_row, builder, rejects));
    first_row += batch->num_rows();
  }
  ParsedInput result;
  AddResults(builder, rejects, result);
  return result;
}

Result<ParsedInput> ParseFolder(const fs::path& folder, size_t chunk) {
  FormatOptions options;
  options.limits = {kLatest, 4096};
  if (fs::exists(folder / "fields.txt")) {
    ARROW_ASSIGN_OR_RAISE(options.fields, ParseFieldList(Read(folder / "fields.txt")));
  }
  const std::string input = Read(InputOf(folder));
  const std::string_view first = std::string_view(input).substr(0, kDetectBytes);
  const bool is_whole = first.size() == input.size();
  if (KindOf(first, is_whole) == InputKind::kEmpty) return ParsedInput{};
  if (KindOf(first, is_whole) == InputKind::kParquet) {
    return ParseParquet(InputOf(folder), options.limits);
  }
  ARROW_ASSIGN_OR_RAISE(auto parser, DetectParser(first, is_whole, options));
  return ParseInChunks(*parser, input, chunk);
}

void ExpectError(const fs::path& folder, const Result<ParsedInput>& result) {
  const std::string message =
      result.ok() ? result->error : std::string(result.status().message());
  EXPECT_THAT(message, testing::HasSubstr(LinesIn(folder / "error.txt").at(0)));
}

class GoldenTest : public testing::TestWithParam<fs::path> {};

TEST_P(GoldenTest, GivesTheExpectedRowsAndRejects) {
  const fs::path folder = GetParam();
  const auto result = ParseFolder(folder, 1 << 20);
  if (fs::exists(folder / "error.txt")) return ExpectError(folder, result);
  ASSERT_TRUE(result.ok()) << result.status();
  EXPECT_EQ(result->error, "");
  if (std::getenv("FLOWLAKE_UPDATE_GOLDEN") != nullptr) {
    Write(folder / "expected.jsonl", result->rows);
    Write(folder / "rejects.jsonl", result->rejects);
    return;
  }
  ASSERT_TRUE(fs::exists(folder / "expected.jsonl"));
  EXPECT_THAT(result->rows,
              testing::ElementsAreArray(LinesIn(folder / "expected.jsonl")));
  EXPECT_THAT(result->rejects,
              testing::ElementsAreArray(LinesIn(folder / "rejects.jsonl")));
}

TEST_P(GoldenTest, GivesTheSameInPiecesOfAnySize) {
  const auto whole = ParseFolder(GetParam(), 1 << 20);
  if (!whole.ok()) return;
  for (const size_t chunk : {1, 7, 100}) {
    const auto pieces = ParseFolder(GetParam(), chunk);
    ASSERT_TRUE(pieces.ok()) << pieces.status();
    EXPECT_EQ(pieces->rows, whole->rows);
    EXPECT_EQ(pieces->rejects, whole->rejects);
  }
}

INSTANTIATE_TEST_SUITE_P(Folders, GoldenTest, testing::ValuesIn(Folders()),
                         [](const auto& info) { return info.param.filename().string(); });

}  // namespace
}  // namespace flowlake
