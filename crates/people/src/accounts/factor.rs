//! What proves that somebody is who they say: a password, the code of a second factor, or one of the codes for the day when the
//! telephone is lost.

use serde::Deserialize;
use sheber_platform::app::App;
use sheber_platform::error::AppError;
use sheber_platform::heavy::PATIENCE;
use sheber_platform::{keys, secret};
use totp_rs::{Builder, Secret, Totp};

/// The shortest password that is accepted, in letters.
const LEAST: usize = 12;
/// The longest, in letters.
const MOST: usize = 128;

/// A password to be set, typed twice.
#[derive(Deserialize)]
pub struct NewPassword {
    pub password: String,
    pub again: String,
}

/// What stands at hand for whoever guesses: the words of this system, and rows of the keyboards that the estimate does not know.
const AT_HAND: [&str; 36] = [
    "sheber",
    "шебер",
    "колледж",
    "college",
    "құпиясөз",
    "парол",
    "пароль",
    "қазақстан",
    "казахстан",
    "йцукенгшщзхъ",
    "фывапролджэ",
    "ячсмитьбю",
    "demo",
    "almaty",
    "astana",
    "алматы",
    "солнышко",
    "любовь",
    "привет",
    "спартак",
    "наташа",
    "марина",
    "кристина",
    "андрей",
    "максим",
    "сергей",
    "динара",
    "айгерим",
    "нурсултан",
    "махаббат",
    "жүрегім",
    "анашым",
    "мамочка",
    "тойбастар",
    "correcthorse",
    "batterystaple",
];

/// How strong a password is, from 0 to 4: weak are known ones, and what is made of them, of names, of rows of keys and of days. `own`
/// are the account's name and address.
pub fn strength_of(password: &str, own: &[&str]) -> u8 {
    let lower = password.to_lowercase();
    let own = own.join(" ").to_lowercase();
    let words = own.split(['@', '.', ' ', '-', '_']);
    let known: Vec<&str> = words.filter(|word| word.chars().count() > 2).chain(AT_HAND).collect();
    // What is left without those words, and without words that come again, has to be a password, too.
    let rest = known.iter().fold(lower.clone(), |rest, word| rest.replace(word, " "));
    if rest.chars().filter(|letter| letter.is_alphanumeric()).count() < REST {
        return 1;
    }
    let mut parts: Vec<&str> = lower.split(|letter: char| !letter.is_alphanumeric()).collect();
    parts.sort_unstable();
    parts.dedup();
    // Nothing beyond says more, and the estimate's work grows with the length.
    let judged = |text: &str| {
        let text: String = text.chars().take(JUDGED).collect();
        u8::from(zxcvbn::zxcvbn(&text, &known).score())
    };
    let (whole, rest, once, latin) =
        (judged(password), judged(&rest), judged(&parts.concat()), judged(&as_latin(&lower)));
    // The rest may be shorter than a password: it is no better than the whole, and need not be as good.
    whole.min(rest + 1).min(once).min(latin)
}

/// What the same keys write in the Latin layout: a row of keys is one in either.
fn as_latin(text: &str) -> String {
    const KEYS: &str = "йцукенгшщзхъфывапролджэячсмитьбю";
    const LATIN: &str = "qwertyuiop[]asdfghjkl;'zxcvbnm,.";
    let key = |letter: char| KEYS.chars().position(|key| key == letter).and_then(|place| LATIN.chars().nth(place));
    text.chars().map(|letter| key(letter).unwrap_or(letter)).collect()
}

/// So many letters of a password are judged.
const JUDGED: usize = 24;

/// Judges a password off the threads that serve everybody else, two at a time: some texts take long to judge.
pub async fn judged(password: String, own: Vec<String>) -> Result<u8, AppError> {
    static AT_ONCE: tokio::sync::Semaphore = tokio::sync::Semaphore::const_new(2);
    let internal = |error: &dyn std::fmt::Display| AppError::Internal(error.to_string());
    let turn = tokio::time::timeout(PATIENCE, AT_ONCE.acquire()).await.map_err(|_| AppError::Busy)?;
    let turn = turn.map_err(|error| internal(&error))?;
    let judge = move || {
        // The turn ends with the work, whether or not somebody still waits for it.
        let _turn = turn;
        strength_of(&password, &own.iter().map(String::as_str).collect::<Vec<_>>())
    };
    tokio::task::spawn_blocking(judge).await.map_err(|error| internal(&error))
}

/// So many letters and digits are left of a password without the words that are at hand.
const REST: usize = 6;

/// A password that is weaker is guessed first.
const STRONG: u8 = 3;

impl NewPassword {
    /// What is wrong with it, as the key of a message. `own` are the account's name and address.
    pub async fn fault(&self, own: [&str; 2]) -> Result<Option<&'static str>, AppError> {
        let letters = self.password.chars().count();
        Ok(if letters < LEAST {
            Some("password-short")
        } else if letters > MOST {
            Some("password-long")
        } else if self.password != self.again {
            Some("password-differs")
        } else if judged(self.password.clone(), own.map(str::to_owned).to_vec()).await? < STRONG {
            Some("password-guessed")
        } else {
            None
        })
    }

    pub async fn hash(self) -> Result<String, AppError> {
        tokio::task::spawn_blocking(move || secret::hash_password(&self.password))
            .await
            .map_err(|error| AppError::Internal(error.to_string()))?
            .map_err(|error| AppError::Internal(error.to_string()))
    }
}

