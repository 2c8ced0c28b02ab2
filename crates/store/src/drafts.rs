//! What sellers have not published yet, and the pictures of lots and drafts.

use crate::catalogue::{image_from, images_sql};
use crate::engine_store::{Store, one};
use crate::kept::{Done, Keep};
use crate::sql::{Row, Statement, Value, params, places};
use gavel_domain::{LotId, Time, UserId};
use gavel_engine::Picture;
use gavel_engine::ports::StoreError;
use std::collections::{HashMap, HashSet};

/// A draft of a lot.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct DraftRow {
    /// Identity; the lot's once it is published.
    pub id: LotId,
    /// Who will sell it.
    pub seller: UserId,
    /// Their name.
    pub seller_name: String,
    /// The request as it will be made, in JSON.
    pub request: String,
    /// When it was made.
    pub created_at: Time,
    /// When it was last changed.
    pub updated_at: Time,
    /// Pictures, in order.
    pub images: Vec<Picture>,
}

/// A draft to be kept.
#[derive(Clone, Debug)]
pub struct NewDraft {
    /// Identity.
    pub id: LotId,
    /// Whose it is.
    pub seller: UserId,
    /// The request as it will be made, in JSON.
    pub request: String,
    /// Pictures, in order.
    pub images: Vec<Picture>,
    /// Now.
    pub at: Time,
}

/// Whose pictures are changed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ImagesOf {
    /// A draft's.
    Draft(LotId),
    /// Those of a published lot, which must be running or scheduled and without bids.
    Lot(LotId),
}

impl ImagesOf {
    /// The lot or draft.
    pub fn id(self) -> LotId {
        match self {
            ImagesOf::Draft(id) | ImagesOf::Lot(id) => id,
        }
    }
}

/// Another list of pictures for a lot.
#[derive(Clone, Debug)]
pub struct ImagesChange {
    /// Whose.
    pub of: ImagesOf,
    /// The pictures that it was decided upon, in any order.
    pub before: Vec<Picture>,
    /// The pictures from now on, in order.
    pub after: Vec<Picture>,
    /// Now.
    pub at: Time,
}

const COLUMNS: &str = "d.id, d.seller, a.display_name, d.request, d.created_at, d.updated_at";

fn draft_from(mut row: Row) -> Result<DraftRow, StoreError> {
    Ok(DraftRow {
        id: LotId(row.id()?),
        seller: UserId(row.id()?),
        seller_name: row.text()?,
        request: row.text()?,
        created_at: Time(row.int()?),
        updated_at: Time(row.int()?),
        images: Vec::new(),
    })
}

impl Store {
    /// A draft by identity.
    ///
    /// # Errors
    /// The store is away.
    pub async fn draft(&self, id: LotId) -> Result<Option<DraftRow>, StoreError> {
        let sql = format!(
            "SELECT {COLUMNS} FROM draft d JOIN account a ON a.id = d.seller WHERE d.id = ?1"
        );
        let rows = self.db.read(sql, params![id.0]).await?;
        let Some(row) = rows.into_iter().next() else { return Ok(None) };
        let mut drafts = [draft_from(row)?];
        self.add_draft_images(&mut drafts).await?;
        let [draft] = drafts;
        Ok(Some(draft))
    }

    /// A user's drafts, newest first.
    ///
    /// # Errors
    /// The store is away.
    pub async fn drafts_of(
        &self,
        seller: UserId,
        skip: u64,
        limit: u32,
    ) -> Result<(Vec<DraftRow>, u64), StoreError> {
        let count = "SELECT COUNT(*) FROM draft WHERE seller = ?1";
        let total = one(self.db.read(count, params![seller.0]).await?)?.count()?;
        let sql = format!(
            "SELECT {COLUMNS} FROM draft d JOIN account a ON a.id = d.seller WHERE d.seller = ?1 \
             ORDER BY d.created_at DESC, d.id DESC LIMIT ?2 OFFSET ?3"
        );
        let rows = self.db.read(sql, params![seller.0, limit, skip]).await?;
        let mut drafts = rows.into_iter().map(draft_from).collect::<Result<Vec<_>, _>>()?;
        self.add_draft_images(&mut drafts).await?;
        Ok((drafts, total))
    }

    async fn add_draft_images(&self, drafts: &mut [DraftRow]) -> Result<(), StoreError> {
        if drafts.is_empty() {
            return Ok(());
        }
        let ids = drafts.iter().map(|draft| Value::from(draft.id.0)).collect::<Vec<_>>();
        let rows = self.db.read(images_sql(&format!("IN ({})", places(1, ids.len()))), ids).await?;
        let mut images: HashMap<LotId, Vec<Picture>> = HashMap::new();
        for mut row in rows {
            let (lot, image) = image_from(&mut row)?;
            images.entry(lot).or_default().push(image);
        }
        for draft in drafts {
            draft.images = images.remove(&draft.id).unwrap_or_default();
        }
        Ok(())
    }

