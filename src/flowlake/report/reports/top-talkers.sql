-- title: Top addresses
-- question: Which hosts send and receive most?
-- read: Far more sent than received is a server, or somebody carrying data out. Load
--   balancers dominate. Without pkt-srcaddr, hosts behind NAT show as one.
-- chart: bar
-- alias: VpcFlowLogsTopTalkers VpcFlowLogsTopTalkersPacketLevel
-- over: flows
-- param limit integer 50: rows to show
SELECT ip, sum(sent) AS bytes_sent, sum(received) AS bytes_recv, count(*) AS records
FROM (SELECT unnest([{'ip': psrc, 'sent': bytes, 'received': 0},
                     {'ip': pdst, 'sent': 0, 'received': bytes}], recursive := true)
      FROM flows
      WHERE once AND action = 'ACCEPT')
GROUP BY ip
ORDER BY sum(sent) + sum(received) DESC, ip
LIMIT :limit
