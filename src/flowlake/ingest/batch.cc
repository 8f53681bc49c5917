#include "flowlake/ingest/batch.h"

#include <algorithm>
#include <atomic>
#include <functional>
#include <limits>
#include <map>
#include <numeric>
#include <optional>
#include <set>
#include <thread>
#include <utility>

#include "flowlake/base/mutex.h"
#include "flowlake/base/waiting.h"
#include "flowlake/format/catalogue.h"
#include "flowlake/ingest/converter.h"
#include "flowlake/ingest/identity.h"
#include "flowlake/ingest/input_terms.h"
#include "flowlake/ingest/known_inputs.h"
#include "flowlake/ingest/memory_plan.h"
#include "flowlake/ingest/readahead.h"
#include "flowlake/ingest/table_fits.h"
#include "flowlake/table/commit_plan.h"
#include "flowlake/table/own_table.h"
#include "flowlake/table/staged_edits.h"

namespace flowlake {

namespace {

using Outcome = ConvertedInput::Outcome;

struct Conversion {
  /// Parallel to the batch's; nullopt: not begun.
  std::vector<std::optional<ConvertedInput>> inputs;
  FilesByTable files;
};

/// Large inputs first and by size, so that no thread is alone with one at the end; the
/// others as they come, because neighbours are often of the same day.
std::vector<size_t> LargestFirst(std::span<const Input> inputs) {
  std::vector<size_t> order(inputs.size());
  std::iota(order.begin(), order.end(), size_t{0});
  const auto rank = [&](size_t i) {
    return inputs[i].bytes > static_cast<int64_t>(kLoadedBytes) ? inputs[i].bytes : 0;
  };
  std::stable_sort(order.begin(), order.end(),
                   [&](size_t a, size_t b) { return rank(a) > rank(b); });
  return order;
}

/// What a thread has of its inputs before it comes to them: nothing of files.
int64_t AheadBytes(std::span<const Input> inputs) {
  const bool has_objects = std::any_of(
      inputs.begin(), inputs.end(), [](const Input& input) { return input.is_object(); });
  return has_objects ? kBytesAhead + kRangesAhead * kRangeBytes : 0;
}

/// Runs the workers of one batch.
class Workers {
 public:
  /// `rejects_before` counts towards --max-rejects.
  Workers(const BatchContext& context, const KnownInputs& known, const TableFits& fits,
          std::span<const Input> inputs, int64_t rejects_before)
      : options_(context.options),
        inputs_(inputs),
        plan_(PlanMemory(context.options.memory_bytes,
                         CountThreads(context.options, inputs.size()),
                         AheadBytes(inputs))),
        order_(LargestFirst(inputs)),
        context_{context.lake,
                 context.options,
                 context.settings,
                 known,
                 claimed_,
                 opened_days_,
                 context.progress,
                 {.file = {.compression = context.options.compression},
                  .budget_bytes = plan_.writer_bytes,
                  .fits = &fits},
                 context.now},
        rejects_(rejects_before) {
    result_.inputs.resize(inputs.size());
  }

  Result<Conversion> Run() {
    {
      std::vector<std::jthread> others;
      for (int64_t i = 1; i < plan_.threads; ++i) others.emplace_back([this] { Work(); });
      Work();
    }
    const MutexLock lock(mutex_);
    if (failure_.ok()) {
      result_.files = std::move(files_);
      return std::move(result_);
    }
    // What workers wrote that were done before another one failed.
    DeleteUncommitted(context_.lake, files_);
    return failure_;
  }

 private:
  static int64_t CountThreads(const IngestOptions& options, size_t inputs) {
    const int64_t cores = std::max<int64_t>(1, std::thread::hardware_concurrency());
    const int64_t wanted = options.threads > 0 ? options.threads : cores;
    return std::clamp<int64_t>(static_cast<int64_t>(inputs), 1, wanted);
  }

  void Work() {
    Converter converter(context_);
    const Status status = ConvertAll(converter);
    if (status.ok()) return;
    converter.Abort();
    const MutexLock lock(mutex_);
    if (failure_.ok()) failure_ = status;
  }

