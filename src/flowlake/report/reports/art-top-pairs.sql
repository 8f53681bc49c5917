-- title: Ten busiest pairs (as in the article)
-- question: Who talks to whom most?
-- read: A to B and B to A are two rows.
-- chart: sankey
-- over: flowlogs
-- param limit integer 10: rows to show
SELECT sourceaddress, destinationaddress, count(*) AS records
FROM flowlogs
GROUP BY sourceaddress, destinationaddress
ORDER BY records DESC, sourceaddress, destinationaddress
LIMIT :limit
