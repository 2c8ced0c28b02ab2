//! `gavel replay`, asked as people ask it: the binary, files, exit status and what it prints.
//!
//! The second half is a model of the bidding rules written from their text alone, in plain
//! integers, which thousands of random scenarios are held against.

use serde_json::Value;
use std::collections::{BTreeMap, HashMap};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

fn replay(files: &[&Path]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_gavel"))
        .arg("replay")
        .args(files)
        .output()
        .expect("the binary can be run")
}

fn cases() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases/rules.json")
}

fn stdout_json(output: &Output) -> Value {
    serde_json::from_slice(&output.stdout).expect("it prints one JSON document")
}

fn stderr(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// A file in a folder of its own, which goes when the folder is dropped.
struct Written {
    _folder: tempfile::TempDir,
    path: PathBuf,
}

fn written(content: impl AsRef<[u8]>) -> Written {
    let folder = tempfile::tempdir().expect("there is room for a file");
    let path = folder.path().join("scenario-under-test.json");
    std::fs::write(&path, content).expect("a file can be written");
    Written { _folder: folder, path }
}

#[test]
fn the_published_cases_all_come_out_as_they_say() {
    let output = replay(&[&cases()]);
    assert!(output.status.success(), "{}", stderr(&output));
    assert_eq!(stderr(&output), "");
    let told = stdout_json(&output);
    let asked: Value =
        serde_json::from_slice(&std::fs::read(cases()).expect("a file")).expect("JSON");
    let (told, asked) = (told.as_array().expect("an array"), asked.as_array().expect("an array"));
    assert_eq!((told.len(), asked.len()), (28, 28));
    for (told, asked) in told.iter().zip(asked) {
        assert_eq!(told["name"], asked["name"]);
        let (told, asked) = (told["steps"].as_array(), asked["steps"].as_array());
        let (told, asked) = (told.expect("steps"), asked.expect("steps"));
        assert_eq!(told.len(), asked.len());
        // Compared here too: the program's own comparison is not taken at its word.
        for (told, asked) in told.iter().zip(asked) {
            for (name, expected) in asked["expect"].as_object().expect("every case expects") {
                let same = match (told[name].as_f64(), expected.as_f64()) {
                    (Some(told), Some(expected)) => told == expected,
                    _ => told[name] == *expected,
                };
                assert!(same, "{name}: {} is not {expected}", told[name]);
            }
        }
    }
}

#[test]
fn one_scenario_alone_is_reported_as_an_array_of_one_and_files_one_by_one() {
    let one = written(
        r#"{"name": "alone", "auction": {"startingPrice": 10, "endsAt": 60.5},
            "steps": [{"at": 0.25, "bid": {"by": "ann", "amount": 10.5}}]}"#,
    );
    let output = replay(&[&one.path]);
    assert!(output.status.success(), "{}", stderr(&output));
    let expected = serde_json::json!([{"name": "alone", "steps": [{
        "outcome": "accepted", "code": null, "status": "active", "currentBid": 10.5,
        "leader": "ann", "bidCount": 1, "minimumBid": 11, "reserveMet": true, "endsAt": 120.25,
    }]}]);
    assert_eq!(stdout_json(&output), expected);

    let both = replay(&[&one.path, &cases()]);
    assert!(both.status.success(), "{}", stderr(&both));
    let documents = serde_json::Deserializer::from_slice(&both.stdout).into_iter::<Value>();
    let documents = documents.collect::<Result<Vec<_>, _>>().expect("JSON documents");
    assert_eq!(documents.len(), 2);
    assert_eq!(documents[0], expected);
    assert_eq!(documents[1].as_array().expect("an array").len(), 28);
}

#[test]
fn a_wrong_expectation_is_told_with_its_place_and_exits_1() {
    let file = written(
        r#"[{"name": "fine", "auction": {"startingPrice": 1, "endsAt": 60},
             "steps": [{"at": 1, "close": {}, "expect": {"code": "NOT_DUE"}}]},
            {"name": "the clock of Aunt Mae", "auction": {"startingPrice": 1, "endsAt": 60},
             "steps": [{"at": 1, "bid": {"by": "ann", "amount": 1}, "expect": {"leader": "ann"}},
                       {"at": 2, "bid": {"by": "bob", "amount": 5},
                        "expect": {"leader": "bob", "currentBid": 4.75, "bidCount": 2}}]}]"#,
    );
    let output = replay(&[&file.path]);
    assert_eq!(output.status.code(), Some(1));
    let told = stderr(&output);
    let lines: Vec<_> = told.lines().collect();
    assert_eq!(lines.len(), 1, "only what differs is told: {told}");
    for part in ["the clock of Aunt Mae", "step 2", "currentBid", "4.75", "5"] {
        assert!(lines[0].contains(part), "{part} is not in {told}");
    }
    assert_eq!(stdout_json(&output).as_array().expect("an array").len(), 2);
}

