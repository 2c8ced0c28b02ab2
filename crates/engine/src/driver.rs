//! The one place where the engine waits: for commands, for the store, for time.

use crate::chain::HouseKey;
use crate::meter::Meter;
use crate::plan::{
    Accepted, Book, Bounds, LastBids, Listing, Outcome, Plan, Rejected, Request, Revision, Task,
};
use crate::ports::{Basis, BidderRow, Bus, Clock, CommitError, Store, StoreError, Wanted};
use futures_util::FutureExt;
use futures_util::future::{BoxFuture, join_all};
use gavel_domain::{Command, LotId, UserId};
use std::collections::{BTreeSet, VecDeque};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{mpsc, oneshot, watch};
use tokio::task::JoinHandle;
use tokio::time::Instant;

/// How much the engine takes on.
#[derive(Clone, Copy, Debug)]
pub struct Settings {
    /// Commands that may wait; one more is answered [`Rejected::Busy`].
    pub queue_max: usize,
    /// Commands that share a commit at most.
    pub batch_max: usize,
    /// Lots kept in memory.
    pub lots_max: usize,
    /// How often ends are looked for.
    pub close_every: Duration,
    /// How long something may be in the log alone before the tables made of it have it too.
    pub flush_every: Duration,
}

impl Default for Settings {
    fn default() -> Settings {
        Settings {
            queue_max: 4096,
            batch_max: 256,
            lots_max: 50_000,
            close_every: Duration::from_millis(200),
            flush_every: Duration::from_secs(1),
        }
    }
}

/// Batches of a shared store that are on their way at once: one that it works on, and one behind that.
const FLIGHTS_MAX: usize = 2;
/// How often a batch is decided again because another server was first.
const CONFLICTS_MAX: usize = 5;

struct Job {
    task: Task,
    reply: Reply,
}

type Reply = oneshot::Sender<Outcome>;

/// The way to a running engine. It stops when the last of its handles is dropped, after what is
/// in the queue.
#[derive(Clone)]
pub struct Engine {
    jobs: mpsc::Sender<Job>,
    failure: watch::Receiver<Option<String>>,
    last_bids: LastBids,
}

impl Engine {
    /// Starts an engine, and its closer. The task ends when the engine has stopped.
    pub fn start<S: Store, B: Bus, C: Clock>(
        store: Arc<S>,
        bus: B,
        clock: Arc<C>,
        house: HouseKey,
        settings: Settings,
    ) -> (Engine, JoinHandle<()>) {
        let (jobs, inbox) = mpsc::channel(settings.queue_max);
        let (failed, failure) = watch::channel(None);
        let bounds = Bounds {
            lots_max: settings.lots_max,
            waiting_max: 4096,
            defers: !store.is_shared(),
            flush_every_ms: i64::try_from(settings.flush_every.as_millis()).unwrap_or(i64::MAX),
        };
        let book = Book::new(house, bounds);
        let last_bids = book.last_bids();
        let meter = Meter::new();
        let (for_driver, its_clock) = (store.clone(), clock.clone());
        let closer = Vital(failed.clone());
        let flights = VecDeque::new();
        let driver = Driver {
            store: for_driver,
            bus,
            clock: its_clock,
            book,
            settings,
            meter,
            failed,
            flights,
            crowd: 0,
        };
        // The closer must not keep the engine alive, so it holds the queue weakly.
        tokio::spawn(close_when_due(jobs.downgrade(), store, clock, settings, closer));
        (Engine { jobs, failure, last_bids }, tokio::spawn(driver.run(inbox)))
    }

    /// Has a command decided and made durable.
    ///
    /// # Errors
    /// Any [`Rejected`].
    pub async fn submit(&self, request: Request) -> Result<Accepted, Rejected> {
        self.run(Task::Command(request)).await
    }

    /// Has a new lot listed and made durable.
    ///
    /// # Errors
    /// Any [`Rejected`] but [`Rejected::Refused`].
    pub async fn list(&self, listing: Listing) -> Result<Accepted, Rejected> {
        self.run(Task::List(Box::new(listing))).await
    }

    /// Has a change of a lot without bids decided and made durable.
    ///
    /// # Errors
    /// Any [`Rejected`].
    pub async fn revise(&self, revision: Revision) -> Result<Accepted, Rejected> {
        self.run(Task::Revise(Box::new(revision))).await
    }

    /// How many commands wait.
    pub fn waiting(&self) -> usize {
        self.jobs.max_capacity() - self.jobs.capacity()
    }

    /// A user's last bid on a lot, where the store's table does not have it yet.
    pub fn last_bid(&self, lot: LotId, user: UserId) -> Option<BidderRow> {
        self.last_bids.of(lot, user)
    }

