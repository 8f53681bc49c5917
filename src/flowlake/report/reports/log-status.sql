-- title: OK, NODATA, SKIPDATA
-- question: Did AWS drop records?
-- read: NODATA is an idle interface, harmless. SKIPDATA is lost data, and one line may stand
--   for many flows: in that hour "not found" is not "was not there".
-- chart: stacked bar
-- over: records
-- param bucket integer 3600: seconds per row
-- param limit integer 10000: rows to show
SELECT time_bucket(to_seconds(:bucket), "start") AS t, log_status, count(*) AS records,
       count(DISTINCT interface_id) AS enis
FROM records
GROUP BY 1, 2
ORDER BY 1, 2
LIMIT :limit
