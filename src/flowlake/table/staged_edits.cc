#include "flowlake/table/staged_edits.h"

#include <algorithm>
#include <charconv>
#include <map>
#include <optional>
#include <utility>

#include "flowlake/base/check.h"
#include "flowlake/base/parallel.h"
#include "flowlake/base/uuid.h"
#include "flowlake/store/put_new.h"
#include "flowlake/table/file_statistics.h"
#include "flowlake/table/json.h"
#include "flowlake/table/log_entry.h"

namespace flowlake {

namespace {

/// The form of old programs, in which `blake3` holds what they do not know; they pass it
/// over.
constexpr int64_t kOldVersion = 1;
constexpr int64_t kFormatVersion = 2;
constexpr char kBlake3[] = "blake3";
constexpr char kColumnBytes[] = "columnBytes";
constexpr size_t kReaders = 8;

std::string FolderOf(const Table& table) { return table.folder() + "/_flowlake/staged"; }

Json KeysJson(const std::vector<Key128>& keys) {
  Json json = Json::array();
  for (const Key128& key : keys) json.push_back(key.ToString());
  return json;
}

Result<Key128> ParseKey(const Json& json) {
  constexpr size_t kDigits = 32;
  const std::string text = json.is_string() ? json.get<std::string>() : "";
  Key128 key;
  const char* begin = text.data();
  const char* middle = begin + kDigits / 2;
  const char* end = begin + text.size();
  if (text.size() != kDigits ||
      std::from_chars(begin, middle, key.high, 16).ptr != middle ||
      std::from_chars(middle, end, key.low, 16).ptr != end) {
    return Status::Invalid("'", WriteJson(json), "' is no key");
  }
  return key;
}

Result<std::vector<Key128>> ParseKeys(const Json& object, const char* name) {
  const Json* keys = FindMember(object, name);
  if (keys == nullptr || !keys->is_array()) {
    return Status::Invalid("'", name, "' is no list of keys");
  }
  std::vector<Key128> parsed;
  for (const Json& key : *keys) {
    ARROW_ASSIGN_OR_RAISE(parsed.emplace_back(), ParseKey(key));
  }
  return parsed;
}

Json HeadJson(const Edit& edit, int64_t version) {
  Json head{{"formatVersion", version},
            {"operation", edit.operation},
            {"operationParameters", edit.parameters},
            {"files", edit.add.size()},
            {"inputs", edit.inputs.size()}};
  if (edit.claim) head["claim"] = {{"path", edit.claim->path}, {"id", edit.claim->id}};
  return Json{{"stagedEdit", std::move(head)}};
}

Json FileJson(const AddedFile& added, const Schema& schema) {
  LogEntry entry;
  entry.add = {
      {added.file, FormatStatistics(added.file, schema, StatisticsColumns(schema)), ""}};
  Json json;
  ForEachAction(entry, [&](Json action) { json = std::move(action); });
  // By name: whoever folds may know another order.
  json[kColumnBytes] = added.file.column_bytes;
  json["inputs"] = KeysJson(added.inputs);
  return json;
}

Json ObjectJson(const ObjectContent& object) {
  return {{"name", object.name.ToString()},
          {"etag", object.etag.ToString()},
          {"bytes", object.bytes},
          {"content", object.content.ToString()}};
}

Result<Key128> KeyMember(const Json& object, const char* name) {
  const Json* key = FindMember(object, name);
  return ParseKey(key ? *key : Json());
}

Result<ObjectContent> ParseObject(const Json& json) {
  ObjectContent object;
  ARROW_ASSIGN_OR_RAISE(object.name, KeyMember(json, "name"));
  ARROW_ASSIGN_OR_RAISE(object.etag, KeyMember(json, "etag"));
  ARROW_ASSIGN_OR_RAISE(object.bytes, IntegerMember(json, "bytes"));
  ARROW_ASSIGN_OR_RAISE(object.content, KeyMember(json, "content"));
  return object;
}

Json InputJson(const InputRecord& input) {
  Json json{{"key", input.key.ToString()},
            {"bucket", input.bucket},
            {"markers", KeysJson(input.markers)}};
  if (!input.earlier_bucket.empty()) json["earlierBucket"] = input.earlier_bucket;
  if (input.old_key) json["oldKey"] = input.old_key->ToString();
  if (input.object) json["object"] = ObjectJson(*input.object);
  if (input.lifts_block) json["liftsBlock"] = true;
  return Json{{"input", std::move(json)}};
}

/// As old programs write it, and beside that what they do not.
Json OldInputJson(const InputRecord& input) {
  Json json = InputJson(input);
  Json& old = json["input"];
  old.erase("oldKey");
  old["key"] = input.old_key->ToString();
  old["markers"] = KeysJson(input.old_markers);
  if (input.is_old) return json;
  old[kBlake3] = {{"key", input.key.ToString()}, {"markers", KeysJson(input.markers)}};
  return json;
}

Json OldFileJson(const AddedFile& added, const Schema& schema,
                 const std::map<Key128, Key128>& old_keys) {
  Json json = FileJson(added, schema);
  json[kBlake3] = KeysJson(added.inputs);
  std::vector<Key128> inputs;
  for (const Key128& key : added.inputs) inputs.push_back(old_keys.at(key));
  json["inputs"] = KeysJson(inputs);
  return json;
}

std::string FormatForOldPrograms(const Edit& edit, const Schema& schema) {
  std::string text = WriteJson(HeadJson(edit, kOldVersion)) + '\n';
  std::map<Key128, Key128> old_keys;
  for (const InputRecord& input : edit.inputs) {
    old_keys[input.key] = *input.old_key;
    text += WriteJson(OldInputJson(input)) + '\n';
  }
  for (const AddedFile& added : edit.add) {
    text += WriteJson(OldFileJson(added, schema, old_keys)) + '\n';
  }
  return text;
}

class Parser {
 public:
  explicit Parser(const Schema& schema) : schema_(schema) {}

