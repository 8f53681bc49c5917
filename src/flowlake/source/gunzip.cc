#include "flowlake/source/gunzip.h"

#include <isa-l/igzip_lib.h>

#include <algorithm>
#include <string_view>

namespace flowlake {

namespace {

constexpr char kMagic[] = {'\x1f', '\x8b'};

std::string_view Explain(int code) {
  switch (code) {
    case ISAL_INVALID_BLOCK:
      return "an invalid deflate block";
    case ISAL_INVALID_SYMBOL:
      return "an invalid deflate symbol";
    case ISAL_INVALID_LOOKBACK:
      return "a deflate distance before the beginning";
    case ISAL_INVALID_WRAPPER:
    case ISAL_UNSUPPORTED_METHOD:
      return "a broken gzip header";
    case ISAL_INCORRECT_CHECKSUM:
      return "a wrong checksum";
    default:
      return "corrupt gzip data";
  }
}

}  // namespace

bool IsGzip(std::span<const char> first_bytes) {
  return first_bytes.size() >= 2 && first_bytes[0] == kMagic[0] &&
         first_bytes[1] == kMagic[1];
}

struct Gunzip::State {
  enum class Where { kBetweenMembers, kInMember, kInPadding };

  inflate_state inflate;
  Where where = Where::kBetweenMembers;
  int64_t fed = 0;
  bool at_end = false;

  int64_t consumed() const { return fed - inflate.avail_in; }

  Status Corrupt(std::string_view what) const {
    return Status::Invalid(what, " at byte ", consumed());
  }

  /// Starts the next member, or recognises padding or the end.
  Status EnterMember() {
    const char* next = reinterpret_cast<const char*>(inflate.next_in);
    if (inflate.avail_in == 0) return Status::OK();
    if (where == Where::kInPadding || *next == '\0') return SkipPadding();
    if (*next != kMagic[0]) return Corrupt("bytes that are no gzip member");
    uint8_t* kept = inflate.next_in;
    const uint32_t left = inflate.avail_in;
    isal_inflate_reset(&inflate);
    inflate.crc_flag = ISAL_GZIP;
    inflate.next_in = kept;
    inflate.avail_in = left;
    where = Where::kInMember;
    return Status::OK();
  }

  Status SkipPadding() {
    where = Where::kInPadding;
    for (; inflate.avail_in > 0; ++inflate.next_in, --inflate.avail_in) {
      if (*inflate.next_in != 0) return Corrupt("bytes that are no gzip member");
    }
    return Status::OK();
  }

