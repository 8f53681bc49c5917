-- title: Now against before
-- question: What grew or vanished?
-- read: Deploys and autoscaling replace interfaces: group by subnet_id where that shows
--   too much.
-- chart: delta bars
-- over: flows
-- param split time "": where "now" begins; unset: the last of the asked days
-- param dim dimension eni: what to group by
-- param min_bytes number 1e8: smallest volume, now or before
-- param limit integer 50: rows to show
SELECT k, cur, prev, cur - prev AS delta, 1e0 * cur / nullif(prev, 0) AS ratio
FROM (SELECT {dim} AS k,
             coalesce(sum(bytes) FILTER (
                 WHERE "start" >= coalesce(:split, CAST(:to AS timestamp))), 0) AS cur,
             coalesce(sum(bytes) FILTER (
                 WHERE "start" < coalesce(:split, CAST(:to AS timestamp))), 0) AS prev
      FROM flows
      WHERE once
      GROUP BY 1)
WHERE cur >= :min_bytes OR prev >= :min_bytes
ORDER BY abs(cur - prev) DESC, k
LIMIT :limit
