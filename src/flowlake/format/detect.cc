#include "flowlake/format/detect.h"

#include <algorithm>
#include <cctype>
#include <optional>
#include <span>
#include <utility>

#include "flowlake/base/escape.h"
#include "flowlake/format/catalogue.h"
#include "flowlake/format/json_documents.h"
#include "flowlake/format/json_log_parser.h"
#include "flowlake/format/positional_parser.h"
#include "flowlake/format/text_parser.h"

namespace flowlake {

namespace {
using Tokens = std::vector<std::string_view>;
constexpr size_t kSampledLines = 10;
constexpr size_t kQuotedBytes = 80;

struct Sample {
  std::string_view bytes;
  bool is_whole = false;
};

bool IsAddress(std::string_view text) {
  const auto is_part = [](unsigned char c) {
    return std::isxdigit(c) || c == '.' || c == ':';
  };
  return text == "-" || (text.find_first_of(".:") != std::string_view::npos &&
                         std::ranges::all_of(text, is_part));
}

bool IsNumber(std::string_view text) {
  return text == "-" || (!text.empty() && std::ranges::all_of(text, [](unsigned char c) {
           return std::isdigit(c) != 0;
         }));
}

bool IsOneOf(std::string_view text, std::initializer_list<std::string_view> values) {
  return std::ranges::find(values, text) != values.end();
}

// version account-id interface-id srcaddr dstaddr srcport dstport protocol packets bytes
// start end action log-status
bool LooksLikeDefaultRecord(const Tokens& tokens) {
  return tokens.size() == 14 && tokens[0] == "2" && IsAddress(tokens[3]) &&
         IsAddress(tokens[4]) &&
         std::all_of(tokens.begin() + 5, tokens.begin() + 12, IsNumber) &&
         IsOneOf(tokens[12], {"ACCEPT", "REJECT", "-"}) &&
         IsOneOf(tokens[13], {"OK", "NODATA", "SKIPDATA"});
}

// A damaged line among the first ones must not hide what the others are.
bool MostLookDefault(std::span<const std::string_view> lines, Separator separator) {
  Tokenizer tokenizer(separator);
  const auto matching = std::ranges::count_if(lines, [&](std::string_view line) {
    return LooksLikeDefaultRecord(tokenizer.Split(line));
  });
  return matching * 2 > static_cast<std::ptrdiff_t>(lines.size());
}

// The first lines with anything in them; the last is left out where it may be cut short.
std::vector<std::string_view> FirstLines(Sample sample) {
  std::vector<std::string_view> lines;
  std::string_view rest = sample.bytes;
  if (rest.starts_with(kByteOrderMark)) rest.remove_prefix(kByteOrderMark.size());
  while (!rest.empty() && lines.size() < kSampledLines) {
    const size_t newline = rest.find('\n');
    const bool is_cut = newline == std::string_view::npos && !sample.is_whole;
    if (is_cut && !lines.empty()) break;
    std::string_view line = rest.substr(0, newline);
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (line.find_first_not_of(" \t") != std::string_view::npos) lines.push_back(line);
    rest.remove_prefix(std::min(newline, rest.size() - 1) + 1);
  }
  return lines;
}

Result<Layout> LayoutOfFields(const Tokens& names) {
  const Schema* schema = SchemaOfNames(names);
  if (schema == nullptr) {
    return Status::Invalid("format: none of its fields is known, the first is \"",
                           names.front(), "\"");
  }
  return MakeLayout(names, *schema);
}

Result<Layout> LayoutOfFields(const std::vector<std::string>& names) {
  return LayoutOfFields(Tokens(names.begin(), names.end()));
}

Separator GuessSeparator(std::string_view line, size_t fields) {
  Tokenizer commas(Separator::kComma);
  return fields > 1 && commas.Split(line).size() == fields ? Separator::kComma
                                                           : Separator::kBlanks;
}

// A header names the fields; nullopt: the first line is none.
Result<std::optional<LineFormat>> FormatOfHeader(std::string_view line) {
  const auto separator =
      line.find(',') == std::string_view::npos ? Separator::kBlanks : Separator::kComma;
  Tokenizer tokenizer(separator);
  const Tokens& tokens = tokenizer.Split(line);
  if (!LooksLikeHeader(tokens) && !LooksLikeShortHeader(tokens)) return std::nullopt;
  ARROW_ASSIGN_OR_RAISE(Layout layout, LayoutOfFields(tokens));
  return LineFormat{std::move(layout), separator, true};
}

Status UnknownFormat(std::string_view what, std::string_view first) {
  return Status::Invalid(
      "cannot tell the format of the input: ", what,
      "; name its fields with --format \"${version} ${account-id} …\" or in "
      "flowlake.toml; it begins with \"",
      EscapeForTerminal(TruncateUtf8(first, kQuotedBytes)), "\"");
}

Result<LineFormat> FormatWithoutHeader(std::span<const std::string_view> lines,
                                       const FormatOptions& options) {
  if (!options.fields.empty()) {
    ARROW_ASSIGN_OR_RAISE(Layout layout, LayoutOfFields(options.fields));
    const std::string_view first = lines.empty() ? std::string_view() : lines.front();
    return LineFormat{std::move(layout), GuessSeparator(first, options.fields.size())};
  }
  ARROW_ASSIGN_OR_RAISE(Layout layout, LayoutOfFields(DefaultVpcFields()));
  for (const Separator separator : {Separator::kBlanks, Separator::kComma}) {
    if (MostLookDefault(lines, separator))
      return LineFormat{std::move(layout), separator};
  }
  return UnknownFormat(
      "no header, no format configured, and the first records are not in the default "
      "version 2 order",
      lines.front());
}

// The kind whose records most of the lines begin; nullptr if there is none.
const LogKind* PositionalKindOf(std::span<const std::string_view> lines) {
  for (const LogKind* kind : LogKinds()) {
    if (kind->begins_record == nullptr) continue;
    const auto matching = std::ranges::count_if(lines, kind->begins_record);
    if (matching * 2 > static_cast<std::ptrdiff_t>(lines.size())) return kind;
  }
  return nullptr;
}

using MaybeParser = std::unique_ptr<Parser>;

std::unique_ptr<Parser> MakeDelimited(const LogKind& kind, DelimitedFormat format,
                                      const FormatOptions& options) {
  return std::make_unique<DelimitedParser>(kind, std::move(format), options.origin,
                                           options.limits);
}

// Of records without a header; nullptr: they are of no kind.
MaybeParser DetectPositional(std::span<const std::string_view> lines,
                             const FormatOptions& options) {
  const LogKind* kind = PositionalKindOf(lines);
  if (kind == nullptr) return nullptr;
  if (kind->separator != ' ') return MakeDelimited(*kind, {kind->separator}, options);
  return std::make_unique<PositionalParser>(*kind, options.origin, options.limits);
}

char SeparatorIn(std::string_view line) {
  if (line.find('\t') != line.npos) return '\t';
  return line.find(',') != line.npos ? ',' : ' ';
}

// W3C: what `#Fields:` names is enough to know the kind.
MaybeParser DetectW3c(std::span<const std::string_view> lines,
                      const FormatOptions& options) {
  const LogKind* kind = nullptr;
  char separator = '\t';
  for (const std::string_view line : lines) {
    if (line.starts_with(kFieldsDirective)) {
      Tokenizer blanks(Separator::kBlanks);
      const Tokens& tokens = blanks.Split(line);
      kind = LogKindOfNames(std::span(tokens).subspan(1));
    } else if (!line.starts_with('#')) {
      separator = SeparatorIn(line);
    }
  }
  return kind == nullptr ? nullptr : MakeDelimited(*kind, {separator}, options);
}

// A first line of names that are a kind's rather than a flow log's.
MaybeParser DetectHeader(std::string_view line, const FormatOptions& options) {
  const char separator = SeparatorIn(line);
  Tokenizer tokenizer(separator == ',' ? Separator::kComma : Separator::kBlanks);
  const LogKind* kind = LogKindOfNames(tokenizer.Split(line));
  if (kind == nullptr) return nullptr;
  return MakeDelimited(*kind, {separator, separator == ',', /*has_header=*/true},
                       options);
}

// What --format or flowlake.toml names, if that is no flow log.
MaybeParser DetectFields(std::string_view line, const FormatOptions& options) {
  const Tokens names(options.fields.begin(), options.fields.end());
  const LogKind* kind = names.empty() ? nullptr : LogKindOfNames(names);
  if (kind == nullptr) return nullptr;
  const char separator = SeparatorIn(line);
  return MakeDelimited(*kind, {separator, separator == ',', false, options.fields},
                       options);
}

Result<std::unique_ptr<MessageLines>> LinesWithoutHeader(
    std::span<const std::string_view> lines, const FormatOptions& options) {
  if (!lines.empty()) {
    if (auto records = DetectPositional(lines, options)) {
      return RecordLines(std::move(records));
    }
    if (auto records = DetectFields(lines.front(), options)) {
      return RecordLines(std::move(records));
    }
  }
  ARROW_ASSIGN_OR_RAISE(LineFormat format, FormatWithoutHeader(lines, options));
  return FlowLogLines(std::move(format), options.limits);
}

const LogKind* JsonKindOf(std::string_view bytes) {
  const std::vector<std::string> names = FirstRecordNames(bytes);
  return LogKindOfRecord(Tokens(names.begin(), names.end()));
}

Result<std::unique_ptr<MessageLines>> LinesOfMessages(
    const std::vector<std::string>& messages, const FormatOptions& options) {
  if (options.log != nullptr) {
    return RecordLines(MakeParser(*options.log, options.origin, options.limits));
  }
  const std::vector<std::string_view> lines(messages.begin(), messages.end());
  if (!lines.empty() && lines.front().starts_with('{')) {
    std::string records;
    for (const std::string& message : messages) records += message + '\n';
    if (const LogKind* kind = JsonKindOf(records)) {
      return RecordLines(
          std::make_unique<JsonLogParser>(*kind, options.origin, options.limits));
    }
  }
  if (!lines.empty() || !options.fields.empty()) {
    return LinesWithoutHeader(lines, options);
  }
  // Only control messages so far: nothing to contradict the default.
  ARROW_ASSIGN_OR_RAISE(Layout layout, LayoutOfFields(DefaultVpcFields()));
  return FlowLogLines(LineFormat{std::move(layout)}, options.limits);
}

Result<std::unique_ptr<Parser>> DetectMessages(const DocumentSample& sample,
                                               const FormatOptions& options) {
  ARROW_ASSIGN_OR_RAISE(auto lines, LinesOfMessages(sample.messages, options));
  return MakeMessageParser(sample.kind, std::move(lines), options.limits);
}

// What the user has described, or documents around it.
Result<std::unique_ptr<Parser>> DetectDescribed(std::string_view bytes,
                                                const FormatOptions& options) {
  const DocumentSample sample = SampleDocuments(bytes);
  const bool is_around = sample.kind == DocumentKind::kCloudWatch ||
                         (sample.kind == DocumentKind::kMessage && !options.log->is_json);
  if (is_around) return DetectMessages(sample, options);
  return MakeParser(*options.log, options.origin, options.limits);
}

Result<std::unique_ptr<Parser>> DetectDocuments(std::string_view bytes,
                                                const FormatOptions& options) {
  if (const LogKind* kind = JsonKindOf(bytes)) {
    return std::make_unique<JsonLogParser>(*kind, options.origin, options.limits);
  }
  const DocumentSample sample = SampleDocuments(bytes);
  if (sample.kind == DocumentKind::kNamed) {
    return MakeNamedParser(*sample.named_schema, options.limits);
  }
  if (sample.kind != DocumentKind::kUnknown) return DetectMessages(sample, options);
  return UnknownFormat(
      "its JSON is neither a CloudWatch Logs document, nor {\"message\": …}, nor are "
      "three of its names fields of a log",
      bytes);
}

Result<std::unique_ptr<Parser>> DetectText(std::span<const std::string_view> lines,
                                           const FormatOptions& options) {
  if (options.log != nullptr) {
    return MakeParser(*options.log, options.origin, options.limits);
  }
  if (auto parser = DetectPositional(lines, options)) return parser;
  if (lines.front().starts_with('#')) {
    if (auto parser = DetectW3c(lines, options)) return parser;
  }
  if (auto parser = DetectHeader(lines.front(), options)) return parser;
  ARROW_ASSIGN_OR_RAISE(auto format, FormatOfHeader(lines.front()));
  if (!format) {
    if (auto parser = DetectFields(lines.front(), options)) return parser;
    ARROW_ASSIGN_OR_RAISE(format, FormatWithoutHeader(lines, options));
  }
  return std::make_unique<TextParser>(std::move(*format), options.limits);
}
}  // namespace

InputKind KindOf(std::string_view first_bytes, bool is_whole_input) {
  if (first_bytes.starts_with("PAR1")) return InputKind::kParquet;
  return is_whole_input && HasNoRecord(first_bytes) ? InputKind::kEmpty
                                                    : InputKind::kText;
}

Result<std::unique_ptr<Parser>> DetectParser(std::string_view first_bytes,
                                             bool is_whole_input,
                                             const FormatOptions& options) {
  const auto lines = FirstLines({first_bytes, is_whole_input});
  if (lines.empty()) return UnknownFormat("it begins with blank lines only", "");
  const size_t begin = lines.front().find_first_not_of(" \t");
  if (lines.front()[begin] == '{' || lines.front()[begin] == '[') {
    return options.log != nullptr ? DetectDescribed(first_bytes, options)
                                  : DetectDocuments(first_bytes, options);
  }
  return DetectText(lines, options);
}

std::vector<FormatDescription> KnownFormats() {
  const std::string record =
      "2 123456789010 eni-1235b8ca 172.31.16.139 172.31.16.21 20641 22 6 20 4249 "
      "1418530010 1418530070 ACCEPT OK";
  std::vector<FormatDescription> formats = {
      {"cloudwatch", "CloudWatch Logs subscription documents, control messages dropped",
       R"({"messageType":"DATA_MESSAGE",…,"logEvents":[{"message":")" + record + "\"}]}"},
      {"message", "JSON documents with one line each, as Firehose delivers flow logs",
       R"({"message":")" + record + "\"}"},
      {"json", "JSON documents with named fields, numbers as numbers or text",
       R"({"version":2,"srcaddr":"172.31.16.139","srcport":20641,"action":"ACCEPT"})"}};
  for (const LogKind* kind : LogKinds()) {
    formats.push_back({kind->table, kind->title, kind->example});
  }
  formats.insert(
      formats.end(),
      {{"text", "lines with a header of field names, as S3 delivers flow logs",
        "version account-id interface-id srcaddr …"},
       {"csv", "the same, comma-separated", "version,account-id,interface-id,srcaddr,…"},
       {"fields", "lines without a header, in the order of --format or flowlake.toml",
        "--format \"${srcaddr} ${dstaddr} ${action}\""},
       {"default", "lines without a header in the default version 2 order", record},
       {"parquet", "Parquet files of AWS or others, names with hyphens or underscores",
        "….log.parquet"},
       {"your own", "delimited text or JSON, described in flowlake.toml",
        "[[log]]: doc/formats/your-own.md"}});
  return formats;
}

}  // namespace flowlake
