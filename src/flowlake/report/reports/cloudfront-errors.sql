-- title: Errors of the CDN by path
-- question: What fails at the edge, and is it the origin, the client or a rule?
-- read: detail says who is to blame: Origin… errors are the origin's, ClientCommError is a
--   client that left, Error with 403 mostly WAF or a signed URL. 000 is a client that was gone.
-- chart: table
-- table: cloudfront
-- param least integer 400: the lowest status that counts as an error
-- param limit integer 20: rows to show
SELECT coalesce(x_host_header, cs_host) AS host, sc_status,
       x_edge_detailed_result_type AS detail, cs_uri_stem AS path, count(*) AS requests,
       count(DISTINCT c_ip) AS clients, min(time) AS first_t, max(time) AS last_t
FROM cloudfront
WHERE {W} AND sc_status >= :least
GROUP BY 1, 2, 3, 4
ORDER BY requests DESC, host, path
LIMIT :limit
