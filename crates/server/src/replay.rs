//! `gavel replay`: scenario files through the rules, with a virtual clock.

use crate::view;
use gavel_domain::{
    Asked, AutoBid, Bid, Cancel, Command, Increments, Lot, Money, Party, Refusal, Status, Terms,
    Time, UserId,
};
use gavel_wire::{ErrorCode, Price};
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::{Map, Value};
use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// Runs the files and prints what happens; 1 where an expectation is not met, 2 where a file is
/// malformed.
#[expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a command's answer and its complaints"
)]
pub fn run(files: &[PathBuf]) -> ExitCode {
    let mut differences = Vec::new();
    for file in files {
        let scenarios = match read(file) {
            Ok(scenarios) => scenarios,
            Err(fault) => {
                eprintln!("gavel: {}: {fault}", file.display());
                return ExitCode::from(2);
            }
        };
        let told: Vec<_> = scenarios.iter().map(|one| play(one, &mut differences)).collect();
        println!("{}", serde_json::to_string_pretty(&told).expect("a report is always JSON"));
    }
    for difference in &differences {
        eprintln!("gavel: {difference}");
    }
    if differences.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// Reads the scenarios of a file, or says where its fault is.
fn read(file: &Path) -> Result<Vec<Scenario>, String> {
    let bytes = fs::read(file).map_err(|error| error.to_string())?;
    let scenarios = parse(&bytes)?;
    for (index, scenario) in scenarios.iter().enumerate() {
        scenario.check().map_err(|fault| format!("[{index}].{fault}"))?;
    }
    Ok(scenarios)
}

fn parse(bytes: &[u8]) -> Result<Vec<Scenario>, String> {
    let whole: Value = serde_json::from_slice(bytes).map_err(|error| error.to_string())?;
    check_objects(&whole)?;
    let many = bytes.iter().find(|byte| !byte.is_ascii_whitespace()) == Some(&b'[');
    let mut json = serde_json::Deserializer::from_slice(bytes);
    let read = if many {
        serde_path_to_error::deserialize(&mut json)
    } else {
        serde_path_to_error::deserialize(&mut json).map(|one: Scenario| vec![one])
    };
    let scenarios = read.map_err(|error| {
        let path = error.path().to_string();
        format!("{path}: {}", error.into_inner())
    })?;
    json.end().map_err(|error| error.to_string())?;
    Ok(scenarios)
}

/// Refuses arrays where objects belong: the reader would take them for objects with their fields in
/// order.
fn check_objects(whole: &Value) -> Result<(), String> {
    let scenarios = match whole {
        Value::Array(many) => many.iter().collect(),
        one => vec![one],
    };
    let refuse = |value: &Value, place: String| match value {
        Value::Array(_) => Err(format!("{place}: must be an object")),
        _ => Ok(()),
    };
    for (index, scenario) in scenarios.into_iter().enumerate() {
        refuse(scenario, format!("[{index}]"))?;
        refuse(&scenario["auction"], format!("[{index}].auction"))?;
        for (number, step) in scenario["steps"].as_array().into_iter().flatten().enumerate() {
            refuse(step, format!("[{index}].steps[{number}]"))?;
            for (name, part) in step.as_object().into_iter().flatten() {
                refuse(part, format!("[{index}].steps[{number}].{name}"))?;
            }
        }
    }
    Ok(())
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Scenario {
    name: String,
    auction: Auction,
    steps: Vec<Step>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Auction {
    starting_price: Amount,
    reserve_price: Option<Amount>,
    bid_increment: Option<Increment>,
    #[serde(default)]
    starts_at: Seconds,
    ends_at: Seconds,
    #[serde(default = "two_minutes")]
    snipe_window: Seconds,
    snipe_cap: Option<Seconds>,
    #[serde(default = "the_seller")]
    seller: String,
}

fn two_minutes() -> Seconds {
    Seconds(120_000)
}

fn the_seller() -> String {
    "seller".to_owned()
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Step {
    at: Seconds,
    bid: Option<BidStep>,
    auto_bid: Option<AutoBidStep>,
    cancel_auto_bid: Option<ByStep>,
    cancel: Option<ByStep>,
    close: Option<CloseStep>,
    expect: Option<Map<String, Value>>,
}

#[derive(Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct BidStep {
    by: String,
    amount: f64,
    max_amount: Option<f64>,
    key: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct AutoBidStep {
    by: String,
    max_amount: f64,
    key: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ByStep {
    by: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CloseStep {}

/// Seconds from the auction's zero, kept in milliseconds.
#[derive(Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
struct Seconds(i64);

impl<'de> Deserialize<'de> for Seconds {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Seconds, D::Error> {
        const MS_MAX: f64 = 1e15;
        let ms = (f64::deserialize(deserializer)? * 1_000.0).round();
        if ms.abs() > MS_MAX {
            return Err(D::Error::custom("a time out of range"));
        }
        Ok(Seconds(ms as i64))
    }
}

impl Serialize for Seconds {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if self.0 % 1_000 == 0 {
            serializer.serialize_i64(self.0 / 1_000)
        } else {
            serializer.serialize_f64(self.0 as f64 / 1_000.0)
        }
    }
}

/// An amount that a scenario sets up; zero is one.
#[derive(Clone, Copy)]
struct Amount(Money);

impl<'de> Deserialize<'de> for Amount {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Amount, D::Error> {
        let major = f64::deserialize(deserializer)?;
        if major == 0.0 {
            return Ok(Amount(Money::ZERO));
        }
        Money::from_major(major).map(Amount).map_err(D::Error::custom)
    }
}

struct Increment(Increments);

impl<'de> Deserialize<'de> for Increment {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Increment, D::Error> {
        #[derive(Deserialize)]
        #[serde(untagged, expecting = "expected an amount or rows of [from, step]")]
        enum Form {
            Fixed(Amount),
            Table(Vec<(Amount, Amount)>),
        }
        let increments = match Form::deserialize(deserializer)? {
            Form::Fixed(Amount(step)) => Increments::Fixed(step),
            Form::Table(rows) => {
                Increments::Table(rows.into_iter().map(|(from, step)| (from.0, step.0)).collect())
            }
        };
        let steps = match &increments {
            Increments::Fixed(step) => vec![*step],
            Increments::Table(rows) => rows.iter().map(|row| row.1).collect(),
            Increments::House => Vec::new(),
        };
        let ascending = match &increments {
            Increments::Table(rows) => rows.windows(2).all(|pair| pair[0].0 < pair[1].0),
            _ => true,
        };
        if steps.is_empty() || steps.contains(&Money::ZERO) || !ascending {
            return Err(D::Error::custom("increments must be above zero, and their rows ascend"));
        }
        Ok(Increment(increments))
    }
}

impl Scenario {
    /// What a type cannot say.
    fn check(&self) -> Result<(), String> {
        let auction = &self.auction;
        if auction.ends_at <= auction.starts_at {
            return Err("auction.endsAt: must be after startsAt".to_owned());
        }
        if auction.snipe_window < Seconds(0)
            || auction.snipe_cap.is_some_and(|cap| cap < Seconds(0))
        {
            return Err("auction.snipeWindow, snipeCap: must not be negative".to_owned());
        }
        for (index, step) in self.steps.iter().enumerate() {
            let actions = [
                step.bid.is_some(),
                step.auto_bid.is_some(),
                step.cancel_auto_bid.is_some(),
                step.cancel.is_some(),
                step.close.is_some(),
            ];
            if actions.into_iter().filter(|given| *given).count() != 1 {
                let wanted = "must have one of bid, autoBid, cancelAutoBid, cancel, close";
                return Err(format!("steps[{index}]: {wanted}"));
            }
            let unknown = |name: &&String| !Told::FIELDS.contains(&name.as_str());
            if let Some(name) = step.expect.iter().flat_map(Map::keys).find(unknown) {
                return Err(format!("steps[{index}].expect.{name}: is not known"));
            }
        }
        Ok(())
    }

    fn terms(&self, people: &mut People) -> Terms {
        let auction = &self.auction;
        Terms {
            seller: people.id(&auction.seller),
            starting_price: auction.starting_price.0,
            reserve: auction.reserve_price.map(|reserve| reserve.0),
            increments: match &auction.bid_increment {
                Some(increment) => increment.0.clone(),
                None => Increments::House,
            },
            starts_at: Time(auction.starts_at.0),
            ends_at: Time(auction.ends_at.0),
            snipe_window_ms: auction.snipe_window.0,
            snipe_cap_ms: auction.snipe_cap.map(|cap| cap.0),
        }
    }
}

/// The names in a scenario.
#[derive(Default)]
struct People(Vec<String>);

impl People {
    fn id(&mut self, name: &str) -> UserId {
        let known = self.0.iter().position(|known| known == name);
        let index = known.unwrap_or_else(|| {
            self.0.push(name.to_owned());
            self.0.len() - 1
        });
        UserId(index as u128)
    }

    fn name(&self, id: UserId) -> Option<String> {
        self.0.get(usize::try_from(id.0).ok()?).cloned()
    }
}

/// What is told of a scenario.
#[derive(Serialize)]
struct Report {
    name: String,
    steps: Vec<Told>,
}

/// What is told of a step: how it came out, and the state after it.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Told {
    outcome: &'static str,
    code: Option<ErrorCode>,
    status: &'static str,
    current_bid: Price,
    leader: Option<String>,
    bid_count: u32,
    minimum_bid: Price,
    reserve_met: bool,
    ends_at: Seconds,
}

impl Told {
    const FIELDS: [&str; 9] = [
        "outcome",
        "code",
        "status",
        "currentBid",
        "leader",
        "bidCount",
        "minimumBid",
        "reserveMet",
        "endsAt",
    ];
}

fn play(scenario: &Scenario, differences: &mut Vec<String>) -> Report {
    let mut people = People::default();
    let mut lot = Lot::listed(scenario.terms(&mut people));
    let mut keys = HashMap::new();
    let mut steps = Vec::with_capacity(scenario.steps.len());
    for (index, step) in scenario.steps.iter().enumerate() {
        let code = take(step, &mut lot, &mut people, &mut keys).err();
        let told = tell(&lot, code, &people);
        if let Some(expected) = &step.expect {
            let place = format!("{}, step {}", scenario.name, index + 1);
            compare(&place, &told, expected, differences);
        }
        steps.push(told);
    }
    Report { name: scenario.name.clone(), steps }
}

/// The keys that were used in accepted steps, by user, with what was asked.
type Keys = HashMap<(UserId, String), Command>;

fn take(step: &Step, lot: &mut Lot, people: &mut People, keys: &mut Keys) -> Result<(), ErrorCode> {
    let (command, by, key) = command(step, people);
    let key = by.zip(key);
    if let Some(asked) = key.as_ref().and_then(|key| keys.get(key)) {
        return if *asked == command { Ok(()) } else { Err(ErrorCode::IdempotencyKeyReused) };
    }
    let event = lot
        .decide(&command, Time(step.at.0))
        .map_err(|refusal: Refusal| view::refusal_code(refusal))?;
    lot.apply(&event);
    keys.extend(key.map(|key| (key, command)));
    Ok(())
}

fn command(step: &Step, people: &mut People) -> (Command, Option<UserId>, Option<String>) {
    let mut party = |name: &str| Party { id: people.id(name), banned: false };
    if let Some(bid) = &step.bid {
        let by = party(&bid.by);
        let asked: Asked = Money::from_major(bid.amount);
        let max = bid.max_amount.map(Money::from_major);
        (Command::Bid(Bid { by, amount: asked, max }), Some(by.id), bid.key.clone())
    } else if let Some(auto) = &step.auto_bid {
        let by = party(&auto.by);
        let max = Money::from_major(auto.max_amount);
        (Command::SetAutoBid(AutoBid { by, max }), Some(by.id), auto.key.clone())
    } else if let Some(auto) = &step.cancel_auto_bid {
        (Command::CancelAutoBid(party(&auto.by)), None, None)
    } else if let Some(cancel) = &step.cancel {
        let by = party(&cancel.by).id;
        (Command::Cancel(Cancel { by, admin: cancel.by == "admin" }), None, None)
    } else {
        (Command::Close, None, None)
    }
}

fn tell(lot: &Lot, code: Option<ErrorCode>, people: &People) -> Told {
    Told {
        outcome: if code.is_none() { "accepted" } else { "rejected" },
        code,
        status: match lot.status() {
            Status::Active => "active",
            Status::Sold => "sold",
            Status::Unsold => "unsold",
            Status::Cancelled => "cancelled",
        },
        current_bid: view::price(lot.current_bid()),
        leader: lot.standing().and_then(|standing| people.name(standing.leader)),
        bid_count: lot.bid_count(),
        minimum_bid: view::price(lot.minimum_bid()),
        reserve_met: lot.reserve_met(),
        ends_at: Seconds(lot.ends_at().0),
    }
}

fn compare(place: &str, told: &Told, expected: &Map<String, Value>, differences: &mut Vec<String>) {
    let told = serde_json::to_value(told).expect("a report is always JSON");
    for (name, expected) in expected {
        let found = &told[name];
        let same = match (found.as_f64(), expected.as_f64()) {
            (Some(found), Some(expected)) => found == expected,
            _ => found == expected,
        };
        if !same {
            differences.push(format!("{place}: {name} is {found}, not {expected}"));
        }
    }
}
