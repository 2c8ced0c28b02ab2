//! The command line.

use crate::floods::{self, Floods};
use crate::house::{House, Options, PeersListen, PicturesIn, database};
use crate::migrate::{self, Side};
use crate::told::{Carrier, MailSettings};
use crate::{backup, config, meters, openapi_json, replay, router, serve};
use clap::{ArgMatches, Args, CommandFactory, FromArgMatches, Parser, Subcommand, ValueEnum};
use std::io::{IsTerminal, Write};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;
use tracing_subscriber::filter::filter_fn;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;

/// An auction house in one program.
#[derive(Parser)]
#[command(name = "gavel", version, propagate_version = true)]
struct Cli {
    #[command(flatten)]
    logging: Logging,
    #[command(subcommand)]
    command: Command,
}

/// What is logged, to standard error.
#[derive(Args)]
struct Logging {
    /// What to log: a level (error, warn, info, debug, trace), or levels by part as in
    /// `warn,gavel_server=debug`. At debug, every request is logged.
    #[arg(long = "log", env = "GAVEL_LOG", default_value = "info", global = true)]
    filter: String,
    /// How log lines look.
    #[arg(long = "log-format", env = "GAVEL_LOG_FORMAT", value_enum, default_value = "text")]
    #[arg(global = true)]
    format: LogFormat,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum LogFormat {
    /// For people.
    Text,
    /// For programs: a JSON object a line.
    Json,
}

#[derive(Subcommand)]
enum Command {
    /// Runs the house.
    Serve(Serve),
    /// Runs scenario files through the bidding rules and prints what happens.
    Replay {
        /// Scenario files.
        #[arg(required = true)]
        files: Vec<PathBuf>,
    },
    /// Looks after the people in charge.
    #[command(subcommand)]
    Admin(Admin),
    /// Recomputes every lot from the log and compares it with the tables. Says nothing where all is
    /// well; the house may be running.
    Verify {
        #[command(flatten)]
        place: Place,
    },
    /// Takes a backup into a new file; the house may be running. The file holds password hashes,
    /// addresses and the house's key: keep it as you keep the house.
    Backup {
        /// The file to make, a tar.
        file: PathBuf,
        #[command(flatten)]
        place: Place,
        #[command(flatten)]
        pictures: PicturesPlace,
    },
    /// Makes a house of a backup, in a folder that has none or in an empty database, whichever the backup
    /// was taken of.
    Restore {
        /// A file that `gavel backup` made.
        file: PathBuf,
        #[command(flatten)]
        place: Place,
        #[command(flatten)]
        pictures: PicturesPlace,
    },
    /// Carries a house from a folder into a PostgreSQL database, or back, while no server has it open.
    /// What arrives is compared and verified. Repeated after it broke off, it goes on where it stopped;
    /// where the house was, it is not opened any more.
    Migrate {
        #[command(flatten)]
        route: Route,
        /// Opens a house again that was carried away from here, or was to be, as it was before that.
        #[arg(long, value_name = "PLACE", conflicts_with_all = ["from", "to"])]
        reopen: Option<String>,
        #[command(flatten)]
        pictures: PicturesPlace,
    },
    /// Prints the OpenAPI 3.1 document.
    Openapi,
}

/// From where to where.
#[derive(Args)]
struct Route {
    /// Where the house is: its folder, or the URL of its PostgreSQL database.
    #[arg(long, env = "GAVEL_FROM", hide_env_values = true, value_name = "PLACE")]
    #[arg(required_unless_present = "reopen")]
    from: Option<String>,
    /// Where it is to be: an empty or new folder, or the URL of an empty PostgreSQL database.
    #[arg(long, env = "GAVEL_TO", hide_env_values = true, value_name = "PLACE")]
    #[arg(required_unless_present = "reopen")]
    to: Option<String>,
}

#[derive(Subcommand)]
enum Admin {
    /// Makes an account an admin's.
    Promote {
        /// Address of the account.
        email: String,
        #[command(flatten)]
        place: Place,
    },
}

/// Where the house is kept.
#[derive(Args)]
struct Place {
    /// Folder of the house: its database and its pictures.
    #[arg(long, env = "GAVEL_DATA_DIR", default_value = "./gavel-data")]
    data_dir: PathBuf,
    /// PostgreSQL database that keeps the house in place of a file in the folder, such as
    /// postgres://gavel:password@db1,db2/gavel. Of several hosts, the one that takes writes is used.
    /// Several servers may share it.
    #[arg(long, env = "GAVEL_DATABASE_URL", hide_env_values = true)]
    database_url: Option<String>,
}

impl Place {
    /// Where its database is.
    fn house(&self) -> gavel_store::Place {
        match &self.database_url {
            Some(url) => gavel_store::Place::Database(url.clone()),
            None => gavel_store::Place::File(database(&self.data_dir)),
        }
    }

