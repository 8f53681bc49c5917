-- title: Web attackers that are on the network, too
-- question: Which clients of load balancers cause errors and also hit closed ports?
-- read: Proxies of large providers and broken apps cause errors as well; closed ports tell
--   them apart. Needs logs of application load balancers in the lake. ATT&CK T1595.002.
-- chart: scatter
-- over: flows
-- param min_errors integer 50: fewest answers 400 to 499
-- param limit integer 50: rows to show
WITH rejected AS (
  SELECT psrc, sum(packets)::BIGINT AS rejects, count(DISTINCT dstport) AS ports
  FROM flows
  WHERE action = 'REJECT' AND NOT src_int
  GROUP BY 1
),
clients AS (
  SELECT client_ip, count(*) AS requests,
         count(*) FILTER (WHERE elb_status_code BETWEEN 400 AND 499) AS errors,
         max("time") AS last_t
  FROM ([[ SELECT client_ip, elb_status_code, "time" FROM {in:alb} WHERE {W:time}
           UNION ALL ]]
        SELECT NULL, NULL, NULL::TIMESTAMP WHERE false) answers(client_ip, elb_status_code,
                                                                "time")
  GROUP BY 1
)
SELECT client_ip, requests, errors, rejects, ports, last_t
FROM clients JOIN rejected ON psrc = client_ip
WHERE errors >= :min_errors
ORDER BY errors DESC, client_ip
LIMIT :limit
