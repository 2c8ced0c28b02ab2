//! PostgreSQL underneath: pools of connections, a deadline for everything, and an outcome that says
//! what is known.
//!
//! A frozen server is invisible to TCP, so whatever is asked has a deadline here, after which the
//! connection is given up. No timeout of the server's own and no cancel is ever used: around a COMMIT
//! they would have it acknowledged before it is replicated.

use crate::db::For;
use crate::engine_store::one;
use crate::marks::AWAY;
use crate::schema;
use crate::sql::{Answers, DbError, Row, Statement, Value};
use crate::tls;
use deadpool::managed::{self, Metrics, Object, PoolError, RecycleError, RecycleResult};
use futures_util::FutureExt;
use futures_util::future::{BoxFuture, join, select_ok, try_join, try_join_all};
use gavel_engine::ports::StoreError;
use std::borrow::Cow;
use std::collections::HashMap;
use std::fmt::Write as _;
use std::future::poll_fn;
use std::str::FromStr;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::time::Duration;
use tokio::time::timeout;
use tokio_postgres::config::{Host, TargetSessionAttrs};
use tokio_postgres::error::{Severity, SqlState};
use tokio_postgres::tls::MakeTlsConnect;
use tokio_postgres::types::{IsNull, ToSql, Type, private::BytesMut};
use tokio_postgres::{AsyncMessage, Client, Config, Error, Socket};
use tokio_postgres_rustls::MakeRustlsConnect;

/// Connections that pages and changes of visitors share; more wait.
const VISITORS_MAX: usize = 12;
/// Connections of what follows the engine, which no visitor can take.
const ENGINE_MAX: usize = 4;
/// Connections of the engine's own, and one to take the place of one that does not answer.
const TURNS_MAX: usize = 2;
/// How long a place in a pool is waited for.
const PLACE_TIMEOUT: Duration = Duration::from_secs(3);
/// How long a connection may take to come about.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
/// How long the host that took writes last is waited for alone.
const SOON: Duration = Duration::from_secs(1);
/// How long the database may take for what is asked at once.
const DEADLINE: Duration = Duration::from_secs(5);
/// A server that stops dead in the middle of its turn must not keep a lot from the others. Neither
/// limit touches a COMMIT: it waits for no lock, and whoever has sent one is not idle.
const SESSION: &str = "-c lock_timeout=4s -c idle_in_transaction_session_timeout=3s";
/// All that a turn asks for, it asks for by key, in words that never change. What the planner believes of
/// tables that nobody has analysed yet must not have it read them whole, while others wait for the turn.
const TURNS: &str = "SET enable_seqscan = off; SET enable_hashjoin = off; SET enable_mergejoin = off; \
                     SET plan_cache_mode = force_generic_plan";
/// Keeps two servers that start at once from migrating at once.
const MIGRATING: i64 = 0x6761_7665;
/// How long the server may take for one query of a [`Snapshot`], which may go through a whole table.
const SNAPSHOT_DEADLINE: Duration = Duration::from_secs(300);
/// A snapshot is read with pauses, in which what was read is looked at or written elsewhere.
const SNAPSHOT: &str = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; \
                        SET LOCAL idle_in_transaction_session_timeout = '10min'";
/// What sessions of servers are called, and of commands that change a house beside them.
const SERVER: &str = "gavel";
/// What sessions are called that only read a house, or carry one over.
const CARRIER: &str = "gavel-carrier";

/// What is said of a URL that cannot be read.
const UNREADABLE: &str = "the database's URL cannot be read: it must be such as \
                          postgres://gavel:password@host/gavel, without quotes, and what is special in a \
                          password is written as %40";

type Pool = managed::Pool<Connections>;

/// A PostgreSQL database.
pub(crate) struct Postgres {
    lanes: [Pool; 3],
    /// The connection that carries out what an engine has sent and waits for, if it does: what it sends
    /// meanwhile is to come after that.
    line: Mutex<Weak<InLine>>,
    /// Whether a house that has moved away is refused.
    guarded: Arc<AtomicBool>,
}

impl Postgres {
    /// Connects to the database of a URL, and migrates it. Of several hosts the one that takes writes
    /// is found, now and after every failure.
    pub(crate) async fn open(url: &str) -> Result<Postgres, StoreError> {
        Postgres::open_as(SERVER, url).await
    }

    /// The same to carry a house there, or away from there.
    pub(crate) async fn open_to_carry(url: &str) -> Result<Postgres, StoreError> {
        Postgres::open_as(CARRIER, url).await
    }

