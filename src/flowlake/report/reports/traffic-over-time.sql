-- title: Volume by action
-- question: When does traffic flow or stop?
-- read: A flow lands in the bucket of its start; keep the bucket at or above the logs'
--   aggregation interval (60 or 600 seconds).
-- chart: stacked area
-- over: flows
-- param bucket integer 300: seconds per row
-- param limit integer 10000: rows to show
SELECT time_bucket(to_seconds(:bucket), "start") AS t, action, count(*) AS records,
       sum(bytes) FILTER (WHERE once) AS bytes_once,
       8e0 * sum(bytes) FILTER (WHERE once) / :bucket AS bps
FROM flows
GROUP BY 1, 2
ORDER BY 1, 2
LIMIT :limit