    /// The same, where there must be a house.
    ///
    /// # Errors
    /// There is no file.
    fn house_there(&self) -> Result<gavel_store::Place, String> {
        match self.house() {
            gavel_store::Place::File(path) if !path.exists() => {
                Err(format!("there is no house in {}", self.data_dir.display()))
            }
            place => Ok(place),
        }
    }
}

/// Where its pictures are kept.
#[derive(Args)]
struct PicturesPlace {
    /// Bucket of an S3-compatible store that keeps the pictures in place of the folder `pictures` of
    /// the house, such as s3://bucket/prefix. Credentials, region and endpoint come from the
    /// environment (AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_REGION, AWS_ENDPOINT_URL). Or a folder
    /// that is there already, such as file:///mnt/pictures. Several servers of a house share either. It
    /// is backed up on its own.
    #[arg(long = "pictures-url", env = "GAVEL_PICTURES_URL", hide_env_values = true)]
    url: Option<String>,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Switch {
    On,
    Off,
}

#[derive(Args)]
struct Serve {
    #[command(flatten)]
    place: Place,
    #[command(flatten)]
    pictures: PicturesPlace,
    /// Redis server through which several servers of a house tell each other what happens, such as
    /// redis://:password@cache:6379 (rediss:// for TLS). What it loses is read from the database, later. Goes
    /// with --database-url.
    #[arg(long, env = "GAVEL_REDIS_URL", hide_env_values = true, requires = "database_url")]
    redis_url: Option<String>,
    /// Address at which the other servers of the house reach this one, to hand bids on to it: one such as
    /// 10.0.0.11:3001, where a firewall must know it; `near` for a free port of the address from which it
    /// reaches Redis, if that is private; `off` for none. Where they do not reach it, Redis carries the bids. Goes
    /// with --redis-url.
    #[arg(
        long,
        env = "GAVEL_PEERS_LISTEN",
        value_name = "ADDRESS",
        default_value = "near",
        value_parser = peers_listen,
        requires = "redis_url"
    )]
    peers_listen: PeersListen,
    /// Address to listen on.
    #[arg(long, env = "GAVEL_LISTEN", default_value = "127.0.0.1:3000")]
    listen: SocketAddr,
    /// Address under which people reach the house, such as https://auctions.example.org, where a
    /// proxy stands before it. With https, cookies are marked Secure; limits count whom the proxy
    /// names last in X-Forwarded-For, if it speaks from a loopback or private address.
    #[arg(long, env = "GAVEL_PUBLIC_URL", value_parser = public_url)]
    public_url: Option<String>,
    /// Fills an empty house with demo users, pictures and live auctions.
    #[arg(long, env = "GAVEL_DEMO")]
    demo: bool,
    /// Limits per user and address.
    #[arg(long, env = "GAVEL_RATE_LIMITS", value_enum, default_value = "on")]
    rate_limits: Switch,
    /// Server that delivers mail, such as smtps://user:password@mail.example.org or
    /// smtp://user:password@mail.example.org:587?tls=required. Without one, mails are written into
    /// the folder `mail` of the house.
    #[arg(long, env = "GAVEL_SMTP_URL", hide_env_values = true)]
    smtp_url: Option<String>,
    /// Whom mail is from.
    #[arg(long, env = "GAVEL_MAIL_FROM", default_value = "Gavel <gavel@localhost>")]
    mail_from: String,
    /// Metrics for Prometheus at /metrics, for everyone who reaches the house.
    #[arg(long, env = "GAVEL_METRICS", value_enum, default_value = "off")]
    metrics: Switch,
    /// Metrics at an address of their own instead, such as 127.0.0.1:9100.
    #[arg(long, env = "GAVEL_METRICS_LISTEN")]
    metrics_listen: Option<SocketAddr>,
}

