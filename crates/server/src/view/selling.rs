//! Drafts, and lots with who is behind them, as somebody may see them.

use crate::house::House;
use crate::sessions::Member;
use crate::view;
use gavel_domain::{Increments, Lot, LotId, Money, Terms, Time, UserId};
use gavel_engine::ports::{Head, StoreError};
use gavel_store::{Account, DraftRow, LotRow, Role};
use gavel_wire as wire;

impl House {
    /// A draft, if there is one and the viewer may see it: its seller and admins may.
    pub(crate) async fn show_draft(
        &self,
        id: LotId,
        viewer: Option<&Member>,
    ) -> Result<Option<wire::Auction>, StoreError> {
        let Some(viewer) = viewer else { return Ok(None) };
        let draft = self.store.draft(id).await?;
        let may =
            |draft: &DraftRow| draft.seller == UserId(viewer.id) || viewer.role == Role::Admin;
        let Some(draft) = draft.filter(may) else { return Ok(None) };
        Ok(self.show_drafts(vec![draft], Some(viewer)).await?.pop())
    }

    /// Drafts, as the lots that they would be.
    pub(crate) async fn show_drafts(
        &self,
        drafts: Vec<DraftRow>,
        viewer: Option<&Member>,
    ) -> Result<Vec<wire::Auction>, StoreError> {
        let rows = drafts.into_iter().map(as_lot).collect::<Result<Vec<_>, _>>()?;
        let mut shown = self.show_lots(rows, viewer).await?;
        for auction in &mut shown {
            auction.status = wire::AuctionStatus::Draft;
        }
        Ok(shown)
    }

    /// Lots with who is behind them, for the people in charge.
    pub(crate) async fn show_lots_in_charge(
        &self,
        rows: Vec<LotRow>,
        viewer: &Member,
    ) -> Result<Vec<wire::AdminAuction>, StoreError> {
        let ids = rows.iter().map(|row| row.id).collect::<Vec<_>>();
        let parties = rows.iter().map(parties).collect::<Vec<_>>();
        let mut wanted = parties
            .iter()
            .flat_map(|(seller, leader)| [Some(*seller), *leader])
            .flatten()
            .collect::<Vec<_>>();
        wanted.sort_unstable();
        wanted.dedup();
        let accounts = self.store.accounts(&wanted).await?;
        let mut reasons = self.store.cancel_reasons(&ids).await?;
        let shown = self.show_lots(rows, Some(viewer)).await?;
        let mut all = Vec::with_capacity(shown.len());
        for ((auction, id), (seller, leader)) in shown.into_iter().zip(ids).zip(parties) {
            let missing = || StoreError::Damaged("a lot without a seller".to_owned());
            all.push(wire::AdminAuction {
                auction,
                seller: accounts.get(&seller).map(person).ok_or_else(missing)?,
                leader: leader.and_then(|leader| accounts.get(&leader)).map(person),
                cancel_reason: reasons.remove(&id),
            });
        }
        Ok(all)
    }
}

/// Who sells a lot, and who leads.
fn parties(row: &LotRow) -> (u128, Option<u128>) {
    (row.lot.terms().seller.0, row.lot.standing().map(|standing| standing.leader.0))
}

fn person(account: &Account) -> wire::Person {
    wire::Person {
        id: view::id(account.id),
        display_name: account.display_name.clone(),
        email: account.email.clone(),
    }
}

/// A draft as the lot that it would be. What it does not say yet is taken from when it was made.
fn as_lot(draft: DraftRow) -> Result<LotRow, StoreError> {
    let request: wire::CreateAuctionRequest = serde_json::from_str(&draft.request)
        .map_err(|error| StoreError::Damaged(format!("a draft: {error}")))?;
    let money = |major: f64| Money::from_major(major).unwrap_or(Money::ZERO);
    let ms = |seconds: u32| i64::from(seconds) * 1_000;
    let starts_at = request.start_time.map_or(draft.created_at, |start| Time(start.0));
    let ends_at = match (request.end_time, request.duration_seconds) {
        (Some(end), _) => Time(end.0),
        (None, Some(seconds)) => starts_at.plus_ms(ms(seconds)),
        (None, None) => draft.created_at,
    };
    let window = request.snipe_window_seconds.unwrap_or(crate::http::SNIPE_WINDOW_S_DEFAULT);
    let terms = Terms {
        seller: draft.seller,
        starting_price: money(request.starting_price),
        reserve: request.reserve_price.map(money),
        increments: request
            .bid_increment
            .map_or(Increments::House, |step| Increments::Fixed(money(step))),
        starts_at,
        ends_at,
        snipe_window_ms: ms(window),
        snipe_cap_ms: request.snipe_cap_seconds.map(ms),
    };
    Ok(LotRow {
        id: draft.id,
        title: request.title,
        description: request.description,
        category: request.category,
        created_at: draft.created_at,
        seller_name: draft.seller_name,
        lot: Lot::listed(terms),
        head: nothing_yet(draft.updated_at),
        images: draft.images,
        watchers: 0,
    })
}

/// The log of what is not in the log.
fn nothing_yet(at: Time) -> Head {
    Head {
        version: 0,
        seq: 0,
        rows_total: 0,
        position: 0,
        hash: gavel_engine::chain::GENESIS,
        at,
        changed_at: at,
    }
}
