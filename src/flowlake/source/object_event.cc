#include "flowlake/source/object_event.h"

#include <nlohmann/json.hpp>
#include <optional>

#include "flowlake/base/hex.h"
#include "flowlake/base/json_member.h"
#include "flowlake/source/exclusion.h"

namespace flowlake {

namespace {

using Json = nlohmann::json;

/// SQS around SNS around S3, and one to spare.
constexpr int kMaxEnvelopes = 4;

std::optional<ObjectReference> Reference(const Json& holder) {
  const Json* bucket = MemberAt(holder, "bucket");
  const Json* object = MemberAt(holder, "object");
  if (bucket == nullptr || object == nullptr) return std::nullopt;
  ObjectReference reference{TextAt(*bucket, "name"), TextAt(*object, "key")};
  if (reference.bucket.empty() || reference.key.empty()) return std::nullopt;
  return reference;
}

Status NoEvent(std::string_view what) {
  return Status::Invalid("no event of objects: ", what);
}

class Reader {
 public:
  Status Add(std::string_view text, int envelopes = 0) {
    const Json json = Json::parse(text, nullptr, /*allow_exceptions=*/false);
    if (!json.is_object()) return NoEvent("it is no JSON object");
    return AddEvent(json, envelopes);
  }

  std::vector<ObjectReference> objects;

 private:
  Status AddEvent(const Json& json, int envelopes) {
    if (envelopes > kMaxEnvelopes) return NoEvent("too many envelopes");
    if (TextAt(json, "Event") == "s3:TestEvent") return Status::OK();
    if (TextAt(json, "source") == "aws.s3") return AddBridged(json);
    if (const Json* sns = MemberAt(json, "Sns")) return AddEvent(*sns, envelopes + 1);
    if (const Json* body = MemberAt(json, "body")) return AddInner(*body, envelopes);
    if (const Json* message = MemberAt(json, "Message"))
      return AddInner(*message, envelopes);
    const Json* records = MemberAt(json, "Records");
    if (records == nullptr) return NoEvent("its shape is unknown");
    if (!records->is_array()) return NoEvent("Records is no list");
    for (const Json& record : *records) {
      ARROW_RETURN_NOT_OK(MemberAt(record, "s3") != nullptr
                              ? AddNotified(record)
                              : AddEvent(record, envelopes + 1));
    }
    return Status::OK();
  }

  Status AddInner(const Json& text, int envelopes) {
    if (!text.is_string()) return NoEvent("the message is no text");
    return Add(text.get_ref<const std::string&>(), envelopes + 1);
  }

  Status AddNotified(const Json& record) {
    if (!TextAt(record, "eventName").starts_with("ObjectCreated:")) return Status::OK();
    auto reference = Reference(*MemberAt(record, "s3"));
    if (!reference) return NoEvent("a record names no object");
    reference->key = DecodeFormUrl(reference->key);
    objects.push_back(*std::move(reference));
    return Status::OK();
  }

  Status AddBridged(const Json& json) {
    if (TextAt(json, "detail-type") != "Object Created") return Status::OK();
    const Json* detail = MemberAt(json, "detail");
    auto reference = detail == nullptr ? std::nullopt : Reference(*detail);
    if (!reference) return NoEvent("its detail names no object");
    objects.push_back(*std::move(reference));
    return Status::OK();
  }
};

/// Whether one of the names in the key is one that a listing would leave out, or it is a
/// marker, "a/".
bool IsExcluded(std::string_view key) {
  if (key.ends_with('/')) return true;
  while (true) {
    const size_t slash = key.find('/');
    const bool is_folder = slash != key.npos;
    const std::string_view name = key.substr(0, slash);
    if (IsExcludedName(name, is_folder)) return true;
    if (!is_folder) return false;
    key.remove_prefix(slash + 1);
  }
}

}  // namespace

std::string DecodeFormUrl(std::string_view text) {
  std::string plain;
  for (size_t i = 0; i < text.size(); ++i) {
    const int byte = text[i] == '%' ? HexByte(text.substr(i + 1)) : -1;
    if (byte >= 0) {
      plain += static_cast<char>(byte);
      i += 2;
    } else {
      plain += text[i] == '+' ? ' ' : text[i];
    }
  }
  return plain;
}

Result<std::vector<ObjectReference>> ObjectsCreated(std::string_view json) {
  Reader reader;
  ARROW_RETURN_NOT_OK(reader.Add(json));
  return std::move(reader.objects);
}

Result<std::optional<Input>> FindObject(const ObjectReference& object,
                                        const StoreOpener& open) {
  if (IsExcluded(object.key)) return std::nullopt;
  ARROW_ASSIGN_OR_RAISE(auto store, open("s3://" + object.bucket));
  ARROW_ASSIGN_OR_RAISE(const auto info, store->Stat(object.key));
  if (!info) {
    // A bucket that is not there looks the same, and is an error: listed from its end.
    ARROW_RETURN_NOT_OK(store->Names("", /*after=*/"\U0010FFFF").status());
    return std::nullopt;
  }
  Input input = DescribePath(object.uri());
  input.bytes = info->size;
  input.object = {std::move(store), object.key, info->etag, nullptr};
  return input;
}

Result<std::vector<Input>> FindObjects(std::string_view json, const std::string& lake,
                                       const StoreOpener& open) {
  ARROW_ASSIGN_OR_RAISE(const auto objects, ObjectsCreated(json));
  std::vector<Input> inputs;
  for (const ObjectReference& object : objects) {
    if (object.uri().starts_with(lake + '/')) continue;
    ARROW_ASSIGN_OR_RAISE(auto input, FindObject(object, open));
    if (input) inputs.push_back(*std::move(input));
  }
  return inputs;
}

}  // namespace flowlake
