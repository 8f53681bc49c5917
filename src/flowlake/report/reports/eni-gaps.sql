-- title: Silent interfaces
-- question: Where does the time of an interface have holes?
-- read: Interfaces come and go, and flow logs are switched off. Keep min_gap at twice the
--   aggregation interval or more. NODATA rows count as being there.
-- chart: gantt
-- over: records
-- param min_gap integer 1200: shortest gap in seconds
-- param limit integer 50: rows to show
SELECT interface_id, prev_end AS gap_from, s AS gap_to,
       date_diff('second', prev_end, s) AS gap_s
FROM (SELECT interface_id, s,
             max(e) OVER (PARTITION BY interface_id ORDER BY s, e
                          ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS prev_end
      FROM (SELECT DISTINCT interface_id, "start" AS s, "end" AS e FROM records))
WHERE s - prev_end >= to_seconds(:min_gap)
ORDER BY gap_s DESC, interface_id, gap_from
LIMIT :limit