    /// A user's last bids, where the store's table does not have them yet.
    pub fn last_bids(&self, user: UserId) -> Vec<BidderRow> {
        self.last_bids.of_user(user)
    }

    /// Waits until the store has failed for good or the engine is gone, and says how.
    pub async fn failed(&self) -> String {
        let mut failure = self.failure.clone();
        match failure.wait_for(Option::is_some).await {
            Ok(reason) => reason.clone().unwrap_or_default(),
            // It runs as long as there is a handle, such as this one; so it has panicked.
            Err(_) => "the engine is gone".to_owned(),
        }
    }

    async fn run(&self, task: Task) -> Outcome {
        let (reply, answer) = oneshot::channel();
        self.jobs.try_send(Job { task, reply }).map_err(|refused| match refused {
            mpsc::error::TrySendError::Full(_) => Rejected::Busy,
            mpsc::error::TrySendError::Closed(_) => Rejected::Unavailable,
        })?;
        answer.await.unwrap_or(Err(Rejected::Unavailable))
    }
}

/// Says that the engine has failed where the task that holds it panics.
struct Vital(watch::Sender<Option<String>>);

impl Drop for Vital {
    fn drop(&mut self) {
        if std::thread::panicking() {
            self.0.send_replace(Some("the closer is gone".to_owned()));
        }
    }
}

/// Looks for lots whose time has come and has them closed, in the same sequence as the bids. Lots
/// that ended while nothing ran are found at the first look.
async fn close_when_due<S: Store, C: Clock>(
    jobs: mpsc::WeakSender<Job>,
    store: Arc<S>,
    clock: Arc<C>,
    settings: Settings,
    _vital: Vital,
) {
    // Not at once: who closes by hand alone (tests) has the first look far off as well.
    let first = Instant::now() + settings.close_every;
    let mut ticks = tokio::time::interval_at(first, settings.close_every);
    ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    let mut is_away = false;
    loop {
        ticks.tick().await;
        let found = store.due(clock.now(), settings.batch_max).await;
        let was_away = std::mem::replace(&mut is_away, found.is_err());
        let due = match found {
            Ok(due) => due,
            Err(error) if was_away => {
                tracing::debug!(%error, "still cannot look for ended lots");
                continue;
            }
            Err(error) => {
                tracing::warn!(%error, "cannot look for ended lots");
                continue;
            }
        };
        if was_away {
            tracing::info!("the store answers again");
        }
        let Some(jobs) = jobs.upgrade() else { return };
        let mut answers = Vec::with_capacity(due.len());
        for lot in due {
            let command = Command::Close;
            let request = Request { lot, by: None, command, key: None, reason: None, until: None };
            let (reply, answer) = oneshot::channel();
            // Waits for its place: a full queue delays a close, it never drops one.
            if jobs.send(Job { task: Task::Command(request), reply }).await.is_err() {
                return;
            }
            answers.push(answer);
        }
        // Asked for again at the next look where it failed, and refused where it was done.
        join_all(answers).await;
    }
}

struct Driver<S, B, C> {
    store: Arc<S>,
    bus: B,
    clock: Arc<C>,
    book: Book,
    settings: Settings,
    meter: Meter,
    failed: watch::Sender<Option<String>>,
    flights: VecDeque<Flight>,
    /// How many take part: the most that were here at a time, of late. In sixty-fourths.
    crowd: usize,
}

impl<S: Store, B: Bus, C: Clock> Driver<S, B, C> {
    async fn run(mut self, mut inbox: mpsc::Receiver<Job>) {
        let (mut jobs, mut held_up) = (Vec::new(), false);
        while self.failed.borrow().is_none() {
            self.count(jobs.len() + inbox.len());
            let (in_flight, batch) = (self.flights.len(), self.batch());
            if let Some(first) = self.flights.front_mut() {
                // Half of the crowd make a batch that follows it before it has landed.
                let follows = !held_up && in_flight < FLIGHTS_MAX;
                let missing = batch.saturating_sub(jobs.len());
                tokio::select! {
                    biased;
                    outcome = &mut first.landing => {
                        self.land(outcome).await;
                        held_up = false;
                    }
                    came = inbox.recv_many(&mut jobs, missing), if follows => {
                        // Where nobody can ask any more, those that are on their way are waited for.
                        held_up = came == 0;
                        if came == missing {
                            jobs = self.take_off(std::mem::take(&mut jobs));
                            held_up = !jobs.is_empty();
                        }
                    }
                }
                continue;
            }
            if jobs.is_empty() {
                let Some(first) = self.next(&mut inbox).await else { return };
                jobs.extend(first);
            }
            let more = self.batch().saturating_sub(jobs.len());
            jobs.extend(std::iter::from_fn(|| inbox.try_recv().ok()).take(more));
            let mut left = std::mem::take(&mut jobs);
            if self.store.is_shared() {
                left = self.take_off(left);
            }
            let (tasks, replies) = split(left);
            if !tasks.is_empty() || self.flights.is_empty() {
                let outcomes = self.serve(&tasks).await;
                answer(replies, outcomes);
            }
        }
    }

