/// For tests and fuzzers: the rules of text logs once more, written to be read and not to
/// be fast, and with nothing of the real parser but the names of fields and reasons.
#pragma once

#include <algorithm>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "flowlake/format/catalogue.h"
#include "flowlake/format/rows_as_json.h"

namespace flowlake {

class ObviousParser {
 public:
  ObviousParser(const Schema& schema, std::vector<std::string> names, ParseLimits limits)
      : schema_(schema), names_(std::move(names)), limits_(limits) {}

  /// A log with spaces between fields, whose first line may be a short header.
  ParsedInput Parse(const std::string& input) {
    ColumnsBuilder builder(&schema_);
    Rejects rejects;
    size_t begin = 0;
    for (int64_t number = 1; begin < input.size() && error_.empty(); ++number) {
      const size_t end = std::min(input.find('\n', begin), input.size());
      size_t skip = 0;
      if (begin == 0 && input.substr(0, 3) == "\xEF\xBB\xBF") skip = 3;
      const auto offset = static_cast<int64_t>(begin + skip);
      ParseLine(input.substr(begin + skip, end - begin - skip),
                {number, offset, "", {}, ""}, builder, rejects);
      begin = end + 1;
    }
    ParsedInput result;
    AddResults(builder, rejects, result);
    result.error = error_;
    return result;
  }

 private:
  static constexpr RejectReason kRefused = RejectReason::kRefusedInput;

  void ParseLine(std::string line, Reject reject, ColumnsBuilder& builder,
                 Rejects& rejects) {
    const bool is_long = line.size() > limits_.record_bytes;
    const bool has_nul = line.find('\0') != std::string::npos;
    const bool is_invalid = FindInvalidUtf8(line) != std::string::npos;
    if (!line.empty() && line.back() == '\r') line.pop_back();
    reject.text = line;
    if (is_long || has_nul || is_invalid) {
      reject.reason = is_long   ? RejectReason::kTooLong
                      : has_nul ? RejectReason::kNulByte
                                : RejectReason::kInvalidUtf8;
      rejects.Add(reject);
      return;
    }
    const std::vector<std::string> tokens = Split(line);
    if (tokens.empty()) return;
    const bool is_first = first_;
    first_ = false;
    if (IsHeader(tokens, is_first)) {
      TakeHeader(tokens);
      return;
    }
    if (AppendRow(tokens, reject, builder)) {
      builder.FinishRow();
    } else {
      builder.DropRow();
      rejects.Add(reject);
    }
  }

  static std::vector<std::string> Split(const std::string& line) {
    std::vector<std::string> tokens;
    std::string token;
    for (char c : line + " ") {
      if (c != ' ' && c != '\t') {
        token += c;
      } else if (!token.empty()) {
        tokens.push_back(token);
        token.clear();
      }
    }
    return tokens;
  }

  static bool In(const Schema& schema, const std::string& name) {
    const std::string canonical = CanonicalFieldName(name);
    return canonical != "extra" && schema.IndexOf(canonical) >= 0;
  }

  bool IsHeader(const std::vector<std::string>& tokens, bool is_first) const {
    size_t known = 0;
    std::set<std::string> distinct;
    for (const std::string& token : tokens) {
      if (!std::isalpha(static_cast<unsigned char>(token[0]))) return false;
      if (In(VpcFlowSchema(), token) || In(TgwFlowSchema(), token)) ++known;
      distinct.insert(CanonicalFieldName(token));
    }
    if (is_first && known == tokens.size()) return true;
    return known >= 3 && distinct.size() == tokens.size();
  }

  void TakeHeader(const std::vector<std::string>& tokens) {
    bool has_foreign = false;
    bool has_tgw = false;
    bool has_vpc = false;
    std::set<std::string> distinct;
    for (const std::string& token : tokens) {
      has_foreign |= !In(schema_, token);
      has_tgw |= In(TgwFlowSchema(), token) && !In(VpcFlowSchema(), token);
      has_vpc |= In(VpcFlowSchema(), token);
      distinct.insert(CanonicalFieldName(token));
    }
    const Schema& other = has_tgw || !has_vpc ? TgwFlowSchema() : VpcFlowSchema();
    if (&other != &schema_ && has_foreign) error_ = "mixes";
    if (distinct.size() != tokens.size()) error_ = "twice";
    names_ = tokens;
  }

