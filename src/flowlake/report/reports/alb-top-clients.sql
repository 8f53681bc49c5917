-- title: Top clients of the load balancer
-- question: Who sends the most requests, and what do they get?
-- read: During an attack few addresses or one agent stand out, mostly with 4xx. Behind a proxy
--   or CloudFront the client is the proxy.
-- chart: bar
-- table: alb
-- param limit integer 20: rows to show
SELECT client_ip, count(*) AS requests, sum(sent_bytes) AS sent,
       count(*) FILTER (elb_status_code BETWEEN 400 AND 499) AS status_4xx,
       count(*) FILTER (elb_status_code >= 500) AS status_5xx,
       count(DISTINCT user_agent) AS agents, min(time) AS first_t, max(time) AS last_t
FROM alb
WHERE {W}
GROUP BY 1
ORDER BY requests DESC, client_ip
LIMIT :limit
