//! What carries mail: a server, a folder, or memory.

use gavel_domain::Time;
use gavel_store::Mail;
use lettre::address::Address;
use lettre::message::header::{ContentType, HeaderName, HeaderValue};
use lettre::message::{Mailbox, Message};
use lettre::transport::smtp::{PoolConfig, response::Severity};
use lettre::{AsyncSmtpTransport, AsyncTransport, Tokio1Executor};
use std::collections::VecDeque;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, UNIX_EPOCH};
use uuid::Uuid;

/// Mails that a folder keeps; older ones go.
const FILES_MAX: usize = 1_000;
/// Mails that memory keeps; older ones go.
const MEMORY_MAX: usize = 10_000;
/// Connections to the mail server at a time.
const CONNECTIONS_MAX: u32 = 4;
/// How long the mail server may take for a step.
const STEP_TIMEOUT: Duration = Duration::from_secs(30);
/// How long it may take for a mail.
const MAIL_TIMEOUT: Duration = Duration::from_secs(120);
/// Characters of a subject.
const SUBJECT_MAX: usize = 200;

/// How mail leaves the house.
pub struct MailSettings {
    /// What carries it.
    pub carrier: Carrier,
    /// Whom it is from, such as `Gavel <gavel@example.org>`.
    pub from: String,
    /// How long after a first failure a mail is tried again; then twice as long every time.
    pub first_retry: Duration,
}

impl Default for MailSettings {
    fn default() -> MailSettings {
        MailSettings {
            carrier: Carrier::Files,
            from: "Gavel <gavel@localhost>".to_owned(),
            first_retry: Duration::from_secs(30),
        }
    }
}

/// What carries mail.
pub enum Carrier {
    /// The folder `mail` of the house, as files to be looked at.
    Files,
    /// The server at this address: `smtp://user:password@host:port?tls=required` or `smtps://…`.
    Smtp(String),
    /// Memory, for tests.
    Memory(Sent),
}

/// A mail that memory has carried.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SentMail {
    /// To whom.
    pub to: String,
    /// Its subject.
    pub subject: String,
    /// Its text.
    pub body: String,
    /// The whole of it as a server would get it.
    pub formatted: String,
}

/// What memory has carried.
#[derive(Clone, Default)]
pub struct Sent(Arc<Mutex<VecDeque<SentMail>>>);

impl Sent {
    /// All of it, oldest first.
    pub fn all(&self) -> Vec<SentMail> {
        self.mails().iter().cloned().collect()
    }

    fn put(&self, mail: SentMail) {
        let mut mails = self.mails();
        if mails.len() >= MEMORY_MAX {
            mails.pop_front();
        }
        mails.push_back(mail);
    }

    fn mails(&self) -> MutexGuard<'_, VecDeque<SentMail>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Why a mail was not delivered. Holds nothing of what the server said: that may name its address.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Undelivered {
    /// It never will be.
    Refused(String),
    /// It may be later.
    NotNow(String),
}

enum Mailer {
    Smtp(Box<AsyncSmtpTransport<Tokio1Executor>>),
    Files(Arc<Folder>),
    Memory(Sent),
}

/// The way out for mail.
pub(crate) struct Outgoing {
    mailer: Mailer,
    from: Mailbox,
    pub(super) first_retry_ms: i64,
}

impl Outgoing {
    /// Makes the way out ready. A mail server need not be there yet.
    ///
    /// # Errors
    /// An address cannot be read, or the folder cannot be used; said without repeating secrets.
    pub(crate) fn open(settings: MailSettings, data_dir: &Path) -> Result<Outgoing, String> {
        let from = settings.from.parse::<Mailbox>().map_err(|_| {
            "mail cannot be from this address; give one such as Gavel <gavel@example.org>"
                .to_owned()
        })?;
        let mailer = match settings.carrier {
            Carrier::Files => Mailer::Files(Arc::new(Folder::open(data_dir.join("mail"))?)),
            Carrier::Smtp(url) => Mailer::Smtp(Box::new(connect_later(&url)?)),
            Carrier::Memory(sent) => Mailer::Memory(sent),
        };
        let first_retry_ms = i64::try_from(settings.first_retry.as_millis()).unwrap_or(i64::MAX);
        Ok(Outgoing { mailer, from, first_retry_ms })
    }

