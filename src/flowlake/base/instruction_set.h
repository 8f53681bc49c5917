/// What the processor that runs us can do: kernels exist in several forms, and this says
/// which to take.
#pragma once

#include <cstdint>

namespace flowlake {

/// Each includes those before it.
enum class InstructionSet : uint8_t {
  kBaseline,  ///< what the compiler was told: x86-64-v2 or AArch64 with NEON
  kAvx2,      ///< with BMI 1 and 2: Haswell, Zen
  kAvx512,    ///< F, BW, VL, VBMI2: Ice Lake, Zen 4
};

/// The best one of this processor.
inline InstructionSet BestInstructionSet() {
#if defined(__x86_64__)
  if (!__builtin_cpu_supports("avx2") || !__builtin_cpu_supports("bmi") ||
      !__builtin_cpu_supports("bmi2")) {
    return InstructionSet::kBaseline;
  }
  const bool has_avx512 = __builtin_cpu_supports("avx512bw") &&
                          __builtin_cpu_supports("avx512vl") &&
                          __builtin_cpu_supports("avx512vbmi2");
  return has_avx512 ? InstructionSet::kAvx512 : InstructionSet::kAvx2;
#else
  return InstructionSet::kBaseline;
#endif
}

}  // namespace flowlake
