-- The rows of the asked days, as the table has them.
records AS NOT MATERIALIZED (
  SELECT * FROM vpc_flow
  WHERE {W}
    [[AND account_id = :account]]
    [[AND region = :region]]
    [[AND vpc_id = :vpc]]
    [[AND interface_id = :eni]]
    [[AND (cidr_contains(:cidr, srcaddr) OR cidr_contains(:cidr, dstaddr))]]
)
