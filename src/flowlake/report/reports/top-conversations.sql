-- title: Top pairs
-- question: Which pairs move most bytes?
-- read: Both directions together. min, avg and max of a record tell bulk from chat.
-- chart: sankey
-- alias: VpcFlowLogsTotalBytesTransferred VpcFlowLogsTotalBytesTransferredPacketLevel
-- over: flows
-- param limit integer 50: rows to show
SELECT client, server, svc_port, protocol, sum(bytes) AS bytes_sum,
       sum(packets) AS packets_sum, min(bytes) AS min_b, avg(bytes) AS avg_b,
       max(bytes) AS max_b, min("start") AS first_t, max("end") AS last_t
FROM flows
WHERE once AND action = 'ACCEPT'
GROUP BY 1, 2, 3, 4
ORDER BY bytes_sum DESC, client, server, svc_port
LIMIT :limit