    async fn open_as(name: &str, url: &str) -> Result<Postgres, StoreError> {
        let (hosts, guarded) = (Arc::new(Hosts::of(url, name)?), Arc::<AtomicBool>::default());
        let pool = |most: usize, settings: &'static str| {
            let timeouts = managed::Timeouts {
                wait: Some(PLACE_TIMEOUT),
                create: Some(CONNECT_TIMEOUT),
                recycle: None,
            };
            Pool::builder(Connections { hosts: hosts.clone(), guarded: guarded.clone(), settings })
                .max_size(most)
                .timeouts(timeouts)
                .runtime(deadpool::Runtime::Tokio1)
                .build()
                .map_err(|error| StoreError::Unavailable(error.to_string()))
        };
        let lanes = [pool(VISITORS_MAX, "")?, pool(ENGINE_MAX, "")?, pool(TURNS_MAX, TURNS)?];
        let db = Postgres { lanes, line: Mutex::default(), guarded };
        db.migrate().await?;
        Ok(db)
    }

    /// Has every connection that is made from now on look whether the house has moved away. Whoever
    /// carries it away marks it first and looks then whether a server is connected (docs/adr/0011): so
    /// either sees the other.
    pub(crate) fn guard(&self) {
        self.guarded.store(true, Ordering::Release);
    }

    async fn migrate(&self) -> Result<(), StoreError> {
        let mut connection = self.connection(For::Engine).await?;
        let failed =
            |error: &dyn std::fmt::Display| StoreError::Damaged(format!("cannot migrate: {error}"));
        let mut migrations = Vec::new();
        for (name, sql) in schema::postgres() {
            let migration = refinery::Migration::unapplied(name, &sql);
            migrations.push(migration.map_err(|error| failed(&error))?);
        }
        let client = &mut connection.client;
        // Held as long as the session, so that it is given up whatever happens.
        let lock = format!("SET lock_timeout = 0; SELECT pg_advisory_lock({MIGRATING})");
        client.batch_execute(&lock).await.map_err(|error| away(&error))?;
        let made = refinery::Runner::new(&migrations)
            .set_migration_table_name("migration")
            .run_async(client)
            .await;
        drop(Object::take(connection));
        made.map(drop).map_err(|error| failed(&error))
    }

    async fn connection(&self, lane: For) -> Result<Object<Connections>, StoreError> {
        let got = self.lanes[lane as usize].get().await;
        got.map_err(|error| match error {
            PoolError::Backend(error) => error,
            error => StoreError::Unavailable(format!("no connection: {error}")),
        })
    }

    /// Carries out statements in one durable transaction.
    pub(crate) fn write(
        &self,
        lane: For,
        statements: Vec<Statement>,
    ) -> BoxFuture<'_, Result<(), DbError>> {
        // Boxed, because what waits for it is deep enough without the driver's own futures.
        async move { self.transact(lane, &statements).await }.boxed()
    }

    async fn transact(&self, lane: For, statements: &[Statement]) -> Result<(), DbError> {
        let connection = self.connection(lane).await.map_err(|e| unavailable(&e.to_string()))?;
        Turn(Some(connection)).carry_out(statements, &[], Begun::No).await.map(drop)
    }

    /// The same for an engine, with queries that are answered after the statements: behind what it has
    /// sent before, whether that is done or not.
    pub(crate) fn write_in_line(
        &self,
        statements: Vec<Statement>,
        queries: Vec<Statement>,
    ) -> BoxFuture<'_, Result<Answers, DbError>> {
        self.in_line(statements, queries, End::Commit)
    }

    /// Has statements checked in the same place, and undoes what they did: nobody's disk is waited for.
    pub(crate) fn check_in_line(
        &self,
        statements: Vec<Statement>,
    ) -> BoxFuture<'_, Result<(), DbError>> {
        let checked = self.in_line(statements, Vec::new(), End::Rollback);
        async move { checked.await.map(drop) }.boxed()
    }

    fn in_line(
        &self,
        statements: Vec<Statement>,
        queries: Vec<Statement>,
        end: End,
    ) -> BoxFuture<'_, Result<Answers, DbError>> {
        async move {
            let line = self.line().await.map_err(|e| unavailable(&e.to_string()))?;
            let connection = line.connection().map_err(|e| unavailable(&e.to_string()))?;
            let carried_out = connection.carry_out(&statements, &queries, Begun::No, end);
            let late = |_| Err(DbError::Unknown("no answer in time".to_owned()));
            let outcome = timeout(DEADLINE, carried_out).await.unwrap_or_else(late);
            if let Err(DbError::Unknown(_)) = outcome {
                connection.spoiled.store(true, Ordering::Release);
            }
            outcome
        }
        .boxed()
    }

    async fn line(&self) -> Result<Arc<InLine>, StoreError> {
        let known = || self.line.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(line) = known().upgrade().filter(|line| !line.is_spoiled()) {
            return Ok(line);
        }
        let line = Arc::new(InLine(Some(self.connection(For::Turns).await?)));
        *known() = Arc::downgrade(&line);
        Ok(line)
    }

    /// Begins a transaction with some queries, of which each sees what the one before it waited for.
    pub(crate) fn begin(
        &self,
        lane: For,
        queries: Vec<Statement>,
    ) -> BoxFuture<'_, Result<(Turn, Answers), StoreError>> {
        async move {
            let mut turn = Turn(Some(self.connection(lane).await?));
            let answers = turn.ask(&queries, Begun::No).await?;
            Ok((turn, answers))
        }
        .boxed()
    }

    /// Answers several queries from one state of the database.
    pub(crate) fn read_all(
        &self,
        lane: For,
        queries: Vec<Statement>,
    ) -> BoxFuture<'_, Result<Answers, StoreError>> {
        async move { self.answer_all(lane, &queries).await }.boxed()
    }

    async fn answer_all(&self, lane: For, queries: &[Statement]) -> Result<Answers, StoreError> {
        // Whoever waits may give up between BEGIN and ROLLBACK. The connection is closed then: the next to
        // take it would be answered from the state of the database that this one began to look at.
        let mut turn = Turn(Some(self.connection(lane).await?));
        let connection = turn.connection()?;
        let asked = async {
            if let [query] = queries {
                return Ok(vec![connection.ask(query).await?]);
            }
            let begin = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY";
            // Everything is on its way before the first answer is here.
            let answers = try_join_all(queries.iter().map(|query| connection.ask(query)));
            let (begun, answers) = join(connection.client.batch_execute(begin), answers).await;
            connection.client.batch_execute("ROLLBACK").await?;
            begun?;
            answers
        };
        match timeout(DEADLINE, asked).await {
            Ok(answer) => {
                // Back to its pool.
                drop(turn.0.take());
                answer.map_err(|error| away(&error))
            }
            Err(_) => {
                turn.forsake();
                Err(StoreError::Unavailable("no answer in time".to_owned()))
            }
        }
    }
}

/// Closes a connection on which no answer came in time, and with it those of its pool that are idle:
/// they are to the same server, and whoever took the next would wait as long in vain.
fn forsake(connection: Object<Connections>) {
    if let Some(pool) = Object::pool(&connection) {
        pool.retain(|_, _| false);
    }
    drop(Object::take(connection));
}

/// A connection on which transactions wait for each other. It goes back to its pool after the last of
/// them, or is closed where nobody knows what became of one.
struct InLine(Option<Object<Connections>>);

impl InLine {
    fn connection(&self) -> Result<&Object<Connections>, StoreError> {
        let gone = || StoreError::Unavailable("the connection is gone".to_owned());
        self.0.as_ref().ok_or_else(gone)
    }

    fn is_spoiled(&self) -> bool {
        self.0.as_ref().is_none_or(|connection| connection.spoiled.load(Ordering::Acquire))
    }
}

impl Drop for InLine {
    fn drop(&mut self) {
        if self.is_spoiled()
            && let Some(connection) = self.0.take()
        {
            forsake(connection);
        }
    }
}

/// A transaction that is held open. Where it is dropped, its connection is closed, and the server rolls
/// back what it holds.
pub(crate) struct Turn(Option<Object<Connections>>);

/// Whether a transaction has begun by now.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Begun {
    No,
    Yes,
}

/// How a transaction ends.
#[derive(Clone, Copy)]
enum End {
    Commit,
    Rollback,
}

impl End {
    fn word(self) -> &'static str {
        match self {
            End::Commit => "COMMIT",
            End::Rollback => "ROLLBACK",
        }
    }
}

