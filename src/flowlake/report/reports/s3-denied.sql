-- title: Refused requests to buckets
-- question: Who was refused what in which bucket?
-- read: requester is empty for anonymous requests.
-- chart: table
-- table: s3_access
-- param limit integer 50: rows to show
SELECT bucket, coalesce(requester, 'anonymous') AS requester, remote_ip, operation, http_status,
       error_code, count(*) AS requests, count(DISTINCT key) AS keys,
       min(time) AS first_t, max(time) AS last_t
FROM s3_access
WHERE {W} AND http_status IN (401, 403)
GROUP BY 1, 2, 3, 4, 5, 6
ORDER BY requests DESC, bucket, requester
LIMIT :limit
