-- title: Busiest hosts from a sample (as in the article)
-- question: Is a sample good enough?
-- read: records_est is the count in the sample, scaled up; margin is one standard
--   deviation of it if rows were picked one by one. SYSTEM picks row groups and reads only
--   those; BERNOULLI picks rows and reads everything.
-- chart: bar
-- over: flowlogs
-- param pct number 10: percent to sample, above 0 and at most 100
-- param method choice(system,bernoulli) system: how to sample
-- param limit integer 10: rows to show
SELECT sourceaddress, CAST(1e2 * count(*) / :pct AS bigint) AS records_est,
       CAST(sqrt(count(*) * greatest(1 - :pct / 1e2, 0)) * 1e2 / :pct AS bigint) AS margin
FROM flowlogs TABLESAMPLE {method} (:pct PERCENT)
GROUP BY sourceaddress
ORDER BY records_est DESC, sourceaddress
LIMIT :limit
