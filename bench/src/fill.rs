//! A house as large as one likes, made through the engine itself: every lot, bid and close is in the
//! log as in a house that has run for a month.

use crate::Fail;
use gavel_domain::{Asked, Bid, Command, Increments, LotId, Money, Party, Terms, Time, UserId};
use gavel_engine::ports::{Bus, Change, Clock};
use gavel_engine::{About, Engine, Listing, Rejected, Request, Settings};
use gavel_store::{NewAccount, NewSession, Role, Store, Told};
use sha2::{Digest, Sha256};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::SystemTime;
use tokio::task::JoinSet;

const DAY_MS: i64 = 86_400_000;
/// Days over which the lots are spread; those of the last take bids still.
const DAYS: i64 = 30;
const BIDS_PER_LOT: usize = 10;
/// Commands under way at a time: a batch of the engine's.
const AT_ONCE: usize = 256;
/// The tokens of the two who ask.
pub(crate) const BIDDER_TOKEN: &str = "bench-bidder";
pub(crate) const ADMIN_TOKEN: &str = "bench-admin";

const WHAT: [&str; 40] = [
    "clock",
    "chair",
    "table",
    "vase",
    "lamp",
    "mirror",
    "cabinet",
    "print",
    "painting",
    "violin",
    "camera",
    "globe",
    "atlas",
    "teapot",
    "bowl",
    "ring",
    "brooch",
    "watch",
    "rug",
    "quilt",
    "bicycle",
    "engine",
    "radio",
    "gramophone",
    "telescope",
    "microscope",
    "typewriter",
    "doll",
    "train",
    "chess",
    "candlestick",
    "tankard",
    "decanter",
    "tureen",
    "bureau",
    "stool",
    "bench",
    "sideboard",
    "barometer",
    "sextant",
];
const OF: [&str; 24] = [
    "walnut",
    "oak",
    "mahogany",
    "brass",
    "silver",
    "copper",
    "ivory",
    "ebony",
    "glass",
    "marble",
    "porcelain",
    "stoneware",
    "leather",
    "velvet",
    "bronze",
    "pewter",
    "rosewood",
    "teak",
    "gilt",
    "enamel",
    "lacquer",
    "bamboo",
    "cherry",
    "iron",
];
const CATEGORIES: [&str; 8] =
    ["art", "books", "ceramics", "furniture", "instruments", "jewellery", "silver", "toys"];

/// A clock that is set.
struct Set(AtomicI64);

impl Clock for Set {
    fn now(&self) -> Time {
        Time(self.0.load(Ordering::Relaxed))
    }
}

/// Nobody listens.
struct Silence;

impl Bus for Silence {
    fn publish(&self, _: Vec<Change>) {}
}

/// Numbers that look random and are the same at every run.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        // Knuth's MMIX generator; its high bits are the good ones.
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % sides
    }

    fn pick<T: Copy>(&mut self, of: &[T]) -> T {
        of[self.roll(of.len())]
    }

    /// A word of a language of 20,000, whose rank is as likely as in one that people speak: the
    /// tenth is a tenth as frequent as the first (Zipf).
    fn word(&mut self) -> String {
        const WORDS: f64 = 20_000.0;
        const SYLLABLES: [&str; 28] = [
            "ba", "ce", "di", "fo", "gu", "ha", "ki", "le", "mo", "na", "pe", "ri", "so", "tu",
            "va", "we", "xi", "yo", "zu", "bra", "cle", "dri", "flo", "gru", "pla", "sti", "tre",
            "sho",
        ];
        let mut rank = WORDS.powf(self.roll(1 << 30) as f64 / f64::from(1 << 30)) as usize;
        let mut word = String::from(SYLLABLES[rank % 28]);
        while rank > 0 {
            word.push_str(SYLLABLES[rank % 28]);
            rank /= 28;
        }
        word
    }
}

/// Fills the house in `folder` with `lots` lots and ten bids on each, by one bidder for every ten
/// lots, so that a bidder has about a hundred bids whatever the size.
pub(crate) async fn fill(folder: &Path, lots: usize) -> Result<(), Fail> {
    let store = Arc::new(Store::open(&folder.join("house.db")).await?);
    #[expect(clippy::disallowed_methods, reason = "the house that is asked lives by this clock")]
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH)?;
    let today = i64::try_from(since.as_millis())?;
    let clock = Arc::new(Set(AtomicI64::new(today - DAYS * DAY_MS)));
    let people = (lots / 10).max(10);
    add_people(&store, people, clock.now()).await?;
    let key = store.house_key();
    let (engine, stopped) =
        Engine::start(store.clone(), Silence, clock.clone(), key, Settings::default());
    let mut dice = Dice(lots as u64);
    for day in 0..DAYS {
        clock.0.store(today - (DAYS - day) * DAY_MS, Ordering::Relaxed);
        let now = clock.now();
        let last = day == DAYS - 1;
        // A fifth of the lots takes bids now; the others were sold, or not, on the days before.
        let count = if last { lots / 5 } else { (lots - lots / 5) / (DAYS as usize - 1) };
        let runs_ms = if last { 3 * DAY_MS } else { DAY_MS / 2 };
        let ids = list_all(&engine, &mut dice, now, runs_ms, count, people).await?;
        bid_on_all(&engine, &mut dice, &ids, people).await?;
        if !last {
            clock.0.store(now.0 + runs_ms, Ordering::Relaxed);
            let close = |lot| request(lot, None, Command::Close);
            submit_all(&engine, ids.into_iter().map(close)).await?;
        }
    }
    drop(engine);
    stopped.await?;
    let (bidder, admin) = (user(1), user(0));
    let ends = Time(today + DAY_MS);
    for (token, who) in [(BIDDER_TOKEN, bidder), (ADMIN_TOKEN, admin)] {
        let session = NewSession {
            token_hash: Sha256::digest(token).into(),
            account: who.0,
            address: "",
            agent: "bench",
            created_at: Time(today),
            expires_at: ends,
        };
        store.add_session(session).await?;
    }
    // What a running house does by itself, a hundred lots a second.
    while store.tidy(Time(today)).await? {}
    tell_nobody(&store).await
}

