/// Sorted rows of a day to data files: by window, a random tenth apart.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "flowlake/base/columns.h"
#include "flowlake/base/status.h"
#include "flowlake/datafile/writer.h"

namespace flowlake {

struct WindowWriterOptions {
  DataFileOptions file{};
  /// Of the files with the samples: small, so that fewer than a tenth can be read.
  int64_t sample_group_rows = 32 << 10;
  /// A file ends when it has about so many bytes; the last two share what is left.
  int64_t file_bytes = int64_t{256} << 20;
  /// For telling how much is left. 0: not known.
  int64_t expected_rows = 0;
  int window_hours = 24;
  /// The field that says which window a row belongs to; -1: all rows are of one.
  int time_field = -1;
  /// Whether a window's random tenth goes into files of its own.
  bool has_samples = true;
  std::string sorted{};  ///< the tag
  uint64_t seed = 0;     ///< of the random tenth
};

/// Not thread-safe. Files are in the store once they are full, but in no table.
class WindowWriter {
 public:
  /// `schema` outlives the writer.
  WindowWriter(std::shared_ptr<Store> store, std::string table_folder,
               std::optional<Date> date, const Schema* schema,
               WindowWriterOptions options);
  ~WindowWriter();
  WindowWriter(const WindowWriter&) = delete;
  WindowWriter& operator=(const WindowWriter&) = delete;

  /// Windows ascend from row to row and call to call, rows without a time come last; all
  /// calls have the same fields.
  Status Append(const Columns& columns);
  /// The files, tagged. After it, or after an error, only destruction is left.
  Result<std::vector<DataFile>> Finish();
  /// Deletes what was written. Not to be called once a commit names the files.
  void Abort();

 private:
  struct Split {
    std::vector<uint32_t> sample;
    std::vector<uint32_t> rest;
  };
  struct Output {
    std::unique_ptr<DataFileWriter> writer;
    std::vector<DataFile> files;  // of this window
  };

  int64_t WindowOf(const Columns& columns, int64_t row) const;
  int64_t EndOfWindow(const Columns& columns, int64_t begin) const;
  Split SplitRows(int64_t begin, int64_t end);
  Status Write(const Columns& columns, const std::vector<uint32_t>& rows, Output& output,
               const DataFileOptions& options);
  bool IsFull(const DataFileWriter& writer) const;
  static Status CloseFile(Output& output);
  Status EndWindow();
  std::string WindowTag() const;
  void Tag(std::vector<DataFile>& files, const std::string& sample);

  const std::shared_ptr<Store> store_;
  const std::string folder_;
  const std::optional<Date> date_;
  const Schema* const schema_;
  const WindowWriterOptions options_;
  std::mt19937_64 random_;
  std::optional<int64_t> window_;  // the open one
  int64_t rows_ = 0;
  uint32_t in_group_ = 0;  // of ten rows, of which one is drawn
  uint32_t drawn_ = 0;
  Output sample_;
  Output rest_;
  std::vector<DataFile> finished_;
};

}  // namespace flowlake