impl Turn {
    /// Answers more queries.
    pub(crate) fn more(
        &mut self,
        queries: Vec<Statement>,
    ) -> BoxFuture<'_, Result<Answers, StoreError>> {
        async move { self.ask(&queries, Begun::Yes).await }.boxed()
    }

    async fn ask(&mut self, queries: &[Statement], begun: Begun) -> Result<Answers, StoreError> {
        let connection = self.connection()?;
        let asked = timeout(DEADLINE, connection.ask_all(queries, begun)).await;
        match asked {
            Ok(Ok(answers)) => Ok(answers),
            // The connection is in a transaction that has failed, or does not answer at all.
            Ok(Err(error)) => {
                self.give_up();
                Err(away(&error))
            }
            Err(_) => {
                self.forsake();
                Err(StoreError::Unavailable("no answer in time".to_owned()))
            }
        }
    }

    /// Carries out statements, answers queries after them, and makes all of it durable.
    pub(crate) fn commit(
        mut self,
        statements: Vec<Statement>,
        queries: Vec<Statement>,
    ) -> BoxFuture<'static, Result<Answers, DbError>> {
        async move { self.carry_out(&statements, &queries, Begun::Yes).await }.boxed()
    }

    /// Undoes what it holds.
    pub(crate) async fn leave(mut self) {
        self.roll_back().await;
    }

    async fn carry_out(
        &mut self,
        statements: &[Statement],
        queries: &[Statement],
        begun: Begun,
    ) -> Result<Answers, DbError> {
        let connection = self.connection().map_err(|e| unavailable(&e.to_string()))?;
        let carried_out = connection.carry_out(statements, queries, begun, End::Commit);
        let Ok(outcome) = timeout(DEADLINE, carried_out).await else {
            self.forsake();
            return Err(DbError::Unknown("no answer in time".to_owned()));
        };
        match outcome {
            Err(DbError::Unknown(_)) => self.give_up(),
            // The transaction is over: back to its pool.
            Ok(_) | Err(_) => drop(self.0.take()),
        }
        outcome
    }

    async fn roll_back(&mut self) {
        let Some(connection) = &self.0 else { return };
        let back = connection.client.batch_execute("ROLLBACK");
        match timeout(DEADLINE, back).await {
            Ok(Ok(())) => drop(self.0.take()),
            Ok(Err(_)) => self.give_up(),
            Err(_) => self.forsake(),
        }
    }

    fn connection(&self) -> Result<&Object<Connections>, StoreError> {
        let gone = || StoreError::Unavailable("the transaction is over".to_owned());
        self.0.as_ref().ok_or_else(gone)
    }

    /// Closes the connection.
    fn give_up(&mut self) {
        drop(self.0.take().map(Object::take));
    }

    /// Closes it, as no answer came in time.
    fn forsake(&mut self) {
        if let Some(connection) = self.0.take() {
            forsake(connection);
        }
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        self.give_up();
    }
}

/// The hosts of a database, of which one takes writes.
struct Hosts {
    each: Vec<Config>,
    tls: MakeRustlsConnect,
    /// The host that did when it was last looked.
    writable: AtomicUsize,
}

impl Hosts {
    /// Those of a URL, for sessions of a name.
    fn of(url: &str, name: &str) -> Result<Hosts, StoreError> {
        let asked = tls::Asked::by(url);
        let mut config = parsed(&asked.url)?;
        let tls = asked.connector().map_err(StoreError::Unusable)?;
        let options = format!("{} {SESSION}", config.get_options().unwrap_or_default());
        config
            .application_name(name)
            .connect_timeout(CONNECT_TIMEOUT)
            .tcp_user_timeout(DEADLINE)
            .target_session_attrs(TargetSessionAttrs::ReadWrite)
            .options(options);
        let count = config.get_hosts().len().max(config.get_hostaddrs().len());
        let each = (0..count).map(|n| host(&config, n)).collect();
        Ok(Hosts { each, tls, writable: AtomicUsize::new(0) })
    }

    /// Connects to the host that took writes last, or where that does not answer soon, to whichever of
    /// them is first to: a host that is frozen lets itself be connected to and then says nothing, so
    /// asking one after the other would never get past it.
    async fn line(&self) -> Result<Line, Error> {
        let known = self.writable.load(Ordering::Relaxed);
        let soon = timeout(SOON, self.each[known].connect(self.tls.clone()));
        if let Ok(Ok(line)) = soon.await {
            return Ok(line);
        }
        let attempts = self.each.iter().enumerate().map(|(n, host)| {
            async move { host.connect(self.tls.clone()).await.map(|line| (n, line)) }.boxed()
        });
        let ((n, line), _) = select_ok(attempts).await?;
        self.writable.store(n, Ordering::Relaxed);
        Ok(line)
    }

    async fn connect(&self) -> Result<Connection, Error> {
        let (client, mut line) = self.line().await?;
        let warnings = Arc::<AtomicU64>::default();
        let warns = warnings.clone();
        tokio::spawn(async move {
            while let Some(message) = poll_fn(|context| line.poll_message(context)).await {
                match message {
                    Ok(AsyncMessage::Notice(notice)) if notice.severity() == "WARNING" => {
                        tracing::warn!(notice = notice.message(), "the database warns");
                        warns.fetch_add(1, Ordering::Release);
                    }
                    Ok(_) => {}
                    Err(error) => {
                        tracing::debug!(%error, "a connection to the database broke");
                        return;
                    }
                }
            }
        });
        Ok(Connection {
            client,
            warnings,
            spoiled: AtomicBool::new(false),
            known: Mutex::default(),
            types: Mutex::default(),
            sends: tokio::sync::Mutex::default(),
        })
    }
}

type Encrypted = <MakeRustlsConnect as MakeTlsConnect<Socket>>::Stream;
type Line = (Client, tokio_postgres::Connection<Socket, Encrypted>);

/// What a URL says. Where it cannot be read nothing of it is repeated, but an option that is known: anything
/// else may be a part of a password.
fn parsed(url: &str) -> Result<Config, StoreError> {
    let is_one = ["postgres://", "postgresql://"].iter().any(|scheme| url.starts_with(scheme));
    // Where a password has an @ the rest of it would be a part of the host's name, or of the database's.
    let is_whole = |config: &Config| {
        let host = |host: &Host| matches!(host, Host::Tcp(name) if name.contains('@'));
        !config.get_hosts().iter().any(host)
            && !config.get_dbname().is_some_and(|name| name.contains('@'))
    };
    let told = match Config::from_str(url) {
        Ok(config) if is_one && is_whole(&config) => return Ok(config),
        Err(error) if is_one => chain(&error),
        _ => String::new(),
    };
    let told = told.find("invalid value").map_or("", |at| &told[at..]);
    Err(StoreError::Unusable(match told {
        "" => UNREADABLE.to_owned(),
        told => format!("the database's URL cannot be read: {told}"),
    }))
}

