-- title: AWS services and paths
-- question: Which AWS services and gateways carry traffic?
-- read: Needs logs of version 5. AMAZON is the catch-all; the path is NULL for ingress and
--   cannot name a NAT gateway.
-- chart: sankey
-- over: flows
-- param limit integer 100: rows to show
SELECT dir,
       coalesce(CASE WHEN dir = 'egress' THEN pkt_dst_aws_service
                     ELSE pkt_src_aws_service END, '-') AS service,
       traffic_path, sum(bytes) AS bytes_sum
FROM flows
WHERE NOT mid AND action = 'ACCEPT'
GROUP BY 1, 2, 3
ORDER BY bytes_sum DESC, dir, service, traffic_path
LIMIT :limit
