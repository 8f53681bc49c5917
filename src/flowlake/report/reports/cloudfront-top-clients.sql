-- title: Top clients of the CDN
-- question: Who sends the most requests, and what do they get?
-- read: Many misses from one address are a scraper or a cache that is walked past with query
--   strings. agents counts different user agents.
-- chart: bar
-- table: cloudfront
-- param limit integer 20: rows to show
SELECT c_ip, count(*) AS requests, sum(sc_bytes) AS bytes,
       count(*) FILTER (x_edge_result_type = 'Miss') AS misses,
       count(*) FILTER (sc_status BETWEEN 400 AND 499) AS status_4xx,
       count(DISTINCT cs_user_agent) AS agents, min(time) AS first_t, max(time) AS last_t
FROM cloudfront
WHERE {W}
GROUP BY 1
ORDER BY requests DESC, c_ip
LIMIT :limit