/// Runs the command that the process was started with and says how it went: 0 well, 1 not, 2 badly
/// asked.
pub fn run() -> ExitCode {
    let matches = Cli::command().get_matches();
    match Cli::from_arg_matches(&matches) {
        Ok(cli) => cli.run(&matches),
        Err(error) => error.exit(),
    }
}

/// An address that links can begin with, and that an Origin can be: a scheme, a host, perhaps a port.
fn public_url(text: &str) -> Result<String, String> {
    let url = text.trim_end_matches('/');
    let host = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://"));
    let plain = |c: char| c.is_ascii_alphanumeric() || "-.:[]".contains(c);
    match host {
        Some(host) if !host.is_empty() && host.chars().all(plain) => Ok(url.to_owned()),
        _ => Err("must be such as https://auctions.example.org, without a path".to_owned()),
    }
}

fn peers_listen(text: &str) -> Result<PeersListen, String> {
    match text {
        "near" => Ok(PeersListen::Near),
        "off" => Ok(PeersListen::Off),
        address => address
            .parse()
            .map(PeersListen::At)
            .map_err(|_| "must be an address such as 10.0.0.11:3001, or near, or off".to_owned()),
    }
}

impl Cli {
    fn run(self, matches: &ArgMatches) -> ExitCode {
        if let Err(reason) = self.logging.start() {
            return failed(&reason);
        }
        match self.command {
            Command::Serve(args) => {
                if let Some((name, given)) = matches.subcommand() {
                    let mut command = Cli::command();
                    // Options that every command takes are part of each from here on.
                    command.build();
                    command.find_subcommand(name).into_iter().for_each(|c| config::tell(c, given));
                }
                in_runtime(run_server(args))
            }
            Command::Replay { files } => replay::run(&files),
            Command::Admin(Admin::Promote { email, place }) => in_runtime(promote(place, email)),
            Command::Verify { place } => in_runtime(verify(place)),
            Command::Backup { file, place, pictures } => {
                in_runtime(back_up(place, file, pictures.url.is_some()))
            }
            Command::Restore { file, place, pictures } => {
                in_runtime(restore(place, file, pictures.url.is_some()))
            }
            Command::Migrate { reopen: Some(place), .. } => in_runtime(reopen(place)),
            Command::Migrate { route, pictures, .. } => in_runtime(migrate(route, pictures.url)),
            Command::Openapi => {
                say(&openapi_json());
                ExitCode::SUCCESS
            }
        }
    }
}

impl Logging {
    /// # Errors
    /// The filter cannot be read.
    fn start(&self) -> Result<(), String> {
        let filter = tracing_subscriber::EnvFilter::try_new(&self.filter)
            .map_err(|error| format!("--log {}: {error}", self.filter))?;
        let lines = tracing_subscriber::fmt()
            .with_env_filter(filter)
            .with_writer(std::io::stderr)
            .with_ansi(std::io::stderr().is_terminal());
        let discreet = filter_fn(is_discreet);
        match self.format {
            LogFormat::Text => lines.finish().with(discreet).with(Floods).init(),
            LogFormat::Json => lines
                .json()
                .flatten_event(true)
                .with_span_list(false)
                .finish()
                .with(discreet)
                .with(Floods)
                .init(),
        }
        Ok(())
    }
}

/// Whether a line may be logged, whatever is asked for: below info, the libraries of the sockets and of the
/// database tell every message that goes to somebody, and every value that is stored. At info, those of the
/// migrations tell that there is nothing to do.
fn is_discreet(line: &tracing::Metadata<'_>) -> bool {
    let least = match line.target() {
        target if target.starts_with("tungstenite") => tracing::Level::INFO,
        target if target.starts_with("tokio_postgres") => tracing::Level::INFO,
        target if target.starts_with("refinery") => tracing::Level::WARN,
        target if target.starts_with("rusqlite_migration") => tracing::Level::WARN,
        _ => return true,
    };
    *line.level() <= least
}

