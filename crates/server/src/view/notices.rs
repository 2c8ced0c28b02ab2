//! Notifications, as their owners see them.

use crate::view;
use gavel_domain::Money;
use gavel_store::{NoticeKind, NoticeRow, NoticeSettings, Ways};
use gavel_wire as wire;

/// The sign of the house's one currency in sentences; the web app names it in `lib/money.ts`.
const CURRENCY: &str = "€";

/// A notification.
pub(crate) fn notification(row: &NoticeRow) -> wire::Notification {
    wire::Notification {
        id: view::id(row.id),
        kind: kind(row.kind),
        auction_id: view::id(row.lot.0),
        auction_title: row.title.clone(),
        amount: row.amount.map(view::price),
        message: sentence(row.kind, &row.title, row.amount, row.reason.as_deref()),
        reason: row.reason.clone(),
        created_at: view::time(row.at),
        read_at: row.read_at.map(view::time),
    }
}

/// What a notification tells.
pub(crate) fn kind(kind: NoticeKind) -> wire::NotificationKind {
    use wire::NotificationKind as Kind;
    match kind {
        NoticeKind::Outbid => Kind::Outbid,
        NoticeKind::MaxReached => Kind::MaxReached,
        NoticeKind::Won => Kind::Won,
        NoticeKind::Sold => Kind::Sold,
        NoticeKind::Unsold => Kind::Unsold,
        NoticeKind::EndingSoon => Kind::EndingSoon,
        NoticeKind::Cancelled => Kind::Cancelled,
    }
}

/// The kind that a client named.
pub(crate) fn kind_of(named: wire::NotificationKind) -> NoticeKind {
    use wire::NotificationKind as Kind;
    match named {
        Kind::Outbid => NoticeKind::Outbid,
        Kind::MaxReached => NoticeKind::MaxReached,
        Kind::Won => NoticeKind::Won,
        Kind::Sold => NoticeKind::Sold,
        Kind::Unsold => NoticeKind::Unsold,
        Kind::EndingSoon => NoticeKind::EndingSoon,
        Kind::Cancelled => NoticeKind::Cancelled,
    }
}

/// A notification in a sentence.
pub(crate) fn sentence(
    kind: NoticeKind,
    title: &str,
    amount: Option<Money>,
    reason: Option<&str>,
) -> String {
    let stands =
        |before: &str| amount.map(|price| format!("{before}{CURRENCY}{price}")).unwrap_or_default();
    match kind {
        NoticeKind::Outbid => {
            format!("Somebody bid more than you on “{title}”.{}", stands(" It stands at "))
        }
        NoticeKind::MaxReached => {
            format!("Somebody bid more than your maximum on “{title}”.{}", stands(" It stands at "))
        }
        NoticeKind::Won => format!("“{title}” is yours{}. Congratulations!", stands(" for ")),
        NoticeKind::Sold => format!("“{title}” was sold{}.", stands(" for ")),
        NoticeKind::Unsold => match amount {
            Some(bid) => format!(
                "“{title}” ended without a buyer: the highest bid, your {CURRENCY}{bid}, is below its reserve."
            ),
            None => format!("“{title}” ended without a buyer."),
        },
        NoticeKind::EndingSoon => {
            format!("“{title}”, which you watch, ends soon.{}", stands(" It stands at "))
        }
        NoticeKind::Cancelled => match reason {
            Some(reason) => format!("“{title}” was taken back: {reason}"),
            None => format!("“{title}” was taken back."),
        },
    }
}

/// How a user is told of everything.
pub(crate) fn settings(settings: &NoticeSettings) -> wire::NotificationSettings {
    let show = |of: NoticeKind| {
        let Ways { app, mail } = settings.of(of);
        wire::NotificationSetting { kind: kind(of), app, mail }
    };
    wire::NotificationSettings { settings: NoticeKind::ALL.into_iter().map(show).collect() }
}
