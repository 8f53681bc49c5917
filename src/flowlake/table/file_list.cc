// A packed file, numbers as varints (7 bits a byte, the lowest first; signed ones
// zigzag):
//   path                 length, bytes
//   modified_ms
//   statistics           count; each: name, null_count, flags, minimum, maximum
//   column_bytes         count; each: name, bytes
//   tags                 count; each: name, length, bytes
// A name is a number in Packed::names. It lives in memory only, so it has no version.
#include "flowlake/table/file_list.h"

#include <algorithm>
#include <cstring>
#include <limits>

namespace flowlake {

namespace {

constexpr size_t kBlockBytes = size_t{1} << 20;
constexpr Date kNoDate = std::numeric_limits<Date>::min();

enum Flag : uint64_t {
  kHasMin = 1,
  kHasMax = 2,
  kExact = 4,
  kText = 8,  // of both
  kSame = 16  // the maximum is the minimum
};

void PutNumber(uint64_t value, std::string* bytes) {
  for (; value >= 0x80; value >>= 7) *bytes += static_cast<char>(value | 0x80);
  *bytes += static_cast<char>(value);
}

void PutSigned(int64_t value, std::string* bytes) {
  PutNumber(static_cast<uint64_t>(value) << 1 ^ static_cast<uint64_t>(value >> 63),
            bytes);
}

void PutText(std::string_view text, std::string* bytes) {
  PutNumber(text.size(), bytes);
  *bytes += text;
}

void PutValue(const Value& value, std::string* bytes) {
  const auto* text = std::get_if<std::string>(&value);
  text ? PutText(*text, bytes) : PutSigned(std::get<int64_t>(value), bytes);
}

uint64_t FlagsOf(const ColumnStatistics& column) {
  const auto is_text = [](const std::optional<Value>& value) {
    return value && std::holds_alternative<std::string>(*value);
  };
  uint64_t flags = 0;
  if (column.exact) flags |= kExact;
  if (column.min) flags |= kHasMin;
  if (column.max) flags |= kHasMax;
  if (is_text(column.min) || is_text(column.max)) flags |= kText;
  if (column.min && column.min == column.max) flags |= kSame;
  return flags;
}

void PutStatistics(const ColumnStatistics& column, std::string* bytes) {
  const uint64_t flags = FlagsOf(column);
  PutSigned(column.null_count, bytes);
  PutNumber(flags, bytes);
  if (column.min) PutValue(*column.min, bytes);
  if (column.max && !(flags & kSame)) PutValue(*column.max, bytes);
}

/// Reads what was packed: it is well-formed.
class Reader {
 public:
  explicit Reader(const char* at) : at_(at) {}

  uint64_t Number() {
    uint64_t value = 0;
    for (int shift = 0;; shift += 7) {
      const auto byte = static_cast<unsigned char>(*at_++);
      value |= static_cast<uint64_t>(byte & 0x7F) << shift;
      if (byte < 0x80) return value;
    }
  }

  int64_t Signed() {
    const uint64_t value = Number();
    return static_cast<int64_t>(value >> 1 ^ (0 - (value & 1)));
  }

  std::string_view Text() {
    const size_t size = Number();
    at_ += size;
    return {at_ - size, size};
  }

  ColumnStatistics Statistics() {
    ColumnStatistics column;
    column.null_count = Signed();
    const uint64_t flags = Number();
    column.exact = flags & kExact;
    if (flags & kHasMin) column.min = ReadValue(flags);
    if (flags & kSame) {
      column.max = column.min;
    } else if (flags & kHasMax) {
      column.max = ReadValue(flags);
    }
    return column;
  }

  void SkipStatistics() {
    Signed();
    const uint64_t flags = Number();
    if (flags & kHasMin) SkipValue(flags);
    if ((flags & kHasMax) && !(flags & kSame)) SkipValue(flags);
  }

 private:
  Value ReadValue(uint64_t flags) {
    if (flags & kText) return std::string(Text());
    return Signed();
  }
  void SkipValue(uint64_t flags) { flags& kText ? void(Text()) : void(Signed()); }

  const char* at_;
};

}  // namespace

struct FileList::Packed {
  struct Entry {
    const char* record;
    int64_t rows;
    int64_t bytes;
    Date date;
  };
  std::vector<Entry> entries;  // sorted by path
  std::vector<std::unique_ptr<char[]>> blocks;
  std::vector<std::string> names;

  static std::string_view PathOf(const Entry& entry) {
    return Reader(entry.record).Text();
  }

  static std::optional<Date> DateOf(const Entry& entry) {
    return entry.date == kNoDate ? std::nullopt : std::optional(entry.date);
  }

