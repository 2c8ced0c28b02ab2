//! Pictures in a bucket, from a store that speaks S3, or in a folder that servers have in common:
//! `scripts/with-postgres scripts/with-s3 cargo test -p gavel-server --test pictures`.

mod common;

use common::{Answer, Form, Site, User, jpeg, new_database, png, process, until};
use gavel_server::house::PicturesIn;
use serde_json::{Value, json};
use std::net::SocketAddr;
use std::process::Output;
use std::sync::atomic::{AtomicU32, Ordering};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

const SECRET: &str = "hunter2hunter2";

/// Where the store listens.
fn store() -> SocketAddr {
    let url = std::env::var("GAVEL_TEST_S3").expect("run this through scripts/with-s3");
    let address = url.strip_prefix("http://").expect("it speaks HTTP");
    address.parse().expect("an address")
}

/// A place in the bucket that no other test has.
fn place() -> String {
    static NUMBER: AtomicU32 = AtomicU32::new(0);
    let number = NUMBER.fetch_add(1, Ordering::Relaxed);
    format!("s3://gavel/{}/{number}", std::process::id())
}

/// What the environment says of a store at an address.
fn settings(at: SocketAddr) -> Vec<(String, String)> {
    [
        ("AWS_ENDPOINT_URL", format!("http://{at}")),
        ("AWS_ALLOW_HTTP", "true".to_owned()),
        ("AWS_REGION", "us-east-1".to_owned()),
        ("AWS_ACCESS_KEY_ID", "gavel".to_owned()),
        ("AWS_SECRET_ACCESS_KEY", SECRET.to_owned()),
    ]
    .map(|(name, value)| (name.to_owned(), value))
    .into()
}

fn bucket(url: &str, at: SocketAddr) -> PicturesIn {
    PicturesIn::Bucket { url: url.to_owned(), settings: settings(at) }
}

/// How a [`Gate`] is.
#[derive(Clone, Copy, PartialEq, Debug)]
enum Way {
    Open,
    /// Every connection is closed, as where nobody runs the store.
    Shut,
    /// Nothing gets through and nobody says so, as where its machine stands still.
    Frozen,
}

/// The way to the store, which can be taken away from one house while others have it.
struct Gate {
    at: SocketAddr,
    way: watch::Sender<Way>,
}

impl Gate {
    async fn new() -> Gate {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let at = listener.local_addr().expect("an address");
        let (way, seen) = watch::channel(Way::Open);
        tokio::spawn(async move {
            while let Ok((from, _)) = listener.accept().await {
                tokio::spawn(pass(from, seen.clone()));
            }
        });
        Gate { at, way }
    }

    fn set(&self, way: Way) {
        self.way.send_replace(way);
    }
}

/// Passes a connection on as long as the gate is open.
async fn pass(mut from: TcpStream, mut way: watch::Receiver<Way>) {
    if *way.borrow_and_update() == Way::Open {
        let mut to = TcpStream::connect(store()).await.expect("the store runs");
        tokio::select! {
            _ = tokio::io::copy_bidirectional(&mut from, &mut to) => return,
            _ = way.changed() => {}
        }
    }
    // Held, and nothing is read from it, until the gate is no more frozen.
    let _ = way.wait_for(|way| *way != Way::Frozen).await;
}

/// Lists a lot with pictures.
async fn list(site: &Site, by: &User, key: &str, pictures: &[Vec<u8>]) -> Answer {
    let form = pictures.iter().fold(Form::lot(&json!({})), |form, bytes| form.image(bytes));
    site.ask("POST", "/auctions").by(by).key(key).form(form).send().await
}

async fn images(site: &Site, listed: &Answer) -> Value {
    let id = listed.json()["auctionId"].as_str().expect("an id").to_owned();
    site.lot(&id).await["images"].take()
}

/// The addresses of a lot's pictures, both forms.
fn addresses(images: &Value) -> Vec<String> {
    let images = images.as_array().expect("a list").iter();
    let urls = images.flat_map(|image| [&image["url"], &image["thumbnailUrl"]]);
    urls.map(|url| url.as_str().expect("an address").to_owned()).collect()
}

async fn fetch(site: &Site, address: &str) -> Answer {
    site.page(address).send().await
}

#[tokio::test]
async fn a_picture_that_one_server_took_is_served_by_another() {
    serves_what_another_took(&place()).await;
}

#[tokio::test]
async fn so_it_is_with_a_folder_in_common_which_is_one_houses_alone() {
    let folder = tempfile::tempdir().expect("a folder");
    let url = format!("file://{}", folder.path().display());
    serves_what_another_took(&url).await;
    let owned = std::fs::read_dir(folder.path()).expect("a folder").count();
    assert_eq!(owned, 3, "a picture's two files, and whose they are");
    let told = Site::open_keeping(None, bucket(&url, store())).await;
    let told = told.err().expect("another house does not open");
    assert!(told.contains("--pictures-url") && told.contains("another house"), "{told}");
}