    /// Tries to deliver a mail; `settings_url` is where its reader says which mails they want.
    pub(super) async fn carry(&self, mail: &Mail, settings_url: &str) -> Result<(), Undelivered> {
        let message = self.compose(mail, settings_url)?;
        match &self.mailer {
            Mailer::Smtp(transport) => {
                match tokio::time::timeout(MAIL_TIMEOUT, transport.send(message)).await {
                    Ok(Ok(response))
                        if response.code().severity == Severity::PositiveCompletion =>
                    {
                        Ok(())
                    }
                    Ok(Ok(_)) => Err(Undelivered::NotNow("an unclear answer".to_owned())),
                    Ok(Err(error)) => Err(undelivered(&error)),
                    Err(_) => Err(Undelivered::NotNow("time-out".to_owned())),
                }
            }
            Mailer::Files(folder) => {
                let (folder, id) = (folder.clone(), Uuid::from_u128(mail.id));
                let written = tokio::task::spawn_blocking(move || {
                    folder.put(&format!("{id}.eml"), &message.formatted())
                });
                match written.await {
                    Ok(Ok(())) => Ok(()),
                    Ok(Err(error)) => Err(Undelivered::NotNow(error.kind().to_string())),
                    Err(_) => Err(Undelivered::NotNow("the writing broke off".to_owned())),
                }
            }
            Mailer::Memory(sent) => {
                sent.put(SentMail {
                    to: mail.address.clone(),
                    subject: mail.subject.clone(),
                    body: mail.body.clone(),
                    formatted: String::from_utf8_lossy(&message.formatted()).into_owned(),
                });
                Ok(())
            }
        }
    }

    /// A mail as it goes over the wire, the same at every attempt.
    fn compose(&self, mail: &Mail, settings_url: &str) -> Result<Message, Undelivered> {
        let refused = |what: &str| Undelivered::Refused(what.to_owned());
        let to = mail.address.parse::<Address>().map_err(|_| refused("not an address"))?;
        let id = Uuid::from_u128(mail.id);
        let Time(created_ms) = mail.created_at;
        let since = Duration::from_millis(u64::try_from(created_ms).unwrap_or(0));
        let mut message = Message::builder()
            .from(self.from.clone())
            .to(Mailbox::new(None, to))
            .subject(one_line(&mail.subject))
            .date(UNIX_EPOCH + since)
            .message_id(Some(format!("<{id}@{}>", self.from.email.domain())))
            .header(ContentType::TEXT_PLAIN)
            .body(mail.body.clone())
            .map_err(|_| refused("not a mail"))?;
        let mut header = |name, value: String| {
            let name = HeaderName::new_from_ascii_str(name);
            message.headers_mut().insert_raw(HeaderValue::new(name, value));
        };
        header("Auto-Submitted", "auto-generated".to_owned());
        // Only what one can choose not to get says how.
        if mail.body.contains(settings_url) {
            header("List-Unsubscribe", format!("<{settings_url}>"));
        }
        Ok(message)
    }
}

fn connect_later(url: &str) -> Result<AsyncSmtpTransport<Tokio1Executor>, String> {
    let unreadable = || {
        "the mail server's address cannot be read; \
         give one such as smtps://user:password@host or smtp://user:password@host?tls=required"
            .to_owned()
    };
    // A misspelt option would be passed over, and with it the encryption that it asks for.
    let options = url.split_once('?').map(|(_, options)| options.split('&'));
    if options.into_iter().flatten().any(|option| !option.starts_with("tls=")) {
        return Err(unreadable());
    }
    let builder = AsyncSmtpTransport::<Tokio1Executor>::from_url(url).map_err(|_| unreadable())?;
    let plain = url.starts_with("smtp://") && !url.contains("tls=");
    if plain && url.contains('@') {
        tracing::warn!("signs in to the mail server without TLS; add ?tls=required to its address");
    }
    let pool = PoolConfig::new().max_size(CONNECTIONS_MAX);
    Ok(builder.timeout(Some(STEP_TIMEOUT)).pool_config(pool).build())
}

fn undelivered(error: &lettre::transport::smtp::Error) -> Undelivered {
    let code = error.status().map(|code| code.to_string());
    match code {
        Some(code) if error.is_permanent() && is_about_the_mail(&code) => {
            Undelivered::Refused(code)
        }
        Some(code) => Undelivered::NotNow(code),
        None if error.is_timeout() => Undelivered::NotNow("time-out".to_owned()),
        None if error.is_tls() => Undelivered::NotNow("no TLS".to_owned()),
        None if error.is_response() => Undelivered::NotNow("an unclear answer".to_owned()),
        None => Undelivered::NotNow("no connection".to_owned()),
    }
}

/// Whether a permanent refusal is of this mail, and not of the house: one that has a wrong password
/// or is not let in must not lose its mails for it.
fn is_about_the_mail(code: &str) -> bool {
    !matches!(code, "521" | "530" | "534" | "535" | "538" | "554")
}

