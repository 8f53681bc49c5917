#include "flowlake/server/watcher.h"

#include <chrono>
#include <filesystem>
#include <system_error>

#include "flowlake/base/date.h"
#include "flowlake/base/log.h"

namespace flowlake {

namespace {

constexpr Date kDaysBack = 2;
constexpr size_t kInputsPerStep = 1000;
constexpr int64_t kBytesPerStep = 128 << 20;
constexpr auto kSettled = std::chrono::seconds(10);

std::filesystem::file_time_type ModifiedAt(const std::string& path) {
  std::error_code error;
  return std::filesystem::last_write_time(path, error);
}

bool IsBeingWritten(const Input& input) {
  if (input.is_object() || input.is_stream) return false;
  const auto now = std::filesystem::file_time_type::clock::now();
  return ModifiedAt(input.name) + kSettled > now;
}

}  // namespace

Key128 Watcher::Fingerprint(const Input& input) {
  const std::string version =
      input.is_object()
          ? input.object.etag
          : std::to_string(ModifiedAt(input.name).time_since_epoch().count());
  return HashOf(input.name + '\n' + std::to_string(input.bytes) + '\n' + version);
}

std::vector<Input> Watcher::Unseen(std::vector<Input> found) const {
  std::erase_if(found, [this](const Input& input) {
    return input.is_stream || IsBeingWritten(input) || seen_.contains(Fingerprint(input));
  });
  return found;
}

void Watcher::Name(const std::set<std::string>& links) {
  for (const std::string& link : links) {
    if (!named_links_.insert(link).second) continue;
    Log(LogLevel::kWarning, "a symbolic link in a watched folder is not followed",
        {{"link", link}});
  }
}

Status Watcher::Look() {
  Selection selection;
  selection.follows_links = false;
  if (!is_first_) selection.from = DateOfMicros(NowMicros()) - kDaysBack;
  ARROW_ASSIGN_OR_RAISE(auto found, ListInputs(places_, selection, open_));
  Name(found.links);
  const std::vector<Input> inputs = Unseen(std::move(found.inputs));
  for (size_t at = 0; at < inputs.size();) {
    std::vector<Input> step;
    std::vector<Key128> fingerprints;  // of what was listed, not of what it is later
    for (int64_t bytes = 0;
         at < inputs.size() && step.size() < kInputsPerStep && bytes < kBytesPerStep;
         ++at) {
      bytes += inputs[at].bytes;
      step.push_back(inputs[at]);
      fingerprints.push_back(Fingerprint(inputs[at]));
    }
    ARROW_ASSIGN_OR_RAISE(const auto failed, writer_.Write(step));
    for (size_t i = 0; i < step.size(); ++i) {
      if (!failed.contains(step[i].name)) seen_.insert(fingerprints[i]);
    }
  }
  is_first_ = false;
  return Status::OK();
}

}  // namespace flowlake
