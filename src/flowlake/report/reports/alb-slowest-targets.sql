-- title: Slow and failing targets
-- question: Which targets behind the load balancer are slow, or fail?
-- read: p95 and p99 are of the target's own time, which is NULL where it never answered. A 5xx
--   with a target status is the target's; without one it is the load balancer's own (502, 503,
--   504): the target was not reached in time.
-- chart: table
-- table: alb
-- param limit integer 20: rows to show
SELECT target_group_arn, target_ip, count(*) AS requests,
       round(quantile_cont(target_processing_time, 0.95), 3) AS p95_s,
       round(quantile_cont(target_processing_time, 0.99), 3) AS p99_s,
       count(*) FILTER (target_status_code >= 500) AS target_5xx,
       count(*) FILTER (elb_status_code >= 500 AND target_status_code IS NULL) AS elb_5xx
FROM alb
WHERE {W} AND target_ip IS NOT NULL
GROUP BY 1, 2
ORDER BY p95_s DESC NULLS LAST, requests DESC, target_ip
LIMIT :limit
