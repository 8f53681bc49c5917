#include "flowlake/ingest/converter.h"

#include <algorithm>
#include <utility>

#include "flowlake/base/date.h"
#include "flowlake/format/catalogue.h"
#include "flowlake/ingest/expired_rows.h"
#include "flowlake/ingest/input_terms.h"
#include "flowlake/ingest/reject_rows.h"
#include "flowlake/ingest/waiting_rows.h"
#include "flowlake/store/put_new.h"

namespace flowlake {

namespace {

using Outcome = ConvertedInput::Outcome;

constexpr int64_t kClockTolerance = 2 * kMicrosPerDay;
/// From this many records on, an input with more rejects than rows is refused: it is
/// something else than its format says.
constexpr int64_t kRecordsToJudge = 1000;
/// What a large input gets of the budget at least, while the shared files wait: a
/// quarter.
constexpr int64_t kLeastShare = 4;
/// An input of a few bytes may have rows that take more: beyond this they do not wait for
/// its end.
constexpr size_t kWholeBytes = 64 << 20;

bool IsFile(const Input& input) { return !input.is_object() && !input.is_delivery(); }

}  // namespace

Converter::Converter(const ConversionContext& context)
    : context_(context),
      shared_(context.lake, context.writers),
      pending_(shared_),
      reject_rows_(&RejectsSchema()) {}

Result<ConvertedInput> Converter::Convert(const Input& input) {
  Work work{
      input, {}, DayGate(context_.options.days, input, DateOfMicros(context_.now)), {}};
  work.result.bucket = LedgerBucket(input);
  work.result.earlier_bucket = EarlierBucket(input);
  work.writer = input.writer;
  work.format.fields = FieldsOf(context_.options, context_.settings, input);
  const bool is_named = !context_.options.fields.empty();
  work.format.log = is_named ? nullptr : context_.settings.LogFor(input);
  work.format.origin = {input.account, input.region};
  work.format.limits.latest_time = context_.now + kClockTolerance;

  Status status = ConvertInput(work);
  if (status.IsIOError() && MayBeWritten(work)) {
    WithdrawRows(work);
    work.writer = FileWriter::kBusy;
    status = ConvertInput(work);
  }
  if (status.IsInvalid() && !lake_failed_) status = Refuse(status, work);
  if (lake_failed_) return status;
  if (!status.ok()) {
    work.result.outcome = Outcome::kFailed;
    work.result.message = status.message();
  }
  ReportProgress(std::max<int64_t>(input.bytes, work.result.bytes_stored), work);
  ++context_.progress.inputs_done;
  return std::move(work.result);
}

Status Converter::ConvertInput(Work& work) {
  ConvertedInput& result = work.result;
  if (!context_.options.take_expired && context_.known.IsExpired(result.bucket)) {
    result.is_expired = true;
    return Status::OK();
  }
  const auto key = KeyUnread(work.input);
  if (key && !RecogniseKey(*key, work)) return Status::OK();
  Input as_opened = work.input;
  as_opened.writer = work.writer;
  ARROW_ASSIGN_OR_RAISE(OpenedInput opened, OpenInput(as_opened, work));
  ARROW_ASSIGN_OR_RAISE(const bool is_new, Identify(opened, work));
  if (!is_new) return Status::OK();
  if (!work.is_identified && IsGrowing(opened, work)) {
    return ConvertGrowing(opened, work);
  }
  const InputKeys* identity = work.is_identified ? &work.key : nullptr;
  ARROW_ASSIGN_OR_RAISE(
      auto source, OpenRecords({work.input, work.format, opened, memory_, identity}));
  if (source->schema() == nullptr) {
    ARROW_RETURN_NOT_OK(CheckContent(*source, work));
    result.rejects_key = EmptyKey(result.content);
    result.bytes_stored = source->stored_bytes();
    return Status::OK();
  }
  if (IsExpired(*source->schema(), work)) {
    result.is_expired = true;
    return Status::OK();
  }
  ARROW_RETURN_NOT_OK(ConvertRecords(*source, work));
  result.bytes_stored = std::max(work.input.bytes, source->stored_bytes());
  result.bytes_plain = source->plain_bytes();
  result.unknown_fields = source->unknown_fields();
  return Status::OK();
}

Status Converter::ConvertRecords(RecordSource& source, Work& work) {
  const std::string& table = source.schema()->table();
  const Status writable = context_.known.CheckTable(table);
  if (!writable.ok()) {
    work.result.failed_table = table;
    return writable;
  }
  if (!work.is_identified || !source.is_small()) return ConvertStreaming(source, work);
  return source.is_tiny() ? ConvertTiny(source, work) : ConvertWhole(source, work);
}

Result<OpenedInput> Converter::OpenInput(Input& input, Work& work) {
  if (input.writer == FileWriter::kQuiet) input.writer = FileWriter::kDone;
  auto opened = OpenedInput::Open(input, memory_);
  const bool may_grow = IsFile(input) && !input.is_stream;
  if (opened.ok() || !may_grow || !opened.status().IsIOError()) return opened;
  input.writer = work.writer = FileWriter::kBusy;
  return OpenedInput::Open(input, memory_);
}

Result<bool> Converter::Identify(const OpenedInput& opened, Work& work) {
  if (work.is_identified || work.input.is_stream) return true;
  const int64_t bytes = opened.size().value_or(0);
  FileMarks& marks = work.result.marks;
  marks = FileMarks::Of(work.input.name, paths_);
  if (opened.is_loaded() && IsSettled(opened.identity().keys, work)) {
    return Recognise(opened.identity(), work);
  }
  ARROW_ASSIGN_OR_RAISE(work.part, context_.known.PartOf({work.input, marks, bytes}));
  ARROW_ASSIGN_OR_RAISE(const auto identity, IdentityOf(opened, work));
  if (!identity) return true;
  if (IsGrowing(opened, work) && !IsSettled(identity->keys, work)) return true;
  return Recognise(*identity, work);
}

Result<std::optional<ContentIdentity>> Converter::IdentityOf(const OpenedInput& opened,
                                                             const Work& work) const {
  if (opened.is_loaded()) return opened.identity();
  if (work.part.whole) return ContentIdentity{*work.part.whole, *opened.size()};
  if (KindOf(opened.first_bytes(), false) != InputKind::kParquet) return std::nullopt;
  ARROW_ASSIGN_OR_RAISE(const ContentIdentity identity, IdentifyContent(work.input));
  return identity;
}

bool Converter::Recognise(const ContentIdentity& identity, Work& work) {
  work.result.taken_bytes = identity.bytes;
  work.result.is_another = work.part.is_another;
  return RecogniseKey(identity.keys, work);
}

bool Converter::IsSettled(const InputKeys& content, const Work& work) const {
  const auto terms = TermsOf(context_.options, context_.settings, work.input);
  return context_.known.IsSettled(content, RefusedKey(content, terms),
                                  context_.options.retry_refused);
}

bool Converter::RecogniseKey(const InputKeys& key, Work& work) {
  ConvertedInput& result = work.result;
  work.is_identified = true;
  work.key = key;
  result.content = key;
  result.refused_key =
      RefusedKey(key, TermsOf(context_.options, context_.settings, work.input));
  return Claim(work);
}

bool Converter::IsKnown(const ConvertedInput& input) const {
  const bool is_blocked = context_.known.IsBlocked(input.content.key);
  if (is_blocked && !context_.options.take_expired) return true;
  return context_.known.IsSettled(input.content, input.refused_key,
                                  context_.options.retry_refused);
}

bool Converter::Claim(Work& work) const {
  ConvertedInput& input = work.result;
  if (IsKnown(input) && !IsBroughtBack(work)) {
    input.outcome = Outcome::kSkipped;
    input.was_refused = !context_.known.IsIngested(input.content) &&
                        context_.known.IsRefused(input.refused_key);
    return false;
  }
  if (context_.claimed.Claim(input.content.key)) return true;
  input.outcome = Outcome::kDuplicate;
  return false;
}

bool Converter::IsBroughtBack(Work& work) const {
  // Of an input that was read already, rows that were not expired are in its files.
  const bool is_asked = context_.options.take_expired && !work.is_read;
  if (!is_asked || !work.input.date) return false;
  work.expired_before = context_.known.ExpiredSince(work.key, *work.input.date);
  if (!work.expired_before) return false;
  work.result.content = AgainKey(work.key, *work.expired_before);
  return true;
}

bool Converter::HasRejects(const Work& work) const {
  return context_.known.HasRejects(work.key) ||
         context_.known.HasRejects(work.result.content);
}

bool Converter::IsExpired(const Schema& schema, Work& work) const {
  const auto horizon = context_.known.HorizonOf(schema.table());
  const bool is_before = work.input.date && horizon && *work.input.date < *horizon;
  if (context_.options.take_expired) {
    // So that it is not brought back a second time.
    const bool is_late = is_before && work.is_identified && !work.expired_before;
    if (is_late) work.result.markers.push_back(AgainKey(work.key, *horizon));
    return false;
  }
  return context_.known.IsExpired(work.result.bucket, schema.table());
}

Status Converter::ConvertTiny(RecordSource& source, Work& work) {
  ConvertedInput& result = work.result;
  const Schema& schema = *source.schema();
  ARROW_ASSIGN_OR_RAISE(ColumnsBuilder * builder,
                        OfLake(pending_.Begin(schema, work.input.date)));
  Rejects rejects;
  while (true) {
    ARROW_ASSIGN_OR_RAISE(const bool more, NextRows(source, *builder, rejects, work));
    if (!more) break;
  }
  ARROW_RETURN_NOT_OK(CheckContent(source, work));
  if (result.outcome != Outcome::kConverted) return Status::OK();
  ARROW_RETURN_NOT_OK(OfLake(pending_.Keep(schema, result.content.key)));
  if (HasRejects(work)) return Status::OK();
  return AppendRejects(rejects.Take(), work, result.content.key, shared_);
}

Status Converter::ConvertWhole(RecordSource& source, Work& work) {
  ConvertedInput& result = work.result;
  ARROW_ASSIGN_OR_RAISE(ColumnsBuilder * builder,
                        OfLake(pending_.BeginAlone(*source.schema())));
  WaitingRows waiting;
  Rejects rejects;
  while (true) {
    ARROW_ASSIGN_OR_RAISE(const bool more, NextRows(source, *builder, rejects, work));
    if (!more) break;
    waiting.Add(builder->Finish());
    if (waiting.memory() + rejects.memory() < kWholeBytes) continue;
    return ConvertRest(source, std::move(waiting.batches()), rejects, work);
  }
  ARROW_RETURN_NOT_OK(CheckContent(source, work));
  if (result.outcome != Outcome::kConverted) return Status::OK();
  for (const Columns& batch : waiting.batches()) {
    ARROW_RETURN_NOT_OK(
        OfLake(shared_.Append(batch, work.input.date, result.content.key)));
  }
  if (HasRejects(work)) return Status::OK();
  return AppendRejects(rejects.Take(), work, result.content.key, shared_);
}

Status Converter::ConvertStreaming(RecordSource& source, Work& work) {
  ARROW_RETURN_NOT_OK(OfLake(pending_.BeginAlone(*source.schema())).status());
  Rejects rejects;
  return ConvertRest(source, {}, rejects, work);
}

Status Converter::ConvertRest(RecordSource& source, std::vector<Columns> batches,
                              Rejects& rejects, Work& work) {
  ARROW_ASSIGN_OR_RAISE(ColumnsBuilder * builder,
                        OfLake(pending_.BeginAlone(*source.schema())));
  const Key128 provisional;  // the identity may be known only at the end
  const bool has_rejects = work.is_identified && HasRejects(work);
  DayWritersOptions options = context_.writers;
  options.budget_bytes = std::max(options.budget_bytes - shared_.buffered_bytes(),
                                  options.budget_bytes / kLeastShare);
  DayWriters own(context_.lake, options);
  const auto write = [&](const Columns& columns) -> Status {
    ARROW_RETURN_NOT_OK(OfLake(own.Append(columns, work.input.date, provisional)));
    const std::vector<Reject> taken = rejects.Take();
    return has_rejects ? Status::OK() : AppendRejects(taken, work, provisional, own);
  };
  for (Columns& batch : batches) ARROW_RETURN_NOT_OK(write(std::exchange(batch, {})));
  while (true) {
    ARROW_ASSIGN_OR_RAISE(const bool more, NextRows(source, *builder, rejects, work));
    if (!more) break;
    ARROW_RETURN_NOT_OK(write(builder->Finish()));
  }
  ARROW_RETURN_NOT_OK(CheckContent(source, work));
  if (work.result.outcome != Outcome::kConverted) return Status::OK();
  return FinishStreaming(own, work);
}

Status Converter::FinishStreaming(DayWriters& own, Work& work) {
  auto files = own.Close();
  ARROW_RETURN_NOT_OK(OfLake(files.status()));
  for (auto& [table, added] : *files) {
    for (AddedFile& file : added) file.inputs = {work.result.content.key};
  }
  if (HasRejects(work)) {
    // That is seen only now: they were written as its rows were.
    FilesByTable rejected;
    rejected.insert(files->extract(RejectsSchema().table()));
    DeleteUncommitted(context_.lake, rejected);
  }
  MergeFiles(*std::move(files), finished_);
  return Status::OK();
}

Result<bool> Converter::NextRows(RecordSource& source, ColumnsBuilder& builder,
                                 Rejects& rejects, Work& work) {
  ConvertedInput& result = work.result;
  const int64_t before = builder.rows();
  ARROW_ASSIGN_OR_RAISE(const bool more, source.Next(builder, rejects));
  if (!more) return false;
  ARROW_RETURN_NOT_OK(work.days.Check(builder, before, rejects));
  if (work.expired_before) EraseRowsFrom(*work.expired_before, before, builder);
  const int64_t rows = builder.rows() - before;
  result.rows += rows;
  result.rejects = rejects.counts();
  result.table = source.schema()->table();
  context_.progress.records += rows;
  ReportProgress(source.stored_bytes(), work);
  ARROW_RETURN_NOT_OK(CheckRejectShare(work));
  return true;
}

Status Converter::CheckRejectShare(const Work& work) const {
  const int64_t rows = work.result.rows;
  const int64_t rejects = Total(work.result.rejects);
  if (rows + rejects < kRecordsToJudge || rejects <= rows) return Status::OK();
  if (2 * work.days.too_old() > rejects) {
    return Status::Invalid(work.days.too_old(), " of the first ", rows + rejects,
                           " records of ", work.input.name, " are ", work.days.Advice());
  }
  return Status::Invalid(
      rejects, " of the first ", rows + rejects,
      " records do not parse: it is not in the format it seems to have");
}

/// Ends the reading of an input: its identity is what was really read.
Status Converter::CheckContent(const RecordSource& source, Work& work) {
  ConvertedInput& result = work.result;
  work.is_read = true;
  if (!work.is_identified) {
    if (!Recognise({source.content_keys(), source.stored_bytes()}, work)) {
      WithdrawRows(work);
      return Status::OK();
    }
  } else if (IsFile(work.input) && source.content_keys() != work.key) {
    return Status::IOError(work.input.name, " changed while it was read");
  }
  if (source.schema() != nullptr) {
    result.table = source.schema()->table();
    ARROW_RETURN_NOT_OK(
        work.days.Finish(result.table, result.rows, context_.opened_days));
  }
  result.outcome = Outcome::kConverted;
  ARROW_RETURN_NOT_OK(CheckRewritten(source, work));
  if (result.outcome == Outcome::kCopied) return Status::OK();
  if (Total(result.rejects) > 0 && !HasRejects(work)) {
    result.rejects_key = result.content;
  }
  return Status::OK();
}

Status Converter::CheckRewritten(const RecordSource& source, Work& work) const {
  ConvertedInput& result = work.result;
  const Key128 content = source.content_keys().key;
  // Parquet is not read from front to back: what its source says is the object's own key.
  if (!work.input.is_object() || content == work.key.key) return Status::OK();
  // The ledger says what it held, and that those rows are gone.
  if (work.expired_before) return Status::OK();
  result.object = ObjectContent{ObjectName(work.input), HashOf(work.input.object.etag),
                                source.stored_bytes(), content};
  std::string table;
  const auto* before = context_.known.FindObject(result.object->name, &table);
  if (before == nullptr) return Status::OK();
  if (before->content == content) {
    WithdrawRows(work);
    result.table = table;
    result.outcome = Outcome::kCopied;
    return Status::OK();
  }
  if (context_.options.take_expired) return Status::OK();
  return Status::Invalid(
      work.input.name, " was ingested when it held other ", before->bytes,
      " bytes, and has been written anew since; --again ", "ingests it beside those");
}

Status Converter::AppendRejects(const std::vector<Reject>& rejects, const Work& work,
                                const Key128& key, DayWriters& writers) {
  if (rejects.empty()) return Status::OK();
  const RejectOrigin origin{work.input.name, work.result.table, context_.now};
  const Columns rows = RejectRows(rejects, origin, reject_rows_);
  const Date day = work.input.date.value_or(DateOfMicros(context_.now));
  return OfLake(writers.Append(rows, day, key));
}

Status Converter::Refuse(const Status& why, Work& work) {
  ConvertedInput& result = work.result;
  WithdrawRows(work);
  result.message = why.message();
  // Of a stream that broke off nothing is known by which it could be recognised.
  if (!work.is_identified && !work.input.is_stream) {
    ARROW_ASSIGN_OR_RAISE(const ContentIdentity identity, IdentifyContent(work.input));
    if (!Recognise(identity, work)) return Status::OK();
  }
  if (work.input.is_delivery()) ARROW_RETURN_NOT_OK(KeepRefused(work));
  result.outcome = Outcome::kRefused;
  if (work.input.is_stream) return Status::OK();
  result.rejects_key = result.refused_key;
  if (context_.known.IsRefused(*result.rejects_key)) return Status::OK();
  Reject reject;
  reject.reason = RejectReason::kRefusedInput;
  reject.text = result.message;
  return AppendRejects({reject}, work, result.rejects_key->key, shared_);
}

/// Nobody else has it once it is acknowledged.
Status Converter::KeepRefused(Work& work) {
  const Delivery& delivery = work.input.delivery;
  const std::string path = "_refused/" + FormatDate(delivery.arrival) + '/' +
                           work.result.content.key.ToString();
  const PutFate put = PutNew(*context_.lake.store(), path, *delivery.content);
  if (put.kind == PutFate::Kind::kUnknown) return OfLake(put.failure);
  work.result.message += "; kept as " + path;
  return Status::OK();
}

void Converter::WithdrawRows(Work& work) const {
  ConvertedInput& result = work.result;
  context_.progress.records -= result.rows;
  result.rows = 0;
  result.rejects = {};
  result.table.clear();
}

void Converter::ReportProgress(int64_t stored_bytes, Work& work) {
  if (stored_bytes == work.reported_bytes) return;
  context_.progress.bytes_done += stored_bytes - work.reported_bytes;
  work.reported_bytes = stored_bytes;
}

Status Converter::OfLake(Status status) {
  if (!status.ok()) lake_failed_ = true;
  return status;
}

template <typename T>
Result<T> Converter::OfLake(Result<T> result) {
  if (!result.ok()) lake_failed_ = true;
  return result;
}

Result<FilesByTable> Converter::Close() {
  ARROW_RETURN_NOT_OK(pending_.Flush());
  ARROW_ASSIGN_OR_RAISE(FilesByTable files, shared_.Close());
  MergeFiles(std::move(files), finished_);
  return std::exchange(finished_, {});
}

void Converter::Abort() {
  shared_.Abort();
  DeleteUncommitted(context_.lake, finished_);
  finished_.clear();
}

}  // namespace flowlake
