//! What holds after every step of every sale, whatever is asked in whatever order.

use gavel_domain::{
    AutoBid, Bid, Cancel, Command, Event, Extend, Increments, Lot, Money, Party, Refusal, Status,
    Terms, Time, UserId,
};
use proptest::prelude::*;
use std::collections::HashMap;

const SELLER: UserId = UserId(0);

fn money(minor: i64) -> Money {
    Money::from_minor(minor).expect("in range")
}

fn increments() -> impl Strategy<Value = Increments> {
    prop_oneof![
        Just(Increments::House),
        (1..300i64).prop_map(|step| Increments::Fixed(money(step))),
        prop::collection::btree_map(1..4_000i64, 1..400i64, 1..5).prop_map(|rows| {
            Increments::Table(
                rows.iter().map(|(from, step)| (money(*from), money(*step))).collect(),
            )
        }),
    ]
}

prop_compose! {
    fn terms()(
        start in 1..2_000i64,
        reserve in prop::option::of(0..4_000i64),
        increments in increments(),
        starts_at in 0..20i64,
        runs_ms in 100..1_000i64,
        snipe_window_ms in 0..300i64,
        snipe_cap_ms in prop::option::of(0..400i64),
    ) -> Terms {
        Terms {
            seller: SELLER,
            starting_price: money(start),
            reserve: reserve.map(|above| money(start + above)),
            increments,
            starts_at: Time(starts_at),
            ends_at: Time(starts_at + runs_ms),
            snipe_window_ms,
            snipe_cap_ms,
        }
    }
}

fn party() -> impl Strategy<Value = Party> {
    (0..5u128, prop::bool::weighted(0.05)).prop_map(|(id, banned)| Party { id: UserId(id), banned })
}

fn command() -> impl Strategy<Value = Command> {
    let amount = || (1..6_000i64).prop_map(|minor| Ok(money(minor)));
    prop_oneof![
        6 => (party(), amount(), prop::option::of(amount()))
            .prop_map(|(by, amount, max)| Command::Bid(Bid { by, amount, max })),
        4 => (party(), amount()).prop_map(|(by, max)| Command::SetAutoBid(AutoBid { by, max })),
        1 => party().prop_map(Command::CancelAutoBid),
        1 => (0..5u128, prop::bool::weighted(0.1))
            .prop_map(|(by, admin)| Command::Cancel(Cancel { by: UserId(by), admin })),
        1 => (prop::bool::weighted(0.5), 0..1_500i64).prop_map(|(admin, ends_at)| {
            Command::Extend(Extend { by: UserId(9), admin, ends_at: Time(ends_at) })
        }),
        1 => Just(Command::Close),
    ]
}

fn sale() -> impl Strategy<Value = (Terms, Vec<(i64, Command)>)> {
    (terms(), prop::collection::vec((0..60i64, command()), 1..60))
}

/// Runs a sale and hands each accepted step to `law`: the lot before, the command, the event, the
/// lot after.
fn every_step(
    (terms, steps): (Terms, Vec<(i64, Command)>),
    mut law: impl FnMut(&Lot, &Command, &Event, &Lot) -> Result<(), TestCaseError>,
) -> Result<(), TestCaseError> {
    let mut lot = Lot::listed(terms);
    let mut now = Time(0);
    for (wait_ms, command) in steps {
        now = now.plus_ms(wait_ms);
        let Ok(event) = lot.decide(&command, now) else {
            continue;
        };
        let before = lot.clone();
        lot.apply(&event);
        law(&before, &command, &event, &lot)?;
    }
    Ok(())
}

