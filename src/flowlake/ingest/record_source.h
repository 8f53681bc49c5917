/// One opened input as a sequence of batches of rows, whatever its format.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "flowlake/base/columns.h"
#include "flowlake/base/input_keys.h"
#include "flowlake/base/status.h"
#include "flowlake/format/detect.h"
#include "flowlake/format/reject.h"
#include "flowlake/source/byte_stream.h"
#include "flowlake/source/inputs.h"

namespace flowlake {

/// An input of up to this many plain bytes is unzipped and checked whole before its first
/// row is encoded.
inline constexpr size_t kSmallInputBytes = kLoadedBytes;

/// Not thread-safe.
class RecordSource {
 public:
  virtual ~RecordSource() = default;

  /// The kind of log; nullptr for an input without any record, of which Next() gives
  /// none.
  virtual const Schema* schema() const = 0;
  virtual std::string description() const = 0;
  virtual std::vector<std::string> unknown_fields() const = 0;
  /// Whether all of it is in memory and its gzip stream, if any, was found whole.
  virtual bool is_small() const = 0;
  /// Whether it is small, and so small that its rows are best appended to those of
  /// others.
  virtual bool is_tiny() const { return false; }

  /// Appends the next batch, about kPieceBytes of input; false at the end, with nothing
  /// appended. Invalid means that the input's content is unusable, IOError that it cannot
  /// be read.
  virtual Result<bool> Next(ColumnsBuilder& columns, Rejects& rejects) = 0;

  virtual int64_t stored_bytes() const = 0;  ///< consumed so far
  virtual int64_t plain_bytes() const = 0;   ///< parsed so far
  /// Of the stored bytes. Requires that Next() has returned false.
  virtual InputKeys content_keys() const = 0;
};

/// An opened input to read the records of. `opened` is used up; `memory` is the one it
/// was opened with, and outlives the source.
struct SourceRequest {
  const Input& input;
  const FormatOptions& format;
  OpenedInput& opened;
  ReadMemory& memory;
  /// Its keys if they are known. Of Parquet, which is not read front to
  /// back, it must be.
  const InputKeys* identity = nullptr;
};
/// Recognises the format.
Result<std::unique_ptr<RecordSource>> OpenRecords(const SourceRequest& request);

}  // namespace flowlake
