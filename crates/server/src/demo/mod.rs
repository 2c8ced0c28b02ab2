//! A house worth visiting: lots, pictures and bids for whoever wants to look around.

mod art;
mod catalogue;

use crate::house::{App, House};
use crate::media;
use catalogue::{DemoBid, DemoLot, LOTS};
use futures_util::stream::{self, StreamExt};
use gavel_domain::{Bid, Command, Increments, LotId, Money, Party, Terms, Time, UserId};
use gavel_engine::{About, Listing, Picture, Request};
use gavel_store::{Filter, NewAccount, Phase, Role, Sort};
use std::pin::pin;

/// Accounts that are told at start: one of each role.
const SHOWN: [(&str, &str, Role); 3] = [
    ("user@demo.gavel.example", "Robin", Role::User),
    ("seller@demo.gavel.example", "Fairfax & Daughters", Role::User),
    ("admin@demo.gavel.example", "House manager", Role::Admin),
];
/// Those who have bid already.
const BIDDERS: [&str; 6] = ["Ida", "Marek", "Priya", "Tomás", "Wanjiru", "Yuki"];
/// Bytes of secret in the password of a demo house.
const PASSWORD_BYTES: usize = 6;

/// Fills an empty house, and a demo house of which everything has ended with the same lots again.
/// Tells how to sign in.
pub(crate) async fn fill(house: &App, say: impl Fn(&str)) -> Result<(), String> {
    let seller = match known(house, SHOWN[1].0).await? {
        Some(seller) => seller,
        None if lots(house, Phase::Any).await? > 0 => {
            return Err("--demo is for an empty house; this one has lots".to_owned());
        }
        None => make_accounts(house).await?,
    };
    say(&format!("demo accounts, all with the password {}", password(house)));
    for (email, _, _) in SHOWN {
        say(&format!("  {email}"));
    }
    if lots(house, Phase::Active).await? == 0 {
        say("drawing the demo's pictures");
        list_all(house, seller).await?;
    }
    Ok(())
}

async fn lots(house: &House, phase: Phase) -> Result<u64, String> {
    let filter = Filter {
        phase,
        now: house.now(),
        category: None,
        words: Vec::new(),
        seller: None,
        min_price: None,
        max_price: None,
        sort: Sort::EndTime,
        descending: false,
        page: 1,
        limit: 1,
    };
    let found = house.store.lots(&filter).await;
    found.map(|page| page.total).map_err(|error| error.to_string())
}

async fn known(house: &House, email: &str) -> Result<Option<UserId>, String> {
    let found = house.store.account_by_email(email).await.map_err(|error| error.to_string())?;
    Ok(found.map(|(account, _)| UserId(account.id)))
}

/// The password of the demo accounts: another in every house, and the same at every start.
fn password(house: &House) -> String {
    let secret = house.key.secret("demo password");
    format!("demo-{}", gavel_engine::chain::hex(&secret[..PASSWORD_BYTES]))
}

/// Makes the accounts and returns the seller.
async fn make_accounts(house: &House) -> Result<UserId, String> {
    let hash = house.passwords.hash(password(house)).await;
    let hash = hash.map_err(|_| "cannot hash a password".to_owned())?;
    for (email, name, role) in SHOWN {
        add(house, email, name, role, &hash).await?;
    }
    for (index, name) in BIDDERS.into_iter().enumerate() {
        add(house, &bidder_email(index), name, Role::User, &hash).await?;
    }
    known(house, SHOWN[1].0).await?.ok_or_else(|| "the demo seller is gone".to_owned())
}

fn bidder_email(index: usize) -> String {
    format!("bidder{}@demo.gavel.example", index + 1)
}

async fn add(
    house: &House,
    email: &str,
    display_name: &str,
    role: Role,
    password_hash: &str,
) -> Result<(), String> {
    let (id, created_at) = (house.new_id(), house.now());
    let new = NewAccount { id, email, display_name, password_hash, role, created_at };
    house.store.add_account(new).await.map(drop).map_err(|error| error.to_string())
}

async fn list_all(house: &App, seller: UserId) -> Result<(), String> {
    let mut bidders = Vec::new();
    for index in 0..BIDDERS.len() {
        let bidder = known(house, &bidder_email(index)).await?;
        bidders.push(bidder.ok_or("a demo bidder is gone")?);
    }
    // Drawing is most of the work, so both cores do it; listed is in order, soonest end first.
    let drawn = stream::iter(LOTS).map(|demo| draw(house, demo)).buffered(2);
    let mut lots = pin!(drawn.zip(stream::iter(LOTS)));
    while let Some((pictures, demo)) = lots.next().await {
        let lot = list(house, seller, demo, pictures?).await?;
        for bid in demo.bids {
            place(house, lot, bidders[usize::from(bid.bidder)], bid).await?;
        }
    }
    Ok(())
}

async fn draw(house: &App, demo: &'static DemoLot) -> Result<Vec<Picture>, String> {
    let mut pictures = Vec::with_capacity(demo.pictures.len());
    for scene in demo.pictures {
        let draw = move || media::encode(&art::draw(scene));
        let drawn = tokio::task::spawn_blocking(draw).await.map_err(|error| error.to_string())?;
        let kept = house.pictures.keep(house.new_id(), drawn).await;
        pictures.push(kept.map_err(|error| error.to_string())?);
    }
    Ok(pictures)
}

async fn list(
    house: &House,
    seller: UserId,
    demo: &DemoLot,
    pictures: Vec<Picture>,
) -> Result<LotId, String> {
    let now = house.now();
    let lot = LotId(house.new_id());
    let listing = Listing {
        lot,
        terms: terms(demo, seller, now)?,
        about: About {
            title: demo.title.to_owned(),
            description: demo.description.to_owned(),
            category: demo.category.to_owned(),
        },
        pictures,
        draft: false,
        keyed: None,
    };
    house.engine.list(listing).await.map_err(|rejected| format!("{}: {rejected:?}", demo.title))?;
    Ok(lot)
}

fn terms(demo: &DemoLot, seller: UserId, now: Time) -> Result<Terms, String> {
    Ok(Terms {
        seller,
        starting_price: money(demo.starting_price_cents)?,
        reserve: demo.reserve_cents.map(money).transpose()?,
        increments: match demo.increment_cents {
            Some(step) => Increments::Fixed(money(step)?),
            None => Increments::House,
        },
        starts_at: now,
        ends_at: now.plus_ms(i64::from(demo.ends_in_s) * 1_000),
        snipe_window_ms: 120_000,
        snipe_cap_ms: None,
    })
}

async fn place(house: &House, lot: LotId, by: UserId, bid: &DemoBid) -> Result<(), String> {
    let command = Command::Bid(Bid {
        by: Party { id: by, banned: false },
        amount: Ok(money(bid.amount_cents)?),
        max: bid.max_cents.map(|max| money(max).map(Ok)).transpose()?,
    });
    let request = Request { lot, by: Some(by), command, key: None, reason: None, until: None };
    let placed = house.engine.submit(request).await;
    placed.map(drop).map_err(|rejected| format!("a demo bid was refused: {rejected:?}"))
}

fn money(minor: i64) -> Result<Money, String> {
    Money::from_minor(minor).ok_or_else(|| "a demo amount is out of range".to_owned())
}
