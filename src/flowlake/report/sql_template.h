/// SQL with placeholders, outside of its strings, quoted names and comments:
///
///     :name          a value
///     {name}         a word: a column or a keyword
///     {name:expr}    a condition about the expression `expr`
///     [[ … ]]        kept only if nothing named inside is empty; they do not nest
///
/// `::` is a cast and `{'a': 1}` a struct, as ever.
#pragma once

#include <functional>
#include <string_view>

#include "flowlake/base/status.h"
#include "flowlake/query/sql_text.h"

namespace flowlake {

/// What the placeholders stand for; an error for a name that there is not.
struct SqlPlaceholders {
  struct Bound {
    SqlText sql{};
    bool is_empty = false;
  };
  std::function<Result<Bound>(std::string_view name)> value;
  std::function<Result<Bound>(std::string_view name, std::string_view argument)> word;
};

/// `sql`, which is trusted, with the placeholders replaced. The first error of a callback
/// is returned, with the line of `sql` in front.
Result<SqlText> ExpandSql(std::string_view sql, const SqlPlaceholders& placeholders);

}  // namespace flowlake
