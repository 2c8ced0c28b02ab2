//! The processes: servers, and Redis.

use crate::Fail;
use crate::process::Process;
use std::fs::{File, OpenOptions};
use std::net::{SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus, Stdio};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;
use tempfile::TempDir;
use tokio::net::TcpStream;
use tokio::time::Instant;

/// How long a process may take to start.
const START_TIMEOUT: Duration = Duration::from_secs(60);
/// How long a process may take to end once it was asked to; it is killed then.
const END_TIMEOUT: Duration = Duration::from_secs(30);

/// Where the servers are to be found. A server that is gone stays in it: so a client finds out.
pub(crate) struct Addresses(Vec<RwLock<SocketAddr>>);

impl Addresses {
    pub(crate) fn of(&self, server: usize) -> SocketAddr {
        *self.0[server].read().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn len(&self) -> usize {
        self.0.len()
    }

    fn set(&self, server: usize, address: SocketAddr) {
        *self.0[server].write().unwrap_or_else(PoisonError::into_inner) = address;
    }
}

/// One `gavel serve`, whether it runs or not.
struct Server {
    arguments: Vec<String>,
    process: Option<Process>,
}

/// All servers of a house.
pub(crate) struct House {
    gavel: PathBuf,
    servers: Vec<Server>,
    pub(crate) addresses: Arc<Addresses>,
    folder: TempDir,
}

impl House {
    /// Starts a server for each pair of a database's URL and perhaps a Redis'.
    pub(crate) async fn open(
        gavel: &Path,
        lines: Vec<(String, Option<String>)>,
    ) -> Result<House, Fail> {
        let folder = tempfile::Builder::new().prefix("gavel-trial-").tempdir()?;
        let mut servers = Vec::new();
        let last = lines.len() - 1;
        for (number, (database, redis)) in lines.into_iter().enumerate() {
            let data = folder.path().join(format!("server-{number}"));
            let data = data.to_string_lossy().into_owned();
            let mut arguments: Vec<String> =
                ["--listen", "127.0.0.1:0", "--rate-limits", "off", "--data-dir", &data]
                    .map(str::to_owned)
                    .to_vec();
            arguments.extend(["--database-url".to_owned(), database]);
            if let Some(redis) = redis {
                arguments.extend(["--redis-url".to_owned(), redis]);
                // So that bids are handed on both ways: directly, and to the last through Redis.
                if number == last && House::knows(gavel, "--peers-listen")? {
                    arguments.extend(["--peers-listen", "off"].map(str::to_owned));
                }
            }
            servers.push(Server { arguments, process: None });
        }
        let nowhere = || RwLock::new(SocketAddr::from(([127, 0, 0, 1], 1)));
        let addresses = Addresses(servers.iter().map(|_| nowhere()).collect());
        let gavel = gavel.to_owned();
        let mut house = House { gavel, servers, addresses: Arc::new(addresses), folder };
        for server in 0..house.servers.len() {
            house.start(server).await?;
        }
        Ok(house)
    }

    /// Whether the binary's `serve` has an option.
    pub(crate) fn knows(gavel: &Path, option: &str) -> Result<bool, Fail> {
        let help = Command::new(gavel).args(["serve", "--help"]).output();
        let help = help.map_err(|error| format!("{}: {error}", gavel.display()))?;
        Ok(String::from_utf8_lossy(&help.stdout).contains(option))
    }

    pub(crate) async fn start(&mut self, number: usize) -> Result<(), Fail> {
        let log = self.log_of(number);
        let server = &mut self.servers[number];
        let mut command = Command::new(&self.gavel);
        command.arg("serve").args(&server.arguments).env("GAVEL_LOG", "warn");
        command.stderr(log_file(&log)?);
        let (process, line) = Process::start_and_hear(&mut command, START_TIMEOUT).await?;
        let address = line.strip_prefix("listening on http://");
        let address = address.and_then(|address| address.trim().parse().ok());
        let complaint = || format!("a server said {line:?}: {}", last_lines(&log));
        self.addresses.set(number, address.ok_or_else(complaint)?);
        server.process = Some(process);
        Ok(())
    }

