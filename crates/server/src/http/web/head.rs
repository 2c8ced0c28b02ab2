//! What a page says of itself to browsers, search engines and those it is shared with.

use gavel_wire::{Auction, AuctionStatus, Page};
use serde::Serialize;
use serde_json::{Value, json};

/// Characters of a description that anybody shows.
const DESCRIPTION_CHARS_MAX: usize = 200;
/// The picture of a page that has none of its own.
const MARK: &str = "/icon-512.png";
/// Lots of a list whose pictures a phone shows at first.
const SEEN_FIRST: usize = 2;
/// The house shows one currency.
const CURRENCY: &str = "EUR";

/// What a page is about.
#[derive(Default)]
pub(super) struct About {
    /// Without the house's name; none for the house itself.
    pub(super) title: Option<String>,
    pub(super) description: Option<String>,
    /// The path of its one address.
    pub(super) path: String,
    /// The path of the picture of what it is about.
    pub(super) picture: Option<String>,
    /// The paths of the pictures that are seen first.
    pub(super) seen_first: Vec<String>,
    /// What it is, in schema.org's words.
    pub(super) data: Option<Value>,
}

impl About {
    pub(super) fn lot(lot: &Auction, link: impl Fn(&str) -> String) -> About {
        let path = format!("/auctions/{}", lot.id);
        let pictures: Vec<String> = lot.images.iter().map(|image| link(&image.url)).collect();
        let availability = match lot.status {
            AuctionStatus::Active => "InStock",
            AuctionStatus::Scheduled => "PreOrder",
            AuctionStatus::Sold => "SoldOut",
            _ => "Discontinued",
        };
        let data = json!({
            "@context": "https://schema.org",
            "@type": "Product",
            "name": lot.title,
            "description": start_of(&lot.description),
            "image": pictures,
            "category": lot.category,
            "url": link(&path),
            "offers": {
                "@type": "Offer",
                "price": lot.current_bid,
                "priceCurrency": CURRENCY,
                "availability": format!("https://schema.org/{availability}"),
                "availabilityStarts": lot.start_time,
                "availabilityEnds": lot.end_time,
                "url": link(&path),
                "seller": {"@type": "Person", "name": lot.seller_name},
            },
        });
        About {
            title: Some(lot.title.clone()),
            description: Some(start_of(&lot.description)).filter(|text| !text.is_empty()),
            path,
            picture: lot.images.first().map(|image| image.url.clone()),
            seen_first: lot.images.first().map(|image| image.url.clone()).into_iter().collect(),
            data: Some(data),
        }
    }

    pub(super) fn listing(
        title: Option<String>,
        path: String,
        lots: &Page<Auction>,
        link: impl Fn(&str) -> String,
    ) -> About {
        let first = (lots.pagination.page - 1) * lots.pagination.limit;
        let entries = (first + 1..).zip(&lots.data).map(|(position, lot)| {
            let url = link(&format!("/auctions/{}", lot.id));
            json!({"@type": "ListItem", "position": position, "url": url})
        });
        let data = json!({
            "@context": "https://schema.org",
            "@type": "ItemList",
            "numberOfItems": lots.pagination.total,
            "itemListElement": entries.collect::<Vec<_>>(),
        });
        let small = lots.data.iter().take(SEEN_FIRST).filter_map(|lot| lot.images.first());
        let seen_first = small.map(|image| image.thumbnail_url.clone()).collect();
        About { title, path, seen_first, data: Some(data), ..About::default() }
    }

    /// As elements of the page's head; `title` and `description` are the house's own.
    pub(super) fn elements(
        &self,
        title: &str,
        description: &str,
        link: impl Fn(&str) -> String,
    ) -> String {
        let whole = self.title.as_ref().map(|own| format!("{own} · Gavel"));
        let whole = escaped(whole.as_deref().unwrap_or(title));
        let description = escaped(self.description.as_deref().unwrap_or(description));
        let shared = escaped(self.title.as_deref().unwrap_or(title));
        let url = escaped(&link(&self.path));
        let picture = escaped(&link(self.picture.as_deref().unwrap_or(MARK)));
        let card = if self.picture.is_some() { "summary_large_image" } else { "summary" };
        format!(
            "<title>{whole}</title>\n\
             <meta name=\"description\" content=\"{description}\">\n\
             <link rel=\"canonical\" href=\"{url}\">\n\
             <meta property=\"og:site_name\" content=\"Gavel\">\n\
             <meta property=\"og:type\" content=\"website\">\n\
             <meta property=\"og:title\" content=\"{shared}\">\n\
             <meta property=\"og:description\" content=\"{description}\">\n\
             <meta property=\"og:url\" content=\"{url}\">\n\
             <meta property=\"og:image\" content=\"{picture}\">\n\
             <meta name=\"twitter:card\" content=\"{card}\">\n"
        )
    }

    /// What goes to the end of the head: the pictures that are seen first, and what search engines read.
    pub(super) fn brings(&self) -> String {
        let preload = |picture: &String| {
            format!("<link rel=\"preload\" as=\"image\" href=\"{}\">\n", escaped(picture))
        };
        let pictures = self.seen_first.iter().map(preload);
        let data = self.data.as_ref().map(|data| block("type=\"application/ld+json\"", data));
        pictures.chain(data).collect()
    }
}

/// The beginning of a text in one line.
fn start_of(text: &str) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    match line.char_indices().nth(DESCRIPTION_CHARS_MAX) {
        Some((end, _)) => format!("{}…", line[..end].trim_end()),
        None => line,
    }
}

/// A text as it may stand in an element or between an attribute's quotes.
pub(super) fn escaped(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            c => safe.push(c),
        }
    }
    safe
}

/// A block of data, which browsers do not run. Nothing in it can end it: in JSON these signs stand
/// only in texts, where they may be written as numbers.
pub(super) fn block(attributes: &str, data: &impl Serialize) -> String {
    let json = serde_json::to_string(data).expect("an answer is always JSON");
    let json = json.replace('<', "\\u003c").replace('>', "\\u003e").replace('&', "\\u0026");
    let json = json.replace('\u{2028}', "\\u2028").replace('\u{2029}', "\\u2029");
    format!("<script {attributes}>{json}</script>\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_text_ends_what_it_stands_in() {
        let hostile = "</script><script>alert(1)</script><!-- \" ' & \u{2028}";
        let data = block("type=\"application/json\"", &json!({ "title": hostile }));
        let inner = data.strip_prefix("<script type=\"application/json\">").expect("a block");
        let inner = inner.strip_suffix("</script>\n").expect("an end");
        assert!(!inner.contains(['<', '>', '&', '\u{2028}']), "{inner}");
        let read: Value = serde_json::from_str(inner).expect("JSON still");
        assert_eq!(read["title"], hostile);
        assert!(!escaped(hostile).contains(['<', '>', '"', '\'']));
    }

    #[test]
    fn a_description_is_one_short_line() {
        assert_eq!(start_of(" Runs\n\n well. "), "Runs well.");
        assert_eq!(start_of(&"ä".repeat(300)).chars().count(), DESCRIPTION_CHARS_MAX + 1);
    }
}
