/// Inputs to data files: what one worker thread does.
#pragma once

#include <atomic>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "flowlake/base/columns.h"
#include "flowlake/base/input_keys.h"
#include "flowlake/base/status.h"
#include "flowlake/format/reject.h"
#include "flowlake/ingest/day_gate.h"
#include "flowlake/ingest/day_rule.h"
#include "flowlake/ingest/day_writers.h"
#include "flowlake/ingest/identity.h"
#include "flowlake/ingest/ingest.h"
#include "flowlake/ingest/known_inputs.h"
#include "flowlake/ingest/pending_rows.h"
#include "flowlake/ingest/record_source.h"
#include "flowlake/ingest/settings.h"
#include "flowlake/source/byte_stream.h"

namespace flowlake {

class GrowingSource;

/// What all workers of a batch share. Outlives them.
struct ConversionContext {
  const Lake& lake;
  const IngestOptions& options;
  const LakeSettings& settings;
  const KnownInputs& known;
  ClaimedKeys& claimed;
  OpenedDays& opened_days;
  IngestProgress& progress;
  DayWritersOptions writers;
  int64_t now = 0;  ///< microseconds since the epoch, the same for the whole run
};

/// What became of one input. The files that hold its rows come from Converter::Close().
struct ConvertedInput {
  enum class Outcome {
    kConverted,
    kSkipped,    ///< the lake has it, or refused it before
    kCopied,     ///< an object that held the same under another ETag: no rows, a new key
    kDuplicate,  ///< another input of this batch has the same content; see that one
    kRefused,    ///< its content is unusable; `message` says why
    kFailed,     ///< it could not be read, or must not be; nothing is remembered of it
  };

  Outcome outcome = Outcome::kSkipped;
  std::string message;
  std::string failed_table;  ///< why it failed, if that is the table's fault
  bool was_refused = false;  ///< why it is skipped
  bool is_expired = false;   ///< why it is skipped
  /// Nothing was looked at: another input of this batch goes on with the same content.
  bool is_deferred = false;
  bool has_more = false;    ///< behind what was converted: it has to come again
  bool waits = false;       ///< its last record has no end yet, and was left
  bool is_grown = false;    ///< the lake had its beginning: `rows` are of what is new
  bool is_another = false;  ///< than the file that had this path before
  /// The input's keys: ContentKeys(its content, so far as it was taken), or its
  /// ObjectKey.
  InputKeys content;
  std::string bucket;  ///< of the ledger
  std::string earlier_bucket;
  /// The table of its records; empty if there is none.
  std::string table;
  /// What enters the ledger of `rejects`, if anything: the content's key if it has
  /// rejects, its RefusedKey or EmptyKey if it gave nothing at all.
  std::optional<InputKeys> rejects_key;
  /// By what it is known if it is refused: copies with other fields may not be.
  InputKeys refused_key;
  std::vector<InputKeys> markers;  ///< further keys that enter the ledger with it
  FileMarks marks;                 ///< of a file
  int64_t taken_bytes = 0;  ///< of a file: to where its records are in the lake then
  /// What an object held, if it was read from front to back.
  std::optional<ObjectContent> object;
  int64_t rows = 0;
  RejectCounts rejects{};
  int64_t bytes_stored = 0;
  int64_t bytes_plain = 0;
  std::vector<std::string> unknown_fields;
};

/// Reads every input once, where it can; objects that are known not at all:
///   small   is in memory as a whole: it is recognised by its hash before anything is
///           parsed, and checked whole before its first row goes to the data files, which
///           the worker's inputs share. The rows of tiny ones wait in a builder until
///           there are enough of them. One whose rows take much more memory than it has
///           bytes goes on as a large one.
///   large   has files of its own, which are dropped if it turns out to be unusable. It
///   is
///           hashed while it is converted, and so recognised only at its end, unless its
///           path and size are known: then it is hashed first.
///   stream  is treated as a large one that nobody knows.
///   growing is a file of which the lake has the beginning, or that somebody still
///           writes: whole records alone are taken, of text (converter_growth.cc).
/// Not thread-safe.
class Converter {
 public:
  explicit Converter(const ConversionContext& context);

  /// An error is the lake's; the run must end.
  Result<ConvertedInput> Convert(const Input& input);

