-- The article's table over the asked days.
flowlogs AS NOT MATERIALIZED (
  SELECT version, account_id AS account, interface_id AS interfaceid,
         srcaddr AS sourceaddress, dstaddr AS destinationaddress,
         srcport AS sourceport, dstport AS destinationport, protocol, packets, bytes,
         "start" AS starttime, "end" AS endtime, action, log_status AS logstatus
  FROM records
)
