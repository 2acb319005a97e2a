//! In what one edition differs from another.

use sheber_kernel::Lang;
use sheber_messages as messages;
use sheber_norms::Edition;
use sheber_norms::duties::Duty;
use sheber_norms::item::{Item, Value};
use sheber_platform::ability::role;
use sheber_platform::house::House;

use super::wording::Teller;

/// One difference: what it is (the key of its words), before, after.
pub struct Difference {
    pub item: String,
    pub title: String,
    pub what: &'static str,
    pub before: String,
    pub after: String,
}

/// Two editions that are compared, in the reader's language.
struct Comparison<'a> {
    lang: Lang,
    teller: Teller<'a>,
    one: &'a Edition,
    other: &'a Edition,
}

/// Everything in which two editions differ.
pub fn of(house: &House, lang: Lang, one: &Edition, other: &Edition) -> Vec<Difference> {
    let teller = Teller { lang, house, regions: &|code| code.to_owned() };
    let comparison = Comparison { lang, teller, one, other };
    other.items().flat_map(|item| comparison.item(item)).collect()
}

impl Comparison<'_> {
    fn item(&self, item: &Item) -> Vec<Difference> {
        let (lang, one, other) = (self.lang, self.one, self.other);
        let mut list = Vec::new();
        let mut add = |what: &'static str, before: String, after: String| {
            if before != after {
                let title = item.title.get(lang).to_owned();
                list.push(Difference { item: item.id.clone(), title, what, before, after });
            }
        };
        let Some(known) = one.item(&item.id) else {
            add("changes-new", String::new(), item.title.get(lang).to_owned());
            return list;
        };
        let force = |item: &Item, year| {
            messages::text(lang, if item.valid.covers(year) { "changes-in-force" } else { "changes-not-in-force" })
        };
        add("changes-force", force(known, one.year), force(item, other.year));
        add("changes-title", known.title.get(lang).to_owned(), item.title.get(lang).to_owned());
        add("changes-about", known.about.get(lang).to_owned(), item.about.get(lang).to_owned());
        add("guidance-citation", messages::ground(lang, &known.citation), messages::ground(lang, &item.citation));
        add("changes-parameters", self.parameters(known), self.parameters(item));
        add("guidance-carried", known.carried_by.join(", "), item.carried_by.join(", "));
        add("changes-duties", self.duties(one, item), self.duties(other, item));
        for duty in other.duties().iter().filter(|duty| duty.item == item.id) {
            let Some(known) = one.duty(&duty.key) else { continue };
            if known.rule != duty.rule {
                add("changes-duty-rule", self.when(known, one), self.when(duty, other));
            }
            add("changes-duty-holder", self.who(known), self.who(duty));
        }
        add("changes-target", self.target(one, item), self.target(other, item));
        list
    }

    fn parameters(&self, item: &Item) -> String {
        let line = |(name, value): (&String, &Value)| {
            format!("{}: {}", self.teller.name(name), self.teller.value(name, value))
        };
        item.parameters.iter().map(line).collect::<Vec<_>>().join("; ")
    }

    fn duties(&self, edition: &Edition, item: &Item) -> String {
        let of_item = edition.duties().iter().filter(|duty| duty.item == item.id);
        of_item.map(|duty| duty.title.get(self.lang)).collect::<Vec<_>>().join("; ")
    }

    fn when(&self, duty: &Duty, edition: &Edition) -> String {
        format!("{}: {}", duty.title.get(self.lang), messages::rhythm(self.lang, &duty.rule, edition.year))
    }

    fn who(&self, duty: &Duty) -> String {
        let post = messages::text(self.lang, &format!("role-{}", role(duty.post)));
        let holder = messages::text(self.lang, &format!("duty-holder-{}", duty.holder));
        format!("{}: {holder}, {post}", duty.title.get(self.lang))
    }

    fn target(&self, edition: &Edition, item: &Item) -> String {
        let of_item = edition.indicators().iter().filter(|indicator| indicator.item == item.id);
        let targets = of_item.filter_map(|indicator| {
            let unit = messages::text(self.lang, &format!("indicator-unit-{}", indicator.unit));
            indicator.targets.range(..=edition.year).next_back().map(|(_, target)| format!("{target}{unit}"))
        });
        targets.collect::<Vec<_>>().join("; ")
    }
}