    /// The next job, or none where it is time to flush; nothing, where there will be no more.
    async fn next(&mut self, inbox: &mut mpsc::Receiver<Job>) -> Option<Option<Job>> {
        if !self.book.has_waiting() {
            return inbox.recv().await.map(Some);
        }
        // A quiet house still flushes.
        match tokio::time::timeout(self.settings.flush_every, inbox.recv()).await {
            Ok(first) => first.map(Some),
            Err(_) => Some(None),
        }
    }

    /// Takes note of how many take part, of whom so many wait.
    fn count(&mut self, waiting: usize) {
        let in_flight = self.flights.iter().map(|flight| flight.tasks.len()).sum::<usize>();
        // In sixty-fourths, of which a few go at a time: a crowd that has gone is forgotten within a
        // few hundred batches.
        let forgotten = self.crowd.div_ceil(256);
        self.crowd = (self.crowd - forgotten).max((in_flight + waiting) * 64);
    }

    /// How many of those who wait go into the next batch. A shared store works on a batch somewhere else
    /// while those of the one before it are answered and ask again here: half of all who take part go at
    /// a time, so that neither side waits for the other.
    fn batch(&self) -> usize {
        let most = self.settings.batch_max;
        if self.store.is_shared() { self.crowd.div_ceil(128).clamp(1, most) } else { most }
    }

    /// Decides jobs at once and has them on their way, where the store lets them be; they come back where
    /// it does not.
    fn take_off(&mut self, jobs: Vec<Job>) -> Vec<Job> {
        let (tasks, replies) = split(jobs);
        let asked = self.asked(&tasks);
        let Some((turn, basis)) = self.store.turn_at_once(&asked.wanted()) else {
            return join(tasks, replies);
        };
        let now = self.clock.decides(basis.now);
        // By the clock that decides too.
        if !tasks.iter().all(|task| self.book.is_routine(task, now)) {
            return join(tasks, replies);
        }
        let mut plan = self.book.plan(&tasks, basis, now);
        let batch = std::mem::take(&mut plan.batch);
        let touched = batch.lots.iter().map(|update| update.id).collect();
        let (store, has_effect) = (self.store.clone(), !batch.records.is_empty());
        let landing = async move {
            if has_effect { store.commit(turn, batch).await } else { store.leave(turn).await }
        };
        let (mut landing, begun) = (landing.boxed(), Instant::now());
        if let Some(outcome) = (&mut landing).now_or_never() {
            landing = std::future::ready(outcome).boxed();
        }
        self.flights.push_back(Flight { tasks, replies, plan, touched, begun, landing });
        Vec::new()
    }

    /// What became of the oldest batch that is on its way.
    async fn land(&mut self, outcome: Result<(), CommitError>) {
        let Some(mut flight) = self.flights.pop_front() else { return };
        let outcomes = match self.settle(outcome, &mut flight.plan, flight.touched, flight.begun) {
            Ok(()) => flight.plan.outcomes,
            Err(Retry::Now) => self.serve(&flight.tasks).await,
            Err(Retry::Later) => unavailable(flight.tasks.len()),
        };
        answer(flight.replies, outcomes);
    }

    async fn serve(&mut self, tasks: &[Task]) -> Vec<Outcome> {
        for _ in 0..CONFLICTS_MAX {
            match self.attempt(tasks).await {
                Ok(outcomes) => return outcomes,
                Err(Retry::Now) => {}
                Err(Retry::Later) => break,
            }
        }
        unavailable(tasks.len())
    }

