-- What a house needs to be run: finding at any size, being told, being in charge.

-- Who was banned why. `banned_at` is in the first migration.
ALTER TABLE account ADD COLUMN ban_reason TEXT;
-- What the user does not want to be told, and how: JSON, kind to {"app": bool, "mail": bool}.
ALTER TABLE account ADD COLUMN notice_settings TEXT;
CREATE INDEX account_by_age ON account (created_at);
CREATE INDEX account_in_charge ON account (role) WHERE role = 'admin';

-- Where a session was begun, for its owner to know it by.
ALTER TABLE session ADD COLUMN address TEXT NOT NULL DEFAULT '';
ALTER TABLE session ADD COLUMN agent TEXT NOT NULL DEFAULT '';
-- Set by a ban: who comes with such a session is told so instead of being a stranger.
ALTER TABLE session ADD COLUMN ended_at BIGINT;

-- The house's own categories are always shown; those that sellers make, while a lot is in them.
ALTER TABLE category ADD COLUMN of_house BIGINT NOT NULL DEFAULT 0;
UPDATE category SET of_house = 1 WHERE slug IN ('art', 'books', 'ceramics', 'collectables',
    'furniture', 'garden', 'instruments', 'jewellery', 'other', 'silver', 'sport', 'technology',
    'textiles', 'toys', 'wine');

-- Keys for programs; as with sessions, only the SHA-256 of the token is kept.
CREATE TABLE api_token (
    token_hash @bytes@ NOT NULL PRIMARY KEY,
    id @bytes@ NOT NULL,
    account @bytes@ NOT NULL REFERENCES account (id) ON DELETE CASCADE,
    name TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    last_used_at BIGINT
) @clustered@;
CREATE INDEX api_token_by_account ON api_token (account, id);

-- Passwords on their way to being set anew.
CREATE TABLE password_reset (
    token_hash @bytes@ NOT NULL PRIMARY KEY,
    account @bytes@ NOT NULL REFERENCES account (id) ON DELETE CASCADE,
    expires_at BIGINT NOT NULL
) @clustered@;
CREATE INDEX password_reset_by_account ON password_reset (account);

-- The answers of requests that came with an idempotency key and are not in the log, kept for a day.
CREATE TABLE kept_answer (
    account @bytes@ NOT NULL,
    idempotency_key TEXT NOT NULL,
    ask BIGINT NOT NULL,
    status BIGINT NOT NULL,
    body TEXT NOT NULL,
    at BIGINT NOT NULL,
    CONSTRAINT kept_answer_taken PRIMARY KEY (account, idempotency_key)
) @clustered@;
CREATE INDEX kept_answer_by_age ON kept_answer (at);

-- What a seller has not published yet: the request as it will be made, in JSON. Its pictures are in
-- lot_image under the same identity, which the lot will have.
CREATE TABLE draft (
    id @bytes@ NOT NULL PRIMARY KEY,
    seller @bytes@ NOT NULL REFERENCES account (id),
    request TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);
CREATE INDEX draft_by_seller ON draft (seller, created_at);
-- Which lots have a picture: its files go when none has.
CREATE INDEX lot_image_by_id ON lot_image (id);

-- What lots are found and sorted by. A small commit brings it along; a large one leaves price, bids
-- and end to the next flush, at most a second later (docs/adr/0003).
CREATE TABLE listing (
    number @position@,
    lot @bytes@ NOT NULL,
    seller @bytes@ NOT NULL,
    category TEXT NOT NULL,
    -- scheduled, active, ended (sold or not), cancelled
    phase TEXT NOT NULL,
    sold BIGINT NOT NULL,
    -- Whether full-text search knows it among the lots that were.
    found_past BIGINT NOT NULL,
    starts_at BIGINT NOT NULL,
    ends_at BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    price BIGINT NOT NULL,
    bid_count BIGINT NOT NULL,
    watchers BIGINT NOT NULL,
    CONSTRAINT listing_of_lot UNIQUE (lot)
);
CREATE INDEX listing_by_end ON listing (phase, ends_at, number);
CREATE INDEX listing_by_age ON listing (phase, number);
CREATE INDEX listing_by_price ON listing (phase, price, number);
CREATE INDEX listing_by_bids ON listing (phase, bid_count, number);
CREATE INDEX listing_in_category_by_end ON listing (category, phase, ends_at, number);
CREATE INDEX listing_in_category_by_age ON listing (category, phase, number);
CREATE INDEX listing_in_category_by_price ON listing (category, phase, price, number);
CREATE INDEX listing_in_category_by_bids ON listing (category, phase, bid_count, number);
CREATE INDEX listing_of_seller ON listing (seller, number);
CREATE INDEX listing_to_open ON listing (starts_at) WHERE phase = 'scheduled';
CREATE INDEX listing_to_refile ON listing (number)
    WHERE found_past = 0 AND phase IN ('ended', 'cancelled');

