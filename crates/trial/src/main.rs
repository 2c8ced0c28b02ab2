//! `trial`: a house of several servers under load and under attack, and the proof that it lost nothing
//! and decided once.
//!
//! It drives the real `gavel` as processes, over HTTP, and reads nothing but what everybody can read.
//! What is proved, and how, is the library's ([`gavel_trial::checker`]).

mod api;
mod faults;
mod file;
mod floor;
mod house;
mod load;
mod process;
mod proxy;
mod random;
mod report;
mod scenario;
mod settle;
mod watchers;

use clap::{Args, Parser, Subcommand};
use std::error::Error;
use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;

/// What goes wrong with a trial itself, or is found by it.
type Fail = Box<dyn Error + Send + Sync>;

#[derive(Parser)]
#[command(name = "trial", about = "Puts a house of several servers to the proof")]
struct Cli {
    #[command(subcommand)]
    scenario: Scenario,
}

#[derive(Subcommand)]
enum Scenario {
    /// Kills, restarts and partitions under load: servers with kill -9, Redis, and each server's lines
    /// to PostgreSQL and Redis.
    Cluster {
        #[command(flatten)]
        load: Load,
        /// PostgreSQL, a URL without a database's name, as scripts/with-postgres gives it.
        #[arg(long, env = "GAVEL_TEST_POSTGRES", hide_env_values = true)]
        postgres: String,
        /// What is to happen, one after the other, spread over the run.
        #[arg(long, value_delimiter = ',', default_values_t = faults::a_long_schedule())]
        schedule: Vec<faults::Kind>,
    },
    /// Each server in turn is asked to end with SIGTERM, under load, and started again.
    Rolling {
        #[command(flatten)]
        load: Load,
        /// PostgreSQL, a URL without a database's name, as scripts/with-postgres gives it.
        #[arg(long, env = "GAVEL_TEST_POSTGRES", hide_env_values = true)]
        postgres: String,
        /// How often round.
        #[arg(long, default_value_t = 2)]
        rounds: usize,
    },
    /// The database fails over under load, by a command that knows how to make it.
    Failover {
        #[command(flatten)]
        load: Load,
        /// The database, with all its hosts.
        #[arg(long, env = "GAVEL_DATABASE_URL", hide_env_values = true)]
        database_url: String,
        /// Called with what is to happen: kill-node, kill-postgres, freeze, thaw, heal. It returns when
        /// that is done.
        #[arg(long)]
        faults: PathBuf,
        /// What is to happen, in this order, spread over the run.
        #[arg(
            long,
            value_delimiter = ',',
            default_value = "kill-postgres,heal,freeze,thaw,heal,kill-node,heal"
        )]
        schedule: Vec<String>,
        /// The longest that no bid may be accepted, in seconds.
        #[arg(long, default_value_t = 35.0)]
        gap_s_max: f64,
    },
    /// Checks a run again, from its file.
    Check {
        /// What a run has written.
        file: PathBuf,
    },
}

/// How much is asked of the house, and of which.
#[derive(Args, Clone)]
struct Load {
    /// The server's binary.
    #[arg(long, env = "GAVEL_BIN", default_value = "target/release/gavel")]
    gavel: PathBuf,
    /// Bids, auto-bids and withdrawals in all; more where the house is under attack for longer.
    #[arg(long, default_value_t = 200_000)]
    bids: u64,
    /// Servers.
    #[arg(long, default_value_t = 3)]
    servers: usize,
    /// Requests under way at once.
    #[arg(long, default_value_t = 64)]
    clients: u32,
    /// Accounts that bid.
    #[arg(long, default_value_t = 40)]
    users: usize,
    /// Lots open at a time beside the hot one, which gets half of all bids.
    #[arg(long, default_value_t = 30)]
    lots: usize,
    /// How long a hot lot lasts before its soft close, in seconds.
    #[arg(long, default_value_t = 60)]
    hot_s: u32,
    /// Sockets that watch.
    #[arg(long, default_value_t = 12)]
    watchers: usize,
    /// What chance is made of; told at the start where it is left out.
    #[arg(long)]
    seed: Option<u64>,
    /// Where the history goes.
    #[arg(long, default_value = "target/trial.jsonl")]
    history: PathBuf,
}

#[tokio::main]
async fn main() -> ExitCode {
    let outcome = match Cli::parse().scenario {
        Scenario::Cluster { load, postgres, schedule } => {
            scenario::cluster(load, &postgres, schedule).await
        }
        Scenario::Rolling { load, postgres, rounds } => {
            scenario::rolling(load, &postgres, rounds).await
        }
        Scenario::Failover { load, database_url, faults, schedule, gap_s_max } => {
            scenario::failover(load, database_url, faults, schedule, gap_s_max).await
        }
        Scenario::Check { file } => file::read(&file).and_then(|history| report::verdict(&history)),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(reason) => {
            say(&format!("FAILED: {reason}"));
            ExitCode::FAILURE
        }
    }
}

fn say(line: &str) {
    // Whoever reads it may have gone.
    let _ = writeln!(std::io::stdout(), "{line}");
}
