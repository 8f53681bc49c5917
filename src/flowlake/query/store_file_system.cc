#include "flowlake/query/store_file_system.h"

#include <algorithm>
#include <cstdlib>
#include <duckdb.hpp>
#include <mutex>

#include "flowlake/datafile/footer_checksum.h"

namespace flowlake {

namespace {

using duckdb::idx_t;
using duckdb::optional_ptr;

class StoreFileHandle final : public duckdb::FileHandle {
 public:
  StoreFileHandle(duckdb::FileSystem& fs, const duckdb::OpenFileInfo& info,
                  duckdb::FileOpenFlags flags, Store& store)
      : FileHandle(fs, info.path, flags),
        object_(info.path.substr(sizeof(kLakeScheme) - 1)),
        size_(info.extended_info->options.at(kFileSizeOption).GetValue<int64_t>()),
        footer_(FooterOf(info)),
        store_(store) {}

  void Close() override {}

  void ReadAt(void* buffer, const ByteRange& range) {
    const auto read = File()->ReadAt(range.offset, range.length, buffer);
    if (!read.ok()) throw duckdb::IOException("%s", read.status().message());
    if (*read != range.length) {
      throw duckdb::IOException("read %d bytes at %d of %s: unexpected end of file",
                                range.length, range.offset, object_);
    }
  }

  /// True if the bytes hold the whole footer, and it is the one that the log means.
  bool HasRightFooter(const ByteRange& range, const uint8_t* bytes) const {
    const int64_t end = size_ - kTail;
    const int64_t begin = end - std::strtoll(footer_.c_str(), nullptr, 10);
    if (footer_.empty() || range.end() < end || range.offset > begin || begin < 0) {
      return false;
    }
    const std::string_view footer(
        reinterpret_cast<const char*>(bytes) + (begin - range.offset),
        static_cast<size_t>(end - begin));
    const Status status = CheckFooterChecksum(footer_, FooterChecksum(footer));
    if (status.ok()) return true;
    throw duckdb::IOException("read footer of %s: %s", object_, status.message());
  }

  const std::string& object() const { return object_; }
  int64_t size() const { return size_; }
  idx_t position = 0;

 private:
  static constexpr int64_t kTail = 8;  // the footer's length and the magic bytes

  static std::string FooterOf(const duckdb::OpenFileInfo& info) {
    const auto found = info.extended_info->options.find(kFooterOption);
    return found == info.extended_info->options.end() ? "" : found->second.ToString();
  }

  std::shared_ptr<arrow::io::RandomAccessFile> File() {
    std::lock_guard lock(mutex_);
    if (file_ == nullptr) {
      auto opened = store_.Open(object_);
      if (!opened.ok()) throw duckdb::IOException("%s", opened.status().message());
      file_ = *opened;
    }
    return file_;
  }

  std::string object_;
  int64_t size_;
  std::string footer_;  // its checksum; "" if unknown
  Store& store_;
  std::mutex mutex_;
  std::shared_ptr<arrow::io::RandomAccessFile> file_;
};

StoreFileHandle& HandleOf(duckdb::FileHandle& handle) {
  return static_cast<StoreFileHandle&>(handle);
}

class StoreFileSystem final : public duckdb::FileSystem {
 public:
  StoreFileSystem(std::shared_ptr<Store> store, ScanMeter* meter, PageGuard* guard)
      : store_(std::move(store)), meter_(*meter), guard_(*guard) {}

  duckdb::unique_ptr<duckdb::FileHandle> OpenFile(
      const std::string& path, duckdb::FileOpenFlags flags,
      optional_ptr<duckdb::FileOpener> opener) override {
    return OpenFileExtended(duckdb::OpenFileInfo(path), flags, opener);
  }

  void Read(duckdb::FileHandle& handle, void* buffer, int64_t length,
            idx_t location) override {
    const ByteRange range{static_cast<int64_t>(location), length};
    if (!meter_.Charge(handle.path, range)) throw duckdb::InterruptException();
    StoreFileHandle& file = HandleOf(handle);
    file.ReadAt(buffer, range);
    CheckBytes(file, range, static_cast<const uint8_t*>(buffer));
  }