async fn serves_what_another_took(url: &str) {
    let database = new_database().await;
    let open = || Site::open_keeping(Some(database.clone()), bucket(url, store()));
    let one = open().await.expect("a server opens");
    let other = open().await.expect("so does another of the same house");
    let mae = one.register("Mae").await;
    let listed = list(&one, &mae, "k", &[png(900, 600), jpeg(40, 20)]).await.expect_status(201);
    let shown = images(&other, &listed).await;
    assert_eq!(addresses(&shown).len(), 4);
    for address in addresses(&shown) {
        let here = fetch(&one, &address).await.expect_status(200);
        let there = fetch(&other, &address).await.expect_status(200);
        assert_eq!(here.body, there.body);
        let made = image::load_from_memory(&there.body).expect("it is a picture");
        assert!(made.width() <= 900 && made.height() <= 600);
        assert_eq!(there.header("content-type"), "image/jpeg");
        assert_eq!(there.header("cache-control"), "public, max-age=31536000, immutable");
    }

    let first = &shown[0];
    let lot = listed.json()["auctionId"].as_str().expect("an id").to_owned();
    let image = first["id"].as_str().expect("an id");
    let path = format!("/auctions/{lot}/images/{image}");
    one.ask("DELETE", &path).by(&mae).send().await.expect_status(204);
    for form in ["url", "thumbnailUrl"] {
        let address = first[form].as_str().expect("an address");
        fetch(&one, address).await.refused(404, "NOT_FOUND");
    }
    let gone = first["url"].as_str().expect("an address");
    fetch(&other, gone).await.refused(404, "NOT_FOUND");
    let folder = std::fs::read_dir(one.folder.path().join("pictures")).expect("a folder");
    assert_eq!(folder.count(), 0, "nothing stays on a server's own disk");
}

#[tokio::test]
async fn while_the_store_is_away_pictures_are_refused_and_everything_else_goes_on() {
    let gate = Gate::new().await;
    let site = Site::open_keeping(None, bucket(&place(), gate.at)).await.expect("the house opens");
    let (mae, ned) = (site.register("Mae").await, site.register("Ned").await);
    let listed = list(&site, &mae, "before", &[png(30, 20)]).await.expect_status(201);
    let shown = addresses(&images(&site, &listed).await);

    for (lots, amount, away) in [(1, 10.0, Way::Shut), (2, 20.0, Way::Frozen)] {
        gate.set(away);
        let key = format!("{away:?}");
        list(&site, &mae, &key, &[png(30, 20)]).await.refused(503, "UNAVAILABLE");
        fetch(&site, &shown[0]).await.refused(503, "UNAVAILABLE");
        fetch(&site, "/media/x").await.refused(404, "NOT_FOUND");
        let id = listed.json()["auctionId"].as_str().expect("an id").to_owned();
        site.bids(&id, &ned, amount).await;
        assert_eq!(site.all("/auctions", None).await.len(), lots, "no lot without its pictures");
        let told = site.page("/readyz").send().await.expect_status(200).json();
        assert_eq!(told["ready"], true);

        gate.set(Way::Open);
        until("pictures are served again", async || {
            Some(fetch(&site, &shown[0]).await).filter(|answer| answer.status == 200)
        })
        .await;
        let again = list(&site, &mae, &key, &[png(30, 20)]).await.expect_status(201);
        for address in addresses(&images(&site, &again).await) {
            fetch(&site, &address).await.expect_status(200);
        }
    }
}

#[tokio::test]
async fn a_place_that_cannot_be_used_is_refused_at_start_without_a_secret() {
    let closed = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let nobody = closed.local_addr().expect("an address");
    drop(closed);
    let url = place();
    let open = |url: &str, at| Site::open_keeping(None, bucket(url, at));
    for (url, at, why) in [
        ("s3://no-such-bucket/x", store(), "NoSuchBucket"),
        (&*url, nobody, "refused"),
        ("pictures", store(), "s3://bucket/prefix"),
        ("s3://gavel:hunter2hunter2@bucket/x", store(), "s3://bucket/prefix"),
    ] {
        let told = open(url, at).await.err().expect("it does not open");
        assert!(told.contains("--pictures-url") && told.contains(why), "{told}");
        assert!(!told.contains(SECRET), "{told}");
    }
    open(&url, store()).await.expect("the house opens");
    let told = open(&url, store()).await.err().expect("another house does not");
    assert!(told.contains("another house"), "{told}");
}

fn gavel(folder: &std::path::Path, args: &[&str], url: &str) -> Output {
    let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_gavel"));
    command.args(args).env("GAVEL_DATA_DIR", folder).env("GAVEL_PICTURES_URL", url);
    command.output().expect("the binary runs")
}

#[tokio::test]
async fn a_process_finds_its_bucket_in_the_environment_and_logs_no_credentials() {
    let (folder, url) = (tempfile::tempdir().expect("a folder"), place());
    let server = process::Server::start_with(folder.path(), |command| {
        command.envs(settings(store())).env("GAVEL_LOG", "trace").args(["--pictures-url", &url])
    });
    let client = server.client();
    client.register("mae");
    server.kill_9();
    let log = std::fs::read_to_string(folder.path().join("log")).expect("a log");
    assert!(log.contains(&url), "the place is told");
    assert!(!log.contains(SECRET), "its secret is not");

    let house = folder.path().join("house");
    let backup = folder.path().join("backup.tar");
    let file = backup.to_str().expect("a plain name");
    let made = gavel(&house, &["backup", file], &url);
    assert!(made.status.success());
    assert!(
        String::from_utf8_lossy(&made.stdout).contains("back them up"),
        "it says what is not in it"
    );
    let restored = gavel(&folder.path().join("drill"), &["restore", file], &url);
    assert!(restored.status.success() && restored.stdout.is_empty());
}