/// A configuration with one host of several.
fn host(all: &Config, n: usize) -> Config {
    let mut one = Config::new();
    one.options(all.get_options().unwrap_or_default())
        .application_name(all.get_application_name().unwrap_or_default())
        .ssl_mode(all.get_ssl_mode())
        .ssl_negotiation(all.get_ssl_negotiation())
        .channel_binding(all.get_channel_binding())
        .target_session_attrs(all.get_target_session_attrs())
        .keepalives(all.get_keepalives())
        .keepalives_idle(all.get_keepalives_idle());
    all.get_user().map(|user| one.user(user));
    all.get_password().map(|password| one.password(password));
    all.get_dbname().map(|name| one.dbname(name));
    all.get_connect_timeout().map(|timeout| one.connect_timeout(*timeout));
    all.get_tcp_user_timeout().map(|timeout| one.tcp_user_timeout(*timeout));
    all.get_keepalives_interval().map(|interval| one.keepalives_interval(interval));
    all.get_keepalives_retries().map(|retries| one.keepalives_retries(retries));
    match all.get_hosts().get(n) {
        Some(Host::Tcp(name)) => drop(one.host(name)),
        Some(Host::Unix(path)) => drop(one.host_path(path)),
        None => {}
    }
    all.get_hostaddrs().get(n).map(|address| one.hostaddr(*address));
    let port = all.get_ports().get(n).or(all.get_ports().first());
    port.map(|port| one.port(*port));
    one
}

/// Makes connections.
struct Connections {
    hosts: Arc<Hosts>,
    guarded: Arc<AtomicBool>,
    /// What each is told first.
    settings: &'static str,
}

impl managed::Manager for Connections {
    type Type = Connection;
    type Error = StoreError;

    async fn create(&self) -> Result<Connection, StoreError> {
        let connection = self.hosts.connect().await.map_err(|error| away(&error))?;
        if !self.settings.is_empty() {
            let set = connection.client.batch_execute(self.settings).await;
            set.map_err(|error| away(&error))?;
        }
        if self.guarded.load(Ordering::Acquire) {
            let sql = format!("SELECT 1 FROM house WHERE name = '{AWAY}'");
            let moved = connection.client.query_opt(&sql, &[]).await;
            if moved.map_err(|error| away(&error))?.is_some() {
                return Err(StoreError::Unusable("the house has moved away".to_owned()));
            }
        }
        Ok(connection)
    }

    async fn recycle(&self, connection: &mut Connection, _: &Metrics) -> RecycleResult<StoreError> {
        if connection.client.is_closed() {
            return Err(RecycleError::message("closed"));
        }
        Ok(())
    }
}

/// What a database is called in a line to whoever runs the house: nothing of its URL that may be
/// secret.
pub(crate) fn name(url: &str) -> String {
    let Ok(config) = parsed(&tls::Asked::by(url).url) else {
        return "a PostgreSQL database".to_owned();
    };
    let name = config.get_dbname().or(config.get_user()).unwrap_or("postgres");
    let host = |host: &Host| match host {
        Host::Tcp(name) => name.clone(),
        Host::Unix(path) => path.display().to_string(),
    };
    let hosts = config.get_hosts().iter().map(host).collect::<Vec<_>>();
    let ports = config.get_ports().iter().map(u16::to_string).collect::<Vec<_>>();
    let at = if ports.is_empty() { String::new() } else { format!(":{}", ports.join(",")) };
    format!("the database {name} on {}{at}", hosts.join(","))
}

/// One state of a database that others may go on writing to: opened to read alone, never migrated.
pub(crate) struct Snapshot(Connection);

impl Snapshot {
    /// Connects to the database of a URL as it stands then, and says how many migrations it has seen.
    pub(crate) async fn open(url: &str) -> Result<(Snapshot, usize), StoreError> {
        let hosts = Hosts::of(url, CARRIER)?;
        let late = |_| StoreError::Unavailable("no connection in time".to_owned());
        let connection = timeout(CONNECT_TIMEOUT, hosts.connect()).await.map_err(late)?;
        let connection = connection.map_err(|error| away(&error))?;
        connection.client.batch_execute(SNAPSHOT).await.map_err(|error| away(&error))?;
        let snapshot = Snapshot(connection);
        let first = async |sql: &'static str| {
            let mut answers = snapshot.read_all(&[Statement::new(sql, Vec::new())]).await?;
            one(answers.pop().unwrap_or_default())?.count::<usize>()
        };
        let houses = "SELECT COUNT(*) FROM pg_class WHERE oid = to_regclass('migration')";
        let made = match first(houses).await? {
            0 => 0,
            _ => first("SELECT COUNT(*) FROM migration").await?,
        };
        Ok((snapshot, made))
    }

    /// Answers queries, all of them sent before the first answer.
    pub(crate) async fn read_all(&self, queries: &[Statement]) -> Result<Answers, StoreError> {
        let asked = async {
            self.0.prepare_queries(queries).await?;
            try_join_all(queries.iter().map(|query| self.0.ask(query))).await
        };
        match timeout(SNAPSHOT_DEADLINE, asked).await {
            Ok(answers) => answers.map_err(|error| away(&error)),
            Err(_) => Err(StoreError::Unavailable("no answer in time".to_owned())),
        }
    }
}

/// A connection, with the statements that it has prepared: those whose text never changes, and what they are
/// sent together as, so that there are only so many.
struct Connection {
    client: Client,
    /// How often the server has warned of something.
    warnings: Arc<AtomicU64>,
    /// Whether nobody knows what became of something that it was to carry out.
    spoiled: AtomicBool,
    known: Mutex<HashMap<Vec<Part>, tokio_postgres::Statement>>,
    types: Mutex<HashMap<&'static str, Vec<Type>>>,
    /// Whose turn it is to send: what is ready must not overtake what is still to be prepared.
    sends: tokio::sync::Mutex<()>,
}

