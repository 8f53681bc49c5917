-- title: Blocked from inside
-- question: Which of our own hosts hit walls?
-- read: The best signal per row: wrong configuration (most), a rule that a deploy forgot,
--   or malware. Where a stateless ACL drops replies, the source port is the service.
--   ATT&CK T1046, TA0011.
-- chart: bar
-- over: flows
-- param min_records integer 20: fewest records of a row
-- param allow address-list "": addresses to leave out
-- param limit integer 50: rows to show
SELECT eni, psrc, dstport, protocol, count(DISTINCT pdst) AS targets,
       max_by(pdst, packets) AS main_target, bool_or(NOT dst_int) AS any_outside,
       count(*) AS records, sum(packets) AS packets_sum, min("start") AS first_t,
       max("end") AS last_t
FROM flows
WHERE action = 'REJECT' AND dir = 'egress'
  [[AND psrc NOT IN (:allow)]]
GROUP BY 1, 2, 3, 4
HAVING count(*) >= :min_records
ORDER BY records DESC, psrc, dstport
LIMIT :limit