    /// What tasks are to be decided on.
    fn asked<'a>(&self, tasks: &'a [Task]) -> Asked<'a> {
        let lots: BTreeSet<_> = tasks.iter().map(Task::lot).collect();
        let users: BTreeSet<_> = tasks.iter().filter_map(Task::by).collect();
        let now = self.clock.now();
        Asked {
            lots: lots.into_iter().map(|lot| (lot, self.book.position(lot))).collect(),
            keys: tasks.iter().filter_map(Task::key).collect(),
            users: users.into_iter().collect(),
            positions: tasks.len() as u64,
            routine: tasks.iter().all(|task| self.book.is_routine(task, now)),
        }
    }

    async fn attempt(&mut self, tasks: &[Task]) -> Result<Vec<Outcome>, Retry> {
        let asked = self.asked(tasks);
        let (turn, mut basis) = self.store.turn(asked.wanted()).await.map_err(away)?;
        let met = asked.met(&basis);
        let damaged = self.book.take(std::mem::take(&mut basis.lots));
        self.meet(&met);
        let now = self.clock.decides(basis.now);
        let mut plan = self.book.plan(tasks, basis, now);
        if plan.has_effect() {
            self.commit(turn, &mut plan).await?;
        } else {
            self.store.leave(turn).await.map_err(|error| self.not_committed(error))?;
        }
        let answers = tasks.iter().zip(plan.outcomes).map(|(task, outcome)| {
            if damaged.contains(&task.lot()) { Err(Rejected::Unavailable) } else { outcome }
        });
        Ok(answers.collect())
    }

    async fn commit(&mut self, turn: S::Turn, plan: &mut Plan) -> Result<(), Retry> {
        let batch = std::mem::take(&mut plan.batch);
        let touched = batch.lots.iter().map(|update| update.id).collect::<Vec<_>>();
        let begun = Instant::now();
        let outcome = self.store.commit(turn, batch).await;
        self.settle(outcome, plan, touched, begun)
    }

    /// Takes note of what became of a batch.
    fn settle(
        &mut self,
        outcome: Result<(), CommitError>,
        plan: &mut Plan,
        touched: Vec<LotId>,
        begun: Instant,
    ) -> Result<(), Retry> {
        if let Err(error) = outcome {
            if matches!(error, CommitError::Conflict) {
                self.meet(&touched);
            }
            for lot in touched {
                self.book.forget(lot);
            }
            if matches!(error, CommitError::Unknown(_)) {
                self.book.doubt();
            }
            return Err(self.not_committed(error));
        }
        self.meter.committed(&plan.changes, begun.elapsed(), self.clock.now());
        self.book.committed(plan);
        self.publish(plan);
        Ok(())
    }

    /// Says where another server was met.
    fn meet(&self, lots: &[LotId]) {
        let ends = lots.iter().filter_map(|lot| Some((*lot, self.book.ends_at(*lot)?)));
        let met = ends.collect::<Vec<_>>();
        if !met.is_empty() {
            self.bus.met(met);
        }
    }

    fn publish(&self, plan: &mut Plan) {
        let changes = std::mem::take(&mut plan.changes);
        if !changes.is_empty() {
            self.bus.publish(changes);
        }
    }

    fn not_committed(&self, error: CommitError) -> Retry {
        if let CommitError::Conflict = error {
            tracing::debug!("a batch is decided again: another server was there first");
            return Retry::Now;
        }
        tracing::error!(%error, "a batch was not committed");
        if let CommitError::Fatal(reason) = error {
            self.failed.send_replace(Some(reason));
        }
        Retry::Later
    }
}

/// What a batch is decided on, as it is asked for.
struct Asked<'a> {
    lots: Vec<(LotId, Option<u64>)>,
    keys: Vec<(UserId, &'a str)>,
    users: Vec<UserId>,
    positions: u64,
    routine: bool,
}

impl Asked<'_> {
    fn wanted(&self) -> Wanted<'_> {
        let Asked { lots, keys, users, positions, routine } = self;
        Wanted { lots, keys, users, positions: *positions, routine: *routine }
    }

    /// Lots that were remembered and are not as they were: another server was there.
    fn met(&self, basis: &Basis) -> Vec<LotId> {
        let remembered = |wanted: &LotId| {
            self.lots.iter().any(|(lot, position)| lot == wanted && position.is_some())
        };
        basis.lots.iter().map(|(lot, _)| *lot).filter(remembered).collect()
    }
}

/// A batch that is decided and on its way; what is decided after it builds on it.
struct Flight {
    tasks: Vec<Task>,
    replies: Vec<Reply>,
    plan: Plan,
    touched: Vec<LotId>,
    begun: Instant,
    landing: BoxFuture<'static, Result<(), CommitError>>,
}

fn split(jobs: Vec<Job>) -> (Vec<Task>, Vec<Reply>) {
    jobs.into_iter().map(|job| (job.task, job.reply)).unzip()
}

fn join(tasks: Vec<Task>, replies: Vec<Reply>) -> Vec<Job> {
    tasks.into_iter().zip(replies).map(|(task, reply)| Job { task, reply }).collect()
}

fn answer(replies: Vec<Reply>, outcomes: Vec<Outcome>) {
    for (reply, outcome) in replies.into_iter().zip(outcomes) {
        // Whoever asked may have gone away; what they asked for stands all the same.
        let _ = reply.send(outcome);
    }
}

fn unavailable(count: usize) -> Vec<Outcome> {
    vec![Err(Rejected::Unavailable); count]
}

/// A batch has to be decided again.
enum Retry {
    Now,
    Later,
}

#[expect(clippy::needless_pass_by_value, reason = "map_err hands it over")]
fn away(error: StoreError) -> Retry {
    tracing::error!(%error, "the store did not answer");
    Retry::Later
}
