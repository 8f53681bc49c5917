-- title: Top by resource
-- question: Which instances, subnets, VPCs or accounts lead?
-- read: A row without a name is managed by AWS (NAT, load balancer, endpoint, Fargate), or
--   the logs lack the field: then ask by eni.
-- chart: bar
-- alias: VpcFlowLogsTopTalkingInstances VpcFlowLogsTopTalkingSubnets
-- over: flows
-- param dim dimension instance_id: what to group by
-- param limit integer 50: rows to show
SELECT {dim} AS k, sum(bytes) FILTER (WHERE dir = 'egress') AS out_bytes,
       sum(bytes) FILTER (WHERE dir = 'ingress') AS in_bytes, count(*) AS records,
       count_if(action = 'REJECT') AS rejects
FROM flows
GROUP BY 1
ORDER BY out_bytes DESC NULLS LAST, k
LIMIT :limit