  Status ConvertAll(Converter& converter) {
    for (size_t at = Next(); at < order_.size(); at = Next()) {
      const size_t i = order_[at];
      ARROW_ASSIGN_OR_RAISE(result_.inputs[i], Convert(at, converter));
      ARROW_RETURN_NOT_OK(CheckRejects(*result_.inputs[i]));
      ARROW_RETURN_NOT_OK(Failure());
      if (options_.stage) ARROW_RETURN_NOT_OK(TakeFiles(converter));
    }
    return TakeFiles(converter);
  }

  /// order_.size(): there is none, or no time for it.
  size_t Next() {
    const size_t at = next_++;
    const bool is_late = at > 0 && SteadyMs() >= end_ms_;
    return is_late ? order_.size() : std::min(at, order_.size());
  }

  static int64_t EndOf(const IngestOptions& options) {
    if (options.commit_after_ms <= 0) return std::numeric_limits<int64_t>::max();
    return SteadyMs() + options.commit_after_ms;
  }

  Status TakeFiles(Converter& converter) {
    ARROW_ASSIGN_OR_RAISE(FilesByTable files, converter.Close());
    const MutexLock lock(mutex_);
    MergeFiles(std::move(files), files_);
    return Status::OK();
  }

  Result<ConvertedInput> Convert(size_t at, Converter& converter) {
    if (inputs_[order_[at]].is_object()) return converter.Convert(readahead_.Take(at));
    Input input = inputs_[order_[at]];
    // What is staged may be folded when old programs have come.
    input.wants_old_key = options_.stage || context_.known.HasOldKeys();
    return converter.Convert(input);
  }

  Status CheckRejects(const ConvertedInput& input) {
    const int64_t total = rejects_ += Total(input.rejects);
    if (!options_.max_rejects || total <= *options_.max_rejects) return Status::OK();
    return Status::CapacityError(total, " rejects are more than --max-rejects ",
                                 *options_.max_rejects,
                                 "; nothing of this batch was committed");
  }

  Status Failure() {
    const MutexLock lock(mutex_);
    return failure_;
  }

  const IngestOptions& options_;
  const std::span<const Input> inputs_;
  const MemoryPlan plan_;
  const std::vector<size_t> order_;  // of the inputs
  ClaimedKeys claimed_;
  OpenedDays opened_days_;
  ConversionContext context_;
  Readahead readahead_{context_, inputs_, order_};
  const int64_t end_ms_ = EndOf(options_);
  std::atomic<size_t> next_{0};
  std::atomic<int64_t> rejects_;

  Mutex mutex_;
  Status failure_ GUARDED_BY(mutex_);
  FilesByTable files_ GUARDED_BY(mutex_);
  Conversion result_;  // of each input, by one worker; its files at the end
};

/// Of the rejects, then of every kind of log, the user's last; each table once.
std::vector<const Schema*> SchemasOf(const LakeSettings& settings) {
  const auto known = LogSchemas();
  std::vector<const Schema*> schemas{&RejectsSchema()};
  schemas.insert(schemas.end(), known.begin(), known.end());
  for (const LogRule& rule : settings.logs) {
    const Schema& schema = rule.log->kind.schema;
    const auto is_same = [&](const Schema* other) {
      return other->table() == schema.table();
    };
    if (std::ranges::none_of(schemas, is_same)) schemas.push_back(&schema);
  }
  return schemas;
}

bool IsCommitted(const ConvertedInput& input) {
  return input.outcome == Outcome::kConverted || input.outcome == Outcome::kRefused ||
         input.outcome == Outcome::kCopied;
}

InputRecord RecordOf(const InputKeys& keys, const ConvertedInput& input) {
  InputRecord record{keys.key, input.bucket, {}, input.earlier_bucket, keys.old};
  const auto add = [&](const InputKeys& marker) {
    record.markers.push_back(marker.key);
    if (keys.old) record.old_markers.push_back(*marker.old);
  };
  for (const InputKeys& marker : input.markers) add(marker);
  for (const PathHash& path : input.marks.paths) {
    add(PathMarker(path, input.taken_bytes));
    // Whoever reads it under the name that it had must see that it was continued; no
    // more, or thousands of files with numbers would all be looked for under one name.
    if (!input.is_grown) break;
  }
  return record;
}

/// Whether a ledger that had the sizes `known` for the file has got others since, and
/// they are of this file.
std::function<bool(const Ledger&)> OvertakenCheck(const Input& file,
                                                  const FileMarks& marks,
                                                  std::vector<int64_t> known) {
  return [&file, marks, known = std::move(known)](const Ledger& ledger) {
    std::vector<int64_t> sizes = SizesOf(marks, ledger);
    std::erase_if(sizes, [&](int64_t size) {
      return size == 0 || std::ranges::binary_search(known, size);
    });
    return !sizes.empty() && HasBeginning(file, sizes, ledger);
  };
}

/// Commits one conversion: the rejects first, then the tables of records.
class Committer {
 public:
  Committer(const BatchContext& context, const KnownInputs& known,
            std::span<const Input> inputs, Conversion& conversion, IngestSummary& summary)
      : context_(context),
        known_(known),
        inputs_(inputs),
        conversion_(conversion),
        summary_(summary) {}

