//! What the files of the guidance state, put together: later statements over earlier ones.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use sheber_kernel::{AcademicYear, Citation};

use super::data::{CitationData, DateData, DutyData, ItemData, SectionFile};
use super::section::{Section, key};
use crate::duties::{Duty, Rule};
use crate::indicators::{Indicator, IndicatorData};
use crate::item::{Item, NamedDays};
use crate::text::Words;

/// What is wrong with the edition's own data.
#[derive(Debug, thiserror::Error)]
pub enum EditionError {
    #[error("{file}: {source}")]
    Syntax { file: &'static str, source: toml::de::Error },
    #[error("item {id}: {what}")]
    Item { id: String, what: String },
}

/// What the files of the years up to one say, later statements over earlier ones.
#[derive(Default)]
pub(super) struct Statements {
    pub sections: Vec<Section>,
    pub items: BTreeMap<(u16, u16), Item>,
    /// With the last year each holds in.
    pub duties: Vec<(Duty, Option<AcademicYear>)>,
    pub indicators: Vec<Indicator>,
}

impl Statements {
    pub fn read(&mut self, start: u16, file: &'static str, text: &str) -> Result<(), EditionError> {
        let data: SectionFile = toml::from_str(text).map_err(|source| EditionError::Syntax { file, source })?;
        if let Some(title) = data.title {
            self.sections.push(Section { number: data.section.clone(), title });
        }
        for mut item in data.item {
            let id = item.id.clone();
            let wrong = |what: &str| EditionError::Item { id: id.clone(), what: what.to_owned() };
            let place = key(&item.id).ok_or_else(|| wrong("malformed id"))?;
            for duty in std::mem::take(&mut item.duty) {
                self.duty(&id, duty, &wrong)?;
            }
            for indicator in std::mem::take(&mut item.indicator) {
                self.indicator(&id, indicator, &wrong)?;
            }
            let stated = AcademicYear::starting(start);
            match self.items.entry(place) {
                Entry::Occupied(mut known) => {
                    supersede(known.get_mut(), item, stated);
                }
                Entry::Vacant(free) => {
                    item.valid = item.valid.or(data.valid);
                    item.checked = item.checked.or(data.checked);
                    free.insert(stated_item(item, &data.section, stated, &wrong)?);
                }
            }
        }
        Ok(())
    }

    fn duty(&mut self, item: &str, data: DutyData, wrong: Wrong<'_>) -> Result<(), EditionError> {
        let key = format!("{item}/{}", data.code);
        let rule = match data.rule {
            Some(rule) => {
                let assumed = rule.assumed;
                Some((Rule::try_from(rule).map_err(wrong)?, assumed))
            }
            None => None,
        };
        if let Some((known, until)) = self.duties.iter_mut().find(|(duty, _)| duty.key == key) {
            if let Some((rule, assumed)) = rule {
                (known.rule, known.assumed) = (rule, assumed);
            }
            known.title = data.title.unwrap_or_else(|| known.title.clone());
            known.evidence = data.evidence.unwrap_or_else(|| known.evidence.clone());
            known.remind = data.remind.unwrap_or_else(|| known.remind.clone());
            known.post = data.role.unwrap_or(known.post);
            known.plan = data.plan.or(known.plan);
            *until = data.until.or(*until);
            return Ok(());
        }
        let (rule, assumed) = rule.ok_or_else(|| wrong("a duty without a rule"))?;
        let duty = Duty {
            key,
            item: item.to_owned(),
            holder: data.who.ok_or_else(|| wrong("a duty of nobody"))?,
            post: data.role.ok_or_else(|| wrong("a duty without a post"))?,
            title: data.title.ok_or_else(|| wrong("a duty without a title"))?,
            rule,
            assumed,
            evidence: data.evidence.ok_or_else(|| wrong("a duty without evidence"))?,
            plan: data.plan,
            remind: data.remind.unwrap_or_default(),
        };
        self.duties.push((duty, data.until));
        Ok(())
    }

    fn indicator(&mut self, item: &str, data: IndicatorData, wrong: Wrong<'_>) -> Result<(), EditionError> {
        if let Some(known) = self.indicators.iter_mut().find(|known| known.code == data.code) {
            known.targets.extend(data.targets);
            return Ok(());
        }
        self.indicators.push(Indicator {
            per: data.per,
            code: data.code,
            item: item.to_owned(),
            unit: data.unit.ok_or_else(|| wrong("an indicator without a unit"))?,
            direction: data.direction.ok_or_else(|| wrong("an indicator without a direction"))?,
            numerator: data.numerator.ok_or_else(|| wrong("an indicator that counts nothing"))?,
            denominator: data.denominator,
            targets: data.targets,
        });
        Ok(())
    }
}

type Wrong<'a> = &'a dyn Fn(&str) -> EditionError;

fn citation(data: CitationData, section: &str) -> Citation {
    let CitationData { act, date, edition, article } = data;
    Citation { act, date, edition, article, section: section.to_owned() }
}

fn named(dates: Vec<DateData>) -> Vec<NamedDays> {
    dates.into_iter().map(|days| NamedDays { from: days.from, to: days.to, title: days.title }).collect()
}

/// An item as its first edition states it.
fn stated_item(data: ItemData, section: &str, stated: AcademicYear, wrong: Wrong<'_>) -> Result<Item, EditionError> {
    Ok(Item {
        section: section.to_owned(),
        kinds: data.kind.ok_or_else(|| wrong("no kind"))?,
        actors: data.actors.ok_or_else(|| wrong("no actors"))?,
        severity: data.severity,
        title: data.title.ok_or_else(|| wrong("no title"))?,
        about: data.about.ok_or_else(|| wrong("no explanation"))?,
        citation: citation(data.citation.ok_or_else(|| wrong("no citation"))?, section),
        also: data.also.unwrap_or_default().into_iter().map(|ground| citation(ground, section)).collect(),
        links: data.links.unwrap_or_default(),
        valid: data.valid.ok_or_else(|| wrong("no validity"))?,
        checked: data.checked.ok_or_else(|| wrong("no day of the last check"))?,
        carried_by: data.carried_by.unwrap_or_default(),
        limits: data.limits,
        parameters: data.parameters,
        dates: named(data.date),
        stated,
        id: data.id,
    })
}

/// Takes over what a later edition states.
fn supersede(item: &mut Item, data: ItemData, stated: AcademicYear) {
    let section = item.section.clone();
    let replace = |own: &mut Words, new: Option<Words>| {
        if let Some(new) = new {
            *own = new;
        }
    };
    replace(&mut item.title, data.title);
    replace(&mut item.about, data.about);
    item.kinds = data.kind.unwrap_or_else(|| std::mem::take(&mut item.kinds));
    item.actors = data.actors.unwrap_or_else(|| std::mem::take(&mut item.actors));
    item.carried_by = data.carried_by.unwrap_or_else(|| std::mem::take(&mut item.carried_by));
    item.links = data.links.unwrap_or_else(|| std::mem::take(&mut item.links));
    item.limits = data.limits.or_else(|| item.limits.take());
    item.severity = data.severity.or(item.severity);
    item.valid = data.valid.unwrap_or(item.valid);
    item.checked = data.checked.unwrap_or(item.checked);
    if let Some(ground) = data.citation {
        item.citation = citation(ground, &section);
    }
    if let Some(grounds) = data.also {
        item.also = grounds.into_iter().map(|ground| citation(ground, &section)).collect();
    }
    item.dates.extend(named(data.date));
    item.restate(data.parameters);
    item.stated = stated;
}