fn author(command: &Command) -> Option<UserId> {
    match command {
        Command::Bid(bid) => Some(bid.by.id),
        Command::SetAutoBid(auto) => Some(auto.by.id),
        Command::CancelAutoBid(by) => Some(by.id),
        Command::Cancel(_) | Command::Extend(_) | Command::Close => None,
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, ..ProptestConfig::default() })]

    #[test]
    fn the_price_never_falls_and_never_passes_the_leaders_ceiling(sale in sale()) {
        every_step(sale, |before, _, _, after| {
            prop_assert!(after.current_bid() >= before.current_bid());
            if let Some(standing) = after.standing() {
                prop_assert!(standing.price <= standing.ceiling);
            }
            Ok(())
        })?;
    }

    #[test]
    fn nobody_is_passed_over_below_their_auto_bid(sale in sale()) {
        let mut maxima: HashMap<UserId, Money> = HashMap::new();
        every_step(sale, |_, command, event, after| {
            if let (Some(by), Event::Bid(bid)) = (author(command), event)
                && let Some(max) = bid.max
            {
                maxima.insert(by, max);
            }
            if let (Some(by), Event::CeilingSet { ceiling, .. }) = (author(command), event) {
                maxima.insert(by, *ceiling);
            }
            let Some(standing) = after.standing() else { return Ok(()) };
            for (who, max) in &maxima {
                prop_assert!(*who == standing.leader || standing.price >= *max);
            }
            Ok(())
        })?;
    }

    #[test]
    fn the_end_never_moves_earlier_nor_beyond_its_cap(sale in sale()) {
        every_step(sale, |before, _, event, after| {
            let terms = after.terms();
            let cap = terms.snipe_cap_ms.map(|cap| terms.ends_at.plus_ms(cap));
            prop_assert!(after.ends_at() >= before.ends_at());
            prop_assert!(cap.is_none_or(|cap| after.ends_at() <= cap));
            if after.ends_at() != before.ends_at() {
                let from = match event {
                    Event::Bid(bid) => bid.extended_from,
                    Event::Extended { from, .. } => Some(*from),
                    _ => None,
                };
                prop_assert_eq!(from, Some(before.ends_at()));
            }
            Ok(())
        })?;
    }

    #[test]
    fn a_bid_counts_exactly_when_price_or_leader_changed(sale in sale()) {
        every_step(sale, |before, _, event, after| {
            let leader = |lot: &Lot| lot.standing().map(|standing| standing.leader);
            let changed =
                leader(before) != leader(after) || before.current_bid() != after.current_bid();
            prop_assert_eq!(changed, matches!(event, Event::Bid(_)));
            prop_assert_eq!(after.bid_count(), before.bid_count() + u32::from(changed));
            Ok(())
        })?;
    }

    #[test]
    fn the_history_tells_the_price_path(sale in sale()) {
        let mut last = Money::ZERO;
        every_step(sale, |_, command, event, after| {
            let Event::Bid(bid) = event else { return Ok(()) };
            let winning = bid.steps.winning();
            prop_assert_eq!(Some(winning.who), after.standing().map(|standing| standing.leader));
            prop_assert_eq!(winning.amount, after.current_bid());
            prop_assert_eq!(Some(bid.steps.bid().who), author(command));
            for row in bid.steps.rows() {
                prop_assert!(row.amount >= last, "{:?} after {:?}", row, last);
                last = row.amount;
            }
            Ok(())
        })?;
    }

    #[test]
    fn what_is_finished_stays_as_it_is(sale in sale()) {
        every_step(sale, |before, _, _, after| {
            prop_assert_eq!(before.status(), Status::Active);
            if after.status() == Status::Sold {
                prop_assert!(after.standing().is_some() && after.reserve_met());
            }
            Ok(())
        })?;
    }

    #[test]
    fn a_lot_never_ends_unsold_while_its_leaders_maximum_meets_the_reserve(sale in sale()) {
        every_step(sale, |before, _, event, _| {
            if let (Event::Unsold, Some(reserve), Some(standing)) =
                (event, before.terms().reserve, before.standing())
            {
                prop_assert!(standing.ceiling < reserve);
            }
            Ok(())
        })?;
    }

    #[test]
    fn the_house_alone_extends_a_running_lot_and_only_forward(sale in sale(), now in 0..2_000i64) {
        every_step(sale, |before, command, event, after| {
            let Command::Extend(extend) = command else { return Ok(()) };
            prop_assert!(extend.admin && extend.ends_at > before.ends_at());
            prop_assert_eq!(event, &Event::Extended { from: before.ends_at(), ends_at: extend.ends_at });
            // Late bids go on adding to the end that was announced last.
            prop_assert_eq!(after.terms().ends_at, extend.ends_at);
            let not_in_charge = Command::Extend(Extend { admin: false, ..*extend });
            let refused = before.decide(&not_in_charge, Time(now).max(before.terms().starts_at));
            prop_assert!(matches!(refused, Err(Refusal::Forbidden | Refusal::Ended)));
            Ok(())
        })?;
    }

    #[test]
    fn terms_change_only_while_nobody_has_bid_on_them(
        sale in sale(), revised in terms(), now in 0..3_000i64, by in 0..12u128,
    ) {
        let now = Time(now);
        every_step(sale, |_, _, _, lot| {
            match lot.revise(UserId(by), &revised, now) {
                Ok(event) => {
                    prop_assert!(UserId(by) == SELLER && lot.bid_count() == 0);
                    prop_assert!(lot.status() == Status::Active && now < lot.ends_at());
                    let begun = now >= lot.terms().starts_at;
                    prop_assert!(!begun || revised.starts_at == lot.terms().starts_at);
                    let mut after = lot.clone();
                    after.apply(&event);
                    prop_assert_eq!(after, Lot::listed(revised.clone()));
                }
                Err(Refusal::HasBids) => prop_assert!(lot.bid_count() > 0),
                Err(Refusal::Ended) => {
                    prop_assert!(lot.status() != Status::Active || now >= lot.ends_at());
                }
                Err(Refusal::Forbidden) => prop_assert!(UserId(by) != SELLER),
                Err(Refusal::StartFixed) => prop_assert!(now >= lot.terms().starts_at),
                Err(other) => prop_assert_eq!(other, Refusal::EndNotLater),
            }
            Ok(())
        })?;
    }

    #[test]
    fn a_bid_and_the_close_never_both_win(terms in terms(), late_ms in 0..50i64, bid in 1..9_000i64) {
        let mut lot = Lot::listed(terms);
        let now = lot.ends_at().plus_ms(late_ms);
        let by = Party { id: UserId(1), banned: false };
        let bid = Command::Bid(Bid { by, amount: Ok(money(bid)), max: None });
        prop_assert_eq!(lot.decide(&bid, now), Err(Refusal::Ended));
        prop_assert_eq!(lot.decide(&Command::Close, Time(now.0 - late_ms - 1)), Err(Refusal::NotDue));
        let closed = lot.decide(&Command::Close, now).expect("it is due");
        lot.apply(&closed);
        prop_assert_eq!(lot.decide(&Command::Close, now), Err(Refusal::Ended));
    }
}