  /// A table that fails keeps its inputs from the lake, and no others.
  void Run() {
    for (const Schema* schema : SchemasOf(context_.settings)) Commit(*schema);
    for (auto& input : conversion_.inputs) {
      if (!input) continue;
      if (const Failure* failure = FailureOf(*input)) SetFailed(*failure, *input);
    }
  }

  /// Inputs whose rows are not in the lake after all.
  bool IsAgain(const ConvertedInput& input) const {
    return input.outcome != Outcome::kFailed && Contains(again_, input);
  }
  /// Inputs that another writer has committed meanwhile.
  bool IsAlready(const ConvertedInput& input) const {
    return already_.contains(input.content.key);
  }

 private:
  template <typename Keys>
  static bool Contains(const Keys& keys, const ConvertedInput& input) {
    return keys.contains(input.content.key) ||
           (input.rejects_key && keys.contains(input.rejects_key->key));
  }

  const Failure* FailureOf(const ConvertedInput& input) const {
    const auto found = std::ranges::find_if(
        failed_, [&](const FailedEdit& edit) { return Contains(edit.inputs, input); });
    return found == failed_.end() || !IsCommitted(input) ? nullptr : &found->failure;
  }

  static void SetFailed(const Failure& failure, ConvertedInput& input) {
    input.outcome = Outcome::kFailed;
    input.message = failure.ToString();
    input.failed_table = failure.object;
  }

  /// By what the table's ledger is to know the input; nullopt: it has nothing for it.
  static std::optional<InputKeys> KeysFor(const Schema& schema,
                                          const ConvertedInput& input) {
    if (&schema == &RejectsSchema()) return input.rejects_key;
    const bool is_its = input.table == schema.table();
    return is_its ? std::optional(input.content) : std::nullopt;
  }

  void Commit(const Schema& schema) {
    Edit edit;
    edit.operation = "WRITE";
    edit.parameters = {{"mode", "Append"}};
    edit.add = std::move(conversion_.files[schema.table()]);
    for (size_t i = 0; i < inputs_.size(); ++i) {
      const auto& input = conversion_.inputs[i];
      if (!input || !IsCommitted(*input)) continue;
      const std::optional<InputKeys> keys = KeysFor(schema, *input);
      if (keys) edit.inputs.push_back(RecordFor(schema, *keys, i));
    }
    LeaveOutAgain(edit);
    if (edit.inputs.empty()) return;
    const Status status = Commit(schema, edit);
    if (!status.ok()) KeepFailed(schema.table(), status, edit);
  }

  /// Its inputs' other rows must not be in the lake without these. Files stay: the edit
  /// may have been committed for all we know.
  void KeepFailed(const std::string& table, const Status& status, const Edit& edit) {
    summary_.failures.Keep(table, "commit", status);
    FailedEdit failed{{table, "commit", status}, {}};
    for (const InputRecord& input : edit.inputs) failed.inputs.insert(input.key);
    again_.insert(failed.inputs.begin(), failed.inputs.end());
    failed_.push_back(std::move(failed));
  }

