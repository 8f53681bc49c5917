-- title: Paths that cost most
-- question: Which paths send the most bytes, and does the cache help?
-- read: Bytes are what is billed. A large path with a low hit ratio is worth a cache policy.
-- chart: bar
-- table: cloudfront
-- param limit integer 20: rows to show
SELECT coalesce(x_host_header, cs_host) AS host, cs_uri_stem AS path, count(*) AS requests,
       sum(sc_bytes) AS bytes,
       round(100.0 * count(*) FILTER (x_edge_result_type IN ('Hit', 'RefreshHit'))
             / nullif(count(*), 0), 1) AS hit_percent
FROM cloudfront
WHERE {W}
GROUP BY 1, 2
ORDER BY bytes DESC, host, path
LIMIT :limit
