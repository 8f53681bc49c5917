#include "flowlake/ingest/batch.h"

#include <algorithm>
#include <atomic>
#include <limits>
#include <map>
#include <numeric>
#include <optional>
#include <thread>
#include <utility>

#include "flowlake/base/mutex.h"
#include "flowlake/base/waiting.h"
#include "flowlake/ingest/batch_commit.h"
#include "flowlake/ingest/converter.h"
#include "flowlake/ingest/input_terms.h"
#include "flowlake/ingest/known_inputs.h"
#include "flowlake/ingest/memory_plan.h"
#include "flowlake/ingest/readahead.h"
#include "flowlake/ingest/table_fits.h"

namespace flowlake {

namespace {

using Outcome = ConvertedInput::Outcome;

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
  const CommittedBatch committed =
      CommitBatch(context, known, inputs, conversion, summary);
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
    if (is_copy ? duplicates.IsOnItsOwn(input) : committed.IsAgain(input)) {
      if (!inputs[i].is_stream) {
        if (!has_more) rest.again.push_back(inputs[i]);
        continue;
      }
      input.outcome = Outcome::kFailed;
      input.message = "has the content of another input, which failed; give it again";
    }
    if (committed.IsAlready(input)) input.outcome = Outcome::kSkipped;
    Count(inputs[i].name, input, summary);
  }
  Withdraw(rest.again, context.progress);
  return rest;
}

}  // namespace flowlake