/// Empties the outbox: people are told meanwhile, and not all at once when the house is asked.
async fn tell_nobody(store: &Store) -> Result<(), Fail> {
    loop {
        let rows = store.outbox(0, 1_000).await?;
        if rows.is_empty() {
            return Ok(());
        }
        let outbox = rows.into_iter().map(|(position, _)| position).collect();
        store.tell(Told { outbox, ..Told::default() }).await?;
    }
}

/// The account of a number; that of 0 is in charge.
fn user(number: usize) -> UserId {
    UserId(1_000 + number as u128)
}

async fn add_people(store: &Store, people: usize, now: Time) -> Result<(), Fail> {
    for number in 0..people {
        let email = format!("person{number}@bench.example");
        let new = NewAccount {
            id: user(number).0,
            email: &email,
            display_name: "Bench",
            // No password has this hash.
            password_hash: "-",
            role: if number == 0 { Role::Admin } else { Role::User },
            created_at: now,
        };
        store.add_account(new).await?;
    }
    Ok(())
}

async fn list_all(
    engine: &Engine,
    dice: &mut Dice,
    now: Time,
    runs_ms: i64,
    count: usize,
    people: usize,
) -> Result<Vec<LotId>, Fail> {
    let mut ids = Vec::with_capacity(count);
    let mut tasks = JoinSet::new();
    for _ in 0..count {
        let listing = listing(dice, now, runs_ms, people);
        ids.push(listing.lot);
        let engine = engine.clone();
        tasks.spawn(async move { engine.list(listing).await });
        if tasks.len() == AT_ONCE {
            settle(&mut tasks).await?;
        }
    }
    while !tasks.is_empty() {
        settle(&mut tasks).await?;
    }
    Ok(ids)
}

fn listing(dice: &mut Dice, now: Time, runs_ms: i64, people: usize) -> Listing {
    let title = format!("{} {} no. {}", dice.pick(&OF), dice.pick(&WHAT), dice.roll(100_000));
    let description = (0..40).map(|_| dice.word()).collect::<Vec<_>>().join(" ");
    let ends_at = now.plus_ms(runs_ms - dice.roll(3_600_000) as i64);
    let random = (dice.roll(1 << 30) as u128) << 30 | dice.roll(1 << 30) as u128;
    Listing {
        lot: LotId((now.0 as u128) << 80 | random),
        terms: Terms {
            seller: user(dice.roll(people)),
            starting_price: money(1 + dice.roll(500) as i64),
            reserve: None,
            increments: Increments::House,
            starts_at: now,
            ends_at,
            snipe_window_ms: 0,
            snipe_cap_ms: None,
        },
        about: About { title, description, category: dice.pick(&CATEGORIES).to_owned() },
        pictures: Vec::new(),
        draft: false,
        keyed: None,
    }
}

/// An amount of whole units.
fn money(units: i64) -> Money {
    Money::from_minor(units * 100).expect("in range")
}

async fn bid_on_all(
    engine: &Engine,
    dice: &mut Dice,
    lots: &[LotId],
    people: usize,
) -> Result<(), Fail> {
    let mut bids = Vec::with_capacity(lots.len());
    for round in 1..=BIDS_PER_LOT {
        bids.clear();
        for lot in lots {
            let by = Party { id: user(dice.roll(people)), banned: false };
            // Far enough above the last for every increment there is.
            let amount: Asked = Ok(money(600 * round as i64 + dice.roll(100) as i64));
            bids.push(request(*lot, Some(by.id), Command::Bid(Bid { by, amount, max: None })));
        }
        submit_all(engine, bids.drain(..)).await?;
    }
    Ok(())
}

fn request(lot: LotId, by: Option<UserId>, command: Command) -> Request {
    Request { lot, by, command, key: None, reason: None, until: None }
}

async fn submit_all(engine: &Engine, requests: impl Iterator<Item = Request>) -> Result<(), Fail> {
    let mut tasks = JoinSet::new();
    for request in requests {
        let engine = engine.clone();
        tasks.spawn(async move { engine.submit(request).await });
        if tasks.len() == AT_ONCE {
            settle(&mut tasks).await?;
        }
    }
    while !tasks.is_empty() {
        settle(&mut tasks).await?;
    }
    Ok(())
}

/// Waits for one command. Refusals are part of a sale: sellers bid on their own lots, leaders
/// again, and the engine's own closer was there first.
async fn settle<T: 'static>(tasks: &mut JoinSet<Result<T, Rejected>>) -> Result<(), Fail> {
    match tasks.join_next().await {
        Some(Ok(Err(rejected @ (Rejected::Busy | Rejected::Unavailable)))) => {
            Err(format!("the house cannot be filled: {rejected:?}").into())
        }
        Some(Err(error)) => Err(error.into()),
        _ => Ok(()),
    }
}
