//! What happens to the house during a run.

use crate::api::Api;
use crate::house::{House, Redis};
use crate::load::Run;
use crate::process::Process;
use crate::proxy::{Line, Proxy};
use crate::random::Random;
use crate::{Fail, say};
use clap::ValueEnum;
use std::fmt;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;
use tokio::time::{Instant, sleep};

/// How long a server may take from SIGTERM to its end.
const TERM_MAX: Duration = Duration::from_secs(10);
/// How long a command of faults may take.
const COMMAND_MAX: Duration = Duration::from_secs(120);

/// What can happen to a house on one machine.
#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
pub(crate) enum Kind {
    /// A server is killed, and started again after a moment.
    Kill,
    /// A server stands still in the middle of whatever it does, and goes on after a while.
    FreezeServer,
    /// Redis is killed, and started again after a moment, empty.
    Redis,
    /// Nothing passes between a server and PostgreSQL, though every socket stays open.
    FreezeDatabase,
    /// A server's connections to PostgreSQL break, and it gets no new ones.
    CutDatabase,
    /// Nothing passes between a server and Redis, though every socket stays open.
    FreezeRedis,
    /// A server's connections to Redis break, and it gets no new ones.
    CutRedis,
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let value = self.to_possible_value();
        f.write_str(value.as_ref().map_or("", |value| value.get_name()))
    }
}

/// Six kills, six times that a server stands still, and three of everything else.
pub(crate) fn a_long_schedule() -> Vec<Kind> {
    use Kind::{CutDatabase, CutRedis, FreezeDatabase, FreezeRedis, FreezeServer, Kill, Redis};
    let round = [
        Kill,
        FreezeServer,
        Redis,
        FreezeDatabase,
        Kill,
        FreezeRedis,
        FreezeServer,
        CutDatabase,
        CutRedis,
    ];
    round.repeat(3)
}

/// Something that happened to the house, and when.
#[derive(Clone, Debug)]
pub(crate) struct Happened {
    pub(crate) what: String,
    pub(crate) from_us: u64,
    pub(crate) until_us: u64,
}

/// What a run may attack.
pub(crate) struct Stage {
    pub(crate) house: House,
    pub(crate) redis: Option<Redis>,
    pub(crate) to_database: Vec<Proxy>,
    pub(crate) to_redis: Vec<Proxy>,
}

impl Stage {
    /// Has everything of a schedule happen, one after the other, spread evenly over the run.
    pub(crate) async fn attack(
        &mut self,
        run: &Run,
        schedule: &[Kind],
    ) -> Result<Vec<Happened>, Fail> {
        let mut random = Random::new(run.seed ^ 0x6661_756c);
        let mut happened = Vec::new();
        for (index, kind) in schedule.iter().enumerate() {
            reached(run, index, schedule.len()).await;
            let server = random.below(self.house.addresses.len());
            let from_us = run.api.now_us();
            self.strike(*kind, server, &mut random).await?;
            let until_us = run.api.now_us();
            let what = match kind {
                Kind::Redis => kind.to_string(),
                _ => format!("{kind} of server {server}"),
            };
            tell(&mut happened, what, from_us, until_us);
        }
        run.calm_down();
        Ok(happened)
    }

    async fn strike(&mut self, kind: Kind, server: usize, random: &mut Random) -> Result<(), Fail> {
        let mut pause = |least_ms, most_ms| {
            sleep(Duration::from_millis(random.between(least_ms, most_ms).unsigned_abs()))
        };
        match kind {
            Kind::Kill => {
                self.house.kill_9(server)?;
                pause(200, 2_000).await;
                self.house.start(server).await?;
            }
            // Sometimes shorter than others wait for its answers, and sometimes longer.
            Kind::FreezeServer => {
                self.house.freeze(server)?;
                pause(500, 6_000).await;
                self.house.thaw(server)?;
            }
            Kind::Redis => {
                let redis = self.redis.as_mut().ok_or("there is no Redis")?;
                redis.kill_9()?;
                pause(500, 3_000).await;
                redis.run().await?;
            }
            // Sometimes shorter than the server's deadlines, and sometimes longer.
            Kind::FreezeDatabase => {
                during(&self.to_database, server, Line::Frozen, pause(1_000, 8_000)).await?;
            }
            Kind::CutDatabase => {
                during(&self.to_database, server, Line::Cut, pause(500, 4_000)).await?;
            }
            Kind::FreezeRedis => {
                during(&self.to_redis, server, Line::Frozen, pause(1_000, 5_000)).await?;
            }
            Kind::CutRedis => {
                during(&self.to_redis, server, Line::Cut, pause(500, 4_000)).await?;
            }
        }
        Ok(())
    }

