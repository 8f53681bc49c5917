#include "flowlake/query/function_list.h"

#include <algorithm>
#include <duckdb/catalog/catalog.hpp>
#include <duckdb/catalog/catalog_entry/schema_catalog_entry.hpp>
#include <duckdb/common/string_util.hpp>
#include <duckdb/parser/parsed_data/drop_info.hpp>
#include <vector>

namespace flowlake {

namespace {

using duckdb::CatalogType;

constexpr std::string_view kAllowedValues =
    "!__postfix !~~ !~~* % & && * ** + - ->> / // <-> << <=> <@ >> @ @> ^ ^@ abs "
    "acos acosh add age aggregate alias any_value apply approx_count_distinct "
    "approx_quantile approx_top_k arbitrary arg_max arg_max_null arg_max_nulls_last "
    "arg_min arg_min_null arg_min_nulls_last argmax argmin array_agg array_aggr "
    "array_aggregate array_apply array_cat array_concat array_contains "
    "array_cosine_distance array_cosine_similarity array_cross_product "
    "array_distance array_distinct array_dot_product array_extract array_filter "
    "array_grade_up array_has array_has_all array_has_any array_indexof "
    "array_inner_product array_intersect array_length array_negative_dot_product "
    "array_negative_inner_product array_position array_reduce array_resize "
    "array_reverse_sort array_select array_slice array_sort array_to_json "
    "array_transform array_unique array_value array_where array_zip ascii asin "
    "asinh atan atan2 atanh avg bar base64 bin bit_and bit_count bit_length bit_or "
    "bit_position bit_xor bitstring bitstring_agg bool_and bool_or "
    "can_cast_implicitly cardinality cast_to_type cbrt ceil ceiling century "
    "char_length character_length chr concat concat_ws constant_or_null contains "
    "corr cos cosh cot count count_if count_star countif covar_pop covar_samp "
    "create_sort_key current_connection_id current_database current_date "
    "current_localtime current_localtimestamp current_query current_query_id "
    "current_schema current_schemas current_transaction_id damerau_levenshtein "
    "date_diff date_part date_sub date_trunc datediff datepart datesub datetrunc "
    "day dayname dayofmonth dayofweek dayofyear decade decode degrees divide "
    "editdist3 element_at encode ends_with entropy enum_code enum_first enum_last "
    "enum_range enum_range_boundary epoch epoch_ms epoch_ns epoch_us "
    "equi_width_bins era error even exp factorial favg filter first flatten floor "
    "format formatreadabledecimalsize formatreadablesize format_bytes from_base64 "
    "from_binary from_hex from_json from_json_strict fsum gamma gcd gen_random_uuid "
    "generate_series get_bit get_current_time get_current_timestamp get_type "
    "grade_up greatest greatest_common_divisor group_concat hamming hash hex "
    "histogram histogram_exact hour icu_sort_key ilike_escape in_search_path instr "
    "is_histogram_other_bin isfinite isinf isnan isodow isoyear jaccard "
    "jaro_similarity jaro_winkler_similarity json_array json_array_length "
    "json_contains json_exists json_extract json_extract_path "
    "json_extract_path_text json_extract_string json_keys json_merge_patch "
    "json_object json_pretty json_quote json_structure json_transform "
    "json_transform_strict json_type json_valid json_value julian kahan_sum "
    "kurtosis kurtosis_pop last last_day lcase lcm least least_common_multiple left "
    "left_grapheme len length length_grapheme levenshtein lgamma like_escape list "
    "list_aggr list_aggregate list_apply list_cat list_concat list_contains "
    "list_cosine_distance list_cosine_similarity list_distance list_distinct "
    "list_dot_product list_element list_extract list_filter list_grade_up list_has "
    "list_has_all list_has_any list_indexof list_inner_product list_intersect "
    "list_negative_dot_product list_negative_inner_product list_pack list_position "
    "list_reduce list_resize list_reverse_sort list_select list_slice list_sort "
    "list_transform list_unique list_value list_where list_zip listagg ln log log10 "
    "log2 lower lpad ltrim mad make_date make_time make_timestamp make_timestamp_ms "
    "make_timestamp_ns make_timestamptz make_type map map_concat map_contains "
    "map_entries map_extract map_extract_value map_from_entries map_keys map_values "
    "max max_by md5 md5_number mean median microsecond millennium millisecond min "
    "min_by minute mismatches mod mode month monthname multiply nanosecond "
    "nextafter nfc_normalize normalized_interval not_ilike_escape not_like_escape "
    "now octet_length ord parse_dirname parse_dirpath parse_filename "
    "parse_formatted_bytes parse_path pi position pow power prefix printf product "
    "quantile quantile_cont quantile_disc quarter radians random range reduce "
    "regexp_escape regexp_extract regexp_extract_all regexp_full_match "
    "regexp_matches regexp_replace regexp_split_to_array regr_avgx regr_avgy "
    "regr_count regr_intercept regr_r2 regr_slope regr_sxx regr_sxy regr_syy "
    "remap_struct repeat replace replace_type reservoir_quantile reverse right "
    "right_grapheme round row row_to_json rpad rtrim second sem set_bit sha1 sha256 "
    "sign signbit sin sinh skewness split sqrt st_asbinary st_astext st_aswkb "
    "st_aswkt st_crs st_geomfromwkb st_intersects_extent st_setcrs starts_with "
    "stats stddev stddev_pop stddev_samp str_split str_split_regex strftime "
    "string_agg string_split string_split_regex string_to_array strip_accents "
    "strlen strpos strptime struct_concat struct_contains struct_extract "
    "struct_extract_at struct_has struct_indexof struct_insert struct_keys "
    "struct_pack struct_position struct_update struct_values substr substring "
    "substring_grapheme subtract suffix sum sum_no_overflow sumkahan switch tan "
    "tanh time_bucket timetz_byte_comparable timezone timezone_hour timezone_minute "
    "to_base to_base64 to_binary to_centuries to_days to_decades to_hex to_hours "
    "to_json to_microseconds to_millennia to_milliseconds to_minutes to_months "
    "to_quarters to_seconds to_timestamp to_weeks to_years today "
    "transaction_timestamp translate trim trunc try_strptime txid_current typeof "
    "ucase unbin unhex unicode union_extract union_tag union_value unpivot_list "
    "upper url_decode url_encode uuid uuid_extract_timestamp uuid_extract_version "
    "uuidv4 uuidv7 var_pop var_samp variance variant_extract variant_normalize "
    "variant_typeof vector_type version week weekday weekofyear xor year yearweek | "
    "|| ~ ~~ ~~* ~~~ ";

/// Of flowlake's own, see query/functions.h and query/athena_functions.h.
constexpr std::string_view kOwnValues =
    "cidr_contains date_parse epoch_seconds is_private protocol_name tcp_flags";

/// Collations by language, and what DuckDB's own optimiser puts into plans.
constexpr std::string_view kAllowedPrefixes[] = {"icu_collate_", "__internal_compress_",
                                                 "__internal_decompress_"};

// Plans name lake_scan and seq_scan (of a temporary table) when they are copied; neither
// can be called.
constexpr std::string_view kAllowedTables =
    "duckdb_columns duckdb_constraints duckdb_databases duckdb_dependencies "
    "duckdb_functions duckdb_indexes duckdb_keywords duckdb_schemas "
    "duckdb_sequences duckdb_tables duckdb_types duckdb_views generate_series "
    "icu_calendar_names json_each json_tree pg_timezone_names pragma_show "
    "pragma_table_info range repeat repeat_row seq_scan unnest "
    "lake_scan";

constexpr std::string_view kRefusedValues =
    "combine current_setting currval finalize getvariable json_deserialize_sql "
    "json_serialize_plan json_serialize_sql nextval parse_duckdb_log_message "
    "setseed sleep_ms variant_bytes_to_variant variant_to_parquet_variant write_log ";

constexpr std::string_view kRefusedTables =
    "arrow_scan arrow_scan_dumb check_peg_parser checkpoint disable_logging "
    "disable_peg_parser disable_profiling duckdb_approx_database_count "
    "duckdb_connection_count duckdb_coordinate_systems duckdb_extensions "
    "duckdb_external_file_cache duckdb_log_contexts duckdb_logs duckdb_memory "
    "duckdb_optimizers duckdb_prepared_statements duckdb_secret_types "
    "duckdb_secrets duckdb_settings duckdb_table_sample duckdb_temporary_files "
    "duckdb_variables enable_logging enable_peg_parser enable_profiling "
    "force_checkpoint glob json_execute_serialized_sql parquet_bloom_probe "
    "parquet_file_metadata parquet_full_metadata parquet_kv_metadata "
    "parquet_metadata parquet_scan parquet_schema pragma_collations "
    "pragma_database_size pragma_metadata_info pragma_platform pragma_storage_info "
    "pragma_user_agent pragma_version query query_table read_blob read_csv "
    "read_csv_auto read_duckdb read_json read_json_auto read_json_objects "
    "read_json_objects_auto read_ndjson read_ndjson_auto read_ndjson_objects "
    "read_parquet read_text sniff_csv sql_auto_complete summary test_all_types "
    "test_vector_types truncate_duckdb_logs which_secret ";

std::set<std::string_view> Words(std::string_view text) {
  std::set<std::string_view> words;
  while (!text.empty()) {
    const size_t end = std::min(text.find(' '), text.size());
    if (end > 0) words.insert(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return words;
}

FunctionList MakeAllowed() {
  FunctionList list{Words(kAllowedValues), Words(kAllowedTables)};
  list.values.merge(Words(kOwnValues));
  return list;
}

bool IsAllowed(CatalogType type, const std::string& name) {
  if (type == CatalogType::TABLE_FUNCTION_ENTRY) {
    return AllowedFunctions().tables.contains(name);
  }
  if (type != CatalogType::SCALAR_FUNCTION_ENTRY &&
      type != CatalogType::AGGREGATE_FUNCTION_ENTRY) {
    return type == CatalogType::MACRO_ENTRY || type == CatalogType::TABLE_MACRO_ENTRY;
  }
  return AllowedFunctions().values.contains(name) ||
         std::ranges::any_of(kAllowedPrefixes,
                             [&](auto prefix) { return name.starts_with(prefix); });
}

std::vector<duckdb::DropInfo> FunctionsToRemove(duckdb::ClientContext& context) {
  std::vector<duckdb::DropInfo> others;
  const auto look_at = [&](duckdb::SchemaCatalogEntry& schema, CatalogType set) {
    // Without a context it leaves aside DuckDB's macros, which are made when named.
    schema.Scan(set, [&](duckdb::CatalogEntry& entry) {
      if (IsAllowed(entry.type, duckdb::StringUtil::Lower(entry.name))) return;
      duckdb::DropInfo& drop = others.emplace_back();
      drop.type = entry.type;
      drop.catalog = SYSTEM_CATALOG;
      drop.schema = schema.name;
      drop.name = entry.name;
      drop.allow_drop_internal = true;
    });
  };
  duckdb::Catalog::GetSystemCatalog(context).ScanSchemas(
      context, [&](duckdb::SchemaCatalogEntry& schema) {
        for (const CatalogType set :
             {CatalogType::SCALAR_FUNCTION_ENTRY, CatalogType::TABLE_FUNCTION_ENTRY,
              CatalogType::PRAGMA_FUNCTION_ENTRY, CatalogType::COPY_FUNCTION_ENTRY}) {
          look_at(schema, set);
        }
      });
  return others;
}

}  // namespace

const FunctionList& AllowedFunctions() {
  static const FunctionList list = MakeAllowed();
  return list;
}

const FunctionList& RefusedFunctions() {
  static const FunctionList list{Words(kRefusedValues), Words(kRefusedTables)};
  return list;
}

bool IsRefusedFunction(const std::string& name) {
  const std::string lower = duckdb::StringUtil::Lower(name);
  return RefusedFunctions().values.contains(lower) ||
         RefusedFunctions().tables.contains(lower);
}

void RemoveOtherFunctions(duckdb::Connection& connection) {
  duckdb::ClientContext& context = *connection.context;
  context.RunFunctionInTransaction([&] {
    auto& catalog = duckdb::Catalog::GetSystemCatalog(context);
    for (duckdb::DropInfo& drop : FunctionsToRemove(context)) {
      catalog.DropEntry(context, drop);
    }
  });
}

}  // namespace flowlake