#[test]
fn every_kind_of_wrong_expectation_is_a_difference() {
    for expected in [
        r#"{"outcome": "rejected"}"#,
        r#"{"code": "BID_TOO_LOW"}"#,
        r#"{"status": "sold"}"#,
        r#"{"currentBid": 1.01}"#,
        r#"{"currentBid": "1"}"#,
        r#"{"currentBid": null}"#,
        r#"{"leader": null}"#,
        r#"{"leader": "bob"}"#,
        r#"{"bidCount": 0}"#,
        r#"{"minimumBid": 1}"#,
        r#"{"reserveMet": false}"#,
        r#"{"endsAt": 599}"#,
    ] {
        let file = written(format!(
            r#"{{"name": "x", "auction": {{"startingPrice": 1, "endsAt": 600}},
                "steps": [{{"at": 1, "bid": {{"by": "ann", "amount": 1}}, "expect": {expected}}}]}}"#
        ));
        let output = replay(&[&file.path]);
        assert_eq!(output.status.code(), Some(1), "{expected}: {}", stderr(&output));
        let field = expected.split('"').nth(1).expect("a field");
        assert!(stderr(&output).contains(field), "{expected}: {}", stderr(&output));
    }
}

/// A file with a good scenario before a bad one, so that the place is not just the beginning.
fn second(auction: &str, steps: &str) -> String {
    format!(
        r#"[{{"name": "good", "auction": {{"startingPrice": 1, "endsAt": 60}}, "steps": []}},
           {{"name": "bad", "auction": {auction}, "steps": {steps}}}]"#
    )
}

