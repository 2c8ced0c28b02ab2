//! In which language somebody reads the house.

use axum::http::{HeaderMap, header};

/// A language that the web app is built in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Language {
    English,
    German,
}

impl Language {
    const ALL: [Language; 2] = [Language::English, Language::German];

    /// Its code, as browsers name it.
    pub(super) fn code(self) -> &'static str {
        match self {
            Language::English => "en",
            Language::German => "de",
        }
    }

    fn of(code: &str) -> Option<Language> {
        let primary = code.trim().split('-').next().unwrap_or_default();
        Language::ALL.into_iter().find(|language| primary.eq_ignore_ascii_case(language.code()))
    }

    /// What somebody chose on the page, or else what their browser asks for.
    pub(super) fn asked(headers: &HeaderMap) -> Language {
        chosen(headers).or_else(|| accepted(headers)).unwrap_or(Language::English)
    }
}

/// The cookie of the page's own switch.
fn chosen(headers: &HeaderMap) -> Option<Language> {
    let cookies = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
    let mut pairs = cookies.flat_map(|line| line.split(';')).map(str::trim);
    pairs.find_map(|pair| pair.strip_prefix("lang=")).and_then(Language::of)
}

/// The best of those that the browser names, by weight, the first of equals.
fn accepted(headers: &HeaderMap) -> Option<Language> {
    let line = headers.get(header::ACCEPT_LANGUAGE)?.to_str().ok()?;
    let mut best: Option<(Language, f32)> = None;
    for one in line.split(',') {
        let (code, weight) = one.split_once(';').unwrap_or((one, ""));
        let weight = weight.trim().strip_prefix("q=").map_or(1.0, |q| q.parse().unwrap_or(0.0));
        let better = weight > best.map_or(0.0, |(_, most)| most);
        if let Some(language) = Language::of(code).filter(|_| better) {
            best = Some((language, weight));
        }
    }
    best.map(|(language, _)| language)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(accept: &str, cookie: &str) -> Language {
        let mut headers = HeaderMap::new();
        headers.insert(header::ACCEPT_LANGUAGE, accept.parse().expect("a header"));
        headers.insert(header::COOKIE, cookie.parse().expect("a header"));
        Language::asked(&headers)
    }

    #[test]
    fn a_choice_comes_before_the_browser_and_english_last() {
        assert_eq!(asked("de-AT,de;q=0.9,en;q=0.8", ""), Language::German);
        assert_eq!(asked("fr, en;q=0.5, de;q=0.7", ""), Language::German);
        assert_eq!(asked("fr, de;q=0, *;q=0.1", ""), Language::English);
        assert_eq!(asked("de", "session=x; lang=en"), Language::English);
        assert_eq!(asked("de", "lang=tlh"), Language::German);
        assert_eq!(asked("q=;;,,", ""), Language::English);
    }
}
