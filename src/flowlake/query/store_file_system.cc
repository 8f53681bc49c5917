#include "flowlake/query/store_file_system.h"

#include <algorithm>
#include <duckdb.hpp>
#include <mutex>

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

  int64_t size() const { return size_; }
  idx_t position = 0;

 private:
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
  Store& store_;
  std::mutex mutex_;
  std::shared_ptr<arrow::io::RandomAccessFile> file_;
};

StoreFileHandle& HandleOf(duckdb::FileHandle& handle) {
  return static_cast<StoreFileHandle&>(handle);
}

class StoreFileSystem final : public duckdb::FileSystem {
 public:
  StoreFileSystem(std::shared_ptr<Store> store, ScanMeter* meter)
      : store_(std::move(store)), meter_(*meter) {}

  duckdb::unique_ptr<duckdb::FileHandle> OpenFile(
      const std::string& path, duckdb::FileOpenFlags flags,
      optional_ptr<duckdb::FileOpener> opener) override {
    return OpenFileExtended(duckdb::OpenFileInfo(path), flags, opener);
  }

  void Read(duckdb::FileHandle& handle, void* buffer, int64_t length,
            idx_t location) override {
    const ByteRange range{static_cast<int64_t>(location), length};
    if (!meter_.Charge(handle.path, range)) throw duckdb::InterruptException();
    HandleOf(handle).ReadAt(buffer, range);
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
  std::shared_ptr<Store> store_;
  ScanMeter& meter_;
};

}  // namespace

std::unique_ptr<duckdb::FileSystem> MakeStoreFileSystem(std::shared_ptr<Store> store,
                                                        ScanMeter* meter) {
  return std::make_unique<StoreFileSystem>(std::move(store), meter);
}

}  // namespace flowlake
