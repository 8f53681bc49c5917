/// What a caller must not get wrong, said where it would do harm: a bug of ours ends the
/// program, with a sentence, before it becomes rows. Nothing that comes from outside (a
/// line, a file, the network) may make a check fail: that is an error or a reject.
#pragma once

namespace flowlake {

namespace internal {
/// "flowlake has a bug: <message> (<file>:<line>)" on stderr, then abort().
[[noreturn]] void FailCheck(const char* message, const char* file, int line);
}  // namespace internal

/// Always on, also in what ships: for what is asked once per call or per block. `file`
/// and `line` are the caller's (std::source_location is not there for every compiler).
inline void Check(bool condition, const char* message,
                  const char* file = __builtin_FILE(), int line = __builtin_LINE()) {
  if (!condition) [[unlikely]]
    internal::FailCheck(message, file, line);
}

/// Whether DebugCheck() looks: in builds with sanitizers.
#ifdef FLOWLAKE_DEBUG_CHECKS
inline constexpr bool kDebugChecks = true;
#else
inline constexpr bool kDebugChecks = false;
#endif

/// For what would be asked once per value. `condition` has no effects.
inline void DebugCheck(bool condition, const char* message,
                       const char* file = __builtin_FILE(), int line = __builtin_LINE()) {
  if constexpr (kDebugChecks) Check(condition, message, file, line);
}

}  // namespace flowlake
