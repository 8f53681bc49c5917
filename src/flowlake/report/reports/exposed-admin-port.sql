-- title: Administration port reached from outside
-- question: Which sensitive ports accept the internet?
-- read: Bastions and VPNs are meant to. Four or more packets inwards are near to a real
--   exchange; one or two are a SYN that met a closed port. ATT&CK T1133, T1021.001, T1021.004, T1210.
-- chart: table
-- alias: VpcFlowLogsAdminPortTraffic
-- over: flows
-- param ports integer-list 22,23,445,1433,1521,2375,3306,3389,5432,5601,5985,6379,9200,9300,11211,27017: ports to watch
-- param min_packets integer 4: fewest packets of a record
-- param allow address-list "": outside addresses to leave out
-- param limit integer 50: rows to show
SELECT eni, pdst AS server, dstport, count(DISTINCT psrc) AS outside_clients,
       max_by(psrc, packets) AS main_client, sum(packets) AS packets_sum,
       sum(bytes) AS bytes_sum, min("start") AS first_t, max("end") AS last_t
FROM flows
WHERE NOT mid AND action = 'ACCEPT' AND dir = 'ingress' AND NOT src_int AND to_server
  AND dstport IN (:ports) AND packets >= :min_packets
  [[AND psrc NOT IN (:allow)]]
GROUP BY 1, 2, 3
ORDER BY outside_clients DESC, server, dstport
LIMIT :limit
