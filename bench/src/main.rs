//! `make bench`: durable accepted bids a second through HTTP, against the same server's own echo.
//!
//! Both go through the same connections, sessions and handlers to one task and back; the echo
//! decides and stores nothing. They take turns in one run on one machine, and what is reported is
//! their ratio: it says what deciding and storing cost, and keeps its meaning on a slower machine.
//! Then what finding things in a large house costs against a small one, again as a ratio.

mod client;
mod fill;
mod machine;
mod shared;
mod size;
mod textbook;
mod watch;

use clap::{Parser, Subcommand};
use client::{Client, Target, run};
use gavel_server::house::{House, Options, PeersListen, PicturesIn};
use gavel_server::told::MailSettings;
use std::error::Error;
use std::ffi::OsStr;
use std::io::Write;
use std::path::PathBuf;
use std::process::Stdio;
use std::time::Duration;
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, Command};

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

type Fail = Box<dyn Error + Send + Sync>;

#[derive(Parser)]
struct Args {
    /// Keep-alive connections, each with its own bidder.
    #[arg(long, default_value_t = 64)]
    connections: usize,
    /// Seconds of each turn; 0 for none.
    #[arg(long, default_value_t = 4.0)]
    seconds: f64,
    /// Turns of each kind; medians are reported.
    #[arg(long, default_value_t = 3)]
    turns: usize,
    /// Lots over which `spread` bids are spread.
    #[arg(long, default_value_t = 200)]
    lots: usize,
    /// Lots of the large house whose lists are compared with those of the small one; 0 for none.
    #[arg(long, default_value_t = 200_000)]
    large: usize,
    /// Lots of the small house.
    #[arg(long, default_value_t = 1_000)]
    small: usize,
    #[command(subcommand)]
    role: Option<Role>,
}

#[derive(Subcommand)]
enum Role {
    /// The same on PostgreSQL, with one server and with three that share a Redis, and the textbook's way
    /// beside it. The servers are named by GAVEL_TEST_POSTGRES and GAVEL_TEST_REDIS, as scripts/with-postgres
    /// and scripts/with-redis do.
    Shared,
    /// The measured server, in a process of its own.
    Serve { data_dir: PathBuf, database_url: Option<String>, redis_url: Option<String> },
    /// The textbook's way, in a process of its own.
    Textbook { database_url: String },
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Fail> {
    tracing_subscriber::fmt()
        .with_max_level(tracing::Level::ERROR)
        .with_writer(std::io::stderr)
        .init();
    let args = Args::parse();
    match args.role {
        Some(Role::Serve { data_dir, database_url, redis_url }) => {
            serve(data_dir, database_url, redis_url).await
        }
        Some(Role::Textbook { database_url }) => textbook::serve(&database_url).await,
        Some(Role::Shared) => {
            say(&machine::describe());
            shared::measure(&args).await
        }
        None => {
            say(&machine::describe());
            if args.seconds > 0.0 {
                measure(&args).await?;
            }
            if args.large > 0 {
                size::compare(args.large, args.small).await?;
            }
            Ok(())
        }
    }
}

async fn serve(
    data_dir: PathBuf,
    database_url: Option<String>,
    redis_url: Option<String>,
) -> Result<(), Fail> {
    let options = Options {
        data_dir,
        database_url,
        redis_url,
        peers_listen: PeersListen::default(),
        pictures: PicturesIn::Folder,
        public_url: None,
        rate_limits: false,
        mail: MailSettings::default(),
    };
    let house = House::open(options).await?;
    let router = gavel_server::router(house.clone()).merge(gavel_server::echo(house.clone()));
    let listen = ([127, 0, 0, 1], 0).into();
    gavel_server::serve::run(house, router, listen, say).await?;
    Ok(())
}

/// Prints a line. Whoever started the server stops reading once it knows the address.
fn say(line: &str) {
    let _ = writeln!(std::io::stdout(), "{line}");
}

/// Starts the server on the house in a folder.
async fn start_in(folder: &tempfile::TempDir) -> Result<(Child, String), Fail> {
    start(&["serve".as_ref(), folder.path().as_ref()]).await
}

/// Starts a server and returns it with its address.
async fn start(args: &[&OsStr]) -> Result<(Child, String), Fail> {
    let mut server = Command::new(std::env::current_exe()?)
        .args(args)
        .stdout(Stdio::piped())
        .kill_on_drop(true)
        .spawn()?;
    let out = server.stdout.take().ok_or("no output")?;
    let mut lines = BufReader::new(out).lines();
    while let Some(line) = lines.next_line().await? {
        if let Some(address) = line.strip_prefix("listening on http://") {
            return Ok((server, address.to_owned()));
        }
    }
    Err("the server did not start".into())
}

async fn measure(args: &Args) -> Result<(), Fail> {
    let folder = tempfile::tempdir()?;
    let (mut server, address) = start_in(&folder).await?;
    say(&format!(
        "SQLite, synchronous=FULL; {} connections, {} turns of {} s each; medians",
        args.connections, args.turns, args.seconds
    ));
    let mut bidders = Vec::new();
    for n in 0..args.connections {
        bidders.push(Client::register(&address, &format!("bidder{n}")).await?);
    }
    let mut seller = Client::register(&address, "seller").await?;
    let turn = Duration::from_secs_f64(args.seconds);
    let (mut echo, mut hot, mut spread) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..args.turns {
        let one = seller.list(1).await?;
        let many = seller.list(args.lots).await?;
        echo.push(run(&mut bidders, Target::Echo, &one, turn).await?);
        hot.push(run(&mut bidders, Target::Bids, &one, turn).await?);
        spread.push(run(&mut bidders, Target::Bids, &many, turn).await?);
    }
    server.kill().await?;
    let echo = median(echo);
    say(&format!("echo                     {:>9.0} /s", echo.per_s));
    for (name, turns) in [("one hot lot", hot), ("spread over many lots", spread)] {
        tell(name, &median(turns), &echo);
    }
    Ok(())
}

/// Says what a turn came to, against the echo.
fn tell(name: &str, turn: &client::Turn, echo: &client::Turn) {
    say(&format!(
        "bids, {name:<21}{:>7.0} /s   ratio {:.2}   p50 {:.1} ms  p99 {:.1} ms  refused {}",
        turn.per_s,
        turn.per_s / echo.per_s,
        turn.p50_ms,
        turn.p99_ms,
        turn.refused
    ));
}

fn median(mut turns: Vec<client::Turn>) -> client::Turn {
    turns.sort_by(|a, b| a.per_s.total_cmp(&b.per_s));
    turns.swap_remove(turns.len() / 2)
}
