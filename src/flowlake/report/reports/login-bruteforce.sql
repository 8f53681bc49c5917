-- title: Repeated short logins
-- question: Who opens many short sessions to a login port?
-- read: Ansible, Git over SSH, CI, health checks and connection pools do this too. The logs
--   do not say whether a login succeeded: look for a long session of the same client.
--   ATT&CK T1110.
-- chart: table
-- alias: VpcFlowLogsSshRdpTraffic
-- over: flows
-- param ports integer-list 22,3389,5985,5986,445,3306,5432,1433: login ports
-- param window integer 600: seconds in which attempts count together
-- param min_attempts integer 20: fewest attempts
-- param max_avg_packets number 40: longer sessions are no failed logins
-- param allow address-list "": clients to leave out
-- param limit integer 50: rows to show
SELECT client, server, dstport, time_bucket(to_seconds(:window), "start") AS t,
       count(DISTINCT srcport) AS attempts, avg(packets) AS avg_packets,
       sum(bytes) AS bytes_sum, min("start") AS first_t, max("end") AS last_t
FROM flows
WHERE NOT mid AND action = 'ACCEPT' AND to_server AND dstport IN (:ports)
  [[AND client NOT IN (:allow)]]
GROUP BY 1, 2, 3, 4
HAVING count(DISTINCT srcport) >= :min_attempts AND avg(packets) <= :max_avg_packets
ORDER BY attempts DESC, client, server, t
LIMIT :limit
