#include "flowlake/aws/ini_file.h"

#include <algorithm>
#include <cctype>
#include <utility>

namespace flowlake {

namespace {

constexpr std::string_view kSpace = " \t\r\f\v";
constexpr char kDefaults[] = "DEFAULT";

std::string_view TrimEnd(std::string_view text) {
  const size_t last = text.find_last_not_of(" \t\r\f\v\n");
  return last == text.npos ? std::string_view() : text.substr(0, last + 1);
}

std::string_view Trim(std::string_view text) {
  const size_t begin = text.find_first_not_of(kSpace);
  return begin == text.npos ? std::string_view() : TrimEnd(text.substr(begin));
}

std::string Lower(std::string_view text) {
  std::string lower(text);
  std::ranges::transform(lower, lower.begin(), [](unsigned char c) {
    return static_cast<char>(std::tolower(c));
  });
  return lower;
}

/// Cuts the first line, without its end, off `text`.
std::string_view CutLine(std::string_view& text) {
  const size_t end = std::min(text.find('\n'), text.size());
  const std::string_view line = text.substr(0, end);
  text.remove_prefix(std::min(end + 1, text.size()));
  return line;
}

class Parser {
 public:
  Result<std::vector<IniSection>> Run(std::string_view text) {
    while (!text.empty()) {
      ++number_;
      ARROW_RETURN_NOT_OK(Take(CutLine(text)));
    }
    EndValue();
    return WithDefaults();
  }

 private:
  template <typename... Cause>
  Status Fail(const Cause&... cause) const {
    return Status::Invalid("line ", number_, ": ", cause...);
  }

  Status Take(std::string_view line) {
    const std::string_view text = Trim(line);
    if (text.empty()) {
      if (value_ != nullptr) *value_ += '\n';
      return Status::OK();
    }
    if (text[0] == '#' || text[0] == ';') return Status::OK();
    const size_t indent = line.find_first_not_of(kSpace);
    if (value_ != nullptr && indent > indent_) {
      (*value_ += '\n') += text;
      return Status::OK();
    }
    indent_ = indent;
    EndValue();
    return text[0] == '[' ? TakeHeader(text) : TakeSetting(text);
  }

  Status TakeHeader(std::string_view text) {
    const size_t end = text.rfind(']');
    if (end == text.npos || end == 1) return Fail("a section's name has no end");
    const std::string name(text.substr(1, end - 1));
    if (std::ranges::find(sections_, name, &IniSection::name) != sections_.end()) {
      return Fail("the section [", name, "] is there twice");
    }
    sections_.push_back({name, {}});
    return Status::OK();
  }

  Status TakeSetting(std::string_view text) {
    if (sections_.empty()) return Fail("a setting before the first [section]");
    const size_t separator = text.find_first_of("=:");
    if (separator == text.npos) return Fail("neither a [section] nor 'name = value'");
    const std::string name = Lower(TrimEnd(text.substr(0, separator)));
    if (name.empty()) return Fail("a setting without a name");
    const auto [at, is_new] = sections_.back().settings.try_emplace(name);
    if (!is_new) return Fail("'", name, "' is there twice in its section");
    value_ = &at->second;
    *value_ = Trim(text.substr(separator + 1));
    return Status::OK();
  }

  void EndValue() {
    if (value_ != nullptr) value_->resize(TrimEnd(*value_).size());
    value_ = nullptr;
  }

  std::vector<IniSection> WithDefaults() {
    const auto defaults = std::ranges::find(sections_, kDefaults, &IniSection::name);
    if (defaults == sections_.end()) return std::move(sections_);
    const IniSettings settings = std::move(defaults->settings);
    sections_.erase(defaults);
    for (IniSection& section : sections_) {
      section.settings.insert(settings.begin(), settings.end());
    }
    return std::move(sections_);
  }

  std::vector<IniSection> sections_;
  std::string* value_ = nullptr;  // of the setting that may go on
  size_t indent_ = 0;             // of that setting
  int number_ = 0;
};

}  // namespace

std::string SettingAt(const IniSettings& settings, const std::string& name) {
  const auto found = settings.find(name);
  return found == settings.end() ? std::string() : found->second;
}

Result<std::vector<IniSection>> ParseIni(std::string_view text) {
  return Parser().Run(text);
}

Result<IniSettings> ParseNestedSettings(std::string_view value) {
  IniSettings settings;
  while (!value.empty()) {
    const std::string_view line = Trim(CutLine(value));
    if (line.empty()) continue;
    const size_t equals = line.find('=');
    if (equals == line.npos) return Status::Invalid("a nested setting without '='");
    settings[std::string(TrimEnd(line.substr(0, equals)))] =
        Trim(line.substr(equals + 1));
  }
  return settings;
}

}  // namespace flowlake
