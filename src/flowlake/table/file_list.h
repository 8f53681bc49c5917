/// The files of a snapshot. A lake of years has millions, so they are packed: some three
/// hundred bytes each instead of some thousands.
#pragma once

#include <cstddef>
#include <cstdint>
#include <iterator>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "flowlake/datafile/data_file.h"

namespace flowlake {

/// Immutable, sorted by path, cheap to copy, thread-safe. What is returned by value is
/// unpacked for each call: `path` to `bytes` are cheap, the others are not free.
class FileList {
 public:
  class Iterator;
  using value_type = DataFile;
  using const_reference = DataFile;
  using const_iterator = Iterator;

  FileList();
  /// In any order; the paths are distinct.
  FileList(const std::vector<DataFile>& files);  // NOLINT(google-explicit-constructor)

  size_t size() const;
  bool empty() const { return size() == 0; }
  DataFile operator[](size_t index) const;
  Iterator begin() const;
  Iterator end() const;

  std::string path(size_t index) const;
  std::optional<Date> date(size_t index) const;
  int64_t rows(size_t index) const;
  int64_t bytes(size_t index) const;
  std::optional<ColumnStatistics> statistics(size_t index, std::string_view column) const;
  /// Whether the log says that the file has no such column: its values are NULL.
  bool Lacks(size_t index, std::string_view column) const;

  /// "" if the file has no such tag.
  std::string tag(size_t index, std::string_view name) const;

  std::optional<size_t> Find(std::string_view path) const;
  bool Contains(std::string_view path) const { return Find(path).has_value(); }

 private:
  friend class FileListBuilder;
  struct Packed;
  explicit FileList(std::shared_ptr<const Packed> packed) : packed_(std::move(packed)) {}

  std::shared_ptr<const Packed> packed_;
};

class FileList::Iterator {
 public:
  using iterator_category = std::input_iterator_tag;
  using value_type = DataFile;
  using difference_type = std::ptrdiff_t;
  using pointer = const DataFile*;
  using reference = DataFile;

  Iterator() = default;
  Iterator(const FileList* list, size_t index) : list_(list), index_(index) {}

  DataFile operator*() const { return (*list_)[index_]; }
  Iterator& operator++() {
    ++index_;
    return *this;
  }
  Iterator operator++(int) { return {list_, index_++}; }
  friend bool operator==(const Iterator&, const Iterator&) = default;

 private:
  const FileList* list_ = nullptr;
  size_t index_ = 0;
};

inline FileList::Iterator FileList::begin() const { return {this, 0}; }
inline FileList::Iterator FileList::end() const { return {this, size()}; }

/// Packs files one by one. Not thread-safe.
class FileListBuilder {
 public:
  FileListBuilder();
  ~FileListBuilder();

  /// The path is none that was added before.
  void Add(const DataFile& file);
  /// Leaves the builder unusable.
  FileList Finish();

 private:
  uint64_t NumberOf(const std::string& name);
  void Pack(const DataFile& file, std::string* record);
  const char* Keep(std::string_view record);

  std::shared_ptr<FileList::Packed> packed_;
  std::map<std::string, uint64_t, std::less<>> names_;
  uint64_t guess_ = 0;  // the number of the name before
  std::string record_;
  char* at_ = nullptr;  // in the last block
  size_t free_ = 0;     // bytes behind it
};

}  // namespace flowlake
