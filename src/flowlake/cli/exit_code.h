/// What the process says to the shell. `flowlake --help` lists these.
#pragma once

namespace flowlake {

enum ExitCode : int {
  kExitOk = 0,
  kExitFailure = 1,  ///< nothing, or not everything, could be done; stderr says why
  kExitUsage = 2,    ///< a wrong flag, argument, path or SQL
  kExitSomeInputs =
      3,  ///< ingest: some inputs were refused or unreadable, the rest is in
  kExitInterrupted = 130,  ///< Ctrl-C
};

}  // namespace flowlake
