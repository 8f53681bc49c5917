#include "flowlake/ingest/batch.h"

#include <algorithm>
#include <atomic>
#include <map>
#include <numeric>
#include <optional>
#include <set>
#include <thread>
#include <utility>

#include "flowlake/base/mutex.h"
#include "flowlake/format/catalogue.h"
#include "flowlake/ingest/converter.h"
#include "flowlake/ingest/identity.h"
#include "flowlake/ingest/known_inputs.h"
#include "flowlake/ingest/memory_plan.h"
#include "flowlake/ingest/readahead.h"
#include "flowlake/table/commit_plan.h"
#include "flowlake/table/staged_edits.h"

namespace flowlake {

namespace {

using Outcome = ConvertedInput::Outcome;

struct Conversion {
  std::vector<std::optional<ConvertedInput>> inputs;  // parallel to the batch's
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
  Workers(const BatchContext& context, const KnownInputs& known,
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
                  .budget_bytes = plan_.writer_bytes},
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
    for (size_t at = next_++; at < order_.size(); at = next_++) {
      const size_t i = order_[at];
      ARROW_ASSIGN_OR_RAISE(result_.inputs[i], Convert(at, converter));
      ARROW_RETURN_NOT_OK(CheckRejects(*result_.inputs[i]));
      ARROW_RETURN_NOT_OK(Failure());
      if (options_.stage) ARROW_RETURN_NOT_OK(TakeFiles(converter));
    }
    return TakeFiles(converter);
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
  std::atomic<size_t> next_{0};
  std::atomic<int64_t> rejects_;

  Mutex mutex_;
  Status failure_ GUARDED_BY(mutex_);
  FilesByTable files_ GUARDED_BY(mutex_);
  Conversion result_;  // of each input, by one worker; its files at the end
};

/// Of every kind of log, the user's last; each table once.
std::vector<const Schema*> SchemasOf(const LakeSettings& settings) {
  const auto known = LogSchemas();
  std::vector<const Schema*> schemas(known.begin(), known.end());
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
  return input.outcome == Outcome::kConverted || input.outcome == Outcome::kRefused;
}

InputRecord RecordOf(const InputKeys& keys, const ConvertedInput& input) {
  InputRecord record{keys.key, input.bucket, {}, input.earlier_bucket, keys.old};
  for (const InputKeys& marker : input.markers) {
    record.markers.push_back(marker.key);
    if (keys.old) record.old_markers.push_back(*marker.old);
  }
  return record;
}

/// Commits one conversion: the rejects first, then the tables of records.
class Committer {
 public:
  Committer(const BatchContext& context, const KnownInputs& known, Conversion& conversion,
            IngestSummary& summary)
      : context_(context), known_(known), conversion_(conversion), summary_(summary) {}

  Status Run() {
    ARROW_RETURN_NOT_OK(Commit(
        RejectsSchema(), [](const ConvertedInput& input) { return input.rejects_key; }));
    for (const Schema* schema : SchemasOf(context_.settings)) {
      ARROW_RETURN_NOT_OK(Commit(*schema, [schema](const ConvertedInput& input) {
        const bool ours = input.table == schema->table();
        return ours ? std::optional(input.content) : std::nullopt;
      }));
    }
    return Status::OK();
  }

  /// Inputs whose rows are not in the lake after all.
  bool IsAgain(const ConvertedInput& input) const {
    return again_.contains(input.content.key) ||
           (input.rejects_key && again_.contains(input.rejects_key->key));
  }
  /// Inputs that another writer has committed meanwhile.
  bool IsAlready(const ConvertedInput& input) const {
    return already_.contains(input.content.key);
  }

