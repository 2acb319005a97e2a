//! Finding and sorting as people of the country expect: Kazakh letters, any case, the language's own alphabet.

use std::sync::LazyLock;

use icu_casemap::CaseMapper;
use icu_collator::options::CollatorOptions;
use icu_collator::{Collator, CollatorBorrowed, CollatorPreferences};
use icu_locale_core::{Locale, locale};
use icu_normalizer::ComposingNormalizerBorrowed;
use memchr::memmem;
use sheber_kernel::Lang;

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

/// What somebody searches for: every word must stand in the text, words of one or two letters at the beginning of a word.
pub struct Words(Vec<memmem::Finder<'static>>);

impl Words {
    pub fn of(query: &str) -> Self {
        let query = folded(query);
        let words = query.split(' ').filter(|word| !word.is_empty()).take(6);
        let finder = |word: &str| {
            let short = word.chars().count() < 3;
            memmem::Finder::new(&if short { format!(" {word}") } else { word.to_owned() }).into_owned()
        };
        Self(words.map(finder).collect())
    }

    /// Whether every word stands in a folded text that begins with a space.
    pub fn stand_in(&self, text: &str) -> bool {
        self.0.iter().all(|word| word.find(text.as_bytes()).is_some())
    }

    /// Whether every word stands in a text as people wrote it. Where nothing is searched for, the text is not even made: to fold it
    /// is most of the work of a list.
    pub fn stand_in_text(&self, text: impl FnOnce() -> String) -> bool {
        self.0.is_empty() || self.stand_in(&format!(" {}", folded(&text())))
    }
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
    fn words_stand_anywhere_and_short_ones_at_a_beginning() {
        let text = format!(" {}", folded("Есеп және аудит колледжі"));
        for (query, found) in
            [("АУДИТ есеп", true), ("удит", true), ("ес", true), ("уд", false), ("есеп физика", false), ("", true)]
        {
            assert_eq!(Words::of(query).stand_in(&text), found, "{query}");
        }
    }

    #[test]
    fn kazakh_sorts_by_its_own_alphabet() {
        let mut letters: Vec<&str> = "яьіыһұүуңөқиғгәа".split("").filter(|letter| !letter.is_empty()).collect();
        letters.sort_by_key(|letter| sort_key(Lang::Kk, letter));
        assert_eq!(letters.concat(), "аәгғиқңөуұүһыіья");
    }
}