  bool AppendRow(const std::vector<std::string>& tokens, Reject& reject,
                 ColumnsBuilder& builder) {
    reject.reason = RejectReason::kFieldCount;
    if (tokens.size() != names_.size()) return false;
    ExtraObject extra;
    for (size_t i = 0; i < tokens.size(); ++i) {
      if (!In(schema_, names_[i])) {
        if (tokens[i] != "-") extra.AddString(names_[i], tokens[i]);
        continue;
      }
      reject.column = CanonicalFieldName(names_[i]);
      if (!AppendValue(tokens[i], reject, builder)) return false;
    }
    if (!extra.empty()) builder.AppendString(schema_.IndexOf("extra"), extra.Finish());
    return true;
  }

  bool AppendValue(std::string text, Reject& reject, ColumnsBuilder& builder) const {
    const int column = schema_.IndexOf(reject.column);
    if (text == "-") {
      builder.AppendNull(column);
      return true;
    }
    const ColumnType type = schema_.field(column).type;
    if (type == ColumnType::kString) {
      const bool is_tag = reject.column.find("_tag") != std::string::npos;
      reject.reason = RejectReason::kBadEscape;
      if (is_tag && !Unescape(text)) return false;
      builder.AppendString(column, text);
      return true;
    }
    std::optional<int64_t> number = NumberOf(text, reject.reason);
    if (!number) return false;
    if (type == ColumnType::kTimestamp) number = TimeOf(*number, reject.reason);
    if (type == ColumnType::kInt32 && *number > 2147483647) {
      reject.reason = RejectReason::kOutOfRange;
      return false;
    }
    if (!number) return false;
    builder.AppendNumber(column, *number);
    return true;
  }

  static bool Unescape(std::string& text) {
    for (size_t at = text.find('%'); at != std::string::npos;
         at = text.find('%', at + 1)) {
      const std::string hex = text.substr(at + 1, 2);
      const auto is_digit = [](unsigned char c) { return std::isxdigit(c) != 0; };
      if (hex.size() < 2 || !std::ranges::all_of(hex, is_digit)) return false;
      text.replace(at, 3, 1, static_cast<char>(std::stoi(hex, nullptr, 16)));
    }
    return text.find('\0') == std::string::npos &&
           FindInvalidUtf8(text) == std::string::npos;
  }

  static std::optional<int64_t> NumberOf(std::string text, RejectReason& reason) {
    const bool is_negative = text[0] == '-';
    if (is_negative) text.erase(0, 1);
    reason = RejectReason::kNotANumber;
    const bool is_number =
        !text.empty() && text.find_first_not_of("0123456789") == std::string::npos;
    if (!is_number) return std::nullopt;
    while (text.size() > 1 && text[0] == '0') text.erase(0, 1);
    reason = RejectReason::kOutOfRange;
    const std::string most = "9223372036854775807";
    const bool is_large =
        text.size() > most.size() || (text.size() == most.size() && text > most);
    if (is_negative || is_large) return std::nullopt;
    return std::stoll(text);
  }

  std::optional<int64_t> TimeOf(int64_t number, RejectReason& reason) const {
    const __int128 micros =
        number < 100'000'000'000 ? __int128{number} * 1'000'000 : __int128{number} * 1000;
    reason =
        micros < kEarliestTime ? RejectReason::kTimeTooEarly : RejectReason::kTimeTooLate;
    if (micros < kEarliestTime || micros > limits_.latest_time) return std::nullopt;
    return static_cast<int64_t>(micros);
  }

  const Schema& schema_;
  std::vector<std::string> names_;
  ParseLimits limits_;
  bool first_ = true;
  std::string error_;
};

}  // namespace flowlake