 private:
  template <typename KeyOf>
  Status Commit(const Schema& schema, const KeyOf& key_of) {
    Edit edit;
    edit.operation = "WRITE";
    edit.parameters = {{"mode", "Append"}};
    edit.add = std::move(conversion_.files[schema.table()]);
    for (const auto& input : conversion_.inputs) {
      if (!IsCommitted(*input)) continue;
      const std::optional<InputKeys> keys = key_of(*input);
      if (keys) edit.inputs.push_back(RecordOf(*keys, *input));
    }
    LeaveOutAgain(edit);
    if (edit.inputs.empty()) return Status::OK();
    const Table table = context_.lake.table(schema.table());
    const auto head = known_.HeadOf(schema.table());
    if (!head)
      ARROW_RETURN_NOT_OK(table.CreateIfAbsent(schema, known_.IdentityOfNewTables()));
    if (context_.options.stage) {
      CountFiles(edit, {});
      edit.claim = context_.options.claim;
      return StageEdit(table, edit);
    }
    ARROW_ASSIGN_OR_RAISE(const CommitOutcome outcome, table.Commit(edit, head));
    again_.insert(outcome.again.begin(), outcome.again.end());
    std::set<Key128> lost(outcome.again.begin(), outcome.again.end());
    lost.insert(outcome.already.begin(), outcome.already.end());
    if (&schema != &RejectsSchema()) {
      already_.insert(outcome.already.begin(), outcome.already.end());
    }
    CountFiles(edit, lost);
    if (outcome.version >= 0) summary_.versions[schema.table()] = outcome.version;
    return Status::OK();
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

  const BatchContext& context_;
  const KnownInputs& known_;
  Conversion& conversion_;
  IngestSummary& summary_;
  std::set<Key128> again_;
  std::set<Key128> already_;
};

/// What the copies of an input come to: the fate of the one that was converted, where
/// that holds for them too.
class Duplicates {
 public:
  explicit Duplicates(const Conversion& conversion) {
    for (const auto& input : conversion.inputs) {
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
  if (input.outcome == Outcome::kSkipped || input.outcome == Outcome::kDuplicate) {
    ++summary.files_skipped;
    if (input.was_refused) ++summary.refused_before;
    if (input.is_expired) ++summary.expired;
    return;
  }
  if (input.outcome != Outcome::kConverted) {
    ++summary.files_failed;
    const bool is_refused = input.outcome == Outcome::kRefused;
    summary.problems.push_back({name, input.message, is_refused});
    return;
  }
  ++summary.files;
  summary.records += input.rows;
  summary.bytes_in += input.bytes_stored;
  summary.bytes_plain += input.bytes_plain;
  for (size_t i = 0; i < input.rejects.size(); ++i)
    summary.rejects[i] += input.rejects[i];
  AddUnknownFields(input.unknown_fields, summary);
}

/// They will be counted again.
void Withdraw(const std::vector<Input>& inputs, IngestProgress& progress) {
  for (const Input& input : inputs) {
    --progress.inputs_done;
    progress.bytes_done -= std::max<int64_t>(input.bytes, 0);
  }
}

}  // namespace

Result<std::vector<Input>> IngestBatch(const BatchContext& context,
                                       std::span<const Input> inputs,
                                       IngestSummary& summary) {
  ARROW_ASSIGN_OR_RAISE(const KnownInputs known, KnownInputs::Load(context.lake, inputs));
  for (const LogRule& rule : context.settings.logs) {
    ARROW_RETURN_NOT_OK(known.CheckColumns(rule.log->kind.schema));
  }
  Workers workers(context, known, inputs, summary.total_rejects());
  ARROW_ASSIGN_OR_RAISE(Conversion conversion, workers.Run());
  Committer committer(context, known, conversion, summary);
  ARROW_RETURN_NOT_OK(committer.Run());
  const Duplicates duplicates(conversion);
  std::vector<Input> again;
  for (size_t i = 0; i < inputs.size(); ++i) {
    ConvertedInput& input = *conversion.inputs[i];
    const bool is_copy = input.outcome == Outcome::kDuplicate;
    if (is_copy ? duplicates.IsOnItsOwn(input) : committer.IsAgain(input)) {
      if (!inputs[i].is_stream) {
        again.push_back(inputs[i]);
        continue;
      }
      input.outcome = Outcome::kFailed;
      input.message = "has the content of another input, which failed; give it again";
    }
    if (committer.IsAlready(input)) input.outcome = Outcome::kSkipped;
    Count(inputs[i].name, input, summary);
  }
  Withdraw(again, context.progress);
  return again;
}

}  // namespace flowlake
