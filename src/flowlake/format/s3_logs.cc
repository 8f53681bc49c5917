#include "flowlake/format/s3_logs.h"

#include <algorithm>

#include "flowlake/format/quoted_tokens.h"

namespace flowlake {

namespace {

using enum ValueKind;
using Tokens = std::vector<QuotedToken>;

constexpr size_t kOwnerDigits = 64;
constexpr size_t kFieldsBeforeRequest = 8;
constexpr size_t kFieldsBeforeReferer = 15;

bool IsHex(std::string_view text) {
  return text.find_first_not_of("0123456789abcdef") == text.npos;
}

/// "79a5…be media [02/Oct/2026:…"
bool BeginsS3(std::string_view line) {
  if (line.size() < kOwnerDigits + 4 || line[kOwnerDigits] != ' ') return false;
  if (!IsHex(line.substr(0, kOwnerDigits))) return false;
  const size_t blank = line.find(' ', kOwnerDigits + 1);
  return blank != line.npos && line.substr(blank).starts_with(" [");
}

/// Takes the next field, which may be in brackets, and the blank behind it.
void TakeField(std::string_view& rest, Tokens& tokens) {
  size_t end = std::min(rest.find(' '), rest.size());
  std::string_view text = rest.substr(0, end);
  if (rest.starts_with('[')) {
    end = std::min(rest.find(']'), rest.size());
    text = rest.substr(1, end - 1);
    end = std::min(end + 1, rest.size());
  }
  tokens.push_back({text, false});
  rest.remove_prefix(std::min(end + 1, rest.size()));
}

/// Whether what follows the request comes here: a status of three digits, or none.
bool IsStatus(std::string_view rest) {
  if (rest.starts_with("- ")) return true;
  return rest.size() > 3 && rest[3] == ' ' &&
         rest.substr(0, 3).find_first_not_of("0123456789") == rest.npos;
}

/// The request ends at the first quote that a status follows.
bool TakeRequest(std::string_view& rest, Tokens& tokens) {
  if (!rest.starts_with('"')) {
    TakeField(rest, tokens);
    return true;
  }
  for (size_t at = rest.find("\" ", 1); at != rest.npos; at = rest.find("\" ", at + 1)) {
    if (!IsStatus(rest.substr(at + 2))) continue;
    tokens.push_back({rest.substr(1, at - 1), true});
    rest.remove_prefix(at + 2);
    return true;
  }
  return false;
}

/// No field behind the user agent has a quote: it ends at the last one.
bool TakeRefererAndAgent(std::string_view& rest, Tokens& tokens) {
  if (!rest.starts_with('"')) return true;
  const size_t last = rest.rfind('"');
  const size_t between = rest.find("\" \"");
  if (between == rest.npos || between + 2 >= last) return false;
  tokens.push_back({rest.substr(1, between - 1), true});
  tokens.push_back({rest.substr(between + 3, last - between - 3), true});
  rest.remove_prefix(std::min(last + 2, rest.size()));
  return true;
}

bool SplitS3(std::string_view record, Tokens& tokens) {
  tokens.clear();
  std::string_view rest = record;
  while (!rest.empty() && tokens.size() < kFieldsBeforeRequest) TakeField(rest, tokens);
  if (!TakeRequest(rest, tokens)) return false;
  while (!rest.empty() && tokens.size() < kFieldsBeforeReferer) TakeField(rest, tokens);
  if (!TakeRefererAndAgent(rest, tokens)) return false;
  while (!rest.empty()) TakeField(rest, tokens);
  return true;
}

}  // namespace

const LogKind& S3Log() {
  static const LogKind log({
      .table = "s3_access",
      .title = "S3 server access log",
      .example =
          "79a5…be media [02/Oct/2026:06:14:13 +0000] 203.0.113.24 arn:aws:… 7Q2W …",
      .fields = {{"bucket_owner", kText, "bucket_owner_id"},
                 {"bucket", kText, "bucket_name"},
                 {"time", kTime, "request_time"},
                 {"remote_ip"},
                 {"requester"},
                 {"request_id"},
                 {"operation"},
                 {"key", kText, "key_name"},
                 {"request", kRequest, "request_uri"},
                 {"http_status", kInt32},
                 {"error_code"},
                 {"bytes_sent", kCount, "bytes_sent_size"},
                 {"object_size", kCount},
                 {"total_time", kCount, "total_duration"},
                 {"turn_around_time", kCount, "turn_around_duration"},
                 {"referer"},
                 {"user_agent"},
                 {"version_id"},
                 {"host_id"},
                 {"signature_version"},
                 {"cipher_suite"},
                 {"authentication_type"},
                 {"host_header"},
                 {"tls_version"},
                 {"access_point_arn"},
                 {"acl_required"},
                 {"source_region"}},
      .sort = "bucket,time",
      .lookups = "remote_ip,requester,key,request_id",
      .begins_record = BeginsS3,
      .split = SplitS3,
      .fewest = 17,
  });
  return log;
}

}  // namespace flowlake
