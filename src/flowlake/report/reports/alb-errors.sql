-- title: Server errors by path and client
-- question: What fails at the load balancer, and for whom?
-- read: The path is without its query. 460 and 499-like codes are clients that left; 5xx without
--   a target status is the load balancer's own. error_reason says why where AWS knows.
-- chart: table
-- table: alb
-- param least integer 500: the lowest status that counts as an error
-- param limit integer 20: rows to show
SELECT elb, elb_status_code, target_status_code,
       regexp_extract(request_url, '^[a-z]+://[^/]+([^?]*)', 1) AS path,
       count(*) AS requests, count(DISTINCT client_ip) AS clients,
       max(error_reason) AS error_reason, min(time) AS first_t, max(time) AS last_t
FROM alb
WHERE {W} AND elb_status_code >= :least
GROUP BY 1, 2, 3, 4
ORDER BY requests DESC, elb, path
LIMIT :limit
