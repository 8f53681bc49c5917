-- title: One address, all its flows
-- question: What did this address do?
-- read: side says where the address stands in the record. Addresses are reused: narrow the
--   time and the VPC. With pkt-srcaddr and pkt-dstaddr the far side of a NAT is found too.
-- chart: timeline
-- alias: VpcFlowLogsTrafficFrmSrcAddr VpcFlowLogsTrafficToDstAddr
-- over: records
-- param ip address: the address
-- param limit integer 1000: rows to show
SELECT "start", "end", coalesce(interface_id, resource_id) AS eni, side,
       flow_direction AS dir, coalesce(pkt_srcaddr, srcaddr) AS psrc, srcport,
       coalesce(pkt_dstaddr, dstaddr) AS pdst, dstport, protocol, packets, bytes, action,
       tcp_flags
FROM (SELECT *, 'source' AS side FROM records WHERE srcaddr = :ip
      UNION ALL
      SELECT *, 'destination' FROM records
      WHERE dstaddr = :ip AND srcaddr IS DISTINCT FROM :ip
      UNION ALL
      SELECT *, 'source' FROM records
      WHERE pkt_srcaddr = :ip AND srcaddr IS DISTINCT FROM :ip
        AND dstaddr IS DISTINCT FROM :ip
      UNION ALL
      SELECT *, 'destination' FROM records
      WHERE pkt_dstaddr = :ip AND srcaddr IS DISTINCT FROM :ip
        AND dstaddr IS DISTINCT FROM :ip AND pkt_srcaddr IS DISTINCT FROM :ip)
ORDER BY "start", "end", eni
LIMIT :limit
