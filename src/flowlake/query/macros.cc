#include "flowlake/query/macros.h"

namespace flowlake {

namespace {

// Temporary ones are found from everywhere, and before DuckDB's functions. A macro that
// wraps the function it is named after calls it as system.main.name.
constexpr const char* kStatements[] = {
    // Times.
    "CREATE TEMP MACRO from_unixtime(x) AS make_timestamp((x * 1000000)::BIGINT)",
    "CREATE TEMP MACRO to_unixtime(x) AS epoch(x)",
    "CREATE TEMP MACRO flowlake_mysql_format(f) AS "
    "replace(replace(replace(replace(replace("
    "replace(replace(replace(replace(f, '%M', '%B'), '%i', '%M'), '%s', '%S'), "
    "'%T', '%H:%M:%S'), '%h', '%I'), '%W', '%A'), '%e', '%-d'), '%c', '%-m'), "
    "'%k', '%-H')",
    "CREATE TEMP MACRO date_format(t, f) AS strftime(t, flowlake_mysql_format(f))",
    "CREATE TEMP MACRO format_datetime(t, f) AS strftime(t, "
    "replace(replace(replace(replace("
    "replace(replace(f, 'yyyy', '%Y'), 'MM', '%m'), 'dd', '%d'), 'HH', '%H'), "
    "'mm', '%M'), 'ss', '%S'))",
    "CREATE TEMP MACRO date_add(d, i) AS d + i, (u, n, t) AS t + CASE lower(u) "
    "WHEN 'millisecond' THEN to_milliseconds(n) WHEN 'second' THEN to_seconds(n) "
    "WHEN 'minute' THEN to_minutes(n) WHEN 'hour' THEN to_hours(n) "
    "WHEN 'day' THEN to_days(n::INTEGER) WHEN 'week' THEN to_weeks(n::INTEGER) "
    "WHEN 'month' THEN to_months(n::INTEGER) "
    "WHEN 'quarter' THEN to_months((3 * n)::INTEGER) "
    "WHEN 'year' THEN to_years(n::INTEGER) END",
    "CREATE TEMP MACRO date_diff(u, a, b) AS date_sub(u, a, b)",
    "CREATE TEMP MACRO day_of_week(d) AS isodow(d)",
    "CREATE TEMP MACRO dow(d) AS isodow(d)",
    "CREATE TEMP MACRO day_of_month(d) AS day(d)",
    "CREATE TEMP MACRO day_of_year(d) AS dayofyear(d)",
    "CREATE TEMP MACRO doy(d) AS dayofyear(d)",
    "CREATE TEMP MACRO week_of_year(d) AS week(d)",
    "CREATE TEMP MACRO year_of_week(d) AS isoyear(d)",
    "CREATE TEMP MACRO at_timezone(t, z) AS timezone(z, t)",
    "CREATE TEMP MACRO from_iso8601_timestamp(s) AS s::TIMESTAMPTZ",
    "CREATE TEMP MACRO from_iso8601_date(s) AS s::DATE",
    // Text.
    "CREATE TEMP MACRO json_extract_scalar(j, p) AS json_extract_string(j, p)",
    "CREATE TEMP MACRO regexp_like(s, p) AS regexp_matches(s, p)",
    "CREATE TEMP MACRO regexp_replace(s, p) AS system.main.regexp_replace(s, p, '', "
    "'g'), "
    "(s, p, r) AS system.main.regexp_replace(s, p, "
    "system.main.regexp_replace(r, '\\$([0-9])', '\\\\\\1', 'g'), 'g')",
    "CREATE TEMP MACRO url_extract_protocol(u) AS "
    "nullif(regexp_extract(u, '^([A-Za-z][A-Za-z0-9+.-]*):', 1), '')",
    "CREATE TEMP MACRO url_extract_host(u) AS nullif(regexp_extract(u, "
    "'^[A-Za-z][A-Za-z0-9+.-]*://(?:[^/?#@]*@)?([^/:?#]*)', 1), '')",
    "CREATE TEMP MACRO url_extract_path(u) AS regexp_extract(u, "
    "'^[A-Za-z][A-Za-z0-9+.-]*://[^/?#]*([^?#]*)', 1)",
    // Arrays and maps.
    "CREATE TEMP MACRO element_at(x, k) AS x[k]",
    "CREATE TEMP MACRO array_join(a, s) AS array_to_string(a, s), (a, s, n) AS "
    "array_to_string(list_transform(a, lambda x: coalesce(x::VARCHAR, n)), s)",
    "CREATE TEMP MACRO map_agg(k, v) AS map(list(k), list(v))",
    "CREATE TEMP MACRO sequence(a, b) AS generate_series(a, b), "
    "(a, b, s) AS generate_series(a, b, s)",
    // Bits.
    "CREATE TEMP MACRO bitwise_and(a, b) AS a & b",
    "CREATE TEMP MACRO bitwise_or(a, b) AS a | b",
    "CREATE TEMP MACRO bitwise_xor(a, b) AS xor(a, b)",
    "CREATE TEMP MACRO bitwise_not(a) AS ~a",
    "CREATE TEMP MACRO bitwise_left_shift(a, n) AS a << n",
    "CREATE TEMP MACRO bitwise_right_shift(a, n) AS a >> n",
};

}  // namespace

std::span<const char* const> MacroStatements() { return kStatements; }

}  // namespace flowlake