    /// Keeps a new draft; none where its seller has `drafts_max` already.
    ///
    /// # Errors
    /// The store is away.
    pub async fn add_draft(
        &self,
        draft: NewDraft,
        drafts_max: u32,
        keep: Option<Keep>,
    ) -> Result<Option<Done>, StoreError> {
        let NewDraft { id, seller, request, images, at } = draft;
        let mut statements = vec![
            Statement::new(
                "INSERT INTO draft (id, seller, request, created_at, updated_at) \
                 SELECT ?1, ?2, ?3, ?4, ?4 \
                 WHERE (SELECT COUNT(*) FROM draft WHERE seller = ?2) < ?5",
                params![id.0, seller.0, request, at.0, drafts_max],
            )
            .expecting(1),
        ];
        insert_images(&mut statements, id, &images);
        self.unless_mismatched(statements, keep).await
    }

    /// Writes a draft anew; none where its request is not `before` any more, or it is gone.
    ///
    /// # Errors
    /// The store is away.
    pub async fn edit_draft(
        &self,
        id: LotId,
        before: &str,
        request: String,
        at: Time,
        keep: Option<Keep>,
    ) -> Result<Option<Done>, StoreError> {
        let sql = "UPDATE draft SET request = ?3, updated_at = ?4 WHERE id = ?1 AND request = ?2";
        let statement = Statement::new(sql, params![id.0, before, request, at.0]).expecting(1);
        self.unless_mismatched(vec![statement], keep).await
    }

    /// Throws a draft away, with its pictures; none where it is gone.
    ///
    /// # Errors
    /// The store is away.
    pub async fn drop_draft(
        &self,
        id: LotId,
        keep: Option<Keep>,
    ) -> Result<Option<Done>, StoreError> {
        let statements = vec![
            Statement::new("DELETE FROM draft WHERE id = ?1", params![id.0]).expecting(1),
            Statement::new("DELETE FROM lot_image WHERE lot = ?1", params![id.0]),
        ];
        self.unless_mismatched(statements, keep).await
    }

    /// Gives a lot or draft other pictures; none where it, or they, have changed meanwhile so that
    /// it has to be decided anew.
    ///
    /// # Errors
    /// The store is away.
    pub async fn change_images(
        &self,
        change: ImagesChange,
        keep: Option<Keep>,
    ) -> Result<Option<Done>, StoreError> {
        let ImagesChange { of, before, after, at } = change;
        let id = of.id().0;
        let mut statements = vec![match of {
            ImagesOf::Draft(_) => {
                Statement::new("UPDATE draft SET updated_at = ?2 WHERE id = ?1", params![id, at.0])
                    .expecting(1)
            }
            // Changes nothing, but holds the lot to its state: pictures are not in the log.
            ImagesOf::Lot(_) => Statement::new(
                "UPDATE lot_state SET bid_count = bid_count \
                 WHERE lot = ?1 AND status = 'active' AND bid_count = 0 AND ends_at > ?2",
                params![id, at.0],
            )
            .expecting(1),
        }];
        for image in &before {
            let sql = "UPDATE lot_image SET width = width WHERE lot = ?1 AND id = ?2";
            statements.push(Statement::new(sql, params![id, image.id]).expecting(1));
        }
        statements.push(
            Statement::new("DELETE FROM lot_image WHERE lot = ?1", params![id])
                .expecting(before.len()),
        );
        insert_images(&mut statements, of.id(), &after);
        self.unless_mismatched(statements, keep).await
    }

    /// Those of some pictures that a lot or a draft has.
    ///
    /// # Errors
    /// The store is away.
    pub async fn pictures_in_use(&self, ids: &[u128]) -> Result<HashSet<u128>, StoreError> {
        if ids.is_empty() {
            return Ok(HashSet::new());
        }
        let sql = format!("SELECT id FROM lot_image WHERE id IN ({})", places(1, ids.len()));
        let rows = self.db.read(sql, ids.iter().map(|id| Value::from(*id)).collect()).await?;
        rows.into_iter().map(|mut row| row.id()).collect()
    }

    /// Why admins took lots back, as far as they did.
    ///
    /// # Errors
    /// The store is away.
    pub async fn cancel_reasons(
        &self,
        lots: &[LotId],
    ) -> Result<HashMap<LotId, String>, StoreError> {
        if lots.is_empty() {
            return Ok(HashMap::new());
        }
        let sql = format!(
            "SELECT lot, reason FROM audit WHERE lot IN ({}) AND action = 'auction.cancel' \
             AND reason IS NOT NULL",
            places(1, lots.len())
        );
        let rows = self.db.read(sql, lots.iter().map(|lot| Value::from(lot.0)).collect()).await?;
        rows.into_iter().map(|mut row| Ok((LotId(row.id()?), row.text()?))).collect()
    }
}

pub(crate) fn insert_images(statements: &mut Vec<Statement>, lot: LotId, images: &[Picture]) {
    for (order, image) in images.iter().enumerate() {
        statements.push(Statement::new(
            "INSERT INTO lot_image (id, lot, display_order, width, height) \
             VALUES (?1, ?2, ?3, ?4, ?5)",
            params![image.id, lot.0, order as u64, image.width, image.height],
        ));
    }
}
