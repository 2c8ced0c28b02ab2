//! The scenarios, from the first process to the verdict.

use crate::api::{Api, is_settled};
use crate::faults::{Happened, Kind, Stage, by_command, progress};
use crate::floor::{Floor, People};
use crate::house::{House, Redis};
use crate::load::Run;
use crate::proxy::Proxy;
use crate::random::Random;
use crate::watchers::Watchers;
use crate::{Fail, Load, file, report, say, settle};
use gavel_trial::history::{Ask, History};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;

/// The database of a trial, in a PostgreSQL that is there for it alone.
const DATABASE: &str = "postgres";

/// Kills, restarts and partitions under load.
pub(crate) async fn cluster(load: Load, postgres: &str, schedule: Vec<Kind>) -> Result<(), Fail> {
    let with_redis = House::knows(&load.gavel, "--redis-url")?;
    let needs_redis =
        |kind: &Kind| matches!(kind, Kind::Redis | Kind::FreezeRedis | Kind::CutRedis);
    let schedule: Vec<Kind> =
        schedule.into_iter().filter(|kind| with_redis || !needs_redis(kind)).collect();
    let (user, host) = postgres
        .strip_prefix("postgres://")
        .and_then(|rest| rest.split_once('@'))
        .ok_or("--postgres must be such as postgres://gavel@127.0.0.1:5432")?;
    let host: SocketAddr = host.trim_end_matches('/').parse()?;
    let redis = if with_redis { Some(Redis::start().await?) } else { None };
    let (mut to_database, mut to_redis, mut lines) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..load.servers {
        let proxy = Proxy::start(host).await?;
        let database = format!("postgres://{user}@{}/{DATABASE}", proxy.address);
        to_database.push(proxy);
        let mut its_redis = None;
        if let Some(redis) = &redis {
            let proxy = Proxy::start(redis.address).await?;
            its_redis = Some(format!("redis://{}", proxy.address));
            to_redis.push(proxy);
        }
        lines.push((database, its_redis));
    }
    let house = House::open(&load.gavel, lines).await?;
    let mut stage = Stage { house, redis, to_database, to_redis };
    let (run, watchers) = open(&load, &stage).await?;
    let (bidding, attack) = (bid(&run, &load), stage.attack(&run, &schedule));
    let (until_us, happened) = tokio::try_join!(bidding, attack)?;
    close(&load, &mut stage, &run, watchers.as_ref(), Bidding { happened, until_us })
        .await
        .map(drop)
}

/// A rolling restart: whoever asks again elsewhere sees no error.
pub(crate) async fn rolling(load: Load, postgres: &str, rounds: usize) -> Result<(), Fail> {
    let database = format!("{}/{DATABASE}", postgres.trim_end_matches('/'));
    let mut stage = on_database(&load, &database).await?;
    let (run, watchers) = open(&load, &stage).await?;
    let (until_us, happened) = tokio::try_join!(bid(&run, &load), stage.roll(&run, rounds))?;
    let ended = Bidding { happened, until_us };
    let (unsettled, _) = close(&load, &mut stage, &run, watchers.as_ref(), ended).await?;
    match unsettled {
        0 => Ok(()),
        more => Err(format!("{more} requests failed at every server").into()),
    }
}

/// The database fails over, by somebody else's hand.
pub(crate) async fn failover(
    load: Load,
    database_url: String,
    faults: PathBuf,
    schedule: Vec<String>,
    gap_s_max: f64,
) -> Result<(), Fail> {
    let mut stage = on_database(&load, &database_url).await?;
    let (run, watchers) = open(&load, &stage).await?;
    let attack = by_command(&run, faults, &schedule);
    let (until_us, happened) = tokio::try_join!(bid(&run, &load), attack)?;
    let ended = Bidding { happened, until_us };
    let (_, gap_s) = close(&load, &mut stage, &run, watchers.as_ref(), ended).await?;
    if gap_s > gap_s_max {
        return Err(format!("no bid was accepted for {gap_s:.1} s").into());
    }
    Ok(())
}

/// Servers on a database, with a Redis where they know one, and nothing between.
async fn on_database(load: &Load, database: &str) -> Result<Stage, Fail> {
    let with_redis = House::knows(&load.gavel, "--redis-url")?;
    let redis = if with_redis { Some(Redis::start().await?) } else { None };
    let its_redis = redis.as_ref().map(|redis| format!("redis://{}", redis.address));
    let lines = vec![(database.to_owned(), its_redis); load.servers];
    let house = House::open(&load.gavel, lines).await?;
    Ok(Stage { house, redis, to_database: Vec::new(), to_redis: Vec::new() })
}

/// Opens the house to people: accounts, lots, and those who watch where servers tell each other.
async fn open(load: &Load, stage: &Stage) -> Result<(Arc<Run>, Option<Watchers>), Fail> {
    let seed = load.seed.unwrap_or_else(Random::seed);
    say(&format!("seed {seed}"));
    let api = Api::new(stage.house.addresses.clone());
    let people = People::register(&api, load.users, seed).await?;
    let mut random = Random::new(seed);
    let floor = Floor::open(&api, &people, load.lots, load.hot_s, &mut random).await?;
    let run = Run::new(api, people, floor, seed, load.bids);
    let watches = stage.redis.is_some() && load.watchers > 0;
    let watchers = watches.then(|| Watchers::start(&run, &stage.house.addresses, load.watchers));
    Ok((run, watchers))
}

/// Has everybody bid, and says when the last was done.
async fn bid(run: &Arc<Run>, load: &Load) -> Result<u64, Fail> {
    let told = progress(&run.api, run);
    tokio::select! {
        done = run.carry_out(load.clients) => done?,
        () = told => {}
    }
    Ok(run.api.now_us())
}

/// What happened while people bid, and until when they did.
struct Bidding {
    happened: Vec<Happened>,
    until_us: u64,
}

/// Settles and judges. Returns how many requests failed at every server, and for how many seconds no bid
/// was accepted at most.
async fn close(
    load: &Load,
    stage: &mut Stage,
    run: &Run,
    watchers: Option<&Watchers>,
    Bidding { happened, until_us }: Bidding,
) -> Result<(usize, f64), Fail> {
    stage.house.all_run()?;
    let history = settle::settle(run).await?;
    stage.house.all_run()?;
    file::write(&history, &load.history)?;
    say(&format!("the history is in {}", load.history.display()));
    say(&format!("{} times something happened to the house", happened.len()));
    let gap_s = report::outcomes(&history, &happened, until_us);
    say(&format!("servers have logged {} errors", stage.house.logged("ERROR")));
    if let Some(watchers) = watchers {
        watchers.all_know(&run.api, &history.lots).await?;
    }
    report::verdict(&history)?;
    Ok((unsettled(&history, until_us), gap_s))
}

/// What was asked for at one server after the other, and answered by none, while people bid.
fn unsettled(history: &History, until_us: u64) -> usize {
    let asked = history.operations.iter().filter(|operation| operation.ask != Ask::Look);
    let failed = asked.filter(|operation| {
        let mut attempts = operation.attempts.iter().filter(|one| one.sent_us < until_us);
        !attempts.any(is_settled)
    });
    failed.count()
}