fn in_runtime(work: impl Future<Output = Result<(), String>>) -> ExitCode {
    let runtime = match tokio::runtime::Builder::new_current_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return failed(&format!("cannot start: {error}")),
    };
    ended(runtime.block_on(work))
}

fn ended(outcome: Result<(), String>) -> ExitCode {
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(reason) => failed(&reason),
    }
}

async fn verify(place: Place) -> Result<(), String> {
    gavel_store::verify(&place.house_there()?).await.map_err(|unsound| unsound.to_string())
}

async fn back_up(place: Place, file: PathBuf, shared: bool) -> Result<(), String> {
    let (house, folder) = (place.house_there()?, place.data_dir.join("pictures"));
    let here = folder.is_dir();
    backup::make(&house, (here && !shared).then_some(&*folder), &file).await?;
    if shared {
        say(
            "the pictures are where --pictures-url says and not in this file: back them up on their own",
        );
    } else if !here {
        say(&format!("there are no pictures in this file: {} is not there", folder.display()));
    }
    Ok(())
}

async fn restore(place: Place, file: PathBuf, shared: bool) -> Result<(), String> {
    let Place { data_dir, database_url } = place;
    let pictures = backup::restore(&file, &data_dir, database_url.as_deref(), say).await?;
    if shared && pictures > 0 {
        let files = data_dir.join("pictures");
        say(&format!(
            "copy the {pictures} files of {} to where --pictures-url says",
            files.display()
        ));
    }
    Ok(())
}

async fn migrate(route: Route, pictures_url: Option<String>) -> Result<(), String> {
    let side = |option: &str, text: Option<String>| {
        Side::parse(&text.unwrap_or_default()).map_err(|what| format!("--{option}: {what}"))
    };
    let (from, to) = (side("from", route.from)?, side("to", route.to)?);
    migrate::run(&from, &to, pictures_url, say).await
}

async fn reopen(place: String) -> Result<(), String> {
    let side = Side::parse(&place).map_err(|what| format!("--reopen: {what}"))?;
    migrate::reopen(&side, say).await
}

async fn run_server(args: Serve) -> Result<(), String> {
    let options = Options {
        data_dir: args.place.data_dir,
        database_url: args.place.database_url,
        redis_url: args.redis_url,
        peers_listen: args.peers_listen,
        pictures: PicturesIn::named(args.pictures.url),
        public_url: args.public_url,
        rate_limits: args.rate_limits == Switch::On,
        mail: MailSettings {
            carrier: args.smtp_url.map_or(Carrier::Files, Carrier::Smtp),
            from: args.mail_from,
            ..MailSettings::default()
        },
    };
    let metrics = match args.metrics_listen {
        Some(_) => Some(meters::Place::Apart),
        None => (args.metrics == Switch::On).then_some(meters::Place::House),
    };
    metrics.map_or(Ok(()), meters::start)?;
    tokio::spawn(floods::tell());
    let house = House::open(options).await?;
    if args.demo {
        // What is mailed of the demo's bids has links too.
        if args.listen.port() != 0 {
            house.listens_at(args.listen);
        }
        crate::demo::fill(&house, say).await?;
    }
    if let Some(address) = args.metrics_listen {
        serve::apart(meters::router(house.clone()), address).await?;
    }
    let router = router(house.clone());
    let ended = serve::run(house, router, args.listen, say).await;
    floods::tell_now();
    ended
}

async fn promote(place: Place, email: String) -> Result<(), String> {
    let house = place.house_there()?;
    let store = gavel_store::Store::open_at(&house).await.map_err(|error| error.to_string())?;
    let (id, at) = crate::house::id_and_time();
    if store.promote(&email, id, at).await.map_err(|error| error.to_string())? {
        say(&format!("{email} is an admin now"));
        Ok(())
    } else {
        Err(format!("nobody who is not banned has the address {email}"))
    }
}

fn say(line: &str) {
    // Whoever reads it may have heard enough and gone; the house stays open.
    let _ = writeln!(std::io::stdout(), "{line}");
}

#[expect(clippy::print_stderr, reason = "why a command failed goes to standard error")]
fn failed(reason: &str) -> ExitCode {
    eprintln!("gavel: {reason}");
    ExitCode::FAILURE
}
