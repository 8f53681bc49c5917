-- title: Port scan
-- question: Who tries many ports of one host?
-- read: Vulnerability scanners, passive FTP and RPC do this too; so do replies of a server
--   where the guess of who is the client fails. ATT&CK T1046.
-- chart: scatter
-- over: flows
-- param window integer 300: seconds in which the ports count together
-- param min_ports integer 15: fewest ports
-- param allow address-list "": scanners of your own
-- param limit integer 50: rows to show
SELECT psrc, pdst, time_bucket(to_seconds(:window), "start") AS t,
       count(DISTINCT dstport) AS ports,
       count(DISTINCT CASE WHEN action = 'REJECT' THEN dstport END) AS rejected_ports,
       sum(packets) AS packets_sum, min("start") AS first_t, max("end") AS last_t
FROM flows
WHERE NOT mid AND protocol IN (6, 17) AND coalesce(to_server, true)
  [[AND psrc NOT IN (:allow)]]
GROUP BY 1, 2, 3
HAVING count(DISTINCT dstport) >= :min_ports
ORDER BY ports DESC, psrc, pdst, t
LIMIT :limit