impl Connection {
    /// Carries out statements and makes them durable, all of it sent before the first answer is here: the
    /// rows that others wait for are held for one round trip less. A statement that fails, or changes
    /// other rows than it must, has the server turn the COMMIT after it into a ROLLBACK. Where all of it is one
    /// statement, nothing is said to begin or to end it, and the same becomes of it.
    async fn carry_out(
        &self,
        statements: &[Statement],
        queries: &[Statement],
        begun: Begun,
        end: End,
    ) -> Result<Answers, DbError> {
        let refused = |error: Error| refused(&error);
        let sends = self.sends.lock().await;
        let warnings = self.warnings.load(Ordering::Acquire);
        let groups = Group::all(statements);
        if let (Begun::No, End::Commit) = (begun, end)
            && let Some(whole) = Group::whole(&groups, queries)
        {
            self.prepare_all(std::slice::from_ref(&whole)).await.map_err(refused)?;
            let sent = Sent::now(self.execute(&whole).boxed());
            drop(sends);
            return Ok(vec![self.committed(sent.outcome().await, warnings)?]);
        }
        let prepared = try_join(self.prepare_all(&groups), self.prepare_queries(queries)).await;
        if let Err(error) = prepared {
            return Err(self.undo(error).await);
        }
        let each = groups.iter().map(|group| self.execute(group).boxed());
        let each = each.chain(queries.iter().map(|query| self.ask(query).boxed()));
        // What is prepared is sent when it is first polled. What cannot be sent says so then, and what
        // is sent without it must not be committed.
        let begin = Sent::now(self.begin(begun).boxed());
        let mut sent = Vec::with_capacity(statements.len() + queries.len());
        for one in each {
            match Sent::now(one) {
                Sent::Done(Err(error)) => return Err(self.undo(error).await),
                one => sent.push(one),
            }
        }
        let commit = Sent::now(self.client.batch_execute(end.word()).boxed());
        drop(sends);
        // Each is waited for, whatever became of the one before it: then the connection is free.
        let begun = begin.outcome().await;
        let mut answers = Vec::with_capacity(sent.len());
        for one in sent {
            answers.push(one.outcome().await);
        }
        let committed = commit.outcome().await;
        if let Err(error) = begun {
            // Without it each statement was its own transaction.
            return Err(DbError::Unknown(chain(&error)));
        }
        match answers.into_iter().collect::<Result<Vec<_>, _>>() {
            Ok(mut answers) => {
                self.committed(committed, warnings)?;
                Ok(answers.split_off(answers.len() - queries.len()))
            }
            // An answer, if a bad one, and an answer to the COMMIT: it was rolled back.
            Err(error) if error.as_db_error().is_some() && committed.is_ok() => Err(refused(error)),
            Err(error) => Err(DbError::Unknown(chain(&error))),
        }
    }

    /// Answers queries in one transaction, in order, all of them sent before the first answer.
    async fn ask_all(&self, queries: &[Statement], begun: Begun) -> Result<Answers, Error> {
        self.prepare_queries(queries).await?;
        let all = try_join_all(queries.iter().map(|query| self.ask(query)));
        let (begun, answers) = join(self.begin(begun), all).await;
        begun?;
        answers
    }

    /// Gives a transaction up for which no COMMIT was sent.
    async fn undo(&self, error: Error) -> DbError {
        match self.client.batch_execute("ROLLBACK").await {
            Ok(()) => refused(&error),
            // Then its connection is gone, and the transaction with it.
            Err(error) => DbError::Unknown(chain(&error)),
        }
    }

    async fn begin(&self, begun: Begun) -> Result<(), Error> {
        match begun {
            Begun::No => self.client.batch_execute("BEGIN").await,
            Begun::Yes => Ok(()),
        }
    }