  Status AddLine(const Json& line) {
    if (const Json* head = FindMember(line, "stagedEdit")) return SetHead(*head);
    if (FindMember(line, "add") != nullptr) return AddFile(line);
    if (const Json* input = FindMember(line, "input")) return AddInput(*input);
    return Status::Invalid("neither head, file nor input");
  }

  Result<Edit> Finish() {
    const auto is = [](const auto& list, int64_t count) {
      return static_cast<int64_t>(list.size()) == count;
    };
    if (is(edit_.add, files_) && is(edit_.inputs, inputs_)) return std::move(edit_);
    return Status::Invalid("it should have ", files_, " files and ", inputs_, " inputs");
  }

 private:
  Status SetHead(const Json& head) {
    ARROW_ASSIGN_OR_RAISE(const int64_t version, IntegerMember(head, "formatVersion"));
    is_old_version_ = version == kOldVersion;
    if (version != kFormatVersion && !is_old_version_) {
      return Status::Invalid("its format has version ", version,
                             ", which this release does not know");
    }
    ARROW_ASSIGN_OR_RAISE(edit_.operation, StringMember(head, "operation"));
    edit_.parameters = StringMembers(FindMember(head, "operationParameters"));
    if (const Json* claim = FindMember(head, "claim")) {
      edit_.claim.emplace();
      ARROW_ASSIGN_OR_RAISE(edit_.claim->path, StringMember(*claim, "path"));
      ARROW_ASSIGN_OR_RAISE(edit_.claim->id, StringMember(*claim, "id"));
      ARROW_RETURN_NOT_OK(CheckObjectPath(edit_.claim->path));
    }
    ARROW_ASSIGN_OR_RAISE(files_, IntegerMember(head, "files"));
    return IntegerMember(head, "inputs").Value(&inputs_);
  }

  Status AddFile(const Json& line) {
    LogEntry entry;
    ARROW_RETURN_NOT_OK(ParseAction(line, schema_.table(), &entry));
    AddedFile added;
    AddAction& action = entry.add.at(0);
    added.file = std::move(action.file);
    ARROW_RETURN_NOT_OK(ParseStatistics(action.stats, schema_, &added.file));
    ParseColumnBytes(line, &added.file);
    ARROW_ASSIGN_OR_RAISE(added.inputs, InputsOfFile(line));
    edit_.add.push_back(std::move(added));
    return Status::OK();
  }

  static void ParseColumnBytes(const Json& line, DataFile* file) {
    const Json* columns = FindMember(line, kColumnBytes);
    if (columns == nullptr || !columns->is_object()) return;
    for (const auto& [name, bytes] : columns->items()) {
      if (const auto number = IntegerOf(bytes)) file->column_bytes[name] = *number;
    }
  }

  Result<std::vector<Key128>> InputsOfFile(const Json& line) const {
    if (is_old_version_ && FindMember(line, kBlake3) != nullptr) {
      return ParseKeys(line, kBlake3);
    }
    ARROW_ASSIGN_OR_RAISE(auto inputs, ParseKeys(line, "inputs"));
    if (!is_old_version_) return inputs;
    for (Key128& key : inputs) key = KeyOfOld(key);
    return inputs;
  }

  Status AddInput(const Json& json) {
    InputRecord input;
    const Json* key = FindMember(json, "key");
    ARROW_ASSIGN_OR_RAISE(input.key, ParseKey(key ? *key : Json()));
    ARROW_ASSIGN_OR_RAISE(input.bucket, StringMember(json, "bucket"));
    ARROW_ASSIGN_OR_RAISE(input.markers, ParseKeys(json, "markers"));
    if (FindMember(json, "earlierBucket") != nullptr) {
      ARROW_ASSIGN_OR_RAISE(input.earlier_bucket, StringMember(json, "earlierBucket"));
    }
    if (const Json* object = FindMember(json, "object")) {
      ARROW_ASSIGN_OR_RAISE(input.object, ParseObject(*object));
    }
    const Json* lifts = FindMember(json, "liftsBlock");
    input.lifts_block = lifts != nullptr && lifts->is_boolean() && lifts->get<bool>();
    if (is_old_version_) {
      ARROW_RETURN_NOT_OK(TakeOldKeys(json, &input));
    } else if (const Json* old_key = FindMember(json, "oldKey")) {
      ARROW_ASSIGN_OR_RAISE(input.old_key, ParseKey(*old_key));
    }
    edit_.inputs.push_back(std::move(input));
    return Status::OK();
  }