/// Verifies a password off the threads that serve everybody else: argon2 is slow on purpose, and takes memory, so only a few
/// at a time.
pub async fn password_fits(password: String, hash: Option<String>) -> Result<bool, AppError> {
    static AT_ONCE: tokio::sync::Semaphore = tokio::sync::Semaphore::const_new(4);
    let internal = |error: &dyn std::fmt::Display| AppError::Internal(error.to_string());
    let turn = AT_ONCE.acquire().await.map_err(|error| internal(&error))?;
    let verify = move || {
        let _turn = turn;
        secret::is_password(&password, hash.as_deref())
    };
    tokio::task::spawn_blocking(verify).await.map_err(|error| internal(&error))
}

/// The second factor of a secret.
pub fn totp(secret: &str, email: &str) -> Option<Totp> {
    let secret = Secret::try_from_base32(secret).ok()?;
    Builder::new().with_secret(secret).with_account_name(email).with_issuer(Some("Sheber")).build().ok()
}

/// The step of a code that is right now; `None` for a wrong one.
pub fn code_step(secret: &str, email: &str, code: &str, now: u64) -> Option<i64> {
    let code: String = code.chars().filter(char::is_ascii_digit).collect();
    totp(secret, email)?.check(&code, now).and_then(|step| i64::try_from(step).ok())
}

/// So many codes are made for the day when the telephone is lost.
const CODES: usize = 10;

/// New codes, each to be used once.
pub fn recovery_codes() -> Vec<String> {
    (0..CODES).map(|_| format!("{}-{}", secret::code(), secret::code())).collect()
}

/// What stands in the database for such a code, however it was typed: made with the server's key, so that nobody who has the
/// database finds the code. Nothing where the text can be none.
pub fn recovery_mark(app: &App, account: i64, code: &str) -> Result<Option<String>, AppError> {
    let code: String = code.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_ascii_uppercase();
    if code.len() != 12 {
        return Ok(None);
    }
    let mark = keys::with(app, |keys| keys.mark(&format!("recovery {account} {code}")));
    mark.map_err(|error| AppError::Internal(error.to_string()))?.map(Some)
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn fault(password: &str) -> Option<&'static str> {
        let own = ["Әлия Серікқызы", "aliya.serikkyzy@college.kz"];
        NewPassword { password: password.to_owned(), again: password.to_owned() }.fault(own).await.unwrap()
    }

    #[tokio::test]
    async fn passwords_that_are_guessed_first_are_refused() {
        for (password, expected) in [
            ("Кентау-7-дала", None),
            ("жеті қазына дала", None),
            ("қ7мк-ш2пр-тл9", None),
            ("elevenletrs", Some("password-short")),
            ("password1234", Some("password-guessed")),
            ("qwertyuiop12", Some("password-guessed")),
            ("йцукенгшщзхъ", Some("password-guessed")),
            ("123456789012", Some("password-guessed")),
            ("aaaaaaaaaaaa", Some("password-guessed")),
            ("aliyaserikkyzy", Some("password-guessed")),
            ("sheber123456", Some("password-guessed")),
            ("iloveyou1234", Some("password-guessed")),
            ("aliya.serikkyzy@college.kz", Some("password-guessed")),
            ("Әлия Серікқызы", Some("password-guessed")),
            ("Серікқызы-2026", Some("password-guessed")),
            ("Sheber2026!!", Some("password-guessed")),
            ("sheber-demo1", Some("password-guessed")),
            ("almaty almaty almaty", Some("password-guessed")),
            ("тау тау тау тау", Some("password-guessed")),
            ("йцукен123456", Some("password-guessed")),
            ("Пароль2024!!", Some("password-guessed")),
            ("солнышко2024", Some("password-guessed")),
            ("correcthorsebatterystaple", Some("password-guessed")),
            ("Almaty-2024!", Some("password-guessed")),
        ] {
            assert_eq!(fault(password).await, expected, "{password}");
        }
        assert_ne!(fault(&"ә7".repeat(64)).await, Some("password-long"), "128 letters, whatever their bytes");
        assert_eq!(fault(&"ә".repeat(129)).await, Some("password-long"));
        let begun = std::time::Instant::now();
        fault(&"4@$1!0|3&7".repeat(12)).await;
        assert!(begun.elapsed() < std::time::Duration::from_secs(2), "{:?}", begun.elapsed());
    }

    #[test]
    fn recovery_codes_are_many_and_different() {
        let codes = recovery_codes();
        let different: std::collections::BTreeSet<&String> = codes.iter().collect();
        assert_eq!((codes.len(), different.len()), (CODES, CODES));
        assert!(codes.iter().all(|code| code.len() == 13));
    }
}
