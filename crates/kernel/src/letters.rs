//! Letters as keyboards and programs leave them: spaces and dashes of every kind, and letters of the other alphabet that look alike.

use std::borrow::Cow;

/// Capital letters that look alike: Latin, Cyrillic.
const ALIKE: [(char, char); 26] = [
    ('A', 'А'),
    ('B', 'В'),
    ('C', 'С'),
    ('E', 'Е'),
    ('H', 'Н'),
    ('I', 'І'),
    ('J', 'Ј'),
    ('K', 'К'),
    ('M', 'М'),
    ('O', 'О'),
    ('P', 'Р'),
    ('S', 'Ѕ'),
    ('T', 'Т'),
    ('X', 'Х'),
    ('Y', 'У'),
    ('a', 'а'),
    ('c', 'с'),
    ('e', 'е'),
    ('h', 'һ'),
    ('i', 'і'),
    ('j', 'ј'),
    ('k', 'к'),
    ('o', 'о'),
    ('p', 'р'),
    ('x', 'х'),
    ('y', 'у'),
];

/// The Latin letter that a Cyrillic one looks like.
pub fn latin(letter: char) -> Option<char> {
    match letter {
        'ѕ' => Some('s'),
        _ => ALIKE.iter().find(|(_, cyrillic)| *cyrillic == letter).map(|(latin, _)| *latin),
    }
}

/// The Cyrillic letter that a Latin one looks like.
pub fn cyrillic(letter: char) -> Option<char> {
    ALIKE.iter().find(|(latin, _)| *latin == letter).map(|(_, cyrillic)| *cyrillic)
}

pub fn is_cyrillic(letter: char) -> bool {
    matches!(letter, '\u{400}'..='\u{52f}')
}

/// A dash of any length, a minus, a hyphen that keeps its line.
pub fn is_dash(letter: char) -> bool {
    matches!(letter, '-' | '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{ad}' | '\u{fe58}' | '\u{fe63}' | '\u{ff0d}')
}

/// What is drawn nowhere: marks of the order of bytes, joiners, directions.
fn is_unseen(letter: char) -> bool {
    matches!(letter, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}' | '\u{feff}')
}

/// A text with single spaces of one kind, trimmed, without what is drawn nowhere.
pub fn spaced(text: &str) -> Cow<'_, str> {
    let mut before = ' ';
    let is_plain = text.chars().all(|letter| {
        let fine = !is_unseen(letter) && (!letter.is_whitespace() || letter == ' ' && before != ' ');
        before = letter;
        fine
    });
    if is_plain && !text.ends_with(' ') {
        return Cow::Borrowed(text);
    }
    let seen: String = text.chars().filter(|letter| !is_unseen(*letter)).collect();
    Cow::Owned(seen.split_whitespace().collect::<Vec<_>>().join(" "))
}

/// Whatever is no space of any kind.
pub fn unspaced(text: &str) -> String {
    text.chars().filter(|letter| !letter.is_whitespace() && !is_unseen(*letter)).collect()
}

/// A word of one alphabet, where its letters of the other one all look alike; `None` where there is nothing to settle or no single
/// reading. A word of both is Cyrillic where all its Latin letters may be, else Latin where all its Cyrillic ones may be.
pub fn of_one_alphabet(word: &str) -> Option<String> {
    let has_latin = word.chars().any(|letter| letter.is_ascii_alphabetic());
    if !has_latin || !word.chars().any(is_cyrillic) {
        return None;
    }
    let all = |is_other: fn(char) -> bool, alike: fn(char) -> Option<char>| {
        word.chars()
            .map(|letter| if is_other(letter) { alike(letter) } else { Some(letter) })
            .collect::<Option<String>>()
    };
    all(|letter| letter.is_ascii_alphabetic(), cyrillic).or_else(|| all(is_cyrillic, latin))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spaces_are_of_one_kind() {
        for (text, plain) in [
            ("БМ\u{a0}01", "БМ 01"),
            ("  БМ  01\n", "БМ 01"),
            ("\u{feff}а\u{200b}б", "аб"),
            ("қазақ тілі", "қазақ тілі"),
            ("а ", "а"),
            ("", ""),
        ] {
            assert_eq!(spaced(text), plain);
        }
        assert!(matches!(spaced("қазақ тілі"), Cow::Borrowed(_)));
        assert_eq!(unspaced("1 2\u{a0}3\u{202f}4"), "1234");
    }

    #[test]
    fn a_word_is_of_one_alphabet_where_only_one_reading_fits() {
        for (word, read) in [
            ("25ПO-11", Some("25ПО-11")),
            ("25ПО-11", None),
            ("IT-21", None),
            ("4С0613", None),
            ("Web-дизайн", None),
            ("RС-11", Some("RC-11")),
            ("RФ-1", None),
        ] {
            assert_eq!(of_one_alphabet(word).as_deref(), read, "{word}");
        }
    }
}
