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
/// A line without a line feed may be half a line for so long.
constexpr auto kLeftAlone = std::chrono::minutes(10);

std::filesystem::file_time_type ModifiedAt(const std::string& path) {
  std::error_code error;
  return std::filesystem::last_write_time(path, error);
}

FileWriter WriterOf(const Input& input) {
  if (input.is_object() || input.is_stream) return FileWriter::kDone;
  const auto now = std::filesystem::file_time_type::clock::now();
  const auto age = now - ModifiedAt(input.name);
  if (age < kSettled) return FileWriter::kBusy;
  return age < kLeftAlone ? FileWriter::kQuiet : FileWriter::kDone;
}

}  // namespace

Key128 Watcher::Fingerprint(const Input& input) {
  const std::string version =
      input.is_object()
          ? input.object.etag
          : std::to_string(ModifiedAt(input.name).time_since_epoch().count());
  return HashOf(input.name + '\n' + std::to_string(input.bytes) + '\n' + version);
}

bool Watcher::IsFollowed(const Input& input) {
  if (input.writer != FileWriter::kBusy) return true;
  const auto now = std::chrono::steady_clock::now();
  return now - busy_since_.try_emplace(input.name, now).first->second >= patience_;
}

std::vector<Input> Watcher::Unseen(std::vector<Input> found) {
  for (Input& input : found) input.writer = WriterOf(input);
  std::map<std::string, std::chrono::steady_clock::time_point> busy;
  std::erase_if(found, [&](const Input& input) {
    if (input.is_stream || seen_.contains(Fingerprint(input))) return true;
    const bool is_followed = IsFollowed(input);
    if (const auto since = busy_since_.find(input.name); since != busy_since_.end()) {
      busy.insert(*since);
    }
    return !is_followed;
  });
  busy_since_ = std::move(busy);
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
