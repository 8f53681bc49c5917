-- title: Hour of the week
-- question: What is the weekly rhythm?
-- read: UTC; 0 is Sunday. A night batch and an intrusion look the same.
-- chart: heatmap
-- over: flows
-- days: 14
-- param limit integer 168: rows to show
SELECT dayofweek("start") AS dow, hour("start") AS hour_utc, sum(bytes) AS bytes_sum
FROM flows
WHERE once
GROUP BY 1, 2
ORDER BY 1, 2
LIMIT :limit
