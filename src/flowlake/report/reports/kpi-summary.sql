-- title: Key figures
-- question: How much, how many, how much refused?
-- read: reject_pct counts records, not packets; above 30 on public subnets is normal
--   background noise. Bytes and packets are counted once, at their sender.
-- chart: tiles
-- over: flows
-- param limit integer 1: rows to show
SELECT count(*) AS records, count(DISTINCT eni) AS enis,
       count(DISTINCT psrc) FILTER (WHERE NOT src_int) AS external_sources,
       sum(bytes) FILTER (WHERE once AND action = 'ACCEPT') AS bytes_once,
       sum(packets) FILTER (WHERE once AND action = 'ACCEPT') AS packets_once,
       1e2 * count_if(action = 'REJECT') / nullif(count(*), 0) AS reject_pct,
       max("end") AS last_t
FROM flows
LIMIT :limit
