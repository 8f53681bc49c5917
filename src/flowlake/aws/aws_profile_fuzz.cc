// Files of ~/.aws, of any content: they are read, or refused with a line's number; what
// is read can be asked for; and no line of a file appears in an error.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "flowlake/aws/aws_profile.h"
#include "flowlake/aws/shell_words.h"

namespace flowlake {

namespace {

void Require(bool condition) {
  if (!condition) std::abort();
}

void ReadNested(const AwsProfile& profile) {
  for (const auto& [name, value] : profile) {
    Require(!name.empty());
    (void)ParseNestedSettings(value);
    (void)SplitShellWords(value);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const size_t half = text.find('\0') == text.npos ? size : text.find('\0');
  const auto profiles = AwsProfiles::Parse(text.substr(0, half), text.substr(half));
  if (!profiles.ok()) {
    Require(profiles.status().message().starts_with("line "));
    return 0;
  }
  const auto sections = ParseIni(text.substr(0, half));
  Require(sections.ok());
  for (const IniSection& section : *sections) {
    Require(!section.name.empty());
    ReadNested(section.settings);
    ReadNested(profiles->Profile(section.name));
  }
  return 0;
}

}  // namespace flowlake
