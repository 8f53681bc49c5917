// Files that grow: what stands behind the records that the lake has.
#include <chrono>
#include <filesystem>
#include <optional>

#include "flowlake/ingest/converter.h"
#include "flowlake/ingest/growing_source.h"
#include "flowlake/source/firehose_backup.h"

namespace flowlake {

namespace {

/// So long a last line waits for its line feed.
constexpr auto kLineFeedWait = std::chrono::minutes(10);
/// Whoever has changed a file this long ago may do so again.
constexpr auto kBusy = std::chrono::minutes(1);

bool IsText(std::string_view first) {
  return !IsGzip({first.data(), first.size()}) && !IsFirehoseBackup(first) &&
         KindOf(first, false) != InputKind::kParquet;
}

/// Whether nobody has changed the file for so long; unknown if it is not there.
template <typename Duration>
std::optional<bool> IsOlder(const std::string& path, Duration age) {
  namespace fs = std::filesystem;
  std::error_code error;
  const auto modified = fs::last_write_time(path, error);
  if (error) return std::nullopt;
  return modified + age < fs::file_time_type::clock::now();
}

}  // namespace

bool Converter::MayBeWritten(const Work& work) const {
  const bool is_file = !work.result.marks.paths.empty();
  if (!is_file || lake_failed_ || work.is_identified) return false;
  return work.writer != FileWriter::kBusy && IsOlder(work.input.name, kBusy) == false;
}

bool Converter::IsGrowing(const OpenedInput& opened, const Work& work) const {
  const bool is_file = !work.result.marks.paths.empty();
  if (!is_file || work.is_whole) return false;
  if (work.part.done.bytes > 0) return true;
  if (work.part.begun > 0 && work.part.begun < *opened.size()) return true;
  if (work.writer != FileWriter::kQuiet) return work.writer == FileWriter::kBusy;
  const bool is_even = opened.is_loaded() && opened.first_bytes().ends_with('\n');
  return IsText(opened.first_bytes()) && !is_even;
}

Status Converter::CheckMayGrow(bool is_text, const Work& work) const {
  const int64_t done = work.part.done.bytes;
  if (done == 0) return Status::OK();
  if (!is_text) {
    return Status::IOError(work.input.name, " was ingested when it had ", done,
                           " bytes, and has grown; of gzip, Parquet and backups of "
                           "Firehose the new part alone cannot be read: give it in a "
                           "file of its own");
  }
  if (!context_.options.stage) return Status::OK();
  return Status::IOError(work.input.name, " was ingested when it had ", done,
                         " bytes, and has grown; what is new of it cannot be staged: "
                         "ingest it without --stage");
}

Status Converter::ConvertGrowing(const OpenedInput& opened, Work& work) {
  const bool is_text = IsText(opened.first_bytes());
  ConvertedInput& result = work.result;
  const KnownPart& part = work.part;
  ARROW_RETURN_NOT_OK(CheckMayGrow(is_text, work));
  Input input = work.input;
  input.writer = FileWriter::kBusy;
  const bool is_ended = work.writer == FileWriter::kDone &&
                        IsOlder(work.input.name, kLineFeedWait).value_or(false);
  const GrowingRequest request{input,     work.format, memory_,
                               part.done, part.begun,  is_ended};
  std::unique_ptr<GrowingSource> source;
  if (is_text) {
    ARROW_ASSIGN_OR_RAISE(source, GrowingSource::Open(request));
  }
  result.waits = source == nullptr;
  if (result.waits) return Status::OK();
  const bool has_old_records = part.done.bytes > 0 && source->has_old_records();
  if (!has_old_records && part.begun == 0 && work.writer == FileWriter::kDone) {
    work.is_whole = true;  // what is known is a header, which many files have
    return ConvertInput(work);
  }
  result.is_deferred =
      has_old_records &&
      !context_.claimed.Claim(HashOf("grown " + part.done.keys.key.ToString()));
  if (result.is_deferred) return Status::OK();
  return ConvertNewRecords(*source, work);
}

Status Converter::ConvertNewRecords(GrowingSource& source, Work& work) {
  ConvertedInput& result = work.result;
  ARROW_ASSIGN_OR_RAISE(const bool has_more, source.HasMore());
  result.waits = source.waits();
  if (!has_more) return Status::OK();
  ARROW_RETURN_NOT_OK(ConvertStreaming(source, work));
  result.is_grown = work.part.done.bytes > 0;
  result.has_more = work.part.begun > 0;
  result.waits = source.waits();
  result.bytes_stored = source.plain_bytes();
  result.bytes_plain = source.plain_bytes();
  result.unknown_fields = source.unknown_fields();
  return Status::OK();
}

}  // namespace flowlake
