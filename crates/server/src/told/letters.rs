//! What mails say.

use super::mailer::one_line;
use crate::house::House;
use crate::{view, view::notices};
use gavel_domain::{LotId, Money};
use gavel_store::NoticeKind;

/// Where users say what they want to be told, and how.
pub(super) const SETTINGS_PATH: &str = "/account/notifications";

/// What a mail says: its subject, and its text.
pub(super) fn letter(
    house: &House,
    kind: NoticeKind,
    lot: LotId,
    title: &str,
    amount: Option<Money>,
    reason: Option<&str>,
) -> (String, String) {
    let title = one_line(title);
    let sentence = notices::sentence(kind, &title, amount, reason);
    let (subject, next) = words(kind, amount);
    let url = house.link(&format!("/auctions/{}", view::id(lot.0)));
    let settings = house.link(SETTINGS_PATH);
    let body = format!(
        "Hello,\n\n{sentence}\n\n{next}\n{url}\n\n\
         You can choose which mails you get from us, or stop them all:\n{settings}\n"
    );
    // What looks like an encoded word would be decoded by whoever reads it, and show what titles may not.
    (format!("{subject}: {}", title.replace("=?", "= ?")), body)
}

/// How the subject begins, and what leads to the lot's page.
fn words(kind: NoticeKind, amount: Option<Money>) -> (&'static str, &'static str) {
    match kind {
        NoticeKind::Outbid => ("You were outbid", "If you would like to bid again:"),
        NoticeKind::MaxReached => {
            ("Your maximum was reached", "If you would like to set a higher one:")
        }
        NoticeKind::Won => ("You won", "You find how to reach its seller here:"),
        NoticeKind::Sold => ("Sold", "You find how to reach its buyer here:"),
        NoticeKind::Unsold if amount.is_some() => ("Not sold", "Here it was:"),
        NoticeKind::Unsold => ("Not sold", "You can list it again from here:"),
        NoticeKind::EndingSoon => ("Ending soon", "Here it is:"),
        NoticeKind::Cancelled => ("Taken back", "Here it was:"),
    }
}
