-- title: Correlation of bytes and packets (as in the article)
-- question: Do bytes follow packets?
-- read: REJECT is near 1 (uniform tiny packets), ACCEPT lower. NULL or NaN where a side is
--   constant. A falling value of REJECT hints at rejects that carry data.
-- chart: table
-- over: flowlogs
-- param limit integer 10: rows to show
SELECT action, corr(bytes, packets) AS r, count(*) AS records
FROM flowlogs
WHERE action IN ('ACCEPT', 'REJECT')
GROUP BY action
ORDER BY action
LIMIT :limit
