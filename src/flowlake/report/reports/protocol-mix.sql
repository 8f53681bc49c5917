-- title: IP family and protocol
-- question: What are the shares of IPv4 and IPv6, TCP, UDP and ICMP?
-- read: QUIC hides in UDP on port 443.
-- chart: donut
-- alias: VpcFlowLogsIPv4Traffic VpcFlowLogsIPv6Traffic
-- over: flows
-- param limit integer 50: rows to show
SELECT fam,
       CASE protocol WHEN 1 THEN 'ICMP' WHEN 6 THEN 'TCP' WHEN 17 THEN 'UDP'
                     WHEN 58 THEN 'ICMPv6'
                     ELSE 'IP ' || CAST(protocol AS varchar) END AS proto,
       count(*) AS records, sum(bytes) FILTER (WHERE once) AS bytes_once
FROM flows
GROUP BY 1, 2
ORDER BY records DESC, fam, proto
LIMIT :limit
