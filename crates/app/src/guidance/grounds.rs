//! The legal grounds of an item, each with the page of its act.

use sheber_kernel::Lang;
use sheber_messages as messages;
use sheber_norms::acts;
use sheber_norms::item::Item;

use super::acts::address;

/// A ground with the page of its act.
pub struct Ground {
    pub text: String,
    pub link: Option<String>,
}

pub fn of(lang: Lang, item: &Item) -> Vec<Ground> {
    let citations = std::iter::once(&item.citation).chain(&item.also);
    let ground = |citation| Ground {
        text: messages::ground(lang, citation),
        link: acts::of(citation).map(|act| format!("/guidance/acts/{}", address(&act.key()))),
    };
    citations.map(ground).collect()
}

/// The kinds of an item in words.
pub fn kinds(lang: Lang, item: &Item) -> String {
    item.kinds.iter().map(|kind| messages::text(lang, &format!("kind-{kind}"))).collect::<Vec<_>>().join(", ")
}
