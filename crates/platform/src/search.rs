//! Finding and sorting as people of the country expect: letters that a keyboard lacks, the other alphabet, any case, the language's own
//! order.
//!
//! A text is found by its **sound**: letters of Kazakh as a Russian keyboard has them, Cyrillic as Latin, the ways to write a name in
//! Latin as one, letters that look alike as meant, no dashes. What is searched holds the sound and, behind a mark, the text as it is
//! written, so that what was found exactly comes first.

use std::sync::LazyLock;

use icu_casemap::CaseMapper;
use icu_collator::options::CollatorOptions;
use icu_collator::preferences::CollationNumericOrdering;
use icu_collator::{Collator, CollatorBorrowed, CollatorPreferences};
use icu_locale_core::{Locale, locale};
use icu_normalizer::{ComposingNormalizerBorrowed, DecomposingNormalizerBorrowed};
use memchr::memmem;
use sheber_kernel::Lang;
use sheber_kernel::letters::{is_dash, of_one_alphabet};
use sheber_kernel::written;

/// Text as it is compared: compatibility forms folded, case folded, `ё` as `е`, spaces single, dashes of one kind.
pub fn folded(text: &str) -> String {
    let normal = ComposingNormalizerBorrowed::new_nfkc().normalize(text);
    let folded = CaseMapper::new().fold_string(&normal).replace('ё', "е");
    let folded = folded.replace(is_dash, "-");
    folded.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Between the sound of a text and the text as it is written.
const MARK: char = '\u{1f}';

/// What is stored to search in.
pub fn indexed(text: &str) -> String {
    indexed_of(&folded(text))
}

/// The same of a text that was folded, or stored, before: what is stored is made anew when the rules of sound change.
pub fn indexed_of(stored: &str) -> String {
    let written = stored.rsplit(MARK).next().unwrap_or(stored).trim();
    let mut sounds = String::with_capacity(written.len() * 2);
    for word in pieces(written) {
        sounds.push(' ');
        sounds.push_str(&sound(word));
        // A code is found whole and by its parts.
        if word.contains(['-', '.']) {
            for part in word.split(['-', '.']).filter(|part| !part.is_empty()) {
                sounds.push(' ');
                sounds.push_str(&sound(part));
            }
        }
    }
    format!("{sounds}{MARK} {written}")
}

/// The words of a text. What is neither letter nor digit parts them; dashes and points stand within.
fn pieces(text: &str) -> impl Iterator<Item = &str> {
    let is_gap = |letter: char| !letter.is_alphanumeric() && !['-', '.'].contains(&letter);
    text.split(is_gap).map(|word| word.trim_matches(['-', '.'])).filter(|word| !word.is_empty())
}

/// How a word sounds, in Latin letters and digits.
fn sound(word: &str) -> String {
    let meant = written::qualification(word).map(|code| code.value.to_string().to_lowercase());
    let meant = meant.or_else(|| of_one_alphabet(word));
    let word = meant.as_deref().unwrap_or(word);
    let mut spelled = String::with_capacity(word.len());
    if word.is_ascii() {
        spelled.push_str(word);
    } else {
        let apart = DecomposingNormalizerBorrowed::new_nfd();
        for letter in word.chars() {
            if let Some(sound) = of_letter(letter) {
                spelled.push_str(sound);
            } else {
                // Latin letters with signs about them are those letters.
                let plain = apart.normalize(letter.encode_utf8(&mut [0; 4])).into_owned();
                spelled.extend(plain.chars().filter(|one| one.is_alphanumeric()));
            }
        }
    }
    let mut sound = String::with_capacity(spelled.len());
    let mut rest = spelled.as_str();
    'next: while let Some(letter) = rest.chars().next() {
        for (spelling, short) in SPELLINGS {
            if let Some(behind) = rest.strip_prefix(spelling) {
                push(&mut sound, short);
                rest = behind;
                continue 'next;
            }
        }
        let one = &rest[..letter.len_utf8()];
        if !['-', '.'].contains(&letter) {
            push(&mut sound, one);
        }
        rest = &rest[letter.len_utf8()..];
    }
    sound
}

/// Doubled letters sound as one; digits stay.
fn push(sound: &mut String, letters: &str) {
    for letter in letters.chars() {
        let is_doubled = sound.ends_with(letter) && !letter.is_ascii_digit();
        // Of "ие" and "ye" the second letter is heard.
        if letter == 'e' && sound.ends_with('i') {
            sound.pop();
            if sound.ends_with('e') {
                continue;
            }
        }
        if !is_doubled {
            sound.push(letter);
        }
    }
}