  /// Finishes and hands over all data files.
  Result<FilesByTable> Close();
  /// Drops them.
  void Abort();

 private:
  /// One input while it is converted.
  struct Work {
    const Input& input;
    FormatOptions format;
    DayGate days;
    ConvertedInput result;
    /// By what it is recognised: result.content, unless it is brought back.
    InputKeys key{};
    /// Whether that is known: of some inputs only at their end.
    bool is_identified = false;
    bool is_read = false;  ///< to its end
    /// It is brought back after days before this one were expired: only those come.
    std::optional<Date> expired_before{};
    KnownPart part{};
    FileWriter writer = FileWriter::kDone;
    /// Whether `part` has no record: it is converted from its beginning.
    bool is_whole = false;
    int64_t reported_bytes = 0;
  };

  Status ConvertInput(Work& work);
  Status ConvertRecords(RecordSource& source, Work& work);
  Status KeepRefused(Work& work);
  /// False if there is nothing to convert: work.result says why. An input that is not
  /// identified then is to be converted until it is.
  Result<bool> Identify(const OpenedInput& opened, Work& work);
  /// nullopt of a large input that nobody is likely to have: it is hashed while it is
  /// converted.
  Result<std::optional<ContentIdentity>> IdentityOf(const OpenedInput& opened,
                                                    const Work& work) const;
  /// A file that changes while it is opened is one that somebody writes.
  Result<OpenedInput> OpenInput(Input& input, Work& work);
  /// Whether a large file that could not be read may be one that somebody writes.
  bool MayBeWritten(const Work& work) const;
  bool IsSettled(const InputKeys& content, const Work& work) const;
  /// Whether whole records are to be taken of it, behind those that the lake has.
  bool IsGrowing(const OpenedInput& opened, const Work& work) const;
  Status ConvertGrowing(const OpenedInput& opened, Work& work);
  Status ConvertNewRecords(GrowingSource& source, Work& work);
  Status CheckMayGrow(bool is_text, const Work& work) const;
  /// False if it is known or a duplicate: its outcome says which.
  bool Recognise(const ContentIdentity& identity, Work& work);
  /// The same with the key of any input.
  bool RecogniseKey(const InputKeys& key, Work& work);
  bool IsKnown(const ConvertedInput& input) const;
  bool Claim(Work& work) const;
  /// Whether --again brings back what the lake had of the input and has no longer.
  bool IsBroughtBack(Work& work) const;
  bool HasRejects(const Work& work) const;
  /// Of a day that was expired in the table of its records.
  bool IsExpired(const Schema& schema, Work& work) const;
  Status ConvertTiny(RecordSource& source, Work& work);
  Status ConvertWhole(RecordSource& source, Work& work);
  Status ConvertStreaming(RecordSource& source, Work& work);
  /// What is left of `source`, behind `batches` and `rejects` of its beginning.
  Status ConvertRest(RecordSource& source, std::vector<Columns> batches, Rejects& rejects,
                     Work& work);
  Status FinishStreaming(DayWriters& own, Work& work);
  /// Appends to `builder` and counts.
  Result<bool> NextRows(RecordSource& source, ColumnsBuilder& builder, Rejects& rejects,
                        Work& work);
  Status CheckContent(const RecordSource& source, Work& work);
  /// Of an object that was read: whether it is a copy of what the lake has under the same
  /// name. Invalid if it has something else.
  Status CheckRewritten(const RecordSource& source, Work& work) const;
  Status CheckRejectShare(const Work& work) const;
  Status AppendRejects(const std::vector<Reject>& rejects, const Work& work,
                       const Key128& key, DayWriters& writers);
  Status Refuse(const Status& why, Work& work);
  /// Nothing of the input will be committed.
  void WithdrawRows(Work& work) const;
  void ReportProgress(int64_t stored_bytes, Work& work);
  /// Marks a failure as the lake's, not the input's.
  Status OfLake(Status status);
  /// The result, or the lake's failure.
  template <typename T>
  Result<T> OfLake(Result<T> result);

  const ConversionContext& context_;
  ReadMemory memory_;
  PathHashes paths_;
  DayWriters shared_;
  PendingRows pending_;  // goes to shared_
  ColumnsBuilder reject_rows_;
  FilesByTable finished_;
  bool lake_failed_ = false;
};

}  // namespace flowlake