  Result<size_t> Inflate(std::span<char> out) {
    inflate.next_out = reinterpret_cast<uint8_t*>(out.data());
    inflate.avail_out = static_cast<uint32_t>(out.size());
    const int code = isal_inflate(&inflate);
    if (code != ISAL_DECOMP_OK && code != ISAL_END_INPUT) return Corrupt(Explain(code));
    if (inflate.block_state == ISAL_BLOCK_FINISH) where = Where::kBetweenMembers;
    return out.size() - inflate.avail_out;
  }
};

Gunzip::Gunzip() : state_(std::make_unique<State>()) { Reset(); }

Gunzip::~Gunzip() = default;
Gunzip::Gunzip(Gunzip&&) noexcept = default;

void Gunzip::Reset() {
  isal_inflate_init(&state_->inflate);
  state_->inflate.avail_in = 0;
  state_->inflate.next_in = nullptr;
  state_->where = State::Where::kBetweenMembers;
  state_->fed = 0;
  state_->at_end = false;
}

void Gunzip::Feed(std::span<const char> stored) {
  State& state = *state_;
  // ISA-L only reads its input, but takes it without const.
  state.inflate.next_in =
      const_cast<uint8_t*>(reinterpret_cast<const uint8_t*>(stored.data()));
  state.inflate.avail_in = static_cast<uint32_t>(stored.size());
  state.fed += static_cast<int64_t>(stored.size());
  state.at_end = stored.empty();
}

bool Gunzip::needs_input() const {
  return state_->inflate.avail_in == 0 && !state_->at_end;
}

Result<size_t> Gunzip::Read(std::span<char> out) {
  State& state = *state_;
  while (true) {
    if (state.where != State::Where::kInMember) {
      ARROW_RETURN_NOT_OK(state.EnterMember());
      if (state.where != State::Where::kInMember) return 0;
    }
    ARROW_ASSIGN_OR_RAISE(const size_t count, state.Inflate(out));
    if (count > 0) return count;
    // No output: the member ended here (go on with the next), or the input did.
    if (state.where == State::Where::kInMember && state.inflate.avail_in == 0) {
      if (state.at_end) return state.Corrupt("the end of a gzip member is missing");
      return 0;
    }
  }
}

bool IsZlib(std::span<const char> first_bytes) {
  if (first_bytes.size() < 2) return false;
  const auto header = static_cast<uint32_t>(static_cast<uint8_t>(first_bytes[0]) << 8 |
                                            static_cast<uint8_t>(first_bytes[1]));
  constexpr uint32_t kDeflate = 0x7800;  // with a window of 32 KiB
  return (header & 0xFF00) == kDeflate && header % 31 == 0;
}

namespace {

/// Doubles from a guess, so that what is small costs little.
constexpr size_t kFirstGuess = 4;

/// Makes room behind what there is; Invalid beyond the limit.
Status Grow(std::string& plain, size_t stored, size_t limit) {
  if (plain.size() > limit) {
    return Status::Invalid("it unzips to more than ", limit, " bytes");
  }
  const size_t wanted = std::max(plain.size() * 2, stored * kFirstGuess + 64);
  plain.resize(std::min(wanted, limit + 1));
  return Status::OK();
}

Result<std::string> UnzipZlib(std::string_view stored, size_t limit) {
  inflate_state state;
  isal_inflate_init(&state);
  state.crc_flag = ISAL_ZLIB;
  state.next_in = const_cast<uint8_t*>(reinterpret_cast<const uint8_t*>(stored.data()));
  state.avail_in = static_cast<uint32_t>(stored.size());
  std::string plain;
  size_t filled = 0;
  while (state.block_state != ISAL_BLOCK_FINISH) {
    if (filled == plain.size()) ARROW_RETURN_NOT_OK(Grow(plain, stored.size(), limit));
    state.next_out = reinterpret_cast<uint8_t*>(plain.data() + filled);
    state.avail_out = static_cast<uint32_t>(plain.size() - filled);
    const int code = isal_inflate(&state);
    const size_t now = plain.size() - state.avail_out;
    if (code != ISAL_DECOMP_OK && code != ISAL_END_INPUT) {
      return Status::Invalid(Explain(code));
    }
    if (now == filled && state.avail_in == 0 && state.block_state != ISAL_BLOCK_FINISH) {
      return Status::Invalid("the end of the zlib stream is missing");
    }
    filled = now;
  }
  if (filled > limit) return Status::Invalid("it unzips to more than ", limit, " bytes");
  plain.resize(filled);
  return plain;
}

}  // namespace

Result<std::string> Unzip(std::string_view stored, size_t limit) {
  if (IsZlib(stored)) return UnzipZlib(stored, limit);
  Gunzip gunzip;
  gunzip.Feed(stored);
  bool is_fed = stored.empty();
  std::string plain;
  size_t filled = 0;
  while (true) {
    if (filled == plain.size()) ARROW_RETURN_NOT_OK(Grow(plain, stored.size(), limit));
    const std::span<char> room(plain.data() + filled, plain.size() - filled);
    ARROW_ASSIGN_OR_RAISE(const size_t count, gunzip.Read(room));
    filled += count;
    if (count > 0) continue;
    if (is_fed) break;
    gunzip.Feed({});
    is_fed = true;
  }
  if (filled > limit) return Status::Invalid("it unzips to more than ", limit, " bytes");
  plain.resize(filled);
  return plain;
}

}  // namespace flowlake
