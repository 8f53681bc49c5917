-- title: Who depends on whom
-- question: Which subnets call which subnets, on what port?
-- read: Without subnet-id a subnet is the /24 of its hosts. "outside" also means an inside
--   host without a flow log. Ask per VPC (--vpc) where ranges overlap.
-- chart: sankey
-- over: flows
-- param limit integer 100: rows to show
SELECT coalesce(c.subnet_id, 'outside') AS client_net,
       coalesce(s.subnet_id, 'outside') AS server_net, flows.svc_port,
       sum(flows.bytes) AS bytes_sum, count(DISTINCT flows.client) AS clients
FROM flows
LEFT JOIN addresses c ON c.own_ip = flows.client
LEFT JOIN addresses s ON s.own_ip = flows.server
WHERE flows.once AND flows.action = 'ACCEPT' AND flows.svc_port IS NOT NULL
GROUP BY 1, 2, 3
ORDER BY bytes_sum DESC, client_net, server_net, svc_port
LIMIT :limit
