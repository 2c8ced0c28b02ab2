//! The house on PostgreSQL: one server against its own echo, against the textbook's way, and against
//! three servers. All of them take turns in one run, and none begins before what the one before it left to be
//! told is told. Then how soon one server tells of what happened on
//! another.

use crate::client::{Client, Lot, Target, Turn, run};
use crate::watch::{Watcher, end_redis};
use crate::{Args, Fail, median, say, start, tell, textbook};
use std::ffi::OsStr;
use std::sync::Arc;
use std::time::Duration;
use tempfile::TempDir;
use tokio::process::Child;
use tokio::time::Instant;
use tokio_postgres::NoTls;

/// Servers on one house.
const SERVERS: usize = 3;
/// Bids that are waited for at another server, while there is a Redis and afterwards.
const SEEN: usize = 300;
const SEEN_WITHOUT: usize = 30;

/// A new database on the server that the run was given.
async fn database(name: &str) -> Result<String, Fail> {
    let server = std::env::var("GAVEL_TEST_POSTGRES")
        .map_err(|_| "run this through scripts/with-postgres, which starts a server for it")?;
    let name = format!("bench_{name}_{}", std::process::id());
    let (client, connection) =
        tokio_postgres::connect(&format!("{server}/postgres"), NoTls).await?;
    tokio::spawn(connection);
    client.batch_execute(&format!("CREATE DATABASE {name}")).await?;
    Ok(format!("{server}/{name}"))
}

/// How long a house may take to be done with what a turn has left.
const REST_MAX: Duration = Duration::from_secs(120);

/// Servers of a house of their own.
struct House {
    _servers: Vec<(Child, TempDir)>,
    url: String,
    addresses: Vec<String>,
    seller: Client,
    bidders: Vec<Client>,
}

impl House {
    /// Opens a house on some servers, with bidders spread over them.
    async fn open(
        name: &str,
        servers: usize,
        redis_url: Option<&str>,
        bidders: usize,
    ) -> Result<House, Fail> {
        let url = database(name).await?;
        let (mut started, mut addresses) = (Vec::new(), Vec::new());
        for _ in 0..servers {
            let folder = tempfile::tempdir()?;
            let mut args = vec!["serve".as_ref(), folder.path().as_os_str(), url.as_ref()];
            args.extend(redis_url.map(AsRef::<OsStr>::as_ref));
            let (server, address) = start(&args).await?;
            started.push((server, folder));
            addresses.push(address);
        }
        let seller = Client::register(&addresses[0], "seller").await?;
        let mut house = House { _servers: started, url, addresses, seller, bidders: Vec::new() };
        for n in 0..bidders {
            let bidder = Client::register(&house.addresses[0], &format!("bidder{n}")).await?;
            house.bidders.push(bidder.at(&house.addresses[n % servers]).await?);
        }
        Ok(house)
    }

    /// Lots for turns to come. Those that have only just begun are decided with more care.
    async fn list(&mut self, turns: usize, lots: usize) -> Result<Vec<Arc<Vec<Lot>>>, Fail> {
        let mut all = Vec::new();
        for _ in 0..turns {
            all.push(self.seller.list(lots).await?);
        }
        Ok(all)
    }