    /// Prepares what is not yet: what is sent after it would otherwise overtake it.
    async fn prepare_all(&self, groups: &[Group<'_>]) -> Result<(), Error> {
        for group in groups {
            if let Some(parts) = group.parts() {
                self.prepared(parts).await?;
            }
        }
        Ok(())
    }

    async fn prepare_queries(&self, queries: &[Statement]) -> Result<(), Error> {
        for query in queries {
            if let Cow::Borrowed(sql) = &query.sql {
                self.prepared(vec![Part::plain(sql)]).await?;
            }
        }
        Ok(())
    }

    fn committed<T>(&self, outcome: Result<T, Error>, warnings: u64) -> Result<T, DbError> {
        match outcome {
            Ok(_) if self.warnings.load(Ordering::Acquire) > warnings => {
                // Synchronous replication that was not waited for says so in a warning alone.
                Err(DbError::Unknown("the server warned".to_owned()))
            }
            Ok(done) => Ok(done),
            // An answer, if a bad one, means that it was rolled back, unless it is the session's last.
            Err(error) if error.as_db_error().is_some_and(|told| !is_last(told)) => {
                Err(refused(&error))
            }
            Err(error) => Err(DbError::Unknown(chain(&error))),
        }
    }

    /// Carries out what is sent as one, and answers what is asked with it.
    async fn execute(&self, group: &Group<'_>) -> Result<Vec<Row>, Error> {
        let Some(parts) = group.parts() else {
            let one = &group.runs[0][0];
            let expected = one.expects.map(|rows| Value::from(rows as u64));
            let values = typed(one.params.iter().chain(&expected));
            let text = together(&[(one.sql.clone(), one.params.len(), expected.is_some())], None);
            self.client.execute_typed(&numbered(&text), &values).await?;
            return Ok(Vec::new());
        };
        let prepared = self.prepared(parts).await?;
        let params = group.params();
        let values = params.iter().map(|param| param as _).collect::<Vec<_>>();
        if group.asks.is_none() {
            self.client.execute(&prepared, &values).await?;
            return Ok(Vec::new());
        }
        self.client.query(&prepared, &values).await?.iter().map(row).collect()
    }

    async fn ask(&self, query: &Statement) -> Result<Vec<Row>, Error> {
        let rows = match &query.sql {
            Cow::Borrowed(sql) => {
                let prepared = self.prepared(vec![Part::plain(sql)]).await?;
                let values = query.params.iter().map(|value| value as _).collect::<Vec<_>>();
                self.client.query(&prepared, &values).await?
            }
            Cow::Owned(sql) => {
                self.client.query_typed(&numbered(sql), &typed(&query.params)).await?
            }
        };
        rows.iter().map(row).collect()
    }

    async fn prepared(&self, parts: Vec<Part>) -> Result<tokio_postgres::Statement, Error> {
        let known = || self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(statement) = known().get(&parts) {
            return Ok(statement.clone());
        }
        let (mut texts, mut query) = (Vec::with_capacity(parts.len()), None);
        for Part { sql, many, guarded, asks } in &parts {
            if *asks {
                query = Some(*sql);
                continue;
            }
            let types = match *many || *guarded {
                true => self.types(sql).await?,
                false => Vec::new(),
            };
            let text = if *many { in_bulk(sql, &types).into() } else { Cow::Borrowed(*sql) };
            texts.push((text, types.len(), *guarded));
        }
        let statement = self.client.prepare(&numbered(&together(&texts, query))).await?;
        known().insert(parts, statement.clone());
        Ok(statement)
    }

    /// The types of a text's parameters: the server knows best what its columns take.
    async fn types(&self, sql: &'static str) -> Result<Vec<Type>, Error> {
        let known = || self.types.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(types) = known().get(sql) {
            return Ok(types.clone());
        }
        let types = self.client.prepare(&numbered(sql)).await?.params().to_vec();
        known().insert(sql, types.clone());
        Ok(types)
    }
}

/// Something that has been polled once, and so has been sent.
enum Sent<'a, T> {
    Done(Result<T, Error>),
    Waits(BoxFuture<'a, Result<T, Error>>),
}

impl<'a, T> Sent<'a, T> {
    fn now(mut future: BoxFuture<'a, Result<T, Error>>) -> Sent<'a, T> {
        match (&mut future).now_or_never() {
            Some(done) => Sent::Done(done),
            None => Sent::Waits(future),
        }
    }

    async fn outcome(self) -> Result<T, Error> {
        match self {
            Sent::Done(done) => done,
            Sent::Waits(future) => future.await,
        }
    }
}

/// Statements of one text, as a part of what is sent as one.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
struct Part {
    sql: &'static str,
    /// Each column of its parameters is an array.
    many: bool,
    /// It fails where it changes other rows than it must.
    guarded: bool,
    /// It is a query, after all else.
    asks: bool,
}

impl Part {
    fn plain(sql: &'static str) -> Part {
        Part { sql, many: false, guarded: false, asks: false }
    }
}

/// What is sent as one: runs of statements of one text each, and each of another table. Every statement
/// costs the server and its visitors the same again, however little it does. They all see what was there before
/// any of them, and are not carried out in their order; two servers that so wait for each other in a circle
/// are told, and decide anew.
struct Group<'a> {
    runs: Vec<&'a [Statement]>,
    /// A query that is answered once all runs have changed what they must; what it sees was there before them.
    asks: Option<&'a Statement>,
}

impl<'a> Group<'a> {
    fn all(statements: &'a [Statement]) -> Vec<Group<'a>> {
        let same = |one: &Statement, next: &Statement| {
            let alike = one.has_text_of(next) && one.expects.is_some() == next.expects.is_some();
            one.apart && next.apart && one.is_prepared() && next.is_prepared() && alike
        };
        let mut groups: Vec<Group<'a>> = Vec::new();
        for run in statements.chunk_by(same) {
            match groups.last_mut() {
                Some(group) if group.takes(&run[0]) => group.runs.push(run),
                _ => groups.push(Group { runs: vec![run], asks: None }),
            }
        }
        groups
    }

    /// A transaction of one statement, where all of it can be: it begins and ends with that, so that nothing
    /// is said for either, and the database answers once.
    fn whole(groups: &[Group<'a>], queries: &'a [Statement]) -> Option<Group<'a>> {
        let ([group], [query]) = (groups, queries) else { return None };
        let is_apart = |one: &Statement| one.apart && one.is_prepared();
        // What is asked is to be asked after something.
        let is_guarded = group.runs.iter().any(|run| run[0].expects.is_some());
        (is_guarded && is_apart(query) && group.runs.iter().all(|run| is_apart(&run[0])))
            .then(|| Group { runs: group.runs.clone(), asks: Some(query) })
    }

    fn takes(&self, next: &Statement) -> bool {
        let beside = |run: &&[Statement]| {
            run[0].apart && run[0].is_prepared() && table(&run[0].sql) != table(&next.sql)
        };
        next.apart && next.is_prepared() && self.runs.iter().all(beside)
    }

    /// Its parameters: those of its runs, what is expected of each, and those of what is asked.
    fn params(&self) -> Vec<Param<'a>> {
        let of = |run: &'a [Statement]| {
            let column = |at: usize| run.iter().map(|one| &one.params[at]).collect();
            let param = |at: usize| match run[0].apart {
                true => Param::Each(column(at)),
                false => Param::One(&run[0].params[at]),
            };
            (0..run[0].params.len()).map(param).collect::<Vec<_>>()
        };
        let expected = |run: &&[Statement]| {
            let rows = run.iter().map(|one| one.expects).sum::<Option<usize>>()?;
            Some(Param::Rows(i64::try_from(rows).unwrap_or(i64::MAX)))
        };
        let expected = self.runs.iter().filter_map(expected);
        let asked = self.asks.iter().flat_map(|query| query.params.iter().map(Param::One));
        self.runs.iter().copied().flat_map(of).chain(expected).chain(asked).collect()
    }

    /// What it is prepared as, unless its text is made up anew each time.
    fn parts(&self) -> Option<Vec<Part>> {
        let part = |run: &&[Statement]| match &run[0].sql {
            Cow::Borrowed(sql) => Some(Part {
                many: run[0].apart,
                guarded: run[0].expects.is_some(),
                ..Part::plain(sql)
            }),
            Cow::Owned(_) => None,
        };
        let asked = self.asks.map(|query| match &query.sql {
            Cow::Borrowed(sql) => Some(Part { asks: true, ..Part::plain(sql) }),
            Cow::Owned(_) => None,
        });
        self.runs.iter().map(part).chain(asked).collect()
    }
}