/// What people write in Latin for one sound, the longest first.
const SPELLINGS: [(&str, &str); 15] = [
    ("shch", "sh"),
    ("sch", "sh"),
    ("zh", "j"),
    ("kh", "h"),
    ("gh", "g"),
    ("sh", "sh"),
    ("ch", "ch"),
    ("ts", "ts"),
    ("ck", "k"),
    ("w", "v"),
    ("q", "k"),
    ("x", "h"),
    ("y", "i"),
    ("c", "s"),
    ("'", ""),
];

const fn of_letter(letter: char) -> Option<&'static str> {
    Some(match letter {
        'а' | 'ә' => "a",
        'б' => "b",
        'в' => "v",
        'г' | 'ғ' => "g",
        'д' => "d",
        'е' | 'ё' | 'э' => "e",
        'ж' => "j",
        'з' => "z",
        'и' | 'і' | 'й' | 'ы' | 'ı' => "i",
        'к' | 'қ' => "k",
        'л' => "l",
        'м' => "m",
        'н' | 'ң' => "n",
        'о' | 'ө' => "o",
        'п' => "p",
        'р' => "r",
        'с' => "s",
        'т' => "t",
        'у' | 'ү' | 'ұ' => "u",
        'ф' => "f",
        'х' | 'һ' => "h",
        'ц' => "ts",
        'ч' | 'ç' => "ch",
        'ш' | 'щ' | 'ş' => "sh",
        'ъ' | 'ь' => "",
        'ю' => "iu",
        'я' => "ia",
        _ => return None,
    })
}

fn collator(locale: Locale) -> Option<CollatorBorrowed<'static>> {
    let mut preferences = CollatorPreferences::from(locale);
    // "2-топ" stands before "10-топ".
    preferences.numeric_ordering = Some(CollationNumericOrdering::True);
    Collator::try_new(preferences, CollatorOptions::default()).ok()
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
pub struct Words {
    sounds: Vec<memmem::Finder<'static>>,
    written: Vec<memmem::Finder<'static>>,
}

/// No search has more words.
const MOST: usize = 6;

/// The words of a search, as they sound.
pub fn sounds(query: &str) -> Vec<String> {
    let folded = folded(query);
    let words = pieces(&folded).map(sound).filter(|word| !word.is_empty());
    words.take(MOST).collect()
}

/// The words of a search, as they are written.
pub fn words(query: &str) -> Vec<String> {
    pieces(&folded(query)).take(MOST).map(str::to_owned).collect()
}

/// The pattern by which a database knows that a word stands in a column as it was typed.
pub fn written_pattern(word: &str) -> String {
    format!("%{MARK}%{word}%")
}

impl Words {
    pub fn of(query: &str) -> Self {
        let finder = |word: String| {
            let short = word.chars().count() < 3;
            memmem::Finder::new(&if short { format!(" {word}") } else { word }).into_owned()
        };
        Self {
            sounds: sounds(query).into_iter().map(finder).collect(),
            written: words(query).into_iter().map(finder).collect(),
        }
    }

    /// Whether nothing is searched for.
    pub fn are_none(&self) -> bool {
        self.sounds.is_empty()
    }

    /// Whether every word stands in a text as it is stored to search in.
    pub fn stand_in(&self, indexed: &str) -> bool {
        self.sounds.iter().all(|word| word.find(indexed.as_bytes()).is_some())
    }

    /// Whether every word stands in it as it was typed.
    pub fn stand_written_in(&self, indexed: &str) -> bool {
        let bytes = indexed.as_bytes();
        let from = memchr::memchr(MARK as u8, bytes).unwrap_or(0);
        self.written.iter().all(|word| word.find(&bytes[from..]).is_some())
    }

