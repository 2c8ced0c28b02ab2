//! Telling people what happened: notifications in the app, and mail.
//!
//! What is to be told is committed with what it tells of, in the outbox. The [`teller`] turns it
//! into notifications and mails in one transaction with taking it out, so that nothing is lost or
//! told twice; the [`post`] delivers the mails, at least once.

mod deliver;
mod letters;
mod mailer;
mod of_late;
mod post;
mod reminders;
mod teller;

use crate::house::House;
use crate::keepers::Keepers;
use crate::live::Hub;
use crate::vital::vital;
use gavel_domain::{Event, LotId, Time};
use gavel_engine::ports::{Bus, Change};
pub(crate) use mailer::Outgoing;
pub use mailer::{Carrier, MailSettings, Sent, SentMail};
pub(crate) use of_late::{LATE_MS, tell_of_late};
pub(crate) use reminders::remind_at;

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Weak};
use std::time::Duration;
use tokio::sync::Notify;

/// How often the tables are looked at unasked: what waits for its time is found this late.
const LOOK_EVERY: Duration = Duration::from_millis(250);
/// How long to leave a store alone that has failed.
const AFTER_FAILURE: Duration = Duration::from_secs(1);

/// What wakes those who tell.
#[derive(Default)]
pub(crate) struct Bells {
    news: Notify,
    mail: Notify,
    /// Whether mail was last found to have no room.
    no_room: AtomicBool,
}

impl Bells {
    /// There is mail to be delivered.
    pub(crate) fn ring_for_mail(&self) {
        self.mail.notify_one();
    }

    /// Logs that mail has no room, or has room again, when that changes.
    fn log_room(&self, has_room: bool) {
        match (self.no_room.swap(!has_room, Ordering::Relaxed), has_room) {
            (false, false) => {
                tracing::error!("too many mails wait for the mail server; no more are written");
            }
            (true, true) => tracing::info!("mails are written again"),
            _ => {}
        }
    }
}

/// Passes changes on to those who listen, and wakes the teller; keeps in mind where other servers are met.
pub(crate) struct Publisher {
    pub(crate) hub: Hub,
    pub(crate) bells: Arc<Bells>,
    pub(crate) keepers: Keepers,
}

impl Bus for Publisher {
    fn publish(&self, changes: Vec<Change>) {
        let is_news = |change: &Change| {
            change.outbid.is_some()
                || matches!(change.record.event, Event::Sold | Event::Unsold | Event::Cancelled)
        };
        let news = changes.iter().any(is_news);
        self.hub.publish(changes);
        if news {
            self.bells.news.notify_one();
        }
    }

    fn met(&self, lots: Vec<(LotId, Time)>) {
        self.keepers.met(&lots);
    }
}

/// Starts telling and delivering. Both end with the house.
pub(crate) fn start(house: &Arc<House>) -> Result<(), String> {
    let (weak, bells) = (Arc::downgrade(house), house.bells.clone());
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.map_err(|error| format!("cannot start telling: {error}"))?;
    let work = move || {
        runtime.block_on(vital("teller", async move {
            tokio::join!(teller::run(weak.clone(), bells.clone()), post::run(weak, bells));
        }));
    };
    // A thread of its own: telling a thousand takes milliseconds, and the engine must not wait.
    let started = std::thread::Builder::new().name("gavel-teller".into()).spawn(work);
    started.map(drop).map_err(|error| format!("cannot start telling: {error}"))
}

/// Waits for a bell, and then for `gather`, or until it is time to look unasked. The house, if it
/// is still open: who waits does not keep it so.
async fn next_look(bell: &Notify, gather: Duration, house: &Weak<House>) -> Option<Arc<House>> {
    if tokio::time::timeout(LOOK_EVERY, bell.notified()).await.is_ok() {
        tokio::time::sleep(gather).await;
    }
    house.upgrade()
}
