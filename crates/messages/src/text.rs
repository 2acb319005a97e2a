//! The texts of keys.

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::{LazyLock, RwLock};

use fluent_templates::fluent_bundle::FluentValue;
use fluent_templates::{LanguageIdentifier, Loader, langid};
use sheber_kernel::{Lang, Refusal};

fluent_templates::static_loader! {
    static MESSAGES = {
        locales: "../../messages",
        fallback_language: "kk",
        customise: |bundle| bundle.set_use_isolating(false),
    };
}

const fn identifier(lang: Lang) -> LanguageIdentifier {
    match lang {
        Lang::Kk => langid!("kk"),
        Lang::Ru => langid!("ru"),
        Lang::En => langid!("en"),
    }
}

/// The text of a key. A key that no file has comes back as itself, so that it is seen and not silently empty.
pub fn text(lang: Lang, key: &str) -> String {
    kept(lang, key).unwrap_or(key).to_owned()
}

/// The text of a key as it is kept: what a page says some hundred times.
pub fn label(lang: Lang, key: &str) -> Cow<'static, str> {
    kept(lang, key).map_or_else(|| Cow::Owned(key.to_owned()), Cow::Borrowed)
}

/// The text of a key, if the files have it.
pub fn try_text(lang: Lang, key: &str) -> Option<String> {
    kept(lang, key).map(str::to_owned)
}

/// What a word of a list (`level`, `language`, …) is called; the word itself where no file has it.
pub fn word(lang: Lang, list: &str, word: &str) -> String {
    try_text(lang, &format!("{list}-{word}")).unwrap_or_else(|| word.to_owned())
}

fn kept(lang: Lang, key: &str) -> Option<&'static str> {
    // Each is worked out once and then kept for good. Keys come from the program, so they end.
    static KEPT: [LazyLock<RwLock<HashMap<String, &'static str>>>; 3] = [const { LazyLock::new(RwLock::default) }; 3];
    let kept = &KEPT[lang as usize];
    if let Some(text) = kept.read().ok().and_then(|kept| kept.get(key).copied()) {
        return Some(text);
    }
    let text = MESSAGES.try_lookup(&identifier(lang), key)?;
    let mut kept = kept.write().ok()?;
    Some(kept.entry(key.to_owned()).or_insert_with(|| String::leak(text)))
}

/// The text of a key with arguments, which are texts already in the reader's form.
pub fn text_with(lang: Lang, key: &str, arguments: &[(&'static str, &str)]) -> String {
    try_text_with(lang, key, arguments).unwrap_or_else(|| key.to_owned())
}

/// The text of a key with arguments, if the files have it.
pub fn try_text_with(lang: Lang, key: &str, arguments: &[(&'static str, &str)]) -> Option<String> {
    let arguments: HashMap<Cow<'static, str>, FluentValue> =
        arguments.iter().map(|(name, value)| (Cow::Borrowed(*name), FluentValue::from((*value).to_owned()))).collect();
    MESSAGES.try_lookup_with_args(&identifier(lang), key, &arguments)
}

/// A text that counts: `$n` is a number, so that the language's plural forms apply.
pub fn count(lang: Lang, key: &str, n: usize) -> String {
    let arguments: HashMap<Cow<'static, str>, FluentValue> =
        [(Cow::Borrowed("n"), FluentValue::from(n))].into_iter().collect();
    MESSAGES.try_lookup_with_args(&identifier(lang), key, &arguments).unwrap_or_else(|| key.to_owned())
}

/// Why a value was refused.
pub fn refusal(lang: Lang, refusal: &Refusal) -> String {
    // What is missing is named in the reader's language, too.
    let found = match refusal.code {
        "sheet-missing" | "column-missing" => text(lang, &refusal.found),
        _ => refusal.found.clone(),
    };
    text_with(lang, &format!("r-{}", refusal.code), &[("found", &found)])
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};
    use std::path::Path;

    use sheber_kernel::Lang;
    use sheber_norms::all;

    use super::*;
    use crate::plain::number;

    fn keys(lang: Lang) -> BTreeMap<String, BTreeSet<String>> {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../messages").join(lang.code());
        let mut files = BTreeMap::new();
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let source = std::fs::read_to_string(&path).unwrap();
            let mut seen = BTreeSet::new();
            for line in source.lines().filter(|line| !line.starts_with([' ', '#', '}', '*', '['])) {
                if let Some((key, _)) = line.split_once(" =") {
                    assert!(seen.insert(key.to_owned()), "{}: {key} stands twice", path.display());
                }
            }
            files.insert(path.file_name().unwrap().to_string_lossy().into_owned(), seen);
        }
        files
    }

    #[test]
    fn every_language_has_the_same_keys() {
        let kazakh = keys(Lang::Kk);
        for lang in [Lang::Ru, Lang::En] {
            let other = keys(lang);
            for (file, keys) in &kazakh {
                let missing: Vec<_> = keys.symmetric_difference(&other[file]).collect();
                assert!(missing.is_empty(), "{lang}/{file}: {missing:?}");
            }
            assert_eq!(kazakh.len(), other.len());
        }
    }

    #[test]
    fn every_key_is_read_by_the_loader() {
        // A key that fails to parse, or whose arguments are not given, comes back as itself.
        let arguments: HashMap<Cow<'static, str>, FluentValue> =
            ARGUMENTS.iter().map(|name| (Cow::Borrowed(*name), FluentValue::from("7"))).collect();
        for lang in Lang::ALL {
            for key in keys(lang).values().flatten() {
                let read = MESSAGES.try_lookup_with_args(&identifier(lang), key, &arguments);
                assert!(read.is_some(), "{lang}: {key} does not parse, or has an argument that no code gives");
            }
        }
    }

    /// Every argument that the code gives to a message.
    const ARGUMENTS: [&str; 29] = [
        "measured", "required", "about", "from", "to", "act", "date", "edition", "section", "found", "n", "file",
        "place", "name", "who", "when", "what", "year", "count", "total", "link", "code", "college", "version",
        "title", "article", "point", "device", "left",
    ];

    #[test]
    fn every_norm_says_what_is_wrong_and_how_to_mend_it() {
        let norms = keys(Lang::Kk).remove("norms.ftl").unwrap();
        for item in all::items() {
            let key = format!("n-{}", item.replace('.', "-"));
            assert!(norms.iter().any(|known| *known == key || known.starts_with(&format!("{key}-"))), "{key}");
        }
        for key in norms.iter().filter(|key| key.starts_with("n-") && !key.ends_with("-mend")) {
            let item: String = key.splitn(4, '-').take(3).collect::<Vec<_>>().join("-");
            let advised = [format!("{key}-mend"), format!("{item}-mend")].iter().any(|mend| norms.contains(mend));
            assert!(advised, "{key} without advice");
        }
    }

    #[test]
    fn numbers_count_in_every_language() {
        assert_eq!(number(Lang::Kk, "1440.5"), "1\u{a0}440,5");
        assert_eq!(number(Lang::En, "1440.5"), "1,440.5");
        assert_eq!(number(Lang::Ru, "60"), "60");
    }
}
