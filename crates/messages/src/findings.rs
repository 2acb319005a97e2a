//! Findings in words: what is wrong, how to mend it, on what ground.

use sheber_kernel::{Citation, Lang};
use sheber_norms::{Finding, Unit, Value};

use crate::{date, number, tenge, text, text_with, try_text_with};

/// A measured or required value in the reader's form.
pub fn value(lang: Lang, value: &Value) -> String {
    match value {
        Value::Credits(_) | Value::Hours(_) | Value::Count(_) | Value::Percent(_) => number(lang, &value.to_string()),
        Value::CreditRange(from, to) => {
            let (from, to) = (number(lang, &from.to_string()), number(lang, &to.to_string()));
            text_with(lang, "value-range", &[("from", &from), ("to", &to)])
        }
        Value::Date(day) => date(lang, *day),
        Value::Year(_) | Value::Qualification(_) => value.to_string(),
        Value::Text(text) => match text.parse::<f64>() {
            Ok(_) => number(lang, text),
            Err(_) => text.clone(),
        },
        Value::Subject(subject) => text(lang, &format!("subject-{}", subject.word())),
        Value::EntryBase(base) => text(lang, &format!("entry-{}", base.word())),
        Value::Level(level) => text(lang, &format!("level-{}", level.word())),
        Value::Word(list, word) => text(lang, &format!("{list}-{word}")),
        Value::Money(tiyn) => tenge(lang, *tiyn),
        Value::Fact(true) => text(lang, "value-yes"),
        Value::Fact(false) => text(lang, "value-no"),
        Value::Unknown => text(lang, "value-unknown"),
    }
}

/// A value with its unit, as the finding's card shows it.
pub fn value_with_unit(lang: Lang, shown: &Value, unit: Unit) -> String {
    let words = value(lang, shown);
    let bare =
        matches!(unit, Unit::Date | Unit::None) || matches!(shown, Value::Fact(_) | Value::Unknown | Value::Date(_));
    if bare { words } else { format!("{words}\u{a0}{}", text(lang, &format!("unit-{}", unit.word()))) }
}

fn key(finding: &Finding) -> String {
    let item = finding.item.replace('.', "-");
    if finding.variant.is_empty() { format!("n-{item}") } else { format!("n-{item}-{}", finding.variant) }
}

fn worded(lang: Lang, finding: &Finding, key: &str) -> Option<String> {
    let about = finding.about.as_ref().map(|about| match about {
        // Codes stay as written, even where they look like numbers.
        Value::Text(code) => code.clone(),
        other => value(lang, other),
    });
    let (measured, required) = (value(lang, &finding.measured), value(lang, &finding.required));
    let about = about.as_deref().unwrap_or_default();
    try_text_with(lang, key, &[("measured", &measured), ("required", &required), ("about", about)])
}

/// What is wrong.
pub fn message(lang: Lang, finding: &Finding) -> String {
    let key = key(finding);
    worded(lang, finding, &key).unwrap_or(key)
}

/// How to mend it: by the finding, or for everything that the item finds alike.
pub fn mend(lang: Lang, finding: &Finding) -> String {
    let own = format!("{}-mend", key(finding));
    let of_item = || worded(lang, finding, &format!("n-{}-mend", finding.item.replace('.', "-")));
    worded(lang, finding, &own).or_else(of_item).unwrap_or(own)
}

/// The legal ground: act, number, date, edition, section of the guidance.
pub fn citation(lang: Lang, citation: &Citation) -> String {
    let mut words = ground(lang, citation);
    words.push_str(&text_with(lang, "citation-section", &[("section", &citation.section)]));
    words
}

/// The legal ground alone: act, edition, articles or points.
pub fn ground(lang: Lang, citation: &Citation) -> String {
    use sheber_norms::acts::{self, ActKind};
    let act = acts::of(citation);
    let dated = [("act", citation.act.as_str()), ("date", &date(lang, citation.date))];
    let kind = act.map(|act| act.kind);
    let mut words = match act {
        Some(act) if act.kind == ActKind::Guidance || act.undated => act.title.get(lang).to_owned(),
        Some(act) if act.named || act.kind == ActKind::Constitution => {
            text_with(lang, "citation-named", &[("title", act.title.get(lang)), ("date", &date(lang, citation.date))])
        }
        Some(act) if act.kind == ActKind::Code => {
            text_with(lang, "citation-code", &[("title", act.title.get(lang)), dated[0], dated[1]])
        }
        _ if kind == Some(ActKind::Law) => text_with(lang, "citation-law", &dated),
        _ if kind == Some(ActKind::Decree) => text_with(lang, "citation-decree", &dated),
        _ => text_with(lang, "citation", &dated),
    };
    let by_article = matches!(kind, Some(ActKind::Law | ActKind::Code | ActKind::Constitution));
    for place in citation.article.iter().flat_map(|places| places.split(';')).map(str::trim) {
        let (article, point) = place.split_once(", ").unwrap_or((place, ""));
        let (whole, part) = if by_article { ("article", "article-point") } else { ("point", "point-part") };
        words.push_str(&match point {
            "" => text_with(lang, &format!("citation-{whole}"), &[("article", article)]),
            point => text_with(lang, &format!("citation-{part}"), &[("article", article), ("point", point)]),
        });
    }
    if let Some(edition) = citation.edition {
        words.push_str(&text_with(lang, "citation-edition", &[("edition", &date(lang, edition))]));
    }
    words
}
