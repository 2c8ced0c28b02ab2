-- Where the record of a bidder's last bid stands in the log: of two, the one further on is later. What was
-- written before does not say, and comes before all that does.
ALTER TABLE bidder ADD COLUMN position BIGINT NOT NULL DEFAULT 0;

-- Last bids (lot, account, amount, maximum or 0, time, position: 64 bytes each) that their table does not have
-- yet, with the lots that lists do not know by them.
ALTER TABLE unfound ADD COLUMN bidders @bytes@ NOT NULL DEFAULT '';