/// A parameter of a group.
#[derive(Debug)]
enum Param<'a> {
    One(&'a Value),
    /// A column of a run.
    Each(Vec<&'a Value>),
    /// How many rows a run must change.
    Rows(i64),
}

/// The table that a statement writes to.
fn table(sql: &str) -> Option<&str> {
    let mut words = sql.split(' ');
    match words.next() {
        Some("UPDATE") => words.next(),
        _ => words.nth(1),
    }
}

/// Statements as one, each with the number of its parameters and whether it fails where it changes other
/// rows than it must: as many as a further parameter says, after all others. A query is answered when none has
/// failed, and its parameters are the last.
fn together(texts: &[(Cow<'_, str>, usize, bool)], query: Option<&str>) -> String {
    if let ([(text, _, false)], None) = (texts, query) {
        return text.as_ref().to_owned();
    }
    let (mut before, mut parts, mut guards) = (0, Vec::new(), Vec::new());
    for (n, (text, params, guarded)) in texts.iter().enumerate() {
        let text = with_params(text, |param| format!("?{}", param + before));
        let returning = if *guarded { " RETURNING 1" } else { "" };
        parts.push(format!("part{n} AS ({text}{returning})"));
        guards.extend(guarded.then_some(n));
        before += params;
    }
    let guard =
        |(at, n): (usize, &usize)| format!("(SELECT COUNT(*) FROM part{n}) = ?{}", before + at + 1);
    let count = guards.len();
    let guards = guards.iter().enumerate().map(guard).collect::<Vec<_>>().join(" AND ");
    let checked = if guards.is_empty() { "1".to_owned() } else { format!("1 / ({guards})::int") };
    let parts = parts.join(", ");
    let Some(query) = query else { return format!("WITH {parts} SELECT {checked}") };
    let first = before + count;
    let query = with_params(query, |param| format!("?{}", param + first));
    // Whatever of it depends on nothing would be looked at first; so all of it depends on what was checked. Parts
    // without a guard are carried out after it.
    format!(
        "WITH {parts} SELECT answer.* FROM (SELECT {checked} AS held OFFSET 0) AS checked, \
         LATERAL (SELECT * FROM ({query}) AS asked WHERE checked.held = 1 OFFSET 0) AS answer"
    )
}

/// `INSERT … VALUES (?1, …) …`, `UPDATE … WHERE …` or `DELETE … WHERE …` for many rows of parameters, which
/// come as an array a column.
fn in_bulk(sql: &str, types: &[Type]) -> String {
    // Side by side they are unnested row by row; as tables of their own each would be kept first.
    let column = |(at, kind): (usize, &Type)| {
        let n = at + 1;
        format!("unnest(?{n}::{}[]) AS c{n}", kind.name())
    };
    let columns = types.iter().enumerate().map(column).collect::<Vec<_>>().join(", ");
    let rows = format!("(SELECT {columns}) AS many");
    let named = with_params(sql, |n| format!("many.c{n}"));
    match named.split_once("VALUES (") {
        Some((head, tail)) => {
            let (values, tail) = tail.split_once(')').unwrap_or((tail, ""));
            format!("{head}SELECT {values} FROM {rows}{tail}")
        }
        None => {
            let from = if sql.starts_with("DELETE") { "USING" } else { "FROM" };
            named.replacen(" WHERE ", &format!(" {from} {rows} WHERE "), 1)
        }
    }
}

/// `?1` as PostgreSQL has it: `$1`.
fn numbered(sql: &str) -> String {
    with_params(sql, |n| format!("${n}"))
}

/// A text with its parameters called otherwise. No text of ours has a question mark that is none.
fn with_params(sql: &str, name: impl Fn(usize) -> String) -> String {
    let mut texts = sql.split('?');
    let mut named = texts.next().unwrap_or_default().to_owned();
    for text in texts {
        let rest = text.trim_start_matches(|letter: char| letter.is_ascii_digit());
        let n = text[..text.len() - rest.len()].parse().unwrap_or_default();
        named.push_str(&name(n));
        named.push_str(rest);
    }
    named
}

fn typed<'a>(params: impl IntoIterator<Item = &'a Value>) -> Vec<(&'a (dyn ToSql + Sync), Type)> {
    let kind = |value: &Value| match value {
        // Left to the server to find out.
        Value::Null | Value::List(_) => Type::UNKNOWN,
        Value::Int(_) => Type::INT8,
        Value::Text(_) => Type::TEXT,
        Value::Bytes(_) => Type::BYTEA,
    };
    params.into_iter().map(|value| (value as &(dyn ToSql + Sync), kind(value))).collect()
}

fn row(row: &tokio_postgres::Row) -> Result<Row, Error> {
    let value = |(at, column): (usize, &tokio_postgres::Column)| {
        Ok(match *column.type_() {
            Type::INT8 => row.try_get::<_, Option<i64>>(at)?.map_or(Value::Null, Value::Int),
            Type::INT4 => Value::from(row.try_get::<_, Option<i32>>(at)?.map(i64::from)),
            Type::BOOL => Value::from(row.try_get::<_, Option<bool>>(at)?),
            Type::BYTEA => Value::from(row.try_get::<_, Option<&[u8]>>(at)?),
            _ => Value::from(row.try_get::<_, Option<String>>(at)?),
        })
    };
    let values = row.columns().iter().enumerate().map(value);
    Ok(Row::new(values.collect::<Result<_, Error>>()?))
}

impl ToSql for Value {
    fn to_sql(
        &self,
        kind: &Type,
        out: &mut BytesMut,
    ) -> Result<IsNull, Box<dyn std::error::Error + Sync + Send>> {
        match self {
            Value::Null => Ok(IsNull::Yes),
            Value::Int(number) if *kind == Type::INT4 => i32::try_from(*number)?.to_sql(kind, out),
            Value::Int(number) => number.to_sql(kind, out),
            // It has no text with a NUL in it, SQLite has.
            Value::Text(text) => without_nul(text).to_sql(kind, out),
            Value::Bytes(bytes) => bytes.as_slice().to_sql(kind, out),
            Value::List(values) => values.to_sql(kind, out),
        }
    }

    fn accepts(_: &Type) -> bool {
        true
    }

    tokio_postgres::types::to_sql_checked!();
}

impl ToSql for Param<'_> {
    fn to_sql(
        &self,
        kind: &Type,
        out: &mut BytesMut,
    ) -> Result<IsNull, Box<dyn std::error::Error + Sync + Send>> {
        match self {
            Param::One(value) => value.to_sql(kind, out),
            Param::Each(values) => values.to_sql(kind, out),
            Param::Rows(rows) => rows.to_sql(kind, out),
        }
    }

    fn accepts(_: &Type) -> bool {
        true
    }

    tokio_postgres::types::to_sql_checked!();
}

/// A text as PostgreSQL can hold it.
pub(crate) fn without_nul(text: &str) -> Cow<'_, str> {
    match text.contains('\0') {
        true => text.replace('\0', "\u{fffd}").into(),
        false => text.into(),
    }
}

