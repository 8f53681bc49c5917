/// What becomes of large blocks of memory that are freed.
#pragma once

namespace flowlake {

/// From here on, in the whole process, blocks of a mebibyte and more are mapped one by
/// one and go back to the system when they are freed. The C library of GNU would
/// otherwise keep more and more of them, in one heap per thread, so that work which is
/// bounded in what it holds has a process of twice the size. Costs page faults: for work
/// that takes such blocks seldom. Thread-safe; does nothing elsewhere.
void ReturnLargeBlocks();

}  // namespace flowlake
