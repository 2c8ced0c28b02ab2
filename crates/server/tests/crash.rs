//! The real process, killed and stopped: what was answered stays, and nothing is there twice.

mod common;

use common::Site;
use common::process::{Bid, Client, PATIENCE, Server, folder, serve, until};
use serde_json::{Value, json};
use std::collections::HashMap;
use std::fs::File;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::PathBuf;
use std::process::Child;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::mpsc::sync_channel;
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;
use tokio::time::Instant;

/// A lot, eight people in four pairs, and what they were answered.
struct Sale {
    lot: String,
    people: Vec<Client>,
    next_amount: Arc<AtomicI64>,
    /// The bodies of the bids that were accepted, by key.
    accepted: HashMap<String, (Bid, String)>,
}

const PAIRS: usize = 4;

impl Sale {
    fn open(server: &Server) -> Sale {
        let client = server.client();
        let lot = client.register("mae").list();
        let people = (0..PAIRS * 2).map(|number| client.register(&format!("bidder{number}")));
        Sale {
            lot,
            people: people.collect(),
            next_amount: Arc::new(AtomicI64::new(100)),
            accepted: HashMap::new(),
        }
    }

    /// Bids from several threads until `enough` were accepted; then `stop` is called, and the
    /// threads go on until nobody answers. Returns what was sent and never answered.
    fn rush(
        &mut self,
        at: SocketAddr,
        round: usize,
        enough: usize,
        stop: impl FnOnce(),
    ) -> Vec<Bid> {
        let (tell, told) = sync_channel(64);
        let outcomes = Arc::new(Mutex::new(Vec::new()));
        let leader = self.people.iter().position(|person| person.at(at).leads(&self.lot));
        let threads: Vec<_> = (0..PAIRS)
            .map(|pair| {
                // Two take turns, and whoever leads begins second: the leader who bids again raises
                // a maximum in silence, which no history shows.
                let people = [0, 1].map(|one| (pair * 2 + one, self.people[pair * 2 + one].at(at)));
                let first = usize::from(leader == Some(people[0].0));
                let (lot, next) = (self.lot.clone(), self.next_amount.clone());
                let (tell, outcomes) = (tell.clone(), outcomes.clone());
                thread::spawn(move || {
                    for turn in 0.. {
                        let (who, client) = &people[(turn + first) % 2];
                        let amount = next.fetch_add(1, Ordering::SeqCst);
                        let bid = Bid { who: *who, key: format!("{round}-{pair}-{turn}"), amount };
                        let answer = client.bid(&lot, &bid);
                        let (over, accepted) = match &answer {
                            None => (true, false),
                            Some(answer) => (false, answer.status == 201),
                        };
                        outcomes.lock().expect("no thread fails").push((bid, answer));
                        if accepted {
                            // Nobody listens any more once enough were accepted.
                            let _ = tell.try_send(());
                        }
                        if over {
                            return;
                        }
                    }
                })
            })
            .collect();
        for _ in 0..enough {
            told.recv_timeout(PATIENCE).expect("bids are accepted");
        }
        stop();
        for thread in threads {
            thread.join().expect("no thread fails");
        }
        let mut unanswered = Vec::new();
        for (bid, answer) in outcomes.lock().expect("no thread fails").drain(..) {
            match answer {
                None => unanswered.push(bid),
                Some(answer) if answer.status == 201 => {
                    self.accepted.insert(bid.key.clone(), (bid, answer.body));
                }
                // Another's higher bid was quicker.
                Some(answer) => {
                    assert_eq!(answer.status, 400, "{}", answer.body);
                    assert!(answer.body.contains("BID_TOO_LOW"), "{}", answer.body);
                }
            }
        }
        unanswered
    }

