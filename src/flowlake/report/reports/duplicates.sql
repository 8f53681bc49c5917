-- title: The same record twice
-- question: Are files or flow logs counted twice?
-- read: A VPC's and a subnet's flow log on one interface, a file loaded twice, delivery at
--   least once. Two interfaces that log one flow are no duplicate.
-- chart: table
-- over: records
-- param limit integer 50: rows to show
SELECT interface_id, srcaddr, dstaddr, srcport, dstport, protocol, "start", "end", action,
       packets, bytes, flow_direction, tcp_flags, count(*) AS copies
FROM records
WHERE coalesce(log_status, 'OK') = 'OK'
GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13
HAVING count(*) > 1
ORDER BY copies DESC, "start", interface_id
LIMIT :limit
