-- title: What WAF stopped
-- question: Which rules stop whom, and where?
-- read: One rule that stops many addresses on one path may be a false positive. country is WAF's
--   guess.
-- chart: table
-- table: waf
-- param limit integer 50: rows to show
SELECT terminating_rule_id AS rule, action, client_ip, country, host, uri, count(*) AS requests,
       min(time) AS first_t, max(time) AS last_t
FROM waf
WHERE {W} AND action <> 'ALLOW'
GROUP BY 1, 2, 3, 4, 5, 6
ORDER BY requests DESC, rule, client_ip, uri
LIMIT :limit
