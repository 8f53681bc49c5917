#include "flowlake/store/store.h"

#include <algorithm>

namespace flowlake {

Result<std::string> Store::Read(const std::string& path, int64_t limit) {
  ARROW_ASSIGN_OR_RAISE(const auto file, Open(path));
  ARROW_ASSIGN_OR_RAISE(const int64_t size, file->GetSize());
  if (size > limit) {
    return Status::IOError("read ", uri(), "/", path, ": ", size, " bytes, but at most ",
                           limit, " are expected here");
  }
  std::string bytes(static_cast<size_t>(size), '\0');
  ARROW_ASSIGN_OR_RAISE(const int64_t read, file->ReadAt(0, size, bytes.data()));
  if (read != size) {
    return Status::IOError("read ", uri(), "/", path, ": ends after ", read, " of ", size,
                           " bytes");
  }
  return bytes;
}

Result<std::vector<UnfinishedObject>> Store::ListUnfinished(const std::string&) {
  return std::vector<UnfinishedObject>();
}

Status Store::DiscardUnfinished(const UnfinishedObject& object) {
  return Delete(object.path);
}

Result<std::string> ReadAll(Store& store, const std::string& path, int64_t limit) {
  return store.Read(path, limit);
}

Status Replace(Store& store, const std::string& path, std::string_view bytes) {
  ARROW_ASSIGN_OR_RAISE(const auto object, store.Create(path));
  ARROW_RETURN_NOT_OK(object->Write(bytes.data(), static_cast<int64_t>(bytes.size())));
  return object->Close();
}

Status CheckObjectPath(std::string_view path) {
  const auto refuse = [&](const char* cause) {
    return Status::Invalid("object path '", path, "': ", cause);
  };
  if (path.empty()) return refuse("is empty");
  if (path.find('\0') != path.npos) return refuse("has a NUL in it");
  for (size_t begin = 0; begin <= path.size();) {
    const size_t end = std::min(path.find('/', begin), path.size());
    const std::string_view name = path.substr(begin, end - begin);
    if (name.empty()) return refuse("has an empty name in it");
    if (name == "." || name == "..") return refuse("has '.' or '..' in it");
    begin = end + 1;
  }
  return Status::OK();
}

}  // namespace flowlake
