#include "flowlake/base/key128.h"

#include <blake3.h>

#include <cstdio>

namespace flowlake {

namespace {

constexpr size_t kKeyBytes = 16;

uint64_t NumberAt(const uint8_t* bytes) {
  uint64_t value = 0;
  for (int i = 0; i < 8; ++i) value = value << 8 | bytes[i];
  return value;
}

void AppendNumber(uint64_t value, std::string* bytes) {
  for (int shift = 56; shift >= 0; shift -= 8) {
    *bytes += static_cast<char>(value >> shift & 0xFF);
  }
}

Key128 Finalized(const blake3_hasher& hasher) {
  uint8_t out[kKeyBytes];
  blake3_hasher_finalize(&hasher, out, sizeof out);
  return {NumberAt(out), NumberAt(out + 8)};
}

/// Never to be changed: lakes hold keys derived with them.
constexpr std::array<const char*, kKeyKinds> kContexts = {
    "flowlake 2026-11-28 object",
    "flowlake 2026-11-28 delivery",
    "flowlake 2026-11-28 delivered content",
    "flowlake 2026-11-28 refused",
    "flowlake 2026-11-28 empty",
    "flowlake 2026-11-28 path",
    "flowlake 2026-11-28 old key",
    "flowlake 2026-11-28 request"};

/// Hashing the context costs as much as hashing the parts, so it is done once.
std::array<blake3_hasher, kKeyKinds> HashContexts() {
  std::array<blake3_hasher, kKeyKinds> hashers;
  for (size_t i = 0; i < kKeyKinds; ++i) {
    blake3_hasher_init_derive_key(&hashers[i], kContexts[i]);
  }
  return hashers;
}

/// The library looks for the processor's features with its first hash, and threads must
/// not do so at once: here there is one thread.
[[maybe_unused]] const Key128 kFirstHash = HashOf("");

}  // namespace

std::string Key128::ToString() const {
  char text[33];
  std::snprintf(text, sizeof text, "%016llx%016llx",
                static_cast<unsigned long long>(high),
                static_cast<unsigned long long>(low));
  return text;
}

Key128 HashOf(std::string_view bytes) {
  blake3_hasher hasher;
  blake3_hasher_init(&hasher);
  blake3_hasher_update(&hasher, bytes.data(), bytes.size());
  return Finalized(hasher);
}

struct StreamingHash::State {
  State() { blake3_hasher_init(&hasher); }
  blake3_hasher hasher;
};

StreamingHash::StreamingHash() : state_(new State) {}
StreamingHash::~StreamingHash() = default;
StreamingHash::StreamingHash(StreamingHash&&) noexcept = default;
StreamingHash& StreamingHash::operator=(StreamingHash&&) noexcept = default;

void StreamingHash::Update(std::string_view bytes) {
  blake3_hasher_update(&state_->hasher, bytes.data(), bytes.size());
}

Key128 StreamingHash::Finish() const { return Finalized(state_->hasher); }

Key128 DeriveKey(KeyKind kind, std::initializer_list<std::string_view> parts) {
  static const auto contexts = HashContexts();
  blake3_hasher hasher = contexts[static_cast<size_t>(kind)];
  for (const std::string_view part : parts) {
    std::string length;
    AppendNumber(part.size(), &length);
    blake3_hasher_update(&hasher, length.data(), length.size());
    blake3_hasher_update(&hasher, part.data(), part.size());
  }
  return Finalized(hasher);
}

std::string ToBytes(const Key128& key) {
  std::string bytes;
  AppendNumber(key.high, &bytes);
  AppendNumber(key.low, &bytes);
  return bytes;
}

}  // namespace flowlake
