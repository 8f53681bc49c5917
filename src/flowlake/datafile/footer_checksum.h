/// The checksum of a data file's footer that its entry in the table's log has: what a
/// reader believes of a file it believes because of the footer.
#pragma once

#include <string>
#include <string_view>

#include "flowlake/base/status.h"
#include "flowlake/datafile/data_file.h"

namespace flowlake {

/// Tag of a DataFile: FooterChecksum(). Files of programs before December 2026 have none.
inline constexpr char kFooterTag[] = "flowlake.footer";

/// "<length>:<32 hexadecimal digits>": the first 128 bits of BLAKE3 of the footer,
/// without the eight bytes behind it.
std::string FooterChecksum(std::string_view footer);

/// What the log says of the file's footer; "" if nothing.
std::string FooterOf(const DataFile& file);

/// OK if `found` is what the log says, or if that says nothing ("").
Status CheckFooterChecksum(std::string_view expected, std::string_view found);

}  // namespace flowlake
