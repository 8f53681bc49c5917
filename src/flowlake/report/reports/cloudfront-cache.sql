-- title: Cache hit ratio and bytes by edge
-- question: How much does the cache serve, where, and at what volume?
-- read: Hits are Hit and RefreshHit over requests that could be answered; errors and redirects
--   count as neither. bytes is what left the edge: what is billed.
-- chart: bar
-- table: cloudfront
-- param limit integer 20: rows to show
SELECT coalesce(x_host_header, cs_host) AS host, x_edge_location AS edge, count(*) AS requests,
       round(100.0 * count(*) FILTER (x_edge_result_type IN ('Hit', 'RefreshHit'))
             / nullif(count(*) FILTER (x_edge_result_type IN ('Hit', 'RefreshHit', 'Miss')), 0),
             1) AS hit_percent,
       sum(sc_bytes) AS bytes,
       count(*) FILTER (sc_status >= 500) AS status_5xx,
       quantile_cont(time_taken, 0.95) AS p95_seconds
FROM cloudfront
WHERE {W}
GROUP BY 1, 2
ORDER BY bytes DESC, host, edge
LIMIT :limit