  Status Commit(const Schema& schema, Edit& edit) {
    ARROW_RETURN_NOT_OK(known_.CheckTable(schema.table()));
    const Table table = context_.lake.table(schema.table());
    auto head = known_.HeadOf(schema.table());
    if (!head) {
      ARROW_RETURN_NOT_OK(table.CreateIfAbsent(schema, known_.IdentityOfNewTables()));
      ARROW_ASSIGN_OR_RAISE(head, table.LoadHead());
      ARROW_RETURN_NOT_OK(CheckNewTable(schema, *head));
      ARROW_ASSIGN_OR_RAISE(head, GrowSchema(table, schema, head));
    }
    if (context_.options.stage) {
      CountFiles(edit, {});
      edit.claim = context_.options.claim;
      return StageEdit(table, edit);
    }
    ARROW_ASSIGN_OR_RAISE(const CommitOutcome outcome, table.Commit(edit, head));
    again_.insert(outcome.again.begin(), outcome.again.end());
    // Another writer has just committed an earlier content: the next round says so.
    again_.insert(outcome.changed.begin(), outcome.changed.end());
    std::set<Key128> lost(outcome.again.begin(), outcome.again.end());
    lost.insert(outcome.changed.begin(), outcome.changed.end());
    lost.insert(outcome.already.begin(), outcome.already.end());
    if (&schema != &RejectsSchema()) {
      already_.insert(outcome.already.begin(), outcome.already.end());
    }
    CountFiles(edit, lost);
    if (outcome.version >= 0) summary_.versions[schema.table()] = outcome.version;
    return Status::OK();
  }

  InputRecord RecordFor(const Schema& schema, const InputKeys& keys, size_t i) const {
    const ConvertedInput& input = *conversion_.inputs[i];
    InputRecord record = RecordOf(keys, input);
    if (&schema != &RejectsSchema()) {
      record.object = input.object;
      record.lifts_block = context_.options.take_expired;
    }
    const bool may_grow = input.outcome == Outcome::kConverted &&
                          !input.marks.paths.empty() && !context_.options.stage;
    if (!may_grow) return record;
    record.was_overtaken = OvertakenCheck(inputs_[i], input.marks,
                                          known_.SizesIn(schema.table(), input.marks));
    return record;
  }

  /// An input whose rejects must be written again must not be done yet: its records, and
  /// those of the inputs that share its files, wait for the next round too.
  void LeaveOutAgain(Edit& edit) {
    again_ = WithFileMates(std::move(again_), edit.add);
    std::erase_if(edit.add,
                  [&](const AddedFile& file) { return HoldsAny(file, again_); });
    std::erase_if(edit.inputs,
                  [&](const InputRecord& input) { return again_.contains(input.key); });
  }

  void CountFiles(const Edit& edit, const std::set<Key128>& lost) {
    for (const AddedFile& file : edit.add) {
      if (HoldsAny(file, lost)) continue;
      ++summary_.data_files;
      summary_.bytes_out += file.file.bytes;
    }
  }

  struct FailedEdit {
    Failure failure;
    std::set<Key128> inputs;
  };

  const BatchContext& context_;
  const KnownInputs& known_;
  const std::span<const Input> inputs_;
  Conversion& conversion_;
  IngestSummary& summary_;
  std::set<Key128> again_;  // and those of failed_, and who shares a file with these
  std::vector<FailedEdit> failed_;
  std::set<Key128> already_;
};

/// What the copies of an input come to: the fate of the one that was converted, where
/// that holds for them too.
class Duplicates {
 public:
  explicit Duplicates(const Conversion& conversion) {
    for (const auto& input : conversion.inputs) {
      if (!input) continue;
      const bool is_original =
          input->outcome != Outcome::kSkipped && input->outcome != Outcome::kDuplicate;
      if (is_original) originals_.emplace(input->content.key, &*input);
    }
  }

  /// Whether `copy` must be looked at by itself: the original could not be read or has
  /// grown (which says nothing of a file of another name), or was refused with other
  /// fields than the copy has.
  bool IsOnItsOwn(const ConvertedInput& copy) const {
    const auto found = originals_.find(copy.content.key);
    if (found == originals_.end()) return false;
    const ConvertedInput& original = *found->second;
    if (original.outcome == Outcome::kFailed) return true;
    return original.outcome == Outcome::kRefused &&
           original.refused_key != copy.refused_key;
  }

