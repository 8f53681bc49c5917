-- title: API calls by a scanner that was blocked
-- question: Did an address that we reject also call our API?
-- read: Offices behind one address have their scanner there, too. Calls that were refused
--   come first. Needs CloudTrail in the lake. ATT&CK T1078.004.
-- chart: table
-- over: flows
-- param min_rejects integer 20: fewest rejected packets of an address
-- param limit integer 50: rows to show
WITH scanners AS (
  SELECT psrc, sum(packets) AS rejects, count(DISTINCT dstport) AS ports
  FROM flows
  WHERE action = 'REJECT' AND NOT src_int
  GROUP BY 1
  HAVING sum(packets) >= :min_rejects
),
calls(source_ip_address, event_source, event_name, error_code, event_time) AS (
  [[ SELECT source_ip_address, event_source, event_name, error_code, event_time
     FROM {in:cloudtrail} WHERE {W:event_time}
     UNION ALL ]]
  SELECT NULL, NULL, NULL, NULL, NULL::TIMESTAMP WHERE false
)
SELECT source_ip_address, any_value(rejects)::BIGINT AS rejects, any_value(ports) AS ports,
       event_source, event_name, count(*) AS calls, count(error_code) AS errors,
       max(event_time) AS last_t
FROM calls JOIN scanners ON source_ip_address = psrc
GROUP BY source_ip_address, event_source, event_name
ORDER BY errors DESC, calls DESC, source_ip_address, event_source, event_name
LIMIT :limit
