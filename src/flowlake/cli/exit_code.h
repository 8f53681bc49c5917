/// What the process says to the shell. `flowlake --help` lists these.
#pragma once

namespace flowlake {

enum ExitCode : int {
  kExitOk = 0,
  kExitFailure = 1,  ///< nothing could be done, or `check` found damage; stderr says why
  kExitUsage = 2,    ///< a wrong flag, argument, path or SQL
  kExitSomeInputs =
      3,  ///< some inputs, tables or steps of upkeep failed, the rest is done
  kExitInterrupted = 130,  ///< Ctrl-C
};

}  // namespace flowlake