    /// Asks again for all that was not answered, and then holds the house to all it answered.
    fn settle(&mut self, server: &Server, unanswered: Vec<Bid>) {
        for bid in unanswered {
            let client = self.people[bid.who].at(server.address);
            let answer = client.bid(&self.lot, &bid).expect("an answer");
            match answer.status {
                200 | 201 => {
                    self.accepted.insert(bid.key.clone(), (bid, answer.body));
                }
                400 => assert!(answer.body.contains("BID_TOO_LOW"), "{}", answer.body),
                other => panic!("{other}: {}", answer.body),
            }
        }
        for (bid, body) in self.accepted.values() {
            let again =
                self.people[bid.who].at(server.address).bid(&self.lot, bid).expect("an answer");
            assert_eq!(again.status, 200, "{bid:?}: {}", again.body);
            assert_eq!(again.body, *body, "{bid:?}");
        }
        let guest = server.client();
        let mut rows: HashMap<String, Vec<i64>> = HashMap::new();
        for row in guest.history(&self.lot) {
            let id = row["id"].as_str().expect("an id").to_owned();
            let amount = row["amount"].as_f64().expect("an amount");
            rows.entry(id).or_default().push((amount * 100.0).round() as i64);
        }
        for (bid, body) in self.accepted.values() {
            let answer: Value = serde_json::from_str(body).expect("JSON");
            let found = rows.remove(answer["bidId"].as_str().expect("an id"));
            assert_eq!(found, Some(vec![bid.amount]), "{bid:?} must be there exactly once");
        }
        assert!(rows.is_empty(), "bids that nobody was told of: {rows:?}");
        let lot = guest.get(&format!("/api/v1/auctions/{}", self.lot));
        assert_eq!(lot["bidCount"], self.accepted.len());
        let highest = self.accepted.values().map(|(bid, _)| bid.amount).max().expect("bids");
        assert_eq!(
            lot["currentBid"].as_f64().map(|price| (price * 100.0).round() as i64),
            Some(highest)
        );
    }
}

