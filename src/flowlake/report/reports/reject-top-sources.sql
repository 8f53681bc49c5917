-- title: Blocked outsiders
-- question: Who is knocking hardest?
-- read: Internet noise, mostly: look for few targets and many ports. Late replies of closed
--   connections are rejected too. ATT&CK T1595.001.
-- chart: table
-- alias: VpcFlowLogsRejectedTraffic VpcFlowLogsRejectedTCPTraffic
-- over: flows
-- param allow address-list "": addresses to leave out, such as your own scanners
-- param limit integer 20: rows to show
SELECT psrc, sum(packets) AS packets_sum, count(*) AS records,
       count(DISTINCT dstport) AS ports, count(DISTINCT pdst) AS targets,
       min("start") AS first_t, max("end") AS last_t
FROM flows
WHERE action = 'REJECT' AND dir = 'ingress' AND NOT src_int
  [[AND psrc NOT IN (:allow)]]
GROUP BY 1
ORDER BY packets_sum DESC, psrc
LIMIT :limit
