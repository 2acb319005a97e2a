//! The seal of a certificate (куәлік мөрі): what a registration stands for, signed so shortly that paper carries it as a QR code
//! (`platform::jws`).

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD as BASE64;
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use sheber_platform::jws::{self, PublicKey};

use super::workflow::State;

/// What the signature is over. The names are short because every letter makes the code on the paper denser.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Seal {
    /// Registration number.
    #[serde(rename = "n")]
    pub number: String,
    /// The first 128 bits of the SHA-256 of the programme's frozen version, as base64url; empty where there is no file.
    #[serde(rename = "h")]
    hash: String,
    /// Day of the inclusion.
    #[serde(rename = "d")]
    pub included_on: NaiveDate,
    /// Last day of validity.
    #[serde(rename = "v", skip_serializing_if = "Option::is_none", default)]
    pub valid_to: Option<NaiveDate>,
}

impl Seal {
    /// Of an entry, with the hash of its version as hexadecimal digits.
    pub fn new(number: &str, hash: &str, included_on: NaiveDate, valid_to: Option<NaiveDate>) -> Self {
        let bytes: Vec<u8> = (0..hash.len().min(32))
            .step_by(2)
            .map_while(|at| u8::from_str_radix(hash.get(at..at + 2)?, 16).ok())
            .collect();
        Self { number: number.to_owned(), hash: BASE64.encode(bytes), included_on, valid_to }
    }
}

/// An entry that was taken out of the register.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EndedEntry {
    pub number: String,
    /// `excluded` or `expired`
    pub state: State,
    pub on: NaiveDate,
}

/// What the register publishes for checking without a network; also a JWK set.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Publication {
    /// The day it speaks of.
    pub as_of: NaiveDate,
    pub keys: Vec<PublicKey>,
    pub ended: Vec<EndedEntry>,
    /// Signed heads of the audit trail, the newest first: whoever keeps them can show later that the trail was not rewritten.
    #[serde(default)]
    pub heads: Vec<String>,
}

/// What a code on paper turns out to be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Signed by the register, and not ended as far as is known.
    Genuine(Seal),
    /// Signed by the register, and ended since.
    Ended(Seal, EndedEntry),
    /// Made from something the register signed, or to look so, and changed.
    Altered,
    /// Not signed with a key of this register, or no certificate at all.
    Unknown,
}

impl Verdict {
    pub const fn word(&self) -> &'static str {
        match self {
            Self::Genuine(_) => "genuine",
            Self::Ended(..) => "ended",
            Self::Altered => "altered",
            Self::Unknown => "unknown",
        }
    }
}

/// Finds a seal in a text: the seal itself, the link of a certificate, or a text or file around it.
pub fn found_in(text: &[u8]) -> Option<&str> {
    let is_letter = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
    text.split(|byte| !is_letter(byte))
        .filter_map(|word| std::str::from_utf8(word).ok())
        .find(|word| word.starts_with("eyJ") && word.split('.').count() == 3 && word.len() < 1_000)
}

/// Judges a text by the published keys, as of a day. The number in a link has to be the one that is signed.
pub fn judged(text: &[u8], published: &Publication, today: NaiveDate) -> Verdict {
    // What was saved earlier knows of exclusions no later than its own day, but a validity ends by the calendar.
    let today = today.max(published.as_of);
    let Some(sealed) = found_in(text) else { return Verdict::Unknown };
    let verdict = opened(sealed, &published.keys);
    let Verdict::Genuine(seal) = verdict else { return verdict };
    let linked = |number: &str| {
        let link = format!("/r/{number}?s={sealed}");
        text.windows(link.len()).any(|part| part == link.as_bytes())
    };
    let in_link = text.windows(3).zip(1..).any(|(part, _)| part == b"?s=");
    if in_link && !linked(&seal.number) {
        return Verdict::Altered;
    }
    match published.ended.iter().find(|ended| ended.number == seal.number) {
        Some(ended) => Verdict::Ended(seal, ended.clone()),
        None => match seal.valid_to {
            Some(on) if on < today => {
                let ended = EndedEntry { number: seal.number.clone(), state: State::Expired, on };
                Verdict::Ended(seal, ended)
            }
            _ => Verdict::Genuine(seal),
        },
    }
}

/// Checks the signature alone.
pub fn opened(sealed: &str, keys: &[PublicKey]) -> Verdict {
    match jws::opened(sealed, keys) {
        jws::Verdict::Genuine(seal) => Verdict::Genuine(seal),
        jws::Verdict::Altered => Verdict::Altered,
        jws::Verdict::Unknown => Verdict::Unknown,
    }
}

