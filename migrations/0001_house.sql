-- The house. Common to both engines, but for three words that the driver replaces:
-- @bytes@ (BLOB, BYTEA), @position@ (the key of an append-only table) and @clustered@ (a table
-- kept in the order of its key, where the engine has such).
-- Times are milliseconds since the Unix epoch, money is whole minor units, ids are 16 bytes.

-- What the house knows of itself: its key, how far derived tables have come.
CREATE TABLE house (
    name TEXT NOT NULL PRIMARY KEY,
    value @bytes@ NOT NULL
);

CREATE TABLE account (
    id @bytes@ NOT NULL PRIMARY KEY,
    email TEXT NOT NULL,
    -- The address in lower case: addresses are unique without regard to it.
    email_key TEXT NOT NULL,
    display_name TEXT NOT NULL,
    password_hash TEXT NOT NULL,
    role TEXT NOT NULL,
    banned_at BIGINT,
    created_at BIGINT NOT NULL,
    CONSTRAINT account_email_taken UNIQUE (email_key)
);

CREATE TABLE session (
    -- SHA-256 of the token: who reads the table cannot sign in with it.
    token_hash @bytes@ NOT NULL PRIMARY KEY,
    account @bytes@ NOT NULL REFERENCES account (id) ON DELETE CASCADE,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
) @clustered@;
CREATE INDEX session_by_account ON session (account);

CREATE TABLE category (
    slug TEXT NOT NULL PRIMARY KEY,
    name TEXT NOT NULL
);
INSERT INTO category (slug, name) VALUES
    ('art', 'Pictures & prints'), ('books', 'Books & maps'), ('ceramics', 'Ceramics & glass'),
    ('collectables', 'Collectables'), ('furniture', 'Furniture & interiors'), ('garden', 'Garden'),
    ('instruments', 'Musical instruments'), ('jewellery', 'Jewellery & watches'),
    ('other', 'Everything else'), ('silver', 'Silver & table'), ('sport', 'Sport & bicycles'),
    ('technology', 'Machines & instruments'), ('textiles', 'Rugs & textiles'),
    ('toys', 'Toys & models'), ('wine', 'Wine & spirits');

-- What was agreed when the lot was listed. Rarely written again.
CREATE TABLE lot (
    id @bytes@ NOT NULL PRIMARY KEY,
    seller @bytes@ NOT NULL REFERENCES account (id),
    title TEXT NOT NULL,
    description TEXT NOT NULL,
    category TEXT NOT NULL REFERENCES category (slug),
    rules TEXT NOT NULL,
    starting_price BIGINT NOT NULL,
    reserve BIGINT,
    -- NULL: the house table; a number: fixed; otherwise JSON [[from, step], ...].
    increments TEXT,
    starts_at BIGINT NOT NULL,
    ends_at BIGINT NOT NULL,
    snipe_window_ms BIGINT NOT NULL,
    snipe_cap_ms BIGINT,
    created_at BIGINT NOT NULL
);
CREATE INDEX lot_by_seller ON lot (seller, created_at);
CREATE INDEX lot_by_category ON lot (category, created_at);

-- How the sale stands: small, and written by every batch that changes the lot.
CREATE TABLE lot_state (
    lot @bytes@ NOT NULL PRIMARY KEY,
    status TEXT NOT NULL,
    ends_at BIGINT NOT NULL,
    leader @bytes@,
    price BIGINT,
    ceiling BIGINT,
    auto BIGINT NOT NULL,
    bid_count BIGINT NOT NULL,
    -- Where the lot's log stands; version is what every writer must have seen.
    version BIGINT NOT NULL,
    seq BIGINT NOT NULL,
    rows_total BIGINT NOT NULL,
    position BIGINT NOT NULL,
    hash @bytes@ NOT NULL,
    at BIGINT NOT NULL,
    -- When it last changed for everyone to see.
    changed_at BIGINT NOT NULL
) @clustered@;
CREATE INDEX lot_state_by_end ON lot_state (status, ends_at);

CREATE TABLE lot_image (
    id @bytes@ NOT NULL,
    lot @bytes@ NOT NULL,
    display_order BIGINT NOT NULL,
    width BIGINT NOT NULL,
    height BIGINT NOT NULL,
    PRIMARY KEY (lot, display_order)
) @clustered@;

-- The log. One row a command, appended and never changed: the event, its answer and its key. It has
-- no index on purpose (docs/adr/0003): a lot's records name the one before them and a jump.
CREATE TABLE event (
    position @position@,
    lot @bytes@ NOT NULL,
    version BIGINT NOT NULL,
    seq BIGINT NOT NULL,
    rows_total BIGINT NOT NULL,
    prev BIGINT NOT NULL,
    jump BIGINT NOT NULL,
    at BIGINT NOT NULL,
    id @bytes@ NOT NULL,
    account @bytes@,
    idempotency_key TEXT,
    ask BIGINT,
    kind TEXT NOT NULL,
    body TEXT NOT NULL,
    price BIGINT NOT NULL,
    leader @bytes@,
    minimum BIGINT NOT NULL,
    bid_count BIGINT NOT NULL,
    ends_at BIGINT NOT NULL,
    hash @bytes@ NOT NULL
);

-- Who has bid on what. The first bid of a user on a lot is here with its commit, later ones follow
-- within a second; what a crash cut off is made up from the log at the next start.
CREATE TABLE bidder (
    lot @bytes@ NOT NULL,
    account @bytes@ NOT NULL,
    amount BIGINT NOT NULL,
    max BIGINT,
    at BIGINT NOT NULL,
    PRIMARY KEY (lot, account)
) @clustered@;
CREATE INDEX bidder_by_account ON bidder (account, lot);
