-- A row of `unfound` lives for a second: as long as it fits into its page, it is not pressed, and where it does
-- not, lightly. An engine that was built without LZ4 goes on as before.
ALTER TABLE unfound SET (toast_tuple_target = 8160);
DO $$ BEGIN
    ALTER TABLE unfound ALTER COLUMN bidders SET COMPRESSION lz4;
EXCEPTION WHEN feature_not_supported THEN NULL;
END $$;