  /// Behind the modification time, where the statistics begin.
  static Reader ReaderOf(const Entry& entry) {
    Reader reader(entry.record);
    reader.Text();
    reader.Signed();
    return reader;
  }
};

FileList::FileList() : packed_(std::make_shared<Packed>()) {}

FileList::FileList(const std::vector<DataFile>& files) {
  FileListBuilder builder;
  for (const DataFile& file : files) builder.Add(file);
  *this = builder.Finish();
}

size_t FileList::size() const { return packed_->entries.size(); }

std::string FileList::path(size_t index) const {
  return std::string(Packed::PathOf(packed_->entries[index]));
}

std::optional<Date> FileList::date(size_t index) const {
  return Packed::DateOf(packed_->entries[index]);
}

int64_t FileList::rows(size_t index) const { return packed_->entries[index].rows; }
int64_t FileList::bytes(size_t index) const { return packed_->entries[index].bytes; }

DataFile FileList::operator[](size_t index) const {
  const Packed::Entry& entry = packed_->entries[index];
  Reader reader(entry.record);
  DataFile file;
  file.path = reader.Text();
  file.date = Packed::DateOf(entry);
  file.rows = entry.rows;
  file.bytes = entry.bytes;
  file.modified_ms = reader.Signed();
  const auto name = [&]() -> const std::string& {
    return packed_->names[reader.Number()];
  };
  for (uint64_t count = reader.Number(); count > 0; --count) {
    ColumnStatistics& column = file.statistics[name()];
    column = reader.Statistics();
  }
  for (uint64_t count = reader.Number(); count > 0; --count) {
    int64_t& bytes = file.column_bytes[name()];
    bytes = reader.Signed();
  }
  for (uint64_t count = reader.Number(); count > 0; --count) {
    std::string& value = file.tags[name()];
    value = reader.Text();
  }
  return file;
}

std::optional<ColumnStatistics> FileList::statistics(size_t index,
                                                     std::string_view column) const {
  Reader reader = Packed::ReaderOf(packed_->entries[index]);
  for (uint64_t count = reader.Number(); count > 0; --count) {
    if (packed_->names[reader.Number()] == column) return reader.Statistics();
    reader.SkipStatistics();
  }
  return std::nullopt;
}

std::string FileList::tag(size_t index, std::string_view name) const {
  Reader reader = Packed::ReaderOf(packed_->entries[index]);
  for (uint64_t count = reader.Number(); count > 0; --count) {
    reader.Number();
    reader.SkipStatistics();
  }
  for (uint64_t count = reader.Number(); count > 0; --count) {
    reader.Number();
    reader.Signed();
  }
  for (uint64_t count = reader.Number(); count > 0; --count) {
    const bool is_it = packed_->names[reader.Number()] == name;
    const std::string_view value = reader.Text();
    if (is_it) return std::string(value);
  }
  return {};
}

bool FileList::Lacks(size_t index, std::string_view column) const {
  Reader reader = Packed::ReaderOf(packed_->entries[index]);
  for (uint64_t count = reader.Number(); count > 0; --count) {
    reader.Number();
    reader.SkipStatistics();
  }
  const uint64_t columns = reader.Number();
  for (uint64_t count = columns; count > 0; --count) {
    if (packed_->names[reader.Number()] == column) return false;
    reader.Signed();
  }
  return columns > 0;
}

std::optional<size_t> FileList::Find(std::string_view path) const {
  const auto& entries = packed_->entries;
  const auto found = std::ranges::lower_bound(entries, path, {}, &Packed::PathOf);
  if (found == entries.end() || Packed::PathOf(*found) != path) return std::nullopt;
  return static_cast<size_t>(found - entries.begin());
}

FileListBuilder::FileListBuilder() : packed_(std::make_shared<FileList::Packed>()) {}
FileListBuilder::~FileListBuilder() = default;

uint64_t FileListBuilder::NumberOf(const std::string& name) {
  // Files have the same names in the same order, nearly always.
  const auto& names = packed_->names;
  guess_ = guess_ + 1 < names.size() ? guess_ + 1 : 0;
  if (guess_ < names.size() && names[guess_] == name) return guess_;
  const auto [found, is_new] = names_.try_emplace(name, packed_->names.size());
  if (is_new) packed_->names.push_back(name);
  return guess_ = found->second;
}

void FileListBuilder::Pack(const DataFile& file, std::string* record) {
  PutText(file.path, record);
  PutSigned(file.modified_ms, record);
  PutNumber(file.statistics.size(), record);
  for (const auto& [name, column] : file.statistics) {
    PutNumber(NumberOf(name), record);
    PutStatistics(column, record);
  }
  PutNumber(file.column_bytes.size(), record);
  for (const auto& [name, bytes] : file.column_bytes) {
    PutNumber(NumberOf(name), record);
    PutSigned(bytes, record);
  }
  PutNumber(file.tags.size(), record);
  for (const auto& [name, value] : file.tags) {
    PutNumber(NumberOf(name), record);
    PutText(value, record);
  }
}

void FileListBuilder::Add(const DataFile& file) {
  record_.clear();
  Pack(file, &record_);
  packed_->entries.push_back(
      {Keep(record_), file.rows, file.bytes, file.date.value_or(kNoDate)});
}

const char* FileListBuilder::Keep(std::string_view record) {
  if (record.size() > free_) {
    free_ = std::max(kBlockBytes, record.size());
    packed_->blocks.push_back(std::make_unique_for_overwrite<char[]>(free_));
    at_ = packed_->blocks.back().get();
  }
  std::memcpy(at_, record.data(), record.size());
  const char* kept = at_;
  at_ += record.size();
  free_ -= record.size();
  return kept;
}

FileList FileListBuilder::Finish() {
  auto& entries = packed_->entries;
  const bool is_sorted = std::ranges::is_sorted(entries, {}, &FileList::Packed::PathOf);
  if (!is_sorted) std::ranges::sort(entries, {}, &FileList::Packed::PathOf);
  return FileList(std::move(packed_));
}

}  // namespace flowlake
