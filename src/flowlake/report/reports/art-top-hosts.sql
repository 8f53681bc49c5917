-- title: Ten busiest hosts (as in the article)
-- question: Which sources have most records?
-- read: Records, not bytes: a chatty host beats a heavy one. Every interface counts, so a
--   flow between two of your hosts is there twice.
-- chart: bar
-- over: flowlogs
-- param limit integer 10: rows to show
SELECT sourceaddress, count(*) AS records
FROM flowlogs
GROUP BY sourceaddress
ORDER BY records DESC, sourceaddress
LIMIT :limit