    /// Asks each server in turn to end, and starts it again once it has.
    pub(crate) async fn roll(&mut self, run: &Run, rounds: usize) -> Result<Vec<Happened>, Fail> {
        let (mut happened, servers) = (Vec::new(), self.house.addresses.len());
        for index in 0..rounds * servers {
            reached(run, index, rounds * servers).await;
            let server = index % servers;
            let from_us = run.api.now_us();
            let (status, took) = self.house.terminate(server).await?;
            if status.code() != Some(0) || took > TERM_MAX {
                return Err(format!("server {server} ended with {status} after {took:?}").into());
            }
            self.house.start(server).await?;
            let what = format!("restart of server {server}, which ended within {took:.1?}");
            tell(&mut happened, what, from_us, run.api.now_us());
        }
        run.calm_down();
        Ok(happened)
    }
}

async fn during(
    proxies: &[Proxy],
    server: usize,
    line: Line,
    pause: tokio::time::Sleep,
) -> Result<(), Fail> {
    let proxy = proxies.get(server).ok_or("there is no such line")?;
    proxy.set(line);
    pause.await;
    proxy.set(Line::Open);
    Ok(())
}

/// Has a command make everything of a schedule happen.
pub(crate) async fn by_command(
    run: &Run,
    command: PathBuf,
    schedule: &[String],
) -> Result<Vec<Happened>, Fail> {
    let mut happened = Vec::new();
    for (index, what) in schedule.iter().enumerate() {
        reached(run, index, schedule.len()).await;
        let from_us = run.api.now_us();
        call(&command, what).await?;
        tell(&mut happened, what.clone(), from_us, run.api.now_us());
        goes_on(run).await?;
    }
    run.calm_down();
    Ok(happened)
}

async fn call(command: &Path, what: &str) -> Result<(), Fail> {
    let mut process = Process::start(Command::new(command).arg(what))?;
    let status = process.ended(COMMAND_MAX).await?;
    if status.success() { Ok(()) } else { Err(format!("{what}: {status}").into()) }
}

/// Waits until bids are accepted again.
async fn goes_on(run: &Run) -> Result<(), Fail> {
    let (before, deadline) = (run.accepted(), Instant::now() + COMMAND_MAX);
    while run.accepted() < before + 10 {
        if Instant::now() > deadline {
            return Err("no bid is accepted any more".into());
        }
        sleep(Duration::from_millis(100)).await;
    }
    Ok(())
}

/// Waits until it is the turn of one of so many things that are spread over a run.
async fn reached(run: &Run, index: usize, of: usize) {
    let share = (index as u64 * 2 + 1) * 1_000 / (of as u64 * 2 + 1);
    while run.progress() < share {
        sleep(Duration::from_millis(20)).await;
    }
}

fn tell(happened: &mut Vec<Happened>, what: String, from_us: u64, until_us: u64) {
    let s = |us: u64| us as f64 / 1e6;
    say(&format!("{:7.1} s to {:5.1} s: {what}", s(from_us), s(until_us)));
    happened.push(Happened { what, from_us, until_us });
}

/// Brings a heart-beat of the load to whoever watches the run.
pub(crate) async fn progress(api: &Api, run: &Run) {
    loop {
        sleep(Duration::from_secs(15)).await;
        let share = run.progress() as f64 / 10.0;
        say(&format!("{:7.1} s: {share:.1} % of the bids", api.now_us() as f64 / 1e6));
    }
}
