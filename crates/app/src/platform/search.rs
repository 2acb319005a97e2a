//! Finding and sorting as people of the country expect: Kazakh letters, any case, the language's own alphabet.

use std::sync::LazyLock;

use icu_casemap::CaseMapper;
use icu_collator::options::CollatorOptions;
use icu_collator::{Collator, CollatorBorrowed, CollatorPreferences};
use icu_locale_core::{Locale, locale};
use icu_normalizer::ComposingNormalizerBorrowed;
use sea_orm::{DatabaseConnection, DbErr};
use sheber_kernel::Lang;

use super::database::{self, Conditions};
use crate::params;

/// Text as it is searched: compatibility forms folded, case folded, `ё` as `е`, spaces single.
pub fn folded(text: &str) -> String {
    let normal = ComposingNormalizerBorrowed::new_nfkc().normalize(text);
    let folded = CaseMapper::new().fold_string(&normal).replace('ё', "е");
    folded.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn collator(locale: Locale) -> Option<CollatorBorrowed<'static>> {
    Collator::try_new(CollatorPreferences::from(locale), CollatorOptions::default()).ok()
}

/// The key by which a text is sorted in a language; keys compare as bytes. Stored beside the text, and made anew when the
/// collation data change (the setting `collation` holds their version).
pub fn sort_key(lang: Lang, text: &str) -> Vec<u8> {
    static KAZAKH: LazyLock<Option<CollatorBorrowed<'static>>> = LazyLock::new(|| collator(locale!("kk")));
    static RUSSIAN: LazyLock<Option<CollatorBorrowed<'static>>> = LazyLock::new(|| collator(locale!("ru")));
    let collator = match lang {
        Lang::Ru => &RUSSIAN,
        Lang::Kk | Lang::En => &KAZAKH,
    };
    let mut key = Vec::with_capacity(text.len() * 2);
    match collator.as_ref() {
        Some(collator) => {
            let Ok(()) = collator.write_sort_key_to(text, &mut key);
        }
        None => key.extend_from_slice(text.as_bytes()),
    }
    key
}

/// How many matches count as few: they are sorted. More are met soon enough when walking in the order asked for.
const FEW: usize = 10_000;

/// Where somebody searches: the table with its trigram index, the searched column and the key.
pub struct Place {
    /// `None` where so few rows are in scope that looking at each is quicker than asking the index.
    pub fts: Option<&'static str>,
    pub column: &'static str,
    pub id: &'static str,
}

/// Adds the condition that every word of `query` stands in the column: trigrams from three letters on, a plain prefix below.
/// Few matches are named by their keys; many are left to be recognised while walking in order, which ends at the page's end.
pub async fn matching(
    db: &DatabaseConnection,
    conditions: &mut Conditions,
    place: &Place,
    query: &str,
) -> Result<(), DbErr> {
    let query = folded(query);
    let words: Vec<&str> = query.split(' ').filter(|word| !word.is_empty()).take(6).collect();
    let (long, short): (Vec<&str>, Vec<&str>) = words.into_iter().partition(|word| word.chars().count() >= 3);
    let Place { fts, column, id } = place;
    for word in short {
        let pattern = escaped(word);
        conditions.and(
            &format!("({column} LIKE ? ESCAPE '\\' OR {column} LIKE ? ESCAPE '\\')"),
            params![format!("{pattern}%"), format!("% {pattern}%")],
        );
    }
    if long.is_empty() {
        return Ok(());
    }
    if let Some(fts) = fts.filter(|_| database::is_sqlite(db)) {
        #[derive(sea_orm::FromQueryResult)]
        struct Key {
            rowid: i64,
        }
        let phrases: Vec<String> = long.iter().map(|word| format!("\"{}\"", word.replace('"', "\"\""))).collect();
        let sql = format!("SELECT rowid FROM {fts} WHERE {fts} MATCH $1 LIMIT {}", FEW + 1);
        let keys: Vec<Key> = database::all(db, &sql, params![phrases.join(" AND ")]).await?;
        if keys.len() <= FEW {
            let keys: Vec<i64> = keys.into_iter().map(|key| key.rowid).collect();
            let keys = serde_json::to_string(&keys).unwrap_or_default();
            conditions.and(&format!("{id} IN (SELECT value FROM json_each(?))"), params![keys]);
            return Ok(());
        }
    }
    for word in long {
        conditions.and(&format!("{column} LIKE ? ESCAPE '\\'"), params![format!("%{}%", escaped(word))]);
    }
    Ok(())
}

pub fn escaped(word: &str) -> String {
    word.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn case_and_forms_are_folded() {
        assert_eq!(folded("  ҚАЗАҚ   Тілі "), "қазақ тілі");
        assert_eq!(folded("Ёлка"), "елка");
        assert_eq!(folded("№ ＩＴ"), "no it");
    }

    #[test]
    fn kazakh_sorts_by_its_own_alphabet() {
        let mut letters: Vec<&str> = "яьіыһұүуңөқиғгәа".split("").filter(|letter| !letter.is_empty()).collect();
        letters.sort_by_key(|letter| sort_key(Lang::Kk, letter));
        assert_eq!(letters.concat(), "аәгғиқңөуұүһыіья");
    }
}
