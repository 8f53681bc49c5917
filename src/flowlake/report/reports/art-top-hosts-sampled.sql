-- title: Busiest hosts from a sample (as in the article)
-- question: Is a sample good enough?
-- read: records_est is the count in the sample, scaled up by the share of the rows that the
--   sample really has; margin is one standard deviation of it if rows were picked one by
--   one. SYSTEM picks row groups and reads only those, so that a small table gives more than
--   it was asked for; BERNOULLI picks rows and reads everything.
-- chart: bar
-- over: flowlogs
-- param pct number 10: percent to sample, above 0 and at most 100
-- param method choice(system,bernoulli) system: how to sample
-- param limit integer 10: rows to show
SELECT sourceaddress, CAST(n * scale AS bigint) AS records_est,
       CAST(sqrt(n * greatest(1 - 1 / scale, 0)) * scale AS bigint) AS margin
FROM (SELECT sourceaddress, count(*) AS n,
             1e0 * (SELECT count(*) FROM flowlogs) / sum(count(*)) OVER () AS scale
      FROM flowlogs TABLESAMPLE {method} (:pct PERCENT)
      GROUP BY sourceaddress) AS sampled
ORDER BY records_est DESC, sourceaddress
LIMIT :limit