    /// Whether every word stands in a text as people wrote it. Where nothing is searched for, the text is not even made: to fold it
    /// is most of the work of a list.
    pub fn stand_in_text(&self, text: impl FnOnce() -> String) -> bool {
        self.are_none() || self.stand_in(&indexed(&text()))
    }
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
        let text = indexed("Есеп және аудит колледжі");
        for (query, found) in
            [("АУДИТ есеп", true), ("удит", true), ("ес", true), ("уд", false), ("есеп физика", false), ("", true)]
        {
            assert_eq!(Words::of(query).stand_in(&text), found, "{query}");
        }
    }

    #[test]
    fn what_keyboards_lack_is_found() {
        for (text, queries) in [
            ("Бағдарламалық қамтамасыз ету", &["Багдарламалык камтамасыз", "bagdarlamalyq", "Bağdarlamalyq"][..]),
            ("Есеп және аудит", &["Есеп жане аудит", "esep zhane audit", "ЕСЕП"]),
            ("Сарыарқа политехникалық колледжі", &["Сарыарка", "Saryarka", "Saryarqa", "сарыарка колледжи"]),
            ("Қазақ тілі", &["Казак тили", "kazak tili", "қазақ"]),
            ("4S06130103 әзірлеуші", &["4С06130103", "4s 06130103", "азирлеуши"]),
            ("35-06130100-2026-000001", &["35–06130100–2026–000001", "06130100", "35-0613", "000001"]),
            ("25ПО-11", &["25ПO-11", "25по11", "25по", "11", "25 по-11"]),
            ("Web-дизайнер", &["веб", "web", "веб-дизайн", "дизайнер"]),
            ("Әлиев Нұрлан", &["Алиев", "Aliyev Nurlan", "Aliev", "нурлан"]),
            ("Ермеков Дмитрий Сергеевич", &["Yermekov", "Dmitry", "Dmitriy", "Sergeevich", "ермеков"]),
            ("Жүнісова Юлия", &["Zhunisova", "Junisova", "Yuliya", "жунисова"]),
            ("Хасенов Шыңғыс", &["Khasenov", "Hasenov", "Shyngys", "Shingis"]),
            ("Ёлкин", &["елкин", "Ёлкин", "Elkin"]),
            ("Өмірбеков Һакім", &["омирбеков", "хаким"]),
            ("Цой Наталья", &["Tsoi", "Tsoy", "Наталя"]),
        ] {
            for query in queries {
                assert!(
                    Words::of(query).stand_in(&indexed(text)),
                    "{query} finds {text}: {:?} {}",
                    sounds(query),
                    indexed(text)
                );
            }
        }
        assert!(!Words::of("Сарыағаш").stand_in(&indexed("Сарыарқа")));
        assert!(!Words::of("4S06130104").stand_in(&indexed("4S06130103")));
    }

    #[test]
    fn what_is_written_so_is_known() {
        let (kazakh, russian) = (indexed("Қазақ тілі"), indexed("Казак тили"));
        for (query, exact, other) in [("қазақ", &kazakh, &russian), ("казак", &russian, &kazakh)] {
            let words = Words::of(query);
            assert!(words.stand_in(exact) && words.stand_in(other));
            assert!(words.stand_written_in(exact) && !words.stand_written_in(other), "{query}");
        }
        assert_eq!(indexed_of(&indexed("Қазақ тілі")), indexed("Қазақ тілі"), "made anew it is the same");
    }

    #[test]
    fn kazakh_sorts_by_its_own_alphabet() {
        let mut letters: Vec<&str> = "яьіыһұүуңөқиғгәа".split("").filter(|letter| !letter.is_empty()).collect();
        letters.sort_by_key(|letter| sort_key(Lang::Kk, letter));
        assert_eq!(letters.concat(), "аәгғиқңөуұүһыіья");
    }

    #[test]
    fn names_sort_as_people_read_them_and_numbers_by_value() {
        let sorted = [
            "Әбдіров Нұрлан",
            "Ежов Егор",
            "Ёлкин Ефим",
            "Жуков Жан",
            "Кәрімов Кәрім",
            "Қанатов Қайрат",
            "Оспанов Олжас",
            "Өмірбеков Өмір",
            "Уәлиев Уәли",
            "Ұлықбек Ұлан",
            "Һакимов Һаким",
            "Іліясов Ілияс",
            "Яковлев Ян",
        ];
        let mut names = sorted;
        names.reverse();
        names.sort_by_key(|name| sort_key(Lang::Kk, name));
        assert_eq!(names, sorted);
        let mut codes = ["25ПО-10", "25ПО-9", "25ПО-100", "5ПО-1"];
        codes.sort_by_key(|code| sort_key(Lang::Kk, code));
        assert_eq!(codes, ["5ПО-1", "25ПО-9", "25ПО-10", "25ПО-100"]);
    }
}