#[test]
fn a_malformed_file_exits_2_and_names_the_place() {
    let fine = r#"{"startingPrice": 1, "endsAt": 60}"#;
    let step = |step: &str| second(fine, &format!("[{{\"at\": 1, \"close\": {{}}}}, {step}]"));
    let malformed: Vec<(&str, String, &[&str])> = vec![
        ("broken JSON", r#"[{"name": "x", "#.to_owned(), &["line 1"]),
        ("an empty file", String::new(), &["line 1"]),
        ("something after it", format!("{} true", second(fine, "[]")), &["line 2"]),
        ("a number", "7".to_owned(), &["7"]),
        ("numbers", "[7]".to_owned(), &["[0]"]),
        (
            "no name",
            r#"{"auction": {"startingPrice": 1, "endsAt": 9}, "steps": []}"#.into(),
            &["name"],
        ),
        ("no steps", format!(r#"{{"name": "x", "auction": {fine}}}"#), &["steps"]),
        ("no end", second(r#"{"startingPrice": 1}"#, "[]"), &["[1].auction", "endsAt"]),
        ("no price", second(r#"{"endsAt": 1}"#, "[]"), &["[1].auction", "startingPrice"]),
        (
            "a text as price",
            second(r#"{"startingPrice": "1", "endsAt": 60}"#, "[]"),
            &["[1].auction.startingPrice"],
        ),
        (
            "half a cent",
            second(r#"{"startingPrice": 1.005, "endsAt": 60}"#, "[]"),
            &["[1].auction.startingPrice"],
        ),
        (
            "a negative reserve",
            second(r#"{"startingPrice": 1, "endsAt": 60, "reservePrice": -1}"#, "[]"),
            &["[1].auction.reservePrice"],
        ),
        (
            "an unknown term",
            second(r#"{"startingPrice": 1, "endsAt": 60, "colour": 1}"#, "[]"),
            &["[1].auction", "colour"],
        ),
        (
            "a table without rows",
            second(r#"{"startingPrice": 1, "endsAt": 60, "bidIncrement": []}"#, "[]"),
            &["[1].auction.bidIncrement"],
        ),
        (
            "a step of zero",
            second(r#"{"startingPrice": 1, "endsAt": 60, "bidIncrement": 0}"#, "[]"),
            &["[1].auction.bidIncrement"],
        ),
        ("no time", step(r#"{"close": {}}"#), &["[1].steps[1]", "at"]),
        ("no action", step(r#"{"at": 2}"#), &["[1].steps[1]"]),
        (
            "two actions",
            step(r#"{"at": 2, "close": {}, "cancel": {"by": "seller"}}"#),
            &["[1].steps[1]"],
        ),
        (
            "a text as amount",
            step(r#"{"at": 2, "bid": {"by": "ann", "amount": "5"}}"#),
            &["[1].steps[1].bid.amount"],
        ),
        (
            "null as amount",
            step(r#"{"at": 2, "bid": {"by": "ann", "amount": null}}"#),
            &["[1].steps[1].bid.amount"],
        ),
        (
            "an infinite amount",
            step(r#"{"at": 2, "bid": {"by": "ann", "amount": 1e400}}"#),
            &["line"],
        ),
        ("nobody", step(r#"{"at": 2, "bid": {"amount": 5}}"#), &["[1].steps[1].bid", "by"]),
        (
            "no maximum",
            step(r#"{"at": 2, "autoBid": {"by": "ann"}}"#),
            &["[1].steps[1].autoBid", "maxAmount"],
        ),
        (
            "an array for an object",
            step(r#"{"at": 2, "bid": ["ann", 5, null, null]}"#),
            &["[1].steps[1].bid"],
        ),
        (
            "an unknown field",
            step(r#"{"at": 2, "bid": {"by": "ann", "amount": 5, "tip": 1}}"#),
            &["[1].steps[1].bid", "tip"],
        ),
        (
            "an unknown action",
            step(r#"{"at": 2, "raise": {"by": "ann"}}"#),
            &["[1].steps[1]", "raise"],
        ),
        (
            "an unknown expectation",
            step(r#"{"at": 2, "close": {}, "expect": {"mood": "good"}}"#),
            &["[1].steps[1].expect", "mood"],
        ),
        ("a field twice", step(r#"{"at": 2, "at": 3, "close": {}}"#), &["[1].steps[1]", "at"]),
        ("a text as time", step(r#"{"at": "2", "close": {}}"#), &["[1].steps[1].at"]),
        ("depth", "[".repeat(100_000), &["line 1"]),
    ];
    for (what, content, places) in malformed {
        let file = written(&content);
        // A good file first: the fault must be told of the right one.
        let output = replay(&[&cases(), &file.path]);
        assert_eq!(output.status.code(), Some(2), "{what}: {}", stderr(&output));
        let told = stderr(&output);
        assert!(told.contains("scenario-under-test.json"), "{what}: {told}");
        for place in places {
            assert!(told.contains(place), "{what}: {place:?} is not in {told}");
        }
        assert!(!told.contains("panicked"), "{what}: {told}");
    }
}

#[test]
fn a_file_that_is_not_there_or_not_text_exits_2_too() {
    let missing = Path::new("/nonexistent/scenario.json");
    let output = replay(&[missing]);
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).contains("/nonexistent/scenario.json"), "{}", stderr(&output));
    let binary = written([0xff, 0xfe, 0x00, b'[']);
    let output = replay(&[&binary.path]);
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).contains("scenario-under-test.json"), "{}", stderr(&output));
}

// ---------------------------------------------------------------------------------------------
// The model: RULES.md, step by step.

/// An amount as a scenario writes it; `minor` is none where it is no amount that can be bid.
#[derive(Clone, Debug)]
struct Amount {
    text: String,
    minor: Option<i64>,
}

impl Amount {
    fn of(minor: i64) -> Amount {
        let valid = minor > 0 && minor <= MONEY_MAX;
        Amount { text: major(minor), minor: valid.then_some(minor) }
    }

    fn hostile(text: &str) -> Amount {
        Amount { text: text.to_owned(), minor: None }
    }
}

const MONEY_MAX: i64 = 100_000_000_000;

/// Minor units as a decimal of major ones.
fn major(minor: i64) -> String {
    let sign = if minor < 0 { "-" } else { "" };
    let (whole, rest) = (minor.abs() / 100, minor.abs() % 100);
    match rest {
        0 => format!("{sign}{whole}"),
        _ if rest % 10 == 0 => format!("{sign}{whole}.{}", rest / 10),
        _ => format!("{sign}{whole}.{rest:02}"),
    }
}

/// Milliseconds as a decimal of seconds.
fn seconds(ms: i64) -> String {
    let sign = if ms < 0 { "-" } else { "" };
    format!("{sign}{}.{:03}", ms.abs() / 1000, ms.abs() % 1000)
}

#[derive(Clone, Debug)]
enum Inc {
    House,
    Fixed(i64),
    Table(Vec<(i64, i64)>),
}

impl Inc {
    fn at(&self, price: i64) -> i64 {
        const HOUSE: [(i64, i64); 10] = [
            (1, 5),
            (100, 25),
            (500, 50),
            (2500, 100),
            (10000, 250),
            (25000, 500),
            (50000, 1000),
            (100_000, 2500),
            (250_000, 5000),
            (500_000, 10000),
        ];
        let rows = match self {
            Inc::Fixed(step) => return *step,
            Inc::House => &HOUSE[..],
            Inc::Table(rows) => rows,
        };
        let mut step = rows[0].1;
        for (from, each) in rows {
            if price >= *from {
                step = *each;
            }
        }
        step
    }
}

#[derive(Clone, Debug)]
struct Terms {
    starting_price: i64,
    reserve: Option<i64>,
    increment: Inc,
    starts_at: i64,
    ends_at: i64,
    window: i64,
    cap: Option<i64>,
    seller: &'static str,
}

#[derive(Clone, Debug)]
enum Action {
    Bid { by: &'static str, amount: Amount, max: Option<Amount>, key: Option<&'static str> },
    AutoBid { by: &'static str, max: Amount, key: Option<&'static str> },
    CancelAutoBid { by: &'static str },
    Cancel { by: &'static str },
    Close,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Status {
    Active,
    Sold,
    Unsold,
    Cancelled,
}

/// What a key was accepted with: the kind of call and its amounts.
type Asked = (bool, Option<i64>, Option<i64>);

#[derive(Clone, Debug)]
struct Model {
    terms: Terms,
    price: Option<i64>,
    leader: Option<&'static str>,
    ceiling: i64,
    auto: bool,
    bid_count: u64,
    end: i64,
    status: Status,
    keys: HashMap<(&'static str, &'static str), Asked>,
}

type Code = Result<(), &'static str>;

impl Model {
    fn new(terms: Terms) -> Model {
        Model {
            price: None,
            leader: None,
            ceiling: 0,
            auto: false,
            bid_count: 0,
            end: terms.ends_at,
            status: Status::Active,
            keys: HashMap::new(),
            terms,
        }
    }

    /// "`minimumBid` = starting price before the first bid, else `price + inc(price)`."
    fn minimum(&self) -> i64 {
        match self.price {
            None => self.terms.starting_price,
            Some(price) => price + self.terms.increment.at(price),
        }
    }

    fn step(&mut self, now: i64, action: &Action) -> Code {
        let before = self.clone();
        let code = match action {
            Action::Bid { by, amount, max, key } => {
                let asked = (false, amount.minor, max.as_ref().and_then(|max| max.minor));
                self.keyed(by, *key, asked, |model| {
                    model.bid(now, by, amount.minor, max.as_ref().map(|max| max.minor))
                })
            }
            Action::AutoBid { by, max, key } => {
                self.keyed(by, *key, (true, None, max.minor), |model| {
                    model.auto_bid(now, by, max.minor)
                })
            }
            Action::CancelAutoBid { by } => self.cancel_auto_bid(now, by),
            Action::Cancel { by } => self.cancel(now, by),
            Action::Close => self.close(now),
        };
        // "Always: the price never falls, never passes the leader's ceiling …; the end never moves
        // earlier."
        assert!(self.price >= before.price && self.end >= before.end);
        assert!(self.price.is_none_or(|price| price <= self.ceiling));
        assert!(code.is_ok() || self.state() == before.state(), "a refusal changes nothing");
        code
    }

    /// "A repeated key by the same bidder with the same amounts gives the first accepted result
    /// again and changes nothing; with other amounts it is IDEMPOTENCY_KEY_REUSED."
    fn keyed(
        &mut self,
        by: &'static str,
        key: Option<&'static str>,
        asked: Asked,
        run: impl FnOnce(&mut Model) -> Code,
    ) -> Code {
        let Some(key) = key else { return run(self) };
        if let Some(known) = self.keys.get(&(by, key)) {
            return if *known == asked { Ok(()) } else { Err("IDEMPOTENCY_KEY_REUSED") };
        }
        run(self)?;
        self.keys.insert((by, key), asked);
        Ok(())
    }

    /// Checks 2 and 3.
    fn runs_and_may_bid(&self, now: i64, by: &str) -> Code {
        if self.status != Status::Active {
            return Err("AUCTION_ENDED");
        }
        if now < self.terms.starts_at {
            return Err("AUCTION_NOT_STARTED");
        }
        if now >= self.end {
            return Err("AUCTION_ENDED");
        }
        if by == self.terms.seller { Err("VALIDATION_ERROR") } else { Ok(()) }
    }

    fn bid(
        &mut self,
        now: i64,
        by: &'static str,
        amount: Option<i64>,
        max: Option<Option<i64>>,
    ) -> Code {
        // 1. amounts valid
        let amount = amount.ok_or("VALIDATION_ERROR")?;
        let max = match max {
            None => None,
            Some(None) => return Err("VALIDATION_ERROR"),
            Some(Some(max)) if max < amount => return Err("VALIDATION_ERROR"),
            Some(Some(max)) => Some(max),
        };
        // 2., 3.
        self.runs_and_may_bid(now, by)?;
        // "Let c = maxAmount, or amount where there is none."
        let c = max.unwrap_or(amount);
        if self.leader == Some(by) {
            // 4. the leader bids again
            if c <= self.ceiling {
                return Err("MAX_NOT_RAISED");
            }
            let before = self.price;
            self.ceiling = c;
            self.auto = true;
            self.reserve_rule();
            self.anti_sniping(now, self.price != before);
            return Ok(());
        }
        // 5. another bidder
        if amount < self.minimum() {
            return Err("BID_TOO_LOW");
        }
        self.another(now, by, amount, c, max.is_some());
        Ok(())
    }

    fn another(&mut self, now: i64, by: &'static str, amount: i64, c: i64, auto: bool) {
        let inc = self.terms.increment.clone();
        let before = (self.price, self.leader);
        if self.leader.is_none() {
            self.price = Some(amount);
            (self.leader, self.ceiling, self.auto) = (Some(by), c, auto);
        } else if c > self.ceiling {
            let price =
                if self.auto { (self.ceiling + inc.at(self.ceiling)).min(c) } else { amount };
            self.price = Some(price);
            (self.leader, self.ceiling, self.auto) = (Some(by), c, auto);
        } else {
            self.price = Some((c + inc.at(c)).min(self.ceiling));
        }
        self.reserve_rule();
        self.anti_sniping(now, (self.price, self.leader) != before);
    }

    /// Step 6: "where `price < reserve ≤ ceiling`, price = reserve."
    fn reserve_rule(&mut self) {
        if let (Some(price), Some(reserve)) = (self.price, self.terms.reserve)
            && price < reserve
            && reserve <= self.ceiling
        {
            self.price = Some(reserve);
        }
    }

    /// Step 7: "where price or leader changed: `bidCount + 1`, and if `endTime − now < snipe window`
    /// then `endTime = now + window`, never earlier than before, and never later than
    /// `originalEndTime + cap` where a cap is set."
    fn anti_sniping(&mut self, now: i64, changed: bool) {
        if !changed {
            return;
        }
        self.bid_count += 1;
        if self.end - now < self.terms.window {
            let mut end = now + self.terms.window;
            if let Some(cap) = self.terms.cap {
                end = end.min(self.terms.ends_at + cap);
            }
            self.end = self.end.max(end);
        }
    }

    fn auto_bid(&mut self, now: i64, by: &'static str, max: Option<i64>) -> Code {
        // "Checks 1 to 3 come first here too."
        let max = max.ok_or("VALIDATION_ERROR")?;
        self.runs_and_may_bid(now, by)?;
        if self.leader == Some(by) {
            let price = self.price.expect("a leader has a price");
            if max < price {
                return Err("BID_TOO_LOW");
            }
            self.ceiling = max;
            self.auto = true;
            self.reserve_rule();
            self.anti_sniping(now, self.price != Some(price));
            return Ok(());
        }
        let minimum = self.minimum();
        if max < minimum {
            return Err("BID_TOO_LOW");
        }
        self.another(now, by, minimum, max, true);
        Ok(())
    }

    fn cancel_auto_bid(&mut self, now: i64, by: &'static str) -> Code {
        self.runs_and_may_bid(now, by)?;
        if self.leader != Some(by) || !self.auto {
            return Err("NOT_FOUND");
        }
        self.ceiling = self.price.expect("a leader has a price");
        self.auto = false;
        Ok(())
    }

    fn cancel(&mut self, now: i64, by: &str) -> Code {
        if self.status != Status::Active || now >= self.end {
            return Err("AUCTION_ENDED");
        }
        if by != "admin" {
            if by != self.terms.seller {
                return Err("FORBIDDEN");
            }
            if self.bid_count > 0 {
                return Err("AUCTION_HAS_BIDS");
            }
        }
        self.status = Status::Cancelled;
        Ok(())
    }

    fn close(&mut self, now: i64) -> Code {
        if self.status != Status::Active {
            return Err("AUCTION_ENDED");
        }
        if now < self.end {
            return Err("NOT_DUE");
        }
        self.status =
            if self.leader.is_some() && self.reserve_met() { Status::Sold } else { Status::Unsold };
        Ok(())
    }

    fn reserve_met(&self) -> bool {
        match self.terms.reserve {
            None => true,
            Some(reserve) => self.price.is_some_and(|price| price >= reserve),
        }
    }

    fn state(&self) -> State {
        State {
            status: match self.status {
                Status::Active => "active",
                Status::Sold => "sold",
                Status::Unsold => "unsold",
                Status::Cancelled => "cancelled",
            },
            current_bid: self.price.unwrap_or(self.terms.starting_price),
            leader: self.leader,
            bid_count: self.bid_count,
            minimum_bid: self.minimum(),
            reserve_met: self.reserve_met(),
            ends_at: self.end,
        }
    }
}

#[derive(Clone, PartialEq, Eq, Debug)]
struct State {
    status: &'static str,
    current_bid: i64,
    leader: Option<&'static str>,
    bid_count: u64,
    minimum_bid: i64,
    reserve_met: bool,
    ends_at: i64,
}

/// What the report must say of a step; money and time as whole units.
fn expected(code: Code, state: &State) -> BTreeMap<String, Value> {
    let fields = [
        ("outcome", if code.is_ok() { "accepted" } else { "rejected" }.into()),
        ("code", code.err().map_or(Value::Null, Value::from)),
        ("status", state.status.into()),
        ("currentBid", state.current_bid.into()),
        ("leader", state.leader.map_or(Value::Null, Value::from)),
        ("bidCount", state.bid_count.into()),
        ("minimumBid", state.minimum_bid.into()),
        ("reserveMet", state.reserve_met.into()),
        ("endsAt", state.ends_at.into()),
    ];
    fields.map(|(name, value): (&str, Value)| (name.to_owned(), value)).into()
}

/// A reported step in the same form; a number that is no whole number of units stays as it is.
fn reported(step: &Value) -> BTreeMap<String, Value> {
    let units = |value: &Value, per: f64| {
        let number = value.as_f64().expect("a number");
        let whole = (number * per).round();
        if whole / per == number { Value::from(whole as i64) } else { value.clone() }
    };
    let read = |(name, value): (&String, &Value)| {
        let value = match name.as_str() {
            "currentBid" | "minimumBid" => units(value, 100.0),
            "endsAt" => units(value, 1000.0),
            _ => value.clone(),
        };
        (name.clone(), value)
    };
    step.as_object().expect("a step is an object").iter().map(read).collect()
}

/// SplitMix64.
struct Rng(u64);

impl Rng {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn below(&mut self, bound: i64) -> i64 {
        (self.next() % bound.unsigned_abs()) as i64
    }

    fn between(&mut self, low: i64, high: i64) -> i64 {
        low + self.below(high - low + 1)
    }

    fn one_in(&mut self, n: i64) -> bool {
        self.below(n) == 0
    }

    fn pick<T: Clone>(&mut self, from: &[T]) -> T {
        from[self.below(from.len() as i64) as usize].clone()
    }
}

fn random_terms(rng: &mut Rng) -> Terms {
    let starting_price = match rng.below(8) {
        0 => 1,
        1 => rng.between(1, 99),
        2 => rng.pick(&[100, 500, 2500, 9_950, 10_000, 25_000, 50_000, 100_000, 500_000]),
        3 => rng.between(MONEY_MAX - 100_000, MONEY_MAX),
        4 => rng.between(50_000, 700_000),
        _ => rng.between(100, 12_000),
    };
    let reserve = (rng.below(3) == 0).then(|| match rng.below(4) {
        0 => starting_price,
        1 => rng.between(1, starting_price),
        _ => (starting_price + rng.between(0, starting_price * 3 + 500)).min(MONEY_MAX),
    });
    let increment = match rng.below(4) {
        0 => Inc::Fixed(rng.pick(&[1, 5, 100, 133, 5_000, 1_000_000, MONEY_MAX])),
        1 => {
            let mut from = 1;
            let rows = (0..rng.between(1, 6)).map(|_| {
                let row = (from, rng.between(1, 2_000));
                from += rng.between(1, 5_000);
                row
            });
            Inc::Table(rows.collect())
        }
        _ => Inc::House,
    };
    let starts_at = if rng.one_in(3) { rng.between(0, 100_000) } else { 0 };
    Terms {
        starting_price,
        reserve,
        increment,
        starts_at,
        ends_at: starts_at + rng.between(1_000, 600_000),
        window: rng.pick(&[0, 1_000, 30_500, 120_000, 120_000, 120_000, 900_000]),
        cap: (rng.below(3) == 0).then(|| rng.pick(&[0, 1, 60_000, 120_000, 600_000])),
        seller: if rng.one_in(8) { "mae" } else { "seller" },
    }
}

fn random_amount(rng: &mut Rng, model: &Model) -> Amount {
    const HOSTILE: [&str; 12] = [
        "0",
        "-0.0",
        "-1",
        "-0.01",
        "0.001",
        "10.005",
        "9.999",
        "1000000000.01",
        "1000000000.001",
        "1e300",
        "1e-300",
        "-1e300",
    ];
    if rng.one_in(30) {
        return Amount::hostile(rng.pick(&HOSTILE));
    }
    let near = rng.between(-2, 2);
    let ceiling = if model.leader.is_some() { model.ceiling } else { model.minimum() };
    let reserve = model.terms.reserve.filter(|_| !model.reserve_met());
    let minor = match rng.below(12) {
        0..=2 => model.minimum(),
        3 => model.minimum() + near,
        4 => ceiling + near,
        5 => ceiling + model.terms.increment.at(ceiling) + near,
        6 => reserve.map_or(ceiling + 1, |reserve| reserve + rng.between(-2, 500)),
        7 => model.price.unwrap_or(ceiling) + near,
        8 if rng.one_in(6) => rng.pick(&[MONEY_MAX, MONEY_MAX - 1, MONEY_MAX + 1, 1]),
        9 => model.minimum() + rng.between(0, 300),
        _ => ceiling + rng.between(0, ceiling / 4 + 200),
    };
    // Also as people and programs write the same number.
    let mut amount = Amount::of(minor);
    if minor % 100 == 0 && rng.one_in(10) {
        amount.text.push_str(rng.pick(&[".0", ".00", "e0", ".000"]));
    }
    amount
}

fn random_time(rng: &mut Rng, model: &Model, now: i64) -> i64 {
    let terms = &model.terms;
    let near = rng.between(-1, 1);
    let left = (model.end - now).max(1);
    let at = match rng.below(24) {
        0..=3 => terms.starts_at + near,
        4 => model.end + near,
        5 => terms.ends_at + near,
        6..=8 => model.end - terms.window + near,
        9 => model.end - 1,
        10 => model.end - rng.between(1, 5_000),
        11..=14 => now,
        _ => now + rng.between(0, left / 8 + 2),
    };
    // Time never runs backwards, so whatever lies behind is now.
    at.max(now)
}

fn random_action(rng: &mut Rng, model: &Model) -> Action {
    const PEOPLE: [&str; 8] = ["ann", "bob", "cy", "ann", "bob", "cy", "dee", "admin"];
    let someone = rng.pick(&PEOPLE);
    let by = match model.leader {
        Some(leader) if rng.one_in(4) => leader,
        _ if rng.one_in(30) => model.terms.seller,
        _ => someone,
    };
    let key = rng.one_in(3).then(|| rng.pick(&["k1", "k2", "a longer key / ü"]));
    match rng.below(40) {
        0..=21 => {
            let amount = random_amount(rng, model);
            let max = rng.one_in(2).then(|| random_max(rng, model, &amount));
            Action::Bid { by, amount, max, key }
        }
        22..=34 => Action::AutoBid { by, max: random_amount(rng, model), key },
        35 | 36 => Action::CancelAutoBid { by },
        37 if rng.one_in(2) => {
            Action::Cancel { by: rng.pick(&[by, model.terms.seller, model.terms.seller, "admin"]) }
        }
        _ => Action::Close,
    }
}

/// A maximum to go with an amount: mostly not below it.
fn random_max(rng: &mut Rng, model: &Model, amount: &Amount) -> Amount {
    let max = random_amount(rng, model);
    match (max.minor, amount.minor) {
        (Some(max), Some(amount)) if max < amount && !rng.one_in(10) => {
            Amount::of((amount + rng.between(0, amount)).min(MONEY_MAX))
        }
        _ => max,
    }
}

fn action_json(action: &Action) -> String {
    let key = |key: &Option<&str>| match key {
        Some(key) => format!(r#", "key": "{key}""#),
        None => String::new(),
    };
    match action {
        Action::Bid { by, amount, max, key: k } => {
            let max =
                max.as_ref().map_or(String::new(), |max| format!(r#", "maxAmount": {}"#, max.text));
            format!(r#""bid": {{"by": "{by}", "amount": {}{max}{}}}"#, amount.text, key(k))
        }
        Action::AutoBid { by, max, key: k } => {
            format!(r#""autoBid": {{"by": "{by}", "maxAmount": {}{}}}"#, max.text, key(k))
        }
        Action::CancelAutoBid { by } => format!(r#""cancelAutoBid": {{"by": "{by}"}}"#),
        Action::Cancel { by } => format!(r#""cancel": {{"by": "{by}"}}"#),
        Action::Close => r#""close": {}"#.to_owned(),
    }
}

fn terms_json(terms: &Terms, rng: &mut Rng) -> String {
    let mut json = format!(r#""startingPrice": {}"#, major(terms.starting_price));
    let mut add = |name: &str, value: &str| {
        write!(json, r#", "{name}": {value}"#).expect("a string takes everything");
    };
    add("endsAt", &seconds(terms.ends_at));
    if let Some(reserve) = terms.reserve {
        add("reservePrice", &major(reserve));
    }
    match &terms.increment {
        Inc::House => {}
        Inc::Fixed(step) => add("bidIncrement", &major(*step)),
        Inc::Table(rows) => {
            let rows = rows.iter().map(|row| format!("[{}, {}]", major(row.0), major(row.1)));
            add("bidIncrement", &format!("[{}]", rows.collect::<Vec<_>>().join(", ")));
        }
    }
    // What has its default is left out half of the time.
    if terms.starts_at != 0 || rng.one_in(2) {
        add("startsAt", &seconds(terms.starts_at));
    }
    if terms.window != 120_000 || rng.one_in(2) {
        add("snipeWindow", &seconds(terms.window));
    }
    if let Some(cap) = terms.cap {
        add("snipeCap", &seconds(cap));
    }
    if terms.seller != "seller" || rng.one_in(2) {
        add("seller", &format!("\"{}\"", terms.seller));
    }
    json
}

/// What the model says of one scenario, and how often it met what is worth meeting.
struct Case {
    json: String,
    steps: Vec<BTreeMap<String, Value>>,
}

fn random_case(index: usize, rng: &mut Rng, met: &mut BTreeMap<&'static str, usize>) -> Case {
    let terms = random_terms(rng);
    let mut json =
        format!(r#"{{"name": "{index}", "auction": {{{}}}, "steps": ["#, terms_json(&terms, rng));
    let mut model = Model::new(terms);
    let mut now = rng.between(0, model.terms.starts_at + 1_000);
    let (mut steps, mut recent): (Vec<_>, Vec<Action>) = (Vec::new(), Vec::new());
    for step in 0..rng.between(1, 24) {
        now = random_time(rng, &model, now);
        // Now and then the very same again, as a client that heard no answer does.
        let action = if !recent.is_empty() && rng.one_in(8) {
            rng.pick(&recent)
        } else {
            random_action(rng, &model)
        };
        let before = model.state();
        let code = model.step(now, &action);
        let after = model.state();
        count(met, &action, code, &before, &after, &model);
        let comma = if step == 0 { "" } else { ", " };
        write!(json, r#"{comma}{{"at": {}, {}}}"#, seconds(now), action_json(&action))
            .expect("a string takes everything");
        steps.push(expected(code, &after));
        recent.push(action);
    }
    json.push_str("]}");
    Case { json, steps }
}

fn count(
    met: &mut BTreeMap<&'static str, usize>,
    action: &Action,
    code: Code,
    before: &State,
    after: &State,
    model: &Model,
) {
    let mut note = |what| *met.entry(what).or_default() += 1;
    note(code.err().unwrap_or("accepted"));
    if code.is_err() {
        return;
    }
    let counted = after.bid_count > before.bid_count;
    match action {
        Action::Bid { .. } | Action::AutoBid { .. } if !counted => note("silent or repeated"),
        Action::Bid { by, .. } | Action::AutoBid { by, .. } => {
            let led = before.leader.is_some();
            note(match (after.leader == Some(by), before.leader == Some(by)) {
                (true, true) => "the leader reaches the reserve",
                (true, false) if led => "the lead changes",
                (true, false) => "a first bid",
                _ => "the leader keeps the lead",
            });
        }
        Action::CancelAutoBid { .. } => note("an auto-bid given up"),
        Action::Cancel { .. } => note("cancelled"),
        Action::Close => note(after.status),
    }
    if after.ends_at > before.ends_at {
        note("extended");
        let cap = model.terms.cap.map(|cap| model.terms.ends_at + cap);
        if cap == Some(after.ends_at) {
            note("extended up to the cap");
        }
    }
    if !before.reserve_met && after.reserve_met {
        note("the reserve is met");
    }
}

#[test]
fn three_thousand_random_scenarios_come_out_as_the_text_of_the_rules_says() {
    const CASES: usize = 3_000;
    let mut rng = Rng(0x6761_7665_6c00_0001);
    let mut met = BTreeMap::new();
    let cases: Vec<_> = (0..CASES).map(|index| random_case(index, &mut rng, &mut met)).collect();
    for what in [
        "accepted",
        "VALIDATION_ERROR",
        "AUCTION_NOT_STARTED",
        "AUCTION_ENDED",
        "MAX_NOT_RAISED",
        "BID_TOO_LOW",
        "NOT_FOUND",
        "IDEMPOTENCY_KEY_REUSED",
        "FORBIDDEN",
        "AUCTION_HAS_BIDS",
        "NOT_DUE",
        "silent or repeated",
        "a first bid",
        "the lead changes",
        "the leader keeps the lead",
        "the leader reaches the reserve",
        "an auto-bid given up",
        "cancelled",
        "sold",
        "unsold",
        "extended",
        "extended up to the cap",
        "the reserve is met",
    ] {
        assert!(met.get(what).is_some_and(|times| *times >= 20), "{what} hardly occurs: {met:?}");
    }
    let all: Vec<_> = cases.iter().map(|case| case.json.as_str()).collect();
    let file = written(format!("[{}]", all.join(",\n")));
    let output = replay(&[&file.path]);
    assert!(output.status.success(), "{}", stderr(&output));
    let told = stdout_json(&output);
    let told = told.as_array().expect("an array");
    assert_eq!(told.len(), CASES);
    for (index, (case, told)) in cases.iter().zip(told).enumerate() {
        assert_eq!(told["name"], index.to_string());
        let steps = told["steps"].as_array().expect("steps");
        assert_eq!(steps.len(), case.steps.len());
        for (number, (expected, step)) in case.steps.iter().zip(steps).enumerate() {
            assert_eq!(*expected, reported(step), "step {} of {}", number + 1, case.json);
        }
    }
}
