#include "flowlake/ingest/batch_commit.h"

#include <algorithm>
#include <functional>
#include <utility>

#include "flowlake/format/catalogue.h"
#include "flowlake/ingest/identity.h"
#include "flowlake/ingest/table_fits.h"
#include "flowlake/table/commit_plan.h"
#include "flowlake/table/schema_growth.h"
#include "flowlake/table/staged_edits.h"

namespace flowlake {

namespace {

using Outcome = ConvertedInput::Outcome;

bool Contains(const std::set<Key128>& keys, const ConvertedInput& input) {
  return keys.contains(input.content.key) ||
         (input.rejects_key && keys.contains(input.rejects_key->key));
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
  CommittedBatch Run() {
    for (const Schema* schema : SchemasOf(context_.settings)) Commit(*schema);
    for (auto& input : conversion_.inputs) {
      if (!input) continue;
      if (const Failure* failure = FailureOf(*input)) SetFailed(*failure, *input);
    }
    return {std::move(again_), std::move(already_)};
  }

 private:
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

}  // namespace

bool CommittedBatch::IsAgain(const ConvertedInput& input) const {
  return input.outcome != Outcome::kFailed && Contains(again, input);
}

bool CommittedBatch::IsAlready(const ConvertedInput& input) const {
  return already.contains(input.content.key);
}

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

CommittedBatch CommitBatch(const BatchContext& context, const KnownInputs& known,
                           std::span<const Input> inputs, Conversion& conversion,
                           IngestSummary& summary) {
  return Committer(context, known, inputs, conversion, summary).Run();
}

}  // namespace flowlake
