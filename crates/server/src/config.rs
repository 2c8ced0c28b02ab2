//! How the house was asked to run, told at its start without its secrets.

use clap::parser::ValueSource;
use clap::{ArgMatches, Command};

/// Stands for a secret.
const MASK: &str = "***";
/// An option with one of these in its name holds nothing but a secret.
const SECRET_NAMES: [&str; 4] = ["password", "secret", "token", "key"];

/// Tells every option of a command, with its value and where that came from.
pub(crate) fn tell(command: &Command, matches: &ArgMatches) {
    for (option, value, from) in options(command, matches) {
        tracing::info!(option, value, from, "configured");
    }
}

/// Every option of a command: its name, its value without secrets, and where that came from.
fn options(command: &Command, matches: &ArgMatches) -> Vec<(String, String, &'static str)> {
    let named = command.get_arguments().filter_map(|arg| Some((arg.get_id(), arg.get_long()?)));
    let known = named.filter(|(_, long)| !matches!(*long, "help" | "version"));
    let told = known.map(|(id, long)| {
        let given = matches.try_get_raw(id.as_str()).ok().flatten();
        let values = given.into_iter().flatten().map(|value| mask(long, &value.to_string_lossy()));
        let from = match matches.value_source(id.as_str()) {
            Some(ValueSource::CommandLine) => "command line",
            Some(ValueSource::EnvVariable) => "environment",
            _ => "default",
        };
        (long.to_owned(), values.collect::<Vec<_>>().join(" "), from)
    });
    told.collect()
}

/// A value as it may be told: in an address, neither the password nor any parameter; nothing of an
/// option that is a secret by its name.
fn mask(option: &str, value: &str) -> String {
    if SECRET_NAMES.iter().any(|name| option.contains(name)) {
        return MASK.to_owned();
    }
    // Postgres also takes `host=… password=…`.
    if value.contains("password=") && !value.contains("://") {
        return MASK.to_owned();
    }
    let Some((scheme, rest)) = value.split_once("://") else { return value.to_owned() };
    let (place, query) = match rest.split_once('?') {
        Some((place, _)) => (place, format!("?{MASK}")),
        None => (rest, String::new()),
    };
    // A password may hold an @ or a slash; the last @ is where the host begins.
    let place = match place.rsplit_once('@') {
        Some((who, host)) => {
            let user = who.split_once(':').map_or(who, |(user, _)| user);
            let password = if who.contains(':') { format!(":{MASK}") } else { String::new() };
            format!("{user}{password}@{host}")
        }
        None => place.to_owned(),
    };
    format!("{scheme}://{place}{query}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::Arg;

    #[test]
    fn no_secret_is_told_in_any_form() {
        for (option, value, told) in [
            ("listen", "127.0.0.1:3000", "127.0.0.1:3000"),
            ("public-url", "https://auctions.example.org", "https://auctions.example.org"),
            ("smtp-url", "smtps://house:hunter2@mail:465", "smtps://house:***@mail:465"),
            ("smtp-url", "smtps://house@mail:465", "smtps://house@mail:465"),
            ("smtp-url", "smtp://mail:25?password=hunter2", "smtp://mail:25?***"),
            ("smtp-url", "smtp://u:p@hunter2/@hunter2:@mail/x", "smtp://u:***@mail/x"),
            ("database-url", "postgres://:hunter2@db/x?sslkey=a", "postgres://:***@db/x?***"),
            ("pictures-url", "s3://bucket/prefix", "s3://bucket/prefix"),
            ("pictures-url", "s3://key:hunter2@bucket/x", "s3://key:***@bucket/x"),
            ("database-url", "host=db password=hunter2", "***"),
            ("redis-url", "redis://:hunter2@bus:6379/0", "redis://:***@bus:6379/0"),
            ("mail-password", "hunter2", "***"),
            ("api-key", "hunter2", "***"),
        ] {
            assert_eq!(mask(option, value), told);
            assert!(!mask(option, value).contains("hunter2"));
        }
    }

    #[test]
    fn every_option_is_told_with_where_it_came_from() {
        let command = Command::new("serve")
            .arg(Arg::new("listen").long("listen").default_value("127.0.0.1:3000"))
            .arg(Arg::new("smtp_url").long("smtp-url"))
            .arg(Arg::new("public_url").long("public-url"));
        let asked = ["serve", "--smtp-url", "smtp://a:b@c"];
        let matches = command.clone().try_get_matches_from(asked).unwrap();
        let told = [
            ("listen", "127.0.0.1:3000", "default"),
            ("smtp-url", "smtp://a:***@c", "command line"),
            ("public-url", "", "default"),
        ];
        let told = told.map(|(name, value, from)| (name.to_owned(), value.to_owned(), from));
        assert_eq!(options(&command, &matches), told);
    }
}
