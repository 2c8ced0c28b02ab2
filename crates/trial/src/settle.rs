//! After the run: all lots end, whoever was not answered asks again, and what the house holds is read.

use crate::Fail;
use crate::api::Api;
use crate::floor::Stall;
use crate::load::{Request, Run, is_accepted};
use crate::random::Random;
use futures_util::{StreamExt, TryStreamExt, stream};
use gavel_trial::history::{Ask, BidRow, History, LogEntry, LotRecord, Operation};
use serde::Deserialize;
use serde_json::Value;
use std::collections::BTreeSet;
use std::time::Duration;
use tokio::time::{Instant, sleep};

/// How long after the run the last lot may end.
const END_TIMEOUT: Duration = Duration::from_secs(180);
/// Pages that are read at once.
const PAGES_AT_ONCE: usize = 8;

/// Waits for every lot's end, asks again for what has no answer, and reads what the house holds.
pub(crate) async fn settle(run: &Run) -> Result<History, Fail> {
    let mut random = Random::new(run.seed ^ 0x7365_7474);
    let deadline = Instant::now() + END_TIMEOUT;
    for stall in run.floor.all() {
        let path = format!("/api/v1/auctions/{}", stall.id);
        loop {
            let lot = run.api.get(&path, None, &mut random).await?;
            if lot["status"] != "active" {
                break;
            }
            if Instant::now() > deadline {
                return Err(format!("lot {} does not end: {lot}", stall.id).into());
            }
            sleep(Duration::from_millis(200)).await;
        }
    }
    let mut operations = run.take_operations();
    ask_again(run, &mut operations, &mut random).await;
    let mut lots = Vec::new();
    for stall in run.floor.all() {
        let of_lot = operations.iter().filter(|operation| operation.lot == stall.number);
        let users: BTreeSet<usize> = of_lot.map(|operation| operation.user).collect();
        lots.push(read(run, &stall, &users, &mut random).await?);
    }
    Ok(History { users: run.people.users.clone(), operations, lots })
}

/// Now that all lots have ended, a key either tells what happened or that nothing did.
async fn ask_again(run: &Run, operations: &mut [Operation], random: &mut Random) {
    let lots = run.floor.all();
    for operation in operations.iter_mut() {
        let open = |attempt: &gavel_trial::history::Attempt| {
            attempt.reply.as_ref().is_none_or(|reply| reply.status >= 500)
        };
        let unknown = operation.attempts.iter().any(open) && !is_accepted(operation);
        if operation.ask != Ask::Look && unknown {
            let request = Request::of(operation, &lots[operation.lot]);
            let call = request.call(&operation.key, &run.people.sessions[operation.user]);
            let attempts = run.api.insist(u32::MAX, &call, random).await;
            operation.attempts.extend(attempts);
        }
    }
}

async fn read(
    run: &Run,
    stall: &Stall,
    users: &BTreeSet<usize>,
    random: &mut Random,
) -> Result<LotRecord, Fail> {
    let path = format!("/api/v1/auctions/{}", stall.id);
    let seller = crate::floor::People::SELLER;
    let auction = the_same_everywhere(run, &path, seller).await?;
    let events: Vec<LogEntry> = pages(&run.api, &format!("{path}/events"), random).await?;
    let mut rows: Vec<BidRow> = pages(&run.api, &format!("{path}/bids"), random).await?;
    rows.reverse();
    let mut aliases = Vec::with_capacity(users.len());
    for user in users {
        let session = Some(&run.people.sessions[*user]);
        let lot = run.api.get(&path, session, random).await?;
        let alias = lot["viewer"]["bidderId"].as_str().and_then(|alias| alias.parse().ok());
        aliases.push((*user, alias.ok_or("no alias")?));
    }
    let (id, reserve) = (stall.id, stall.reserve);
    Ok(LotRecord { id, seller, reserve, aliases, events, rows, auction })
}

/// A lot as its seller sees it, which is the same at every server.
async fn the_same_everywhere(run: &Run, path: &str, seller: usize) -> Result<Value, Fail> {
    let session = &run.people.sessions[seller];
    let mut seen: Option<Value> = None;
    for server in 0..run.api.servers() {
        let call = crate::api::Call::get(path, Some(session));
        let reply = run.api.attempt(0, server, &call).await.reply;
        let body = reply.filter(|reply| reply.status == 200).map(|reply| reply.body);
        let lot: Value = serde_json::from_str(&body.ok_or("a server does not answer")?)?;
        match seen {
            Some(seen) if seen != lot => {
                return Err(format!("servers disagree: {seen} and {lot}").into());
            }
            _ => seen = Some(lot),
        }
    }
    seen.ok_or_else(|| "no server".into())
}

/// A whole list.
async fn pages<T: for<'de> Deserialize<'de>>(
    api: &Api,
    path: &str,
    random: &mut Random,
) -> Result<Vec<T>, Fail> {
    let mut first = api.get(&format!("{path}?limit=100&page=1"), None, random).await?;
    let total = first["pagination"]["totalPages"].as_u64().ok_or("no pages")?;
    let seed = random.next();
    let rest = stream::iter(2..=total).map(|page| async move {
        let mut random = Random::new(seed ^ page);
        let path = format!("{path}?limit=100&page={page}");
        let mut answer = api.get(&path, None, &mut random).await?;
        Ok::<Value, Fail>(answer["data"].take())
    });
    let rest: Vec<Value> = rest.buffered(PAGES_AT_ONCE).try_collect().await?;
    let mut all = Vec::new();
    for page in std::iter::once(first["data"].take()).chain(rest) {
        all.extend(serde_json::from_value::<Vec<T>>(page)?);
    }
    Ok(all)
}
