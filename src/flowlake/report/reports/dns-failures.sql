-- title: Names that do not resolve
-- question: Who asks for names that there are not, or that are blocked?
-- read: Many different names under one domain from one instance are a generated domain or a tunnel;
--   one name again and again is a wrong configuration.
-- chart: table
-- table: dns
-- param limit integer 50: rows to show
SELECT srcaddr, coalesce(src_instance, '-') AS instance, rcode, firewall_rule_action AS firewall,
       regexp_extract(lower(query_name), '([^.]+\.[^.]+)\.?$', 1) AS domain,
       count(*) AS queries, count(DISTINCT lower(query_name)) AS names,
       min(query_timestamp) AS first_t, max(query_timestamp) AS last_t
FROM dns
WHERE {W:query_timestamp} AND (rcode <> 'NOERROR' OR firewall_rule_action = 'BLOCK')
GROUP BY 1, 2, 3, 4, 5
ORDER BY queries DESC, srcaddr, domain
LIMIT :limit
