-- As with the outbox (7): kilobytes for a second, to be pressed lightly.
DO $$ BEGIN
    ALTER TABLE unfound ALTER COLUMN bidders SET COMPRESSION lz4;
EXCEPTION WHEN feature_not_supported THEN NULL;
END $$;
