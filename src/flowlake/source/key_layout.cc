#include "flowlake/source/key_layout.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <vector>

namespace flowlake {

namespace {

bool AllDigits(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(),
                                      [](char c) { return c >= '0' && c <= '9'; });
}

bool IsAccount(std::string_view name) { return name.size() == 12 && AllDigits(name); }

std::optional<int> Number(std::string_view text, size_t digits) {
  if (text.size() != digits || !AllDigits(text)) return std::nullopt;
  int value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

std::vector<std::string_view> Split(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  while (true) {
    const size_t at = text.find(separator);
    parts.push_back(text.substr(0, at));
    if (at == std::string_view::npos) return parts;
    text.remove_prefix(at + 1);
  }
}

/// "year=2026" and its siblings; false if `name` is no folder of the Hive-style layout.
bool ReadHiveFolder(std::string_view name, KeyParts& parts) {
  const size_t equals = name.find('=');
  if (equals == std::string_view::npos) return false;
  const std::string_view key = name.substr(0, equals);
  const std::string_view value = name.substr(equals + 1);
  if (key == "aws-account-id") parts.account = value;
  if (key == "aws-region") parts.region = value;
  if (key == "year") parts.year = Number(value, 4);
  if (key == "month") parts.month = Number(value, 2);
  if (key == "day") parts.day = Number(value, 2);
  return true;
}

/// The folders that AWS delivers logs of a service to; behind them comes the region, or
/// the name of something (a VPC's) in a region that the records say.
constexpr std::array<std::string_view, 6> kRegionalServices = {
    "vpcflowlogs",        "elasticloadbalancing",       "CloudTrail",
    "CloudTrail-Insight", "CloudTrail-NetworkActivity", "WAFLogs"};
constexpr std::array<std::string_view, 2> kOtherServices = {"vpcdnsquerylogs",
                                                            "CloudFront"};

/// The folders of the plain layout follow each other: service, region, perhaps a name,
/// year, month, day.
class PlainFolders {
 public:
  void Read(std::string_view name, std::string_view previous, KeyParts& parts) {
    if (IsAccount(name) && (previous == "AWSLogs" || previous.starts_with("o-"))) {
      parts.account = name;
    } else if (std::ranges::find(kRegionalServices, name) != kRegionalServices.end()) {
      if (IsAccount(previous)) parts.account = previous;
      next_ = Next::kRegion;
    } else if (std::ranges::find(kOtherServices, name) != kOtherServices.end()) {
      if (IsAccount(previous)) parts.account = previous;
      next_ = Next::kYear;
    } else {
      ReadBelowService(name, parts);
    }
  }

 private:
  enum class Next { kNothing, kRegion, kYear, kMonth, kDay };

  void ReadBelowService(std::string_view name, KeyParts& parts) {
    switch (next_) {
      case Next::kNothing:
        return;
      case Next::kRegion:
        parts.region = name;
        next_ = Next::kYear;
        return;
      case Next::kYear:
        if (const auto year = Number(name, 4)) {
          parts.year = year;
          next_ = Next::kMonth;
        }
        return;
      case Next::kMonth:
        parts.month = Number(name, 2);
        next_ = parts.month ? Next::kDay : Next::kNothing;
        return;
      case Next::kDay:
        parts.day = Number(name, 2);
        next_ = Next::kNothing;
        return;
    }
  }

  Next next_ = Next::kNothing;
};

/// "YYYYMMDDTHHmmZ", as a delivered file's name has it.
struct DeliveryTime {
  int year;
  int month;
  int day;
  int minute_of_day;
};

std::optional<DeliveryTime> ParseDeliveryTime(std::string_view text) {
  if (text.size() < 14 || text[8] != 'T' || text[13] != 'Z') return std::nullopt;
  const auto year = Number(text.substr(0, 4), 4);
  const auto month = Number(text.substr(4, 2), 2);
  const auto day = Number(text.substr(6, 2), 2);
  const auto hour = Number(text.substr(9, 2), 2);
  const auto minute = Number(text.substr(11, 2), 2);
  if (!year || !month || !day || !hour || !minute) return std::nullopt;
  return DeliveryTime{*year, *month, *day, *hour * 60 + *minute};
}

/// The pieces of a delivered file's name: account, service, region, flow log, load
/// balancer or web ACL (CloudTrail has none), time, hash.
std::vector<std::string_view> DeliveredNamePieces(std::string_view name) {
  std::vector<std::string_view> pieces = Split(name, '_');
  if (pieces.size() < 5 || !IsAccount(pieces[0])) return {};
  return pieces;
}

void SetDay(const DeliveryTime& time, KeyParts& parts) {
  parts.year = time.year;
  parts.month = time.month;
  parts.day = time.day;
}

/// "E2ABCDEF123456.2026-10-02-06.0123abcd.gz", as CloudFront delivers.
void ReadCloudFrontName(std::string_view name, KeyParts& parts) {
  const std::vector<std::string_view> pieces = Split(name, '.');
  if (pieces.size() < 3 || !pieces[0].starts_with('E') || pieces[1].size() != 13) return;
  const std::vector<std::string_view> date = Split(pieces[1], '-');
  if (date.size() != 4) return;
  const auto year = Number(date[0], 4);
  const auto month = Number(date[1], 2);
  const auto day = Number(date[2], 2);
  if (year && month && day) SetDay({*year, *month, *day, 0}, parts);
}

/// "2026-10-02-06-14-13-0123456789ABCDEF", as S3 delivers its access logs, with whatever
/// was configured to stand before it.
void ReadS3Name(std::string_view name, KeyParts& parts) {
  constexpr size_t kLength = 36;
  if (name.size() < kLength) return;
  const std::vector<std::string_view> pieces =
      Split(name.substr(name.size() - kLength), '-');
  if (pieces.size() != 7 || pieces[6].size() != 16) return;
  const auto year = Number(pieces[0], 4);
  const auto month = Number(pieces[1], 2);
  const auto day = Number(pieces[2], 2);
  if (year && month && day) SetDay({*year, *month, *day, 0}, parts);
}

void ReadFileName(std::string_view name, KeyParts& parts) {
  const std::vector<std::string_view> pieces = DeliveredNamePieces(name);
  if (pieces.empty()) {
    ReadCloudFrontName(name, parts);
    ReadS3Name(name, parts);
    return;
  }
  std::optional<DeliveryTime> time;
  for (size_t i = 3; i < pieces.size() && !time; ++i) time = ParseDeliveryTime(pieces[i]);
  if (!time) return;
  parts.account = pieces[0];
  parts.region = pieces[2];
  SetDay(*time, parts);
}

template <typename Names>
bool Allows(const Names& allowed, const std::string& name) {
  return allowed.empty() || name.empty() ||
         std::find(allowed.begin(), allowed.end(), name) != allowed.end();
}

struct DateRange {
  Date first;
  Date last;
};

/// The days that the known parts leave open; nullopt if not even the year is known.
std::optional<DateRange> DaysOf(const KeyParts& parts) {
  if (!parts.year) return std::nullopt;
  const auto first =
      MakeDate(*parts.year, parts.month.value_or(1), parts.day.value_or(1));
  if (!first) return std::nullopt;
  if (parts.month && parts.day) return DateRange{*first, *first};
  // Up to the day before the next month's, or the next year's, first.
  const int month = parts.month.value_or(12);
  const auto next =
      month == 12 ? MakeDate(*parts.year + 1, 1, 1) : MakeDate(*parts.year, month + 1, 1);
  return DateRange{*first, *next - 1};
}

}  // namespace

std::optional<Date> KeyParts::date() const {
  if (!year || !month || !day) return std::nullopt;
  return MakeDate(*year, *month, *day);
}

KeyParts ParseKey(std::string_view path) {
  KeyParts parts;
  PlainFolders plain;
  const std::vector<std::string_view> names = Split(path, '/');
  std::string_view previous;
  for (const std::string_view name : names) {
    if (!ReadHiveFolder(name, parts)) plain.Read(name, previous, parts);
    previous = name;
  }
  ReadFileName(names.back(), parts);
  return parts;
}

std::optional<DeliveredFile> ParseDelivery(std::string_view path) {
  const std::string_view name = path.substr(path.find_last_of('/') + 1);
  const std::vector<std::string_view> pieces = DeliveredNamePieces(name);
  const bool is_flow_log = !pieces.empty() && pieces[1] == "vpcflowlogs";
  const auto time = is_flow_log ? ParseDeliveryTime(pieces[4]) : std::nullopt;
  const auto date =
      time ? MakeDate(time->year, time->month, time->day) : std::optional<Date>();
  if (!date) return std::nullopt;
  const auto prefix = static_cast<size_t>(pieces[4].data() - name.data()) - 1;
  constexpr int64_t kMinutesPerDay = 24 * 60;
  return DeliveredFile{std::string(name.substr(0, prefix)),
                       *date * kMinutesPerDay + time->minute_of_day};
}

bool MayBeSelected(const KeyParts& parts, const Selection& selection) {
  if (!Allows(selection.accounts, parts.account)) return false;
  if (!Allows(selection.regions, parts.region)) return false;
  const std::optional<DateRange> days = DaysOf(parts);
  if (!days) return true;
  return (!selection.from || days->last >= *selection.from) &&
         (!selection.to || days->first <= *selection.to);
}

}  // namespace flowlake
