//! What a large house costs against a small one: the same questions in turn to both, in one run.

use crate::client::Client;
use crate::fill::{ADMIN_TOKEN, BIDDER_TOKEN, fill};
use crate::{Fail, say, start_in};
use std::time::Duration;
use tokio::time::Instant;

/// Times that each question is asked of each house.
const TIMES: usize = 60;

/// Questions by what they are about, and whose session asks them.
const QUESTIONS: [(&str, Option<&str>, &[&str]); 4] = [
    (
        "listing",
        None,
        &[
            "/api/v1/auctions",
            "/api/v1/auctions?page=3&limit=48",
            "/api/v1/auctions?sort=currentBid&order=desc",
            "/api/v1/auctions?sort=bidCount&category=silver",
            "/api/v1/auctions?sort=createdAt&status=ended",
            "/api/v1/auctions?category=toys&minPrice=6020&maxPrice=6080",
            "/api/v1/categories",
        ],
    ),
    (
        "search",
        None,
        &[
            "/api/v1/auctions?search=sextant",
            "/api/v1/auctions?search=walnut+clock",
            "/api/v1/auctions?search=mah+gram&sort=currentBid",
            "/api/v1/auctions?search=oak&status=ended",
            "/api/v1/auctions?search=777&category=art",
            "/api/v1/auctions?search=cecedi",
        ],
    ),
    (
        "my bids",
        Some(BIDDER_TOKEN),
        &[
            "/api/v1/users/me/bids",
            "/api/v1/users/me/bids?standing=outbid",
            "/api/v1/users/me/bids?standing=won&page=1&limit=50",
        ],
    ),
    ("analytics", Some(ADMIN_TOKEN), &["/api/v1/admin/analytics"]),
];

/// Fills two houses, asks them in turn, and says how many times longer the large one takes.
pub(crate) async fn compare(large: usize, small: usize) -> Result<(), Fail> {
    let folders = [tempfile::tempdir()?, tempfile::tempdir()?];
    for (folder, lots) in folders.iter().zip([large, small]) {
        let began = Instant::now();
        fill(folder.path(), lots).await?;
        let took = began.elapsed().as_secs_f64();
        say(&format!("a house of {lots} lots and {} bids, filled in {took:.0} s", lots * 10));
    }
    let (mut a, first) = start_in(&folders[0]).await?;
    let (mut b, second) = start_in(&folders[1]).await?;
    for (about, token, paths) in QUESTIONS {
        let mut clients = [Client::guest(&first).await?, Client::guest(&second).await?];
        for client in &mut clients {
            client.sign_in_as(token);
        }
        let mut took: [Vec<Vec<Duration>>; 2] = Default::default();
        for path in paths {
            let (mut large, mut small) = (Vec::new(), Vec::new());
            for _ in 0..TIMES {
                large.push(clients[0].time(path).await?);
                small.push(clients[1].time(path).await?);
            }
            took[0].push(large);
            took[1].push(small);
        }
        let [large, small] = took;
        report(about, paths, large, small);
    }
    a.kill().await?;
    b.kill().await?;
    Ok(())
}

fn report(about: &str, paths: &[&str], large: Vec<Vec<Duration>>, small: Vec<Vec<Duration>>) {
    let all = |each: &[Vec<Duration>]| median(each.concat());
    let (whole, part) = (all(&large), all(&small));
    say(&format!(
        "{about:<10} median {:>6.2} ms against {:>6.2} ms   ratio {:.2}",
        ms(whole),
        ms(part),
        ms(whole) / ms(part)
    ));
    for ((path, large), small) in paths.iter().zip(large).zip(small) {
        let (large, small) = (ms(median(large)), ms(median(small)));
        say(&format!("    {large:>6.2} / {small:>6.2} = {:.2}   {path}", large / small));
    }
}

fn ms(took: Duration) -> f64 {
    took.as_secs_f64() * 1_000.0
}

fn median(mut took: Vec<Duration>) -> Duration {
    took.sort_unstable();
    took[took.len() / 2]
}
