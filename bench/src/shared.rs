//! The house on PostgreSQL: one server against its own echo, against the textbook's way, and against
//! three servers. All of them take turns in one run.

use crate::client::{Client, Lot, Target, run};
use crate::{Args, Fail, median, say, start, tell, textbook};
use std::sync::Arc;
use std::time::Duration;
use tokio_postgres::NoTls;

/// Servers on one house.
const SERVERS: usize = 3;

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

pub(crate) async fn measure(args: &Args) -> Result<(), Fail> {
    let url = database("house").await?;
    let folders = (0..SERVERS).map(|_| tempfile::tempdir()).collect::<Result<Vec<_>, _>>()?;
    let (mut servers, mut addresses) = (Vec::new(), Vec::new());
    for folder in &folders {
        let args = ["serve".as_ref(), folder.path().as_os_str(), url.as_ref()];
        let (server, address) = start(&args).await?;
        servers.push(server);
        addresses.push(address);
    }
    let by_the_book = database("textbook").await?;
    let (_textbook, book) = start(&["textbook".as_ref(), by_the_book.as_ref()]).await?;

    let (mut here, mut there, mut readers) = (Vec::new(), Vec::new(), Vec::new());
    for n in 0..args.connections {
        let bidder = Client::register(&addresses[0], &format!("bidder{n}")).await?;
        there.push(bidder.at(&addresses[n % SERVERS]).await?);
        readers.push(Client::guest(&book).await?);
        here.push(bidder);
    }
    let mut seller = Client::register(&addresses[0], "seller").await?;
    let book_lot = Arc::new(vec![Lot::known(textbook::LOT)]);
    let turn = Duration::from_secs_f64(args.seconds);
    let mut turns: [Vec<_>; 5] = Default::default();
    say(&format!(
        "PostgreSQL; {} connections, {} turns of {} s each; medians",
        args.connections, args.turns, args.seconds
    ));
    for _ in 0..args.turns {
        let (hot, hot_there) = (seller.list(1).await?, seller.list(1).await?);
        let many = seller.list(args.lots).await?;
        turns[0].push(run(&mut here, Target::Echo, &hot, turn).await?);
        turns[1].push(run(&mut here, Target::Bids, &hot, turn).await?);
        turns[2].push(run(&mut here, Target::Bids, &many, turn).await?);
        turns[3].push(run(&mut there, Target::Bids, &hot_there, turn).await?);
        turns[4].push(run(&mut readers, Target::Textbook, &book_lot, turn).await?);
    }
    let [echo, hot, spread, three, textbook] = turns.map(median);
    say(&format!("echo                     {:>9.0} /s", echo.per_s));
    tell("one hot lot", &hot, &echo);
    tell("spread over many lots", &spread, &echo);
    tell("hot, three servers", &three, &echo);
    tell("hot, by the textbook", &textbook, &echo);
    say(&format!("one server to the textbook  {:.1}", hot.per_s / textbook.per_s));
    say(&format!("three servers to one        {:.2}", three.per_s / hot.per_s));
    Ok(())
}