  /// What was read as the input's keys is what old programs write.
  static Status TakeOldKeys(const Json& json, InputRecord* input) {
    input->old_key = input->key;
    input->old_markers = std::exchange(input->markers, {});
    const Json* blake3 = FindMember(json, kBlake3);
    input->is_old = blake3 == nullptr;
    if (input->is_old) {
      input->key = KeyOfOld(*input->old_key);
      return Status::OK();
    }
    const Json* key = FindMember(*blake3, "key");
    ARROW_ASSIGN_OR_RAISE(input->key, ParseKey(key ? *key : Json()));
    return ParseKeys(*blake3, "markers").Value(&input->markers);
  }

  const Schema& schema_;
  Edit edit_;
  bool is_old_version_ = false;
  int64_t files_ = -1;
  int64_t inputs_ = -1;
};

/// nullopt if the object is no longer there.
Result<std::optional<StagedEdit>> ReadStagedEdit(const Table& table, const Schema& schema,
                                                 const ObjectInfo& object) {
  const auto text = ReadAll(*table.store(), object.path);
  if (!text.ok()) {
    ARROW_ASSIGN_OR_RAISE(const auto there, table.store()->Stat(object.path));
    return there ? text.status() : Result<std::optional<StagedEdit>>(std::nullopt);
  }
  auto edit = ParseStagedEdit(*text, schema);
  if (edit.ok()) return StagedEdit{object.path, object.modified_ms, *std::move(edit)};
  return Status::IOError("read staged edit ", table.store()->uri(), "/", object.path,
                         ": ", edit.status().message());
}

}  // namespace

bool HasOldInputs(const Edit& edit) {
  return std::ranges::any_of(edit.inputs, &InputRecord::is_old);
}

std::string FormatStagedEdit(const Edit& edit, const Schema& schema, Identity identity) {
  const bool has_old_keys = std::ranges::all_of(
      edit.inputs, [](const InputRecord& input) { return input.old_key.has_value(); });
  if (identity == Identity::kBoth && has_old_keys) {
    return FormatForOldPrograms(edit, schema);
  }
  std::string text = WriteJson(HeadJson(edit, kFormatVersion)) + '\n';
  for (const InputRecord& input : edit.inputs) text += WriteJson(InputJson(input)) + '\n';
  for (const AddedFile& added : edit.add) {
    text += WriteJson(FileJson(added, schema)) + '\n';
  }
  return text;
}

Result<Edit> ParseStagedEdit(std::string_view text, const Schema& schema) {
  Parser parser(schema);
  for (int number = 1; !text.empty(); ++number) {
    const size_t end = std::min(text.find('\n'), text.size());
    const auto json = ParseJson(text.substr(0, end));
    const Status status = json.ok() ? parser.AddLine(*json) : json.status();
    if (!status.ok()) return status.WithMessage("line ", number, ": ", status.message());
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return parser.Finish();
}

Status StageEdit(const Table& table, const Edit& edit) {
  Check(std::ranges::all_of(
            edit.add, [](const AddedFile& file) { return file.inputs.size() <= 1; }),
        "a staged file with rows of two inputs");
  ARROW_ASSIGN_OR_RAISE(const auto head, table.LoadHead());
  ARROW_RETURN_NOT_OK(CheckMayWrite(head->configuration, table.folder()));
  const std::string path = FolderOf(table) + '/' + NewUuid() + ".json";
  const Identity identity = IdentityOf(head->configuration);
  const PutFate put =
      PutNew(*table.store(), path, FormatStagedEdit(edit, head->schema, identity));
  if (put.kind == PutFate::Kind::kOurs) return Status::OK();
  if (put.kind == PutFate::Kind::kUnknown) return put.failure;
  return Status::IOError("stage ", table.store()->uri(), "/", path,
                         ": the object is another writer's");
}

Result<std::vector<ObjectInfo>> ListStagedEdits(const Table& table) {
  ARROW_ASSIGN_OR_RAISE(auto objects, table.store()->List(FolderOf(table)));
  std::erase_if(objects,
                [](const ObjectInfo& object) { return !object.path.ends_with(".json"); });
  std::ranges::stable_sort(objects, {}, &ObjectInfo::modified_ms);
  return objects;
}

StagedEdits ReadStagedEdits(const Table& table, const Schema& schema,
                            const std::vector<ObjectInfo>& objects) {
  std::vector<Result<std::optional<StagedEdit>>> read(objects.size());
  ForEachInParallel(objects.size(), kReaders, [&](size_t i) {
    read[i] = ReadStagedEdit(table, schema, objects[i]);
  });
  StagedEdits staged;
  for (size_t i = 0; i < objects.size(); ++i) {
    auto& edit = read[i];
    if (!staged.unreadable.Keep(objects[i].path, "read", edit.status())) continue;
    if (*edit) staged.edits.push_back(**std::move(edit));
  }
  return staged;
}

}  // namespace flowlake