#[cfg(test)]
mod tests {
    use ed25519_dalek::SigningKey;

    use super::*;

    const NUMBER: &str = "35-06130100-2024-000123";

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn sealed(valid_to: Option<&str>) -> (String, Publication) {
        let key = SigningKey::from_bytes(&[7; 32]);
        let seal = Seal::new(NUMBER, &"ab".repeat(32), day("2024-09-02"), valid_to.map(day));
        let published = Publication {
            as_of: day("2026-01-01"),
            keys: vec![PublicKey::of(&key, "k1")],
            ended: Vec::new(),
            heads: Vec::new(),
        };
        (jws::signed(&seal, &key, "k1").unwrap(), published)
    }

    #[test]
    fn genuine_altered_ended_and_unknown_are_told_apart() {
        let (text, published) = sealed(Some("2029-08-31"));
        let judge = |text: &str| judged(text.as_bytes(), &published, published.as_of);
        let Verdict::Genuine(seal) = judge(&text) else { panic!("{text}") };
        assert_eq!((seal.number.as_str(), seal.valid_to), (NUMBER, Some(day("2029-08-31"))));
        let link = |number: &str| format!("https://sheber.kz/r/{number}?s={text}");
        assert_eq!(judge(&link(NUMBER)).word(), "genuine");
        assert_eq!(judge(&link("35-06130100-2024-000124")), Verdict::Altered, "another number in the link");
        let parts: Vec<&str> = text.split('.').collect();
        let other = BASE64.encode(format!(r#"{{"n":"{NUMBER}","h":"","d":"2024-09-02","v":"2039-08-31"}}"#));
        assert_eq!(judge(&format!("{}.{other}.{}", parts[0], parts[2])), Verdict::Altered, "a later end");
        assert_eq!(judge(&text[..text.len() - 3]), Verdict::Altered, "cut off");
        for nothing in ["", "сәлем", "eyJ.a.b", &text.replacen("eyJ", "eyX", 1), NUMBER] {
            assert_eq!(judge(nothing), Verdict::Unknown, "{nothing}");
        }
        let stranger = SigningKey::from_bytes(&[8; 32]);
        let foreign = jws::signed(&Seal::new(NUMBER, "", day("2024-09-02"), None), &stranger, "k2").unwrap();
        assert_eq!(judge(&foreign), Verdict::Unknown, "a key that is not published");
        let forged = jws::signed(&Seal::new(NUMBER, "", day("2024-09-02"), None), &stranger, "k1").unwrap();
        assert_eq!(judge(&forged), Verdict::Altered, "another key under the name of a published one");

        let ended = EndedEntry { number: NUMBER.to_owned(), state: State::Excluded, on: day("2025-05-05") };
        let published = Publication { ended: vec![ended.clone()], ..published };
        assert_eq!(judged(text.as_bytes(), &published, published.as_of), Verdict::Ended(seal, ended));
    }

    #[test]
    fn a_validity_ends_with_its_last_day() {
        for (valid_to, word) in [("2025-12-31", "ended"), ("2026-01-01", "genuine"), ("2026-01-02", "genuine")] {
            let (text, published) = sealed(Some(valid_to));
            assert_eq!(judged(text.as_bytes(), &published, published.as_of).word(), word, "{valid_to}");
        }
        let (text, published) = sealed(None);
        assert_eq!(judged(text.as_bytes(), &published, published.as_of).word(), "genuine");
    }

    #[test]
    fn a_validity_ends_by_the_calendar_however_old_the_published_file_is() {
        let (text, published) = sealed(Some("2031-12-31"));
        for (today, word) in [("2031-12-31", "genuine"), ("2032-01-01", "ended"), ("2000-01-01", "genuine")] {
            assert_eq!(judged(text.as_bytes(), &published, today.parse().unwrap()).word(), word, "{today}");
        }
    }

    #[test]
    fn no_algorithm_but_ours() {
        let (text, published) = sealed(None);
        let parts: Vec<&str> = text.split('.').collect();
        for header in [r#"{"alg":"none","kid":"k1"}"#, r#"{"alg":"HS256","kid":"k1"}"#] {
            let text = format!("{}.{}.{}", BASE64.encode(header), parts[1], parts[2]);
            assert_eq!(judged(text.as_bytes(), &published, published.as_of), Verdict::Unknown, "{header}");
        }
    }

    #[test]
    fn a_seal_is_short() {
        let (text, _) = sealed(Some("2029-08-31"));
        assert!(text.len() < 270, "{}", text.len());
    }
}