    /// As a power cut, as far as the process is concerned.
    pub(crate) fn kill_9(&mut self, number: usize) -> Result<(), Fail> {
        self.running(number)?.kill_9()
    }

    /// Has it stand still.
    pub(crate) fn freeze(&mut self, number: usize) -> Result<(), Fail> {
        self.with_running(number, Process::freeze)
    }

    /// Has it go on.
    pub(crate) fn thaw(&mut self, number: usize) -> Result<(), Fail> {
        self.with_running(number, Process::thaw)
    }

    fn with_running(
        &mut self,
        number: usize,
        act: impl Fn(&Process) -> Result<(), Fail>,
    ) -> Result<(), Fail> {
        let process = self.running(number)?;
        let done = act(&process);
        self.servers[number].process = Some(process);
        done
    }

    /// Asks it to end, and says how it did and how long it took.
    pub(crate) async fn terminate(
        &mut self,
        number: usize,
    ) -> Result<(ExitStatus, Duration), Fail> {
        let mut process = self.running(number)?;
        let begun = Instant::now();
        process.terminate()?;
        Ok((process.ended(END_TIMEOUT).await?, begun.elapsed()))
    }

    fn running(&mut self, number: usize) -> Result<Process, Fail> {
        let process = self.servers[number].process.take();
        let mut process = process.ok_or_else(|| format!("server {number} does not run"))?;
        match process.has_ended()? {
            None => Ok(process),
            Some(status) => Err(self.died(number, status)),
        }
    }

    /// # Errors
    /// A server has ended that nobody has ended.
    pub(crate) fn all_run(&mut self) -> Result<(), Fail> {
        for number in 0..self.servers.len() {
            self.with_running(number, |_| Ok(()))?;
        }
        Ok(())
    }

    fn died(&self, number: usize, status: ExitStatus) -> Fail {
        let log = last_lines(&self.log_of(number));
        format!("server {number} has ended by itself ({status}): {log}").into()
    }

    fn log_of(&self, number: usize) -> PathBuf {
        self.folder.path().join(format!("log-{number}"))
    }

    /// How many lines of a level the servers have logged.
    pub(crate) fn logged(&self, level: &str) -> usize {
        let lines = (0..self.servers.len()).map(|number| {
            let text = std::fs::read_to_string(self.log_of(number)).unwrap_or_default();
            text.lines().filter(|line| line.contains(level)).count()
        });
        lines.sum()
    }
}

fn log_file(path: &Path) -> std::io::Result<File> {
    OpenOptions::new().create(true).append(true).open(path)
}

fn last_lines(log: &Path) -> String {
    let text = std::fs::read_to_string(log).unwrap_or_default();
    let lines = text.lines().rev().take(5).collect::<Vec<_>>();
    lines.into_iter().rev().collect::<Vec<_>>().join("\n")
}

/// A Redis of the trial's own, which keeps nothing.
pub(crate) struct Redis {
    pub(crate) address: SocketAddr,
    process: Option<Process>,
}

impl Redis {
    pub(crate) async fn start() -> Result<Redis, Fail> {
        let free = TcpListener::bind("127.0.0.1:0")?.local_addr()?;
        let mut redis = Redis { address: free, process: None };
        redis.run().await?;
        Ok(redis)
    }

    /// Starts it, at the address that it had.
    pub(crate) async fn run(&mut self) -> Result<(), Fail> {
        let port = self.address.port().to_string();
        let arguments =
            ["--port", &port, "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"];
        let mut command = Command::new("redis-server");
        self.process = Some(Process::start(command.args(arguments).stdout(Stdio::null()))?);
        let deadline = Instant::now() + START_TIMEOUT;
        while TcpStream::connect(self.address).await.is_err() {
            if Instant::now() > deadline {
                return Err("Redis does not start".into());
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        Ok(())
    }

    pub(crate) fn kill_9(&mut self) -> Result<(), Fail> {
        self.process.take().map_or(Ok(()), Process::kill_9)
    }
}
