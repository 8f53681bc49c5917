-- title: One address in all logs
-- question: Where was this address seen, when, and doing what?
-- read: One line per log and kind of thing done. CloudTrail names a service instead of an
--   address where AWS itself calls. Behind a load balancer the target's flow log has the
--   balancer's address, not the client's. Tables that the lake lacks are left out.
-- chart: timeline
-- table: *
-- param address address: the address
-- param limit integer 200: rows to show
SELECT log, what, sum(n)::BIGINT AS n, min(first_t) AS first_t, max(last_t) AS last_t
FROM (
  [[ SELECT 'vpc_flow' AS log,
            CASE WHEN :address IN (srcaddr, pkt_srcaddr) THEN 'to port ' ELSE 'from port ' END
              || coalesce(CASE WHEN :address IN (srcaddr, pkt_srcaddr) THEN dstport
                               ELSE srcport END::VARCHAR, '-')
              || ' ' || lower(coalesce(action, '-')) AS what,
            1 AS n, "start" AS first_t, "end" AS last_t
     FROM {in:vpc_flow}
     WHERE {W:start} AND :address IN (srcaddr, dstaddr, pkt_srcaddr, pkt_dstaddr)
     UNION ALL ]]
  [[ SELECT 'tgw_flow', CASE WHEN srcaddr = :address THEN 'source' ELSE 'destination' END,
            1, "start", "end"
     FROM {in:tgw_flow} WHERE {W:start} AND :address IN (srcaddr, dstaddr)
     UNION ALL ]]
  [[ SELECT 'alb', 'client of ' || elb || ' ' || coalesce(elb_status_code::VARCHAR, '-'),
            1, time, time
     FROM {in:alb} WHERE {W} AND client_ip = :address
     UNION ALL
     SELECT 'alb', 'target of ' || elb || ' ' || coalesce(target_status_code::VARCHAR, '-'),
            1, time, time
     FROM {in:alb} WHERE {W} AND target_ip = :address
     UNION ALL ]]
  [[ SELECT 'alb_connection', 'client ' || coalesce(tls_verify_status, tls_protocol, 'plain'),
            1, time, time
     FROM {in:alb_connection} WHERE {W} AND client_ip = :address
     UNION ALL ]]
  [[ SELECT 'elb', 'client of ' || elb || ' ' || coalesce(elb_status_code::VARCHAR, '-'),
            1, time, time
     FROM {in:elb} WHERE {W} AND client_ip = :address
     UNION ALL ]]
  [[ SELECT 'nlb', 'client of ' || elb, 1, time, time
     FROM {in:nlb} WHERE {W} AND client_ip = :address
     UNION ALL ]]
  [[ SELECT 'cloudfront',
            coalesce(x_host_header, cs_host, '-') || ' ' || coalesce(sc_status::VARCHAR, '-'),
            1, time, time
     FROM {in:cloudfront} WHERE {W} AND c_ip = :address
     UNION ALL ]]
  [[ SELECT 'cloudtrail',
            coalesce(event_source, '-') || ' ' || coalesce(event_name, '-') || ' '
              || coalesce(error_code, 'ok'),
            1, event_time, event_time
     FROM {in:cloudtrail} WHERE {W:event_time} AND source_ip_address = :address
     UNION ALL ]]
  [[ SELECT 's3_access', bucket || ' ' || operation || ' ' || coalesce(http_status::VARCHAR, '-'),
            1, time, time
     FROM {in:s3_access} WHERE {W} AND remote_ip = :address
     UNION ALL ]]
  [[ SELECT 'waf', lower(action) || ' by ' || terminating_rule_id, 1, time, time
     FROM {in:waf} WHERE {W} AND client_ip = :address
     UNION ALL ]]
  [[ SELECT 'dns', 'asked for ' || query_name || ' ' || rcode, 1, query_timestamp,
            query_timestamp
     FROM {in:dns} WHERE {W:query_timestamp} AND srcaddr = :address
     UNION ALL
     SELECT 'dns', 'answer of ' || query_name, 1, query_timestamp, query_timestamp
     FROM {in:dns}
     WHERE {W:query_timestamp} AND ',' || answer_rdata || ',' LIKE '%,' || :address || ',%'
     UNION ALL ]]
  SELECT NULL, NULL, NULL, NULL::TIMESTAMP, NULL::TIMESTAMP WHERE false
) seen(log, what, n, first_t, last_t)
GROUP BY log, what
ORDER BY first_t, log, what
LIMIT :limit