-- Who watches what. `remind_at` is when they are to be told that it ends soon.
CREATE TABLE watch (
    account @bytes@ NOT NULL REFERENCES account (id) ON DELETE CASCADE,
    lot @bytes@ NOT NULL REFERENCES lot (id),
    created_at BIGINT NOT NULL,
    remind_at BIGINT,
    PRIMARY KEY (account, lot)
) @clustered@;
CREATE INDEX watch_of_lot ON watch (lot);
CREATE INDEX watch_to_remind ON watch (remind_at) WHERE remind_at IS NOT NULL;

-- What is to be told of a commit, written with it: one row a batch, in JSON, gone once it has become
-- notifications and mails.
CREATE TABLE outbox (
    position @position@,
    body TEXT NOT NULL
);

-- A lot that was taken back, from the outbox: everyone who bid on it or watches it is told, a few
-- hundred accounts at a time in their order, up to `told_up_to` so far.
CREATE TABLE announcement (
    position BIGINT NOT NULL,
    lot @bytes@ NOT NULL,
    -- Who took it back; they know.
    account @bytes@,
    reason TEXT,
    at BIGINT NOT NULL,
    told_up_to @bytes@ NOT NULL,
    PRIMARY KEY (position, lot)
) @clustered@;

-- What somebody has been told in the app.
CREATE TABLE notification (
    account @bytes@ NOT NULL REFERENCES account (id) ON DELETE CASCADE,
    id @bytes@ NOT NULL,
    kind TEXT NOT NULL,
    lot @bytes@ NOT NULL,
    amount BIGINT,
    reason TEXT,
    at BIGINT NOT NULL,
    read_at BIGINT,
    PRIMARY KEY (account, id)
) @clustered@;
CREATE INDEX notification_unread ON notification (account, lot, kind) WHERE read_at IS NULL;

-- Mail on its way: gone once delivered or given up.
CREATE TABLE mail (
    id @bytes@ NOT NULL PRIMARY KEY,
    address TEXT NOT NULL,
    subject TEXT NOT NULL,
    body TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    attempts BIGINT NOT NULL,
    due_at BIGINT NOT NULL
);
CREATE INDEX mail_by_due ON mail (due_at);

-- Who did what to whom, when, why.
CREATE TABLE audit (
    id @bytes@ NOT NULL PRIMARY KEY,
    at BIGINT NOT NULL,
    -- Nobody, where a stranger failed to sign in.
    actor @bytes@,
    action TEXT NOT NULL,
    account @bytes@,
    lot @bytes@,
    reason TEXT,
    -- More about it, such as the address that was tried.
    detail TEXT
);
CREATE INDEX audit_by_action ON audit (action, id);
CREATE INDEX audit_of_lot ON audit (lot) WHERE lot IS NOT NULL;

-- What happened on a day (of UTC, counted from the epoch), summed up with every commit.
CREATE TABLE tally (
    day BIGINT NOT NULL,
    -- users, created, sold, unsold, cancelled, bids
    kind TEXT NOT NULL,
    category TEXT NOT NULL,
    count BIGINT NOT NULL,
    amount BIGINT NOT NULL,
    PRIMARY KEY (day, kind, category)
) @clustered@;

-- What was sold on a day, dearest last.
CREATE TABLE sale (
    day BIGINT NOT NULL,
    price BIGINT NOT NULL,
    lot @bytes@ NOT NULL,
    PRIMARY KEY (day, price, lot)
) @clustered@;

-- Lots from before this migration.
INSERT INTO listing (lot, seller, category, phase, sold, found_past, starts_at, ends_at, created_at,
    price, bid_count, watchers)
SELECT l.id, l.seller, l.category,
    CASE WHEN s.status IN ('sold', 'unsold') THEN 'ended' ELSE s.status END,
    CASE WHEN s.status = 'sold' THEN 1 ELSE 0 END,
    CASE WHEN s.status = 'active' THEN 0 ELSE 1 END,
    l.starts_at, s.ends_at, l.created_at, COALESCE(s.price, l.starting_price), s.bid_count, 0
FROM lot l JOIN lot_state s ON s.lot = l.id ORDER BY l.created_at, l.id;
INSERT INTO tally (day, kind, category, count, amount)
SELECT created_at / 86400000, 'users', '', COUNT(*), 0 FROM account GROUP BY created_at / 86400000;
INSERT INTO tally (day, kind, category, count, amount)
SELECT created_at / 86400000, 'created', category, COUNT(*), 0 FROM lot
GROUP BY created_at / 86400000, category;
INSERT INTO tally (day, kind, category, count, amount)
SELECT s.at / 86400000, s.status, l.category, COUNT(*), SUM(COALESCE(s.price, 0))
FROM lot_state s JOIN lot l ON l.id = s.lot WHERE s.status <> 'active'
GROUP BY s.at / 86400000, s.status, l.category;
INSERT INTO tally (day, kind, category, count, amount)
SELECT at / 86400000, 'bids', '', COUNT(*), 0 FROM event WHERE kind = 'bid' GROUP BY at / 86400000;
INSERT INTO sale (day, price, lot)
SELECT at / 86400000, price, lot FROM lot_state WHERE status = 'sold';