 private:
  std::map<Key128, const ConvertedInput*> originals_;  // by content
};

void AddUnknownFields(const std::vector<std::string>& names, IngestSummary& summary) {
  for (const std::string& name : names) {
    auto& all = summary.unknown_fields;
    if (std::find(all.begin(), all.end(), name) == all.end()) all.push_back(name);
  }
}

void Count(const std::string& name, const ConvertedInput& input, IngestSummary& summary) {
  if (input.waits) summary.waiting.push_back(name);
  const bool is_skipped = input.outcome == Outcome::kSkipped ||
                          input.outcome == Outcome::kDuplicate ||
                          input.outcome == Outcome::kCopied;
  if (is_skipped) {
    ++summary.files_skipped;
    if (input.was_refused) ++summary.refused_before;
    if (input.is_expired) ++summary.expired;
    return;
  }
  if (input.outcome != Outcome::kConverted) {
    ++summary.files_failed;
    const bool is_refused = input.outcome == Outcome::kRefused;
    summary.problems.push_back({name, input.message, input.failed_table, is_refused});
    return;
  }
  ++summary.files;
  if (input.is_grown) ++summary.files_grown;
  if (input.is_another) summary.replaced.push_back(name);
  summary.records += input.rows;
  summary.bytes_in += input.bytes_stored;
  summary.bytes_plain += input.bytes_plain;
  for (size_t i = 0; i < input.rejects.size(); ++i)
    summary.rejects[i] += input.rejects[i];
  AddUnknownFields(input.unknown_fields, summary);
}

/// Each once, however many batches meet it.
void AddFailures(const Failures& failures, IngestSummary& summary) {
  for (const Failure& failure : failures) {
    const auto is_same = [&](const Failure& other) {
      return other.object == failure.object && other.step == failure.step;
    };
    if (std::ranges::any_of(summary.failures, is_same)) continue;
    summary.failures.Keep(failure.object, failure.step, failure.status);
  }
}

/// They will be counted again.
void Withdraw(const std::vector<Input>& inputs, IngestProgress& progress) {
  for (const Input& input : inputs) {
    --progress.inputs_done;
    progress.bytes_done -= std::max<int64_t>(input.bytes, 0);
  }
}

}  // namespace

Result<BatchRest> IngestBatch(const BatchContext& context, std::span<const Input> inputs,
                              IngestSummary& summary) {
  const auto terms = [&](const Input& input) {
    return TermsOf(context.options, context.settings, input);
  };
  ARROW_ASSIGN_OR_RAISE(KnownInputs known,
                        KnownInputs::Load(context.lake, inputs, terms));
  const TableFits fits =
      TableFits::Make(context.lake, SchemasOf(context.settings), known);
  AddFailures(known.failures(), summary);
  Workers workers(context, known, fits, inputs, summary.total_rejects());
  ARROW_ASSIGN_OR_RAISE(Conversion conversion, workers.Run());
  Committer committer(context, known, inputs, conversion, summary);
  committer.Run();
  const Duplicates duplicates(conversion);
  BatchRest rest;
  for (size_t i = 0; i < inputs.size(); ++i) {
    if (!conversion.inputs[i]) {
      rest.later.push_back(inputs[i]);
      continue;
    }
    ConvertedInput& input = *conversion.inputs[i];
    const bool is_copy = input.outcome == Outcome::kDuplicate;
    const bool has_more = input.has_more && input.outcome != Outcome::kFailed;
    if (input.is_deferred || has_more) rest.again.push_back(inputs[i]);
    if (input.is_deferred) continue;
    if (is_copy ? duplicates.IsOnItsOwn(input) : committer.IsAgain(input)) {
      if (!inputs[i].is_stream) {
        if (!has_more) rest.again.push_back(inputs[i]);
        continue;
      }
      input.outcome = Outcome::kFailed;
      input.message = "has the content of another input, which failed; give it again";
    }
    if (committer.IsAlready(input)) input.outcome = Outcome::kSkipped;
    Count(inputs[i].name, input, summary);
  }
  Withdraw(rest.again, context.progress);
  return rest;
}

}  // namespace flowlake