/// SplitMix64.
fn random(state: &mut u64) -> u64 {
    *state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let mut z = *state;
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

#[test]
fn what_was_answered_survives_kill_9_and_is_there_once() {
    let folder = folder();
    let mut server = Server::start(folder.path());
    let mut sale = Sale::open(&server);
    let mut seed = u64::from(server.child.id());
    for round in 0..5 {
        let (address, before) = (server.address, sale.accepted.len());
        let enough = 10 + random(&mut seed) as usize % 90;
        let unanswered = sale.rush(address, round, enough, || server.kill_9());
        assert_eq!(unanswered.len(), PAIRS, "it was killed under everybody's hands");
        assert!(sale.accepted.len() >= before + enough);
        server = Server::start(folder.path());
        sale.settle(&server, unanswered);
    }
}

#[test]
fn sigterm_ends_in_order_with_status_0_and_keeps_what_was_answered() {
    let folder = folder();
    let mut server = Server::start(folder.path());
    let mut sale = Sale::open(&server);
    let address = server.address;
    // Somebody who keeps a connection open, and somebody with a socket.
    let mut idle = TcpStream::connect(address).expect("a connection");
    idle.set_read_timeout(Some(PATIENCE)).expect("a time-out");
    idle.write_all(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n").expect("sent");
    let mut first = [0; 15];
    idle.read_exact(&mut first).expect("an answer");
    assert_eq!(&first, b"HTTP/1.1 200 OK");
    let mut socket = TcpStream::connect(address).expect("a connection");
    socket.set_read_timeout(Some(PATIENCE)).expect("a time-out");
    socket
        .write_all(
            b"GET /ws HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\
              Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n",
        )
        .expect("sent");
    let mut first = [0; 12];
    socket.read_exact(&mut first).expect("an answer");
    assert_eq!(&first, b"HTTP/1.1 101");

    let unanswered = sale.rush(address, 0, 40, || server.terminate());
    assert_eq!(server.ended().code(), Some(0));
    // Both are closed, and not left hanging.
    let mut rest = Vec::new();
    idle.read_to_end(&mut rest).expect("the connection is closed");
    socket.read_to_end(&mut rest).expect("the socket is closed");
    let server = Server::start(folder.path());
    sale.settle(&server, unanswered);
}

#[test]
fn sigterm_without_anything_to_do_ends_at_once() {
    let folder = folder();
    let mut server = Server::start(folder.path());
    let begun = Instant::now();
    server.terminate();
    assert_eq!(server.ended().code(), Some(0));
    assert!(begun.elapsed() < Duration::from_secs(5), "took {:?}", begun.elapsed());
}

#[test]
fn a_second_process_is_refused_the_same_house_and_the_first_goes_on() {
    let folder = folder();
    let server = Server::start(folder.path());
    let (house, log) = (folder.path().join("house"), folder.path().join("second"));
    let mut second = Refused { child: serve(&house, &log).spawn().expect("the binary runs") };
    let status = until("the second ends", || second.child.try_wait().expect("it can be asked"));
    assert_eq!(status.code(), Some(1));
    let mut said = String::new();
    let mut stdout = second.child.stdout.take().expect("its output is piped");
    stdout.read_to_string(&mut said).expect("text");
    assert_eq!(said, "", "it never says that it listens");
    let complaint = std::fs::read_to_string(&log).expect("a log");
    assert!(complaint.contains(&house.display().to_string()), "{complaint}");
    assert!(complaint.contains("another") && complaint.contains("open"), "{complaint}");
    assert!(!complaint.contains("panicked"), "{complaint}");

    let ann = server.client().register("ann");
    assert_eq!(ann.get("/api/v1/auth/me")["displayName"], "ann");
    // A kill leaves no lock behind.
    server.kill_9();
    let server = Server::start(folder.path());
    assert_eq!(ann.at(server.address).get("/api/v1/auth/me")["displayName"], "ann");
}

/// A process that should end by itself.
struct Refused {
    child: Child,
}

impl Drop for Refused {
    fn drop(&mut self) {
        // It has ended already, unless the test failed.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[tokio::test]
async fn lots_that_ended_while_nothing_ran_are_closed_soon_after_the_start() {
    // Made in a house whose clock stands in the past; the binary lives by the real one.
    let site = Site::open().await;
    let (mae, ann) = (site.register("Mae").await, site.register("Ann").await);
    let sold = site.list(&mae, &json!({})).await;
    let unsold = site.list(&mae, &json!({"reservePrice": 50})).await;
    let none = site.list(&mae, &json!({})).await;
    site.bids(&sold, &ann, 12.0).await;
    site.bids(&unsold, &ann, 12.0).await;
    for lot in [&sold, &unsold, &none] {
        assert_eq!(site.lot(lot).await["status"], "active");
    }
    let Site { folder, router, clock, .. } = site;
    drop((router, clock));
    let top = tempfile::tempdir().expect("there is room");
    // The house must be where the server looks for it.
    let house = top.path().join("house");
    std::fs::rename(folder.path(), &house).expect("a folder can be moved");
    let server = started_when_free(top.path().to_owned()).await;
    let client = server.client();
    for (lot, status) in [(&sold, "sold"), (&unsold, "unsold"), (&none, "unsold")] {
        until(&format!("{lot} is {status}"), || {
            let seen = client.get(&format!("/api/v1/auctions/{lot}"));
            assert!(seen["status"] == "active" || seen["status"] == status, "{seen}");
            (seen["status"] == status).then_some(())
        });
    }
    let late = client.register("bob");
    let bid = Bid { who: 0, key: "late".to_owned(), amount: 10_000 };
    for lot in [&sold, &unsold, &none] {
        let answer = late.bid(lot, &bid).expect("an answer");
        assert_eq!(answer.status, 409, "{}", answer.body);
        assert!(answer.body.contains("AUCTION_ENDED"), "{}", answer.body);
    }
}

/// The house that was open in this very process is let go of by its tasks, which takes a moment.
async fn started_when_free(folder: PathBuf) -> Server {
    let lock = folder.join("house/lock");
    common::until("the house is free", || async {
        let lock = File::open(&lock).expect("a lock");
        lock.try_lock().ok()
    })
    .await;
    Server::start(&folder)
}