fn refused(error: &Error) -> DbError {
    let Some(told) = error.as_db_error() else {
        return DbError::Unavailable(chain(error));
    };
    match told.code() {
        // See `together`.
        &SqlState::DIVISION_BY_ZERO => DbError::Mismatch,
        code if code.code().starts_with("23") => {
            DbError::Constraint(told.constraint().unwrap_or_default().to_owned())
        }
        &SqlState::T_R_SERIALIZATION_FAILURE | &SqlState::T_R_DEADLOCK_DETECTED => DbError::Raced,
        _ => DbError::Unavailable(chain(error)),
    }
}

/// Whether the server closes the session with it: then it may have come after what it was asked to do.
fn is_last(told: &tokio_postgres::error::DbError) -> bool {
    matches!(told.parsed_severity(), Some(Severity::Fatal | Severity::Panic))
}

fn unavailable(reason: &str) -> DbError {
    DbError::Unavailable(reason.to_owned())
}

fn away(error: &Error) -> StoreError {
    StoreError::Unavailable(chain(error))
}

/// An error with what caused it, in a line: the library's own text names only its kind.
fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        // Writing into a text cannot fail.
        let _ = write!(text, ": {error}");
        cause = error.source();
    }
    // PostgreSQL's details and hints have lines of their own.
    text.replace('\n', "; ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_of_a_url_that_cannot_be_read_is_told_but_an_option() {
        let told = |url: &str| Hosts::of(url, SERVER).err().expect("it is refused").to_string();
        for url in [
            "nonsense",
            "postgress://gavel:hunter2@db.internal/gavel",
            "\"postgres://gavel:hunter2@db.internal/gavel\"",
            "host=db.internal password=hunter2",
            "postgres://gavel:hun@ter2@db.internal/gavel",
            "postgres://gavel:hun@t/er2@db.internal/gavel",
        ] {
            assert_eq!(told(url), UNREADABLE, "{url}");
            assert_eq!(name(url), "a PostgreSQL database");
        }
        for (url, why) in [
            ("postgres://u:hunter2@h/d?sslmode=bogus", "invalid value for option `sslmode`"),
            ("postgres://u:hunter2@h:x/d", "invalid value for option `port`"),
        ] {
            assert_eq!(told(url), format!("the database's URL cannot be read: {why}"), "{url}");
        }
    }

    #[test]
    fn a_password_may_have_a_question_mark() {
        let hosts = Hosts::of("postgres://u:hun?ter2@h/d?sslmode=disable", SERVER).expect("a URL");
        let host = &hosts.each[0];
        assert_eq!((host.get_password(), host.get_dbname()), (Some(&b"hun?ter2"[..]), Some("d")));
    }

    #[test]
    fn many_rows_are_one_statement() {
        let types = vec![Type::BYTEA; 10];
        let arrays = (1..=10).map(|n| format!("unnest(?{n}::bytea[]) AS c{n}")).collect::<Vec<_>>();
        let rows = format!("(SELECT {}) AS many", arrays.join(", "));
        assert_eq!(
            in_bulk("INSERT INTO t (a, b) VALUES (?1, ?10) ON CONFLICT DO NOTHING", &types),
            format!(
                "INSERT INTO t (a, b) SELECT many.c1, many.c10 FROM {rows} ON CONFLICT DO NOTHING"
            )
        );
        assert_eq!(
            in_bulk("UPDATE t SET a = ?10 WHERE b = ?1 AND c = 2", &types),
            format!("UPDATE t SET a = many.c10 FROM {rows} WHERE b = many.c1 AND c = 2")
        );
    }

    #[test]
    fn what_may_touch_the_same_row_is_carried_out_one_by_one() {
        let statement = |sql: &'static str| Statement::new(sql, Vec::new());
        let list = [
            statement("INSERT INTO a VALUES").apart(),
            statement("INSERT INTO a VALUES").apart(),
            statement("UPDATE b SET").apart(),
            statement("DELETE FROM a WHERE").apart(),
            statement("UPDATE c SET"),
            statement("UPDATE c SET"),
            Statement::new("UPDATE d SET".to_owned(), Vec::new()).apart(),
            Statement::new("UPDATE d SET".to_owned(), Vec::new()).apart(),
            statement("UPDATE e SET").apart().expecting(1),
            statement("UPDATE e SET").apart(),
        ];
        let lengths =
            |group: &Group<'_>| group.runs.iter().map(|run| run.len()).collect::<Vec<_>>();
        let groups = Group::all(&list).iter().map(lengths).collect::<Vec<_>>();
        assert_eq!(
            groups,
            [vec![2, 1], vec![1], vec![1], vec![1], vec![1], vec![1], vec![1], vec![1]]
        );
    }

    #[test]
    fn a_transaction_of_one_statement_has_a_guard_before_what_is_asked() {
        let statement = |sql: &'static str| Statement::new(sql, Vec::new());
        let (guarded, free) =
            (statement("UPDATE a SET").expecting(1).apart(), statement("INSERT INTO b"));
        let query = || statement("SELECT").apart();
        let whole = |statements: &[Statement], queries: &[Statement]| {
            Group::whole(&Group::all(statements), queries).is_some()
        };
        let all = [guarded.clone(), free.clone().apart()];
        assert!(whole(&all, &[query()]));
        assert!(!whole(&all, &[statement("SELECT")]));
        assert!(!whole(&all, &[query(), query()]));
        assert!(!whole(&all[1..], &[query()]), "nothing that it would wait for");
        assert!(!whole(&[guarded.clone(), free], &[query()]));
        assert!(!whole(&[guarded.clone(), guarded], &[statement("SELECT")]));
    }

    #[test]
    fn parts_keep_their_parameters_apart() {
        let texts = [("UPDATE a SET b = ?1", 1, true), ("DELETE FROM c WHERE d = ?10", 10, false)];
        let texts = texts.map(|(text, params, guarded)| (Cow::Borrowed(text), params, guarded));
        assert_eq!(
            together(&texts, None),
            "WITH part0 AS (UPDATE a SET b = ?1 RETURNING 1), part1 AS (DELETE FROM c WHERE d = ?11) \
             SELECT 1 / ((SELECT COUNT(*) FROM part0) = ?12)::int"
        );
        assert_eq!(together(&texts[1..], None), "DELETE FROM c WHERE d = ?10");
        assert_eq!(
            together(&texts[1..], Some("SELECT ?2, ?1")),
            "WITH part0 AS (DELETE FROM c WHERE d = ?10) SELECT answer.* \
             FROM (SELECT 1 AS held OFFSET 0) AS checked, \
             LATERAL (SELECT * FROM (SELECT ?12, ?11) AS asked WHERE checked.held = 1 OFFSET 0) AS answer"
        );
    }
}