/// A text in one line, without what could end it: nothing in a title becomes a header.
pub(super) fn one_line(text: &str) -> String {
    let plain = text.chars().map(|c| if c.is_control() { ' ' } else { c });
    plain.take(SUBJECT_MAX).collect::<String>().split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A folder with the newest mails.
struct Folder {
    path: PathBuf,
    names: Mutex<VecDeque<String>>,
}

impl Folder {
    fn open(path: PathBuf) -> Result<Folder, String> {
        let told = |error: std::io::Error| format!("{}: {error}", path.display());
        std::fs::create_dir_all(&path).map_err(told)?;
        let mut names = Vec::new();
        for entry in std::fs::read_dir(&path).map_err(told)? {
            let name = entry.map_err(told)?.file_name().to_string_lossy().into_owned();
            if name.ends_with(".eml") {
                names.push(name);
            }
        }
        // Names begin with the time.
        names.sort_unstable();
        Ok(Folder { path, names: Mutex::new(names.into()) })
    }

    fn put(&self, name: &str, bytes: &[u8]) -> std::io::Result<()> {
        std::fs::write(self.path.join(name), bytes)?;
        let mut names = self.names.lock().unwrap_or_else(PoisonError::into_inner);
        if !names.iter().any(|known| known == name) {
            names.push_back(name.to_owned());
        }
        while names.len() > FILES_MAX
            && let Some(oldest) = names.pop_front()
        {
            // Somebody may have removed it by hand.
            let _ = std::fs::remove_file(self.path.join(oldest));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn outgoing(sent: &Sent) -> Outgoing {
        let carrier = Carrier::Memory(sent.clone());
        let settings = MailSettings { carrier, ..MailSettings::default() };
        Outgoing::open(settings, Path::new("/nowhere")).expect("it opens")
    }

    fn mail(address: &str, subject: &str) -> Mail {
        Mail {
            id: 7,
            address: address.to_owned(),
            subject: subject.to_owned(),
            body: "See https://h.test/account/notifications".to_owned(),
            created_at: Time(1_767_261_600_000),
            attempts: 0,
        }
    }

    const URL: &str = "https://h.test/account/notifications";

    #[tokio::test]
    async fn nothing_in_a_subject_becomes_a_header_or_the_body() {
        let sent = Sent::default();
        let outgoing = outgoing(&sent);
        for sly in [
            "Clock\r\nBcc: all@example.org",
            "Clock\nBcc: all@example.org",
            "Clock\r\n\r\nBuy now",
            "=?utf-8?q?a=0D=0ABcc:_all@example.org?=",
            "\u{2028}Bcc: all@example.org\u{85}x: y",
            "Клок\r\nBcc: all@example.org, ünd so weiter und so weiter und so weiter und so weiter",
        ] {
            outgoing.carry(&mail("ada@example.org", sly), URL).await.expect("it is carried");
            let formatted = sent.all().pop().expect("a mail").formatted;
            let (head, body) = formatted.split_once("\r\n\r\n").expect("a head and a body");
            assert_eq!(body.trim(), "See https://h.test/account/notifications");
            let names = head.split("\r\n").filter(|line| !line.starts_with([' ', '\t']));
            let mut names: Vec<_> = names.filter_map(|line| line.split(':').next()).collect();
            names.sort_unstable();
            let wanted = [
                "Auto-Submitted",
                "Content-Transfer-Encoding",
                "Content-Type",
                "Date",
                "From",
                "List-Unsubscribe",
                "Message-ID",
                "Subject",
                "To",
            ];
            let known: Vec<_> = names.iter().filter(|name| wanted.contains(name)).collect();
            assert_eq!(known.len(), names.len(), "{formatted}");
            assert!(!head.replace("\r\n", "").contains(['\r', '\n']), "{formatted}");
        }
    }

    #[tokio::test]
    async fn what_is_no_address_is_given_up() {
        let outgoing = outgoing(&Sent::default());
        for address in ["", "ada", "ada@example.org\r\nRCPT TO:<all@example.org>", "a b@c", "<a@b>"]
        {
            let carried = outgoing.carry(&mail(address, "Hello"), URL).await;
            assert!(matches!(carried, Err(Undelivered::Refused(_))), "{address:?}: {carried:?}");
        }
    }

    #[tokio::test]
    async fn a_servers_address_is_read_and_never_repeated() {
        let open = |url: &str| {
            let carrier = Carrier::Smtp(url.to_owned());
            Outgoing::open(MailSettings { carrier, ..MailSettings::default() }, Path::new("/no"))
        };
        for good in [
            "smtps://user:secret@localhost",
            "smtp://user:secret@localhost:587?tls=required",
            "smtp://127.0.0.1:2525",
        ] {
            assert!(open(good).is_ok(), "{good}");
        }
        for bad in [
            "",
            "localhost",
            "http://user:secret@localhost",
            "smtp://user:secret@h?tls=no",
            "smtp://user:secret@h?tsl=required",
        ] {
            let error = open(bad).err().unwrap_or_else(|| panic!("{bad} is taken"));
            assert!(!error.contains("secret"), "{error}");
        }
        let from = "me, and my secret".to_owned();
        let settings = MailSettings { from, ..MailSettings::default() };
        let error = Outgoing::open(settings, Path::new("/no")).err().expect("it is no address");
        assert!(!error.contains("secret"), "{error}");
    }

    #[test]
    fn a_folder_keeps_the_newest() {
        let folder = tempfile::tempdir().expect("there is room");
        let mails = Folder::open(folder.path().join("mail")).expect("it opens");
        for n in 0..FILES_MAX + 5 {
            mails.put(&format!("{n:05}.eml"), b"x").expect("it is written");
        }
        mails.put("00006.eml", b"again").expect("it is written");
        let again = Folder::open(folder.path().join("mail")).expect("it opens");
        let names = again.names.lock().expect("nobody has broken it");
        assert_eq!(names.len(), FILES_MAX);
        assert_eq!(names.front().map(String::as_str), Some("00005.eml"));
    }
}
