-- title: Web origins reached around the CDN
-- question: Who reaches our web ports without CloudFront?
-- read: Health checks, tests of a firewall and certificate authorities do so rightly.
--   Without the fields of version 5 CloudFront's own addresses are among the clients.
--   cdn_requests says how often the address came through CloudFront as well, if its logs
--   are in the lake. ATT&CK T1190.
-- chart: table
-- over: flows
-- param ports integer-list 80,443: ports of the origins
-- param allow address-list "": clients to leave out
-- param limit integer 50: rows to show
WITH direct AS (
  SELECT psrc, pdst, dstport, sum(bytes)::BIGINT AS bytes_sum, count(*) AS records,
         max(pkt_src_aws_service) AS service, min("start") AS first_t, max("end") AS last_t
  FROM flows
  WHERE NOT mid AND dir = 'ingress' AND action = 'ACCEPT' AND NOT src_int
    AND dstport IN (:ports)
    AND coalesce(pkt_src_aws_service, '-') NOT LIKE 'CLOUDFRONT%'
    [[AND psrc NOT IN (:allow)]]
  GROUP BY 1, 2, 3
),
cdn AS (
  SELECT c_ip, count(*) AS cdn_requests
  FROM ([[ SELECT c_ip FROM {in:cloudfront} WHERE {W:time} UNION ALL ]]
        SELECT NULL WHERE false) viewers(c_ip)
  GROUP BY 1
)
SELECT psrc, pdst, dstport, bytes_sum, records, service, cdn_requests, first_t, last_t
FROM direct LEFT JOIN cdn ON c_ip = psrc
ORDER BY bytes_sum DESC, psrc, pdst, dstport
LIMIT :limit