    /// Waits until everybody is told, and lists know all: what one turn leaves is not the next one's work.
    async fn rests(&self) -> Result<(), Fail> {
        let (client, connection) = tokio_postgres::connect(&self.url, NoTls).await?;
        tokio::spawn(connection);
        let sql = "SELECT EXISTS (SELECT 1 FROM outbox) OR EXISTS (SELECT 1 FROM unfound)";
        let begun = Instant::now();
        while client.query_one(sql, &[]).await?.get(0) {
            if begun.elapsed() > REST_MAX {
                return Err("the house does not come to rest".into());
            }
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
        Ok(())
    }

    async fn bids(&mut self, lots: &Arc<Vec<Lot>>, turn: Duration) -> Result<Turn, Fail> {
        let done = run(&mut self.bidders, Target::Bids, lots, turn).await?;
        self.rests().await?;
        Ok(done)
    }
}

pub(crate) async fn measure(args: &Args) -> Result<(), Fail> {
    let redis = std::env::var("GAVEL_TEST_REDIS")
        .map_err(|_| "run this through scripts/with-redis, which starts a server for it")?;
    let mut one = House::open("one", 1, None, args.connections).await?;
    let mut three = House::open("three", SERVERS, Some(&redis), args.connections).await?;
    let by_the_book = database("textbook").await?;
    let (_textbook, book) = start(&["textbook".as_ref(), by_the_book.as_ref()]).await?;
    let mut readers = Vec::new();
    for n in 0..args.connections {
        readers.push(Client::known(&book, &n.to_string()).await?);
    }
    let book_lot = Arc::new(vec![Lot::known(textbook::LOT)]);
    let echoed = one.seller.list(1).await?;
    let (one_hot, one_spread) =
        (one.list(args.turns, 1).await?, one.list(args.turns, args.lots).await?);
    let (three_hot, three_spread) =
        (three.list(args.turns, 1).await?, three.list(args.turns, args.lots).await?);
    let watched = three.seller.list(1).await?;
    let turn = Duration::from_secs_f64(args.seconds);
    let mut turns: [Vec<_>; 6] = Default::default();
    say(&format!(
        "PostgreSQL; {} connections, {} turns of {} s each; medians",
        args.connections, args.turns, args.seconds
    ));
    for n in 0..args.turns {
        turns[0].push(run(&mut one.bidders, Target::Echo, &echoed, turn).await?);
        turns[1].push(one.bids(&one_hot[n], turn).await?);
        turns[2].push(one.bids(&one_spread[n], turn).await?);
        turns[3].push(three.bids(&three_hot[n], turn).await?);
        turns[4].push(three.bids(&three_spread[n], turn).await?);
        turns[5].push(run(&mut readers, Target::Textbook, &book_lot, turn).await?);
    }
    let [echo, hot, spread, three_hot, three_spread, textbook] = turns.map(median);
    say(&format!("echo                     {:>9.0} /s", echo.per_s));
    tell("one hot lot", &hot, &echo);
    tell("spread over many lots", &spread, &echo);
    tell("three servers, hot", &three_hot, &echo);
    tell("three servers, spread", &three_spread, &echo);
    tell("the textbook's, hot", &textbook, &echo);
    say(&format!("one server to the textbook  {:.1}", hot.per_s / textbook.per_s));
    // What is bid at a server that does not keep the lot comes a little later, and then is too low where
    // somebody was quicker: that was work as well.
    say(&format!("three servers to one        {:.2}", three_hot.decided_per_s / hot.decided_per_s));
    watch(&three, &watched[0], &redis).await
}

/// How soon a bid on one server is seen on another; then Redis ends, and how soon it is seen without.
async fn watch(three: &House, lot: &Lot, redis: &str) -> Result<(), Fail> {
    let mut watcher = Watcher::at(&three.addresses[1], lot).await?;
    let mut bidders = Vec::new();
    for name in ["ann", "bob"] {
        bidders.push(Client::register(&three.addresses[0], name).await?);
    }
    let with = watcher.see(&mut bidders, lot, SEEN).await?;
    end_redis(redis).await?;
    let without = watcher.see(&mut bidders, lot, SEEN_WITHOUT).await?;
    for (name, took) in [("with Redis", with), ("once Redis has ended", without)] {
        say(&format!(
            "a bid is seen on another server, {name}: median {:.1} ms, at most {:.0} ms, of {}",
            took[took.len() / 2].as_secs_f64() * 1_000.0,
            took[took.len() - 1].as_secs_f64() * 1_000.0,
            took.len(),
        ));
    }
    Ok(())
}
