-- title: Services
-- question: Which services carry the load?
-- read: High ports in the list are a wrong guess of who is the client, which happens
--   without tcp-flags: the lower port is then taken for the service.
-- chart: bar
-- alias: VpcFlowLogsTopTCPTraffic VpcFlowLogsAcceptedTraffic
-- over: flows
-- param limit integer 30: rows to show
SELECT svc_port, protocol, count_if(action = 'ACCEPT') AS accepted,
       count_if(action = 'REJECT') AS rejected,
       sum(bytes) FILTER (WHERE once) AS bytes_once,
       count(DISTINCT server) AS servers, count(DISTINCT client) AS clients
FROM flows
WHERE svc_port IS NOT NULL
GROUP BY 1, 2
ORDER BY bytes_once DESC NULLS LAST, svc_port
LIMIT :limit
