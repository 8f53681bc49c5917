#include "flowlake/source/key_layout.h"

#include <algorithm>
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

/// The folders of the plain layout follow each other: service, region, year, month, day.
class PlainFolders {
 public:
  void Read(std::string_view name, std::string_view previous, KeyParts& parts) {
    if (IsAccount(name) && (previous == "AWSLogs" || previous.starts_with("o-"))) {
      parts.account = name;
    } else if (name == "vpcflowlogs" || name == "elasticloadbalancing") {
      if (IsAccount(previous)) parts.account = previous;
      next_ = Next::kRegion;
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
        parts.year = Number(name, 4);
        next_ = parts.year ? Next::kMonth : Next::kNothing;
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

/// "YYYYMMDDTHHmmZ", as the fifth piece of a delivered file's name has it.
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

/// The pieces of a delivered file's name: account, service, region, flow log or load
/// balancer, time, hash.
std::vector<std::string_view> DeliveredNamePieces(std::string_view name) {
  std::vector<std::string_view> pieces = Split(name, '_');
  if (pieces.size() < 5 || !IsAccount(pieces[0])) return {};
  return pieces;
}

void ReadFileName(std::string_view name, KeyParts& parts) {
  const std::vector<std::string_view> pieces = DeliveredNamePieces(name);
  const auto time = pieces.empty() ? std::nullopt : ParseDeliveryTime(pieces[4]);
  if (!time) return;
  parts.account = pieces[0];
  parts.region = pieces[2];
  parts.year = time->year;
  parts.month = time->month;
  parts.day = time->day;
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
