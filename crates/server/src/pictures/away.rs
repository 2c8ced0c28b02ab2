//! Why a store of pictures does not do what it is asked.

use object_store::client::{HttpError, HttpErrorKind};
use std::error::Error;
use std::fmt;
use std::io;
use std::iter::successors;

/// Characters of a store's own code for an error.
const CODE_CHARS_MAX: usize = 64;

/// The pictures cannot be reached, or are not what they should be; the text is for the log.
///
/// It is never what a store answered: that repeats the request, with what it was signed with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Away(pub(super) String);

impl fmt::Display for Away {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Away {
    /// What an error comes down to, in words that hold no secret.
    pub(super) fn because(error: &object_store::Error) -> Away {
        let chain = || successors(Some(error as &dyn Error), |&error| error.source());
        let system = chain().filter_map(|error| error.downcast_ref::<io::Error>()).last();
        let http = chain().find_map(|error| error.downcast_ref::<HttpError>());
        let words = match (code(error), system, http) {
            (Some(code), ..) => format!("the store answers {code}"),
            // Its text may be another error's: its number and its kind are its own.
            (None, Some(system), _) => match system.raw_os_error() {
                Some(number) => io::Error::from_raw_os_error(number).to_string(),
                None => system.kind().to_string(),
            },
            (None, None, Some(http)) => kind(http.kind()).to_owned(),
            (None, None, None) => kind_of(error).to_owned(),
        };
        Away(words)
    }
}

/// A store's own code for an error, such as `NoSuchBucket`.
pub(super) fn code(error: &object_store::Error) -> Option<String> {
    let text = error.to_string();
    let (_, rest) = text.split_once("<Code>")?;
    let (code, _) = rest.split_once("</Code>")?;
    let plain = code.len() <= CODE_CHARS_MAX && code.chars().all(|c| c.is_ascii_alphanumeric());
    plain.then(|| code.to_owned())
}

fn kind(kind: HttpErrorKind) -> &'static str {
    match kind {
        HttpErrorKind::Connect => "the store cannot be reached",
        HttpErrorKind::Timeout => "the store does not answer in time",
        _ => "the store broke off",
    }
}

fn kind_of(error: &object_store::Error) -> &'static str {
    match error {
        object_store::Error::NotFound { .. } => "it is not there",
        object_store::Error::PermissionDenied { .. } => "the store does not permit it",
        object_store::Error::Unauthenticated { .. } => "the store does not take the credentials",
        _ => "the store fails",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn failed(source: impl Into<Box<dyn Error + Send + Sync>>) -> object_store::Error {
        object_store::Error::Generic { store: "S3", source: source.into() }
    }

    #[test]
    fn nothing_that_a_store_answered_is_repeated_but_its_code() {
        let answer = "<Error><Code>SignatureDoesNotMatch</Code><CanonicalRequest>hunter2\
                      </CanonicalRequest></Error>";
        let told = Away::because(&failed(answer)).to_string();
        assert_eq!(told, "the store answers SignatureDoesNotMatch");
        for answer in ["hunter2", "<Code>hunter2 and more</Code>", "<Code>hunter2"] {
            assert_eq!(Away::because(&failed(answer)).to_string(), "the store fails");
        }
        let wrapped = failed(io::Error::new(io::ErrorKind::TimedOut, "hunter2"));
        assert_eq!(Away::because(&wrapped).to_string(), "timed out");
    }
}
