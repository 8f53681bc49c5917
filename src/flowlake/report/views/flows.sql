-- Records that describe traffic, with the true endpoints.
endpoints AS NOT MATERIALIZED (
  SELECT *, coalesce(interface_id, resource_id) AS eni,
         CASE WHEN srcaddr LIKE '%:%' THEN 'IPv6' ELSE 'IPv4' END AS fam,
         coalesce(pkt_srcaddr, srcaddr) AS psrc,
         coalesce(pkt_dstaddr, dstaddr) AS pdst
  FROM records
  WHERE coalesce(log_status, 'OK') = 'OK' AND srcaddr IS NOT NULL
),
-- What each interface is: its own address is the one on its side of most records (an
-- inside address if two lead), and `mid` marks NAT gateways, balancers and the like,
-- which pass on what somebody else sent.
interfaces AS MATERIALIZED (
  SELECT eni, fam, max_by(ip, {'n': n, 'inside': {internal:ip}, 'ip': ip}) AS own_ip,
         max(az_id) AS az_id, max(vpc_id) AS vpc_id, max(subnet_id) AS subnet_id,
         max(instance_id) AS instance_id, coalesce(bool_or(mid), false) AS mid
  FROM (SELECT eni, fam, ip, count(*) AS n, max(az_id) AS az_id, max(vpc_id) AS vpc_id,
               max(subnet_id) AS subnet_id, max(instance_id) AS instance_id,
               bool_or(interface_type IN ('nat_gateway', 'regional_nat_gateway',
                                          'transit_gateway', 'network_load_balancer',
                                          'vpc_endpoint')
                       OR (instance_id IS NULL
                           AND (srcaddr <> psrc OR dstaddr <> pdst))) AS mid
        FROM (SELECT *, unnest(CASE flow_direction WHEN 'ingress' THEN [dstaddr]
                                                   WHEN 'egress' THEN [srcaddr]
                                                   ELSE [srcaddr, dstaddr] END) AS ip
              FROM endpoints)
        GROUP BY eni, fam, ip)
  GROUP BY eni, fam
),
-- Where an inside address lives; without subnets in the logs, its /24.
addresses AS NOT MATERIALIZED (
  SELECT own_ip, max(az_id) AS az_id, max(vpc_id) AS vpc_id,
         max(instance_id) AS instance_id,
         coalesce(max(subnet_id),
                  CASE WHEN own_ip LIKE '%:%' THEN own_ip
                       ELSE regexp_extract(own_ip, '^(.*)\.', 1) || '.0/24'
                  END) AS subnet_id
  FROM interfaces
  WHERE {internal:own_ip}
  GROUP BY own_ip
),
-- One row per record, with who called whom: see doc/reports.md, "The view flows".
flows AS NOT MATERIALIZED (
  SELECT *,
         CASE WHEN to_server THEN dstport WHEN NOT to_server THEN srcport END AS svc_port,
         CASE WHEN NOT to_server THEN pdst ELSE psrc END AS client,
         CASE WHEN NOT to_server THEN psrc ELSE pdst END AS server,
         (NOT mid AND (dir = 'egress' OR (dir = 'ingress' AND NOT src_int))) AS once
  FROM (SELECT *,
               CASE WHEN protocol NOT IN (6, 17) THEN NULL
                    WHEN synack THEN false
                    WHEN syn THEN true
                    ELSE dstport < srcport END AS to_server
        FROM (SELECT endpoints.*, interfaces.own_ip,
                     coalesce(interfaces.mid, false) AS mid,
                     {internal:psrc} AS src_int, {internal:pdst} AS dst_int,
                     coalesce(flow_direction,
                              CASE WHEN srcaddr = interfaces.own_ip THEN 'egress'
                                   WHEN dstaddr = interfaces.own_ip THEN 'ingress'
                              END) AS dir,
                     mod(tcp_flags, 32) >= 16 AND mod(tcp_flags, 4) >= 2 AS synack,
                     mod(tcp_flags, 4) >= 2 AND mod(tcp_flags, 32) < 16 AS syn
              FROM endpoints LEFT JOIN interfaces
                ON interfaces.eni = endpoints.eni AND interfaces.fam = endpoints.fam))
)