  int64_t Read(duckdb::FileHandle& handle, void* buffer, int64_t length) override {
    StoreFileHandle& file = HandleOf(handle);
    const int64_t left = file.size() - static_cast<int64_t>(file.position);
    const int64_t some = std::min(length, left);
    if (some <= 0) return 0;
    Read(handle, buffer, some, file.position);
    file.position += static_cast<idx_t>(some);
    return some;
  }

  int64_t GetFileSize(duckdb::FileHandle& handle) override {
    return HandleOf(handle).size();
  }
  // Data files never change: their paths are random.
  duckdb::timestamp_t GetLastModifiedTime(duckdb::FileHandle&) override {
    return duckdb::timestamp_t(0);
  }
  std::string GetVersionTag(duckdb::FileHandle&) override { return "1"; }
  duckdb::FileType GetFileType(duckdb::FileHandle&) override {
    return duckdb::FileType::FILE_TYPE_REGULAR;
  }
  void Seek(duckdb::FileHandle& handle, idx_t location) override {
    HandleOf(handle).position = location;
  }
  idx_t SeekPosition(duckdb::FileHandle& handle) override {
    return HandleOf(handle).position;
  }
  void Reset(duckdb::FileHandle& handle) override { HandleOf(handle).position = 0; }
  bool CanSeek() override { return true; }
  // "No" makes DuckDB fetch ranges ahead and merge near ones: few, large reads.
  bool OnDiskFile(duckdb::FileHandle&) override { return false; }
  bool FileExists(const std::string&, optional_ptr<duckdb::FileOpener>) override {
    return false;
  }
  duckdb::vector<duckdb::OpenFileInfo> Glob(const std::string&,
                                            duckdb::FileOpener*) override {
    return {};
  }
  bool CanHandleFile(const std::string& path) override {
    return path.starts_with(kLakeScheme);
  }
  std::string GetName() const override { return "FlowlakeStore"; }
  std::string PathSeparator(const std::string&) override { return "/"; }

 protected:
  duckdb::unique_ptr<duckdb::FileHandle> OpenFileExtended(
      const duckdb::OpenFileInfo& info, duckdb::FileOpenFlags flags,
      optional_ptr<duckdb::FileOpener>) override {
    if (flags.OpenForWriting()) {
      throw duckdb::PermissionException("the lake is read-only: %s", info.path);
    }
    const bool ours = info.extended_info != nullptr &&
                      info.extended_info->options.contains(kSnapshotFileOption);
    if (!ours) {
      throw duckdb::PermissionException("open %s: use the lake's tables", info.path);
    }
    return duckdb::make_uniq<StoreFileHandle>(*this, info, flags, *store_);
  }
  bool SupportsOpenFileExtended() const override { return true; }

 private:
  void CheckBytes(StoreFileHandle& file, const ByteRange& range, const uint8_t* bytes) {
    if (file.HasRightFooter(range, bytes)) guard_.FooterIsRight(file.path);
    const auto read = [&](ByteRange more, uint8_t* to) {
      if (!meter_.Charge(file.path, more)) throw duckdb::InterruptException();
      file.ReadAt(to, more);
      return Status::OK();
    };
    const Status status = guard_.Check(file.path, range, bytes, read);
    if (status.ok()) return;
    throw duckdb::IOException("read %s: %s", file.object(), status.message());
  }

  std::shared_ptr<Store> store_;
  ScanMeter& meter_;
  PageGuard& guard_;
};

}  // namespace

std::unique_ptr<duckdb::FileSystem> MakeStoreFileSystem(std::shared_ptr<Store> store,
                                                        ScanMeter* meter,
                                                        PageGuard* guard) {
  return std::make_unique<StoreFileSystem>(std::move(store), meter, guard);
}

}  // namespace flowlake
