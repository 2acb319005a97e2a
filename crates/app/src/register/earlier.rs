//! Entries that no case brought, read from a table of people: the register of 2022, a pilot programme (2.11) in a form. A row is
//! taken, taken with a note of what is odd about it, or refused with the reason.

use std::collections::{HashMap, HashSet};
use std::sync::{LazyLock, RwLock};

use chrono::NaiveDate;
use sheber_exchange::table::Table;
use sheber_kernel::{AcademicYear, Lang, LocalName, QualificationCode, QualificationLevel, SpecialtyCode};
use sheber_norms::programme::{EntryBase, Form, Level};

use super::entries::{NewEntry, Origin};
use crate::platform::search::folded;

/// The fields of a row, by the first heading of each: that of our own files.
pub const FIELDS: [&str; 16] = [
    "number",
    "bin",
    "college",
    "specialty",
    "name_kk",
    "name_ru",
    "qualifications",
    "level",
    "language",
    "entry_base",
    "form",
    "intake",
    "included_on",
    "valid_to",
    "state",
    "ended_on",
];

/// Headings of files that circulate, folded, with the field each stands for.
const OTHERS: [(&str, &str); 37] = [
    ("тіркеу нөмірі", "number"),
    ("тіркеу номері", "number"),
    ("регистрационный номер", "number"),
    ("номер", "number"),
    ("нөмірі", "number"),
    ("college_bin", "bin"),
    ("бсн", "bin"),
    ("бин", "bin"),
    ("college_kk", "college"),
    ("колледж", "college"),
    ("білім беру ұйымы", "college"),
    ("организация образования", "college"),
    ("specialty_code", "specialty"),
    ("мамандық коды", "specialty"),
    ("мамандық", "specialty"),
    ("код специальности", "specialty"),
    ("специальность", "specialty"),
    ("мамандық атауы", "name_kk"),
    ("наименование специальности", "name_ru"),
    ("біліктілік", "qualifications"),
    ("біліктіліктер", "qualifications"),
    ("квалификация", "qualifications"),
    ("квалификации", "qualifications"),
    ("деңгейі", "level"),
    ("уровень", "level"),
    ("оқыту тілі", "language"),
    ("язык обучения", "language"),
    ("енгізілген күні", "included_on"),
    ("дата включения", "included_on"),
    ("жарамдылық мерзімі", "valid_to"),
    ("срок действия", "valid_to"),
    ("күйі", "state"),
    ("состояние", "state"),
    ("шығарылған күні", "ended_on"),
    ("дата исключения", "ended_on"),
    ("дата исключения из реестра", "ended_on"),
    ("действует до", "valid_to"),
];

/// What is odd about a row: the key of a message, and what was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Anomaly {
    pub key: &'static str,
    pub found: String,
    /// The row is not taken.
    pub refuses: bool,
}

/// A row as it was read.
#[derive(Clone, Debug)]
pub struct Line {
    /// As people count, the headings being the first.
    pub row: usize,
    pub number: String,
    pub college: String,
    pub specialty: String,
    pub anomalies: Vec<Anomaly>,
    /// What it becomes; `None` where it is refused.
    pub entry: Option<NewEntry>,
}

/// A college that an entry can belong to.
#[derive(Clone, Debug)]
pub struct College {
    pub id: i64,
    pub bin: String,
    pub name: LocalName,
    pub region: String,
}

/// What rows are compared with.
#[derive(Debug, Default)]
pub struct Known {
    pub(super) colleges: Vec<College>,
    /// The places of the colleges by BIN, and by name as it is searched.
    pub(super) bins: HashMap<String, usize>,
    pub(super) names: HashMap<String, Vec<usize>>,
    /// Names by code.
    pub specialties: HashMap<String, LocalName>,
    /// Registration numbers that are taken.
    pub numbers: HashSet<String>,
    /// What included entries are about, as [`likeness`] says it.
    pub alike: HashSet<String>,
    pub today: NaiveDate,
    /// Where a number is missing, the next one of the year is drawn later.
    pub draws: bool,
}

impl Known {
    /// The colleges, to be found by BIN and by name.
    pub fn of(colleges: Vec<College>) -> Self {
        let mut known = Self::default();
        for (at, college) in colleges.iter().enumerate() {
            known.bins.insert(college.bin.clone(), at);
            for name in HashSet::from([folded(&college.name.kk), folded(&college.name.ru)]) {
                known.names.entry(name).or_default().push(at);
            }
        }
        known.colleges = colleges;
        known
    }

    pub fn region(&self, college: i64) -> Option<&str> {
        let college = self.colleges.iter().find(|one| one.id == college)?;
        Some(college.region.as_str()).filter(|region| !region.is_empty())
    }
}

/// What two entries of the same programme have in common.
pub fn likeness(college: i64, specialty: &str, level: &str, language: &str, intake: &str) -> String {
    format!("{college} {specialty} {level} {language} {intake}")
}

/// The headings that nothing is read from.
pub fn unread(table: &Table) -> Vec<&str> {
    table
        .headings
        .iter()
        .map(String::as_str)
        .filter(|heading| !heading.is_empty() && field(heading).is_none())
        .collect()
}

/// The year and serial of a number in the register's own form, `35-06130100-2024-000123`.
pub fn own_form(number: &str) -> Option<(i32, i64)> {
    let mut parts = number.split('-');
    let (region, specialty, year, serial) = (parts.next()?, parts.next()?, parts.next()?, parts.next()?);
    let is = |part: &str, digits: usize| part.len() == digits && part.bytes().all(|byte| byte.is_ascii_digit());
    let whole = is(region, 2) && is(specialty, 8) && is(year, 4) && is(serial, 6) && parts.next().is_none();
    if whole { Some((year.parse().ok()?, serial.parse().ok()?)) } else { None }
}

/// Reads a table; the key of a message where it is no list of entries at all.
pub fn read(table: &Table, known: &Known, origin: Origin) -> Result<Vec<Line>, &'static str> {
    let columns: Vec<Option<&str>> = table.headings.iter().map(|heading| field(heading)).collect();
    for needed in ["specialty", "included_on"] {
        if !columns.contains(&Some(needed)) {
            return Err("earlier-no-columns");
        }
    }
    if !columns.contains(&Some("bin")) && !columns.contains(&Some("college")) {
        return Err("earlier-no-columns");
    }
    let fields: Vec<&str> = columns.iter().flatten().copied().collect();
    if fields.iter().collect::<HashSet<_>>().len() < fields.len() {
        return Err("earlier-two-columns");
    }
    let mut seen = Seen::default();
    Ok(table
        .places
        .iter()
        .zip(&table.rows)
        .map(|(place, cells)| {
            let texts: HashMap<&str, &str> = columns
                .iter()
                .zip(cells)
                .filter_map(|(column, text)| Some(((*column)?, text.trim())))
                .filter(|(_, text)| !text.is_empty())
                .collect();
            Reading { texts, known, anomalies: Vec::new() }.line(*place, &mut seen, origin)
        })
        .collect())
}

fn field(heading: &str) -> Option<&'static str> {
    let heading = folded(heading);
    let own = FIELDS.iter().find(|field| **field == heading).copied();
    own.or_else(|| OTHERS.iter().find(|(other, _)| *other == heading).map(|(_, field)| *field))
}

/// What earlier rows of the same file hold.
#[derive(Default)]
struct Seen {
    numbers: HashSet<String>,
    likenesses: HashSet<String>,
}

struct Reading<'a> {
    texts: HashMap<&'a str, &'a str>,
    known: &'a Known,
    anomalies: Vec<Anomaly>,
}

impl Reading<'_> {
    fn text(&self, field: &str) -> &str {
        self.texts.get(field).copied().unwrap_or_default()
    }

    fn note(&mut self, key: &'static str, found: impl Into<String>) {
        self.anomalies.push(Anomaly { key, found: found.into(), refuses: false });
    }

    fn refuse<T>(&mut self, key: &'static str, found: impl Into<String>) -> Option<T> {
        self.anomalies.push(Anomaly { key, found: found.into(), refuses: true });
        None
    }

    fn line(mut self, row: usize, seen: &mut Seen, origin: Origin) -> Line {
        let entry = self.entry(seen, origin);
        let refused = self.anomalies.iter().any(|anomaly| anomaly.refuses);
        let college = if self.text("college").is_empty() { self.text("bin") } else { self.text("college") };
        Line {
            row,
            number: self.text("number").to_owned(),
            college: college.to_owned(),
            specialty: self.text("specialty").to_owned(),
            entry: entry.filter(|_| !refused),
            anomalies: self.anomalies,
        }
    }

    /// Every field is looked at, so that all that is wrong with a row is said at once.
    fn entry(&mut self, seen: &mut Seen, origin: Origin) -> Option<NewEntry> {
        let number = self.number(seen);
        let college = self.college();
        let specialty = self.specialty();
        let qualifications = self.qualifications(specialty);
        let level = self.level(&qualifications);
        let language = self.word("language", &["kk", "ru"], "language", "earlier-language");
        let entry_base =
            self.word("entry_base", &words(EntryBase::ALL, EntryBase::word), "entry", "earlier-entry-base");
        let form = self.word("form", &words(Form::ALL, Form::word), "form", "earlier-form");
        let intake = self.intake();
        let days = self.days();
        let (number, college, specialty, level) = (number?, college?, specialty?, level?);
        let (included_on, valid_to, excluded_on) = days?;
        let likeness = likeness(college.id, &specialty.to_string(), level.word(), &language, &intake);
        if excluded_on.is_none() && self.known.alike.contains(&likeness) {
            self.note("earlier-alike", "");
        }
        if !seen.likenesses.insert(format!("{likeness} {included_on}")) {
            self.note("earlier-double", "");
        }
        Some(NewEntry {
            number,
            case_id: None,
            programme: None,
            hash: String::new(),
            college_id: college.id,
            name: self.name(specialty),
            college: college.name,
            specialty,
            qualifications,
            words: Vec::new(),
            level,
            language,
            entry_base,
            form,
            intake,
            included_on,
            valid_to,
            excluded_on,
            origin: Some(origin),
        })
    }

    fn number(&mut self, seen: &mut Seen) -> Option<String> {
        let number = self.text("number").to_owned();
        let is_address = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '-' | '.' | '_');
        if number.is_empty() {
            return if self.known.draws { Some(number) } else { self.refuse("earlier-no-number", "") };
        }
        let has_letter = number.chars().any(|letter| letter.is_ascii_alphanumeric());
        if number.len() > 60 || !has_letter || !number.chars().all(is_address) {
            return self.refuse("earlier-number", number);
        }
        // Numbers of this year are drawn: one that is typed would meet the one that is drawn later.
        if own_form(&number).is_some_and(|(year, _)| year >= chrono::Datelike::year(&self.known.today)) {
            return self.refuse("earlier-own-number", number);
        }
        if self.known.numbers.contains(&number) {
            return self.refuse("earlier-known", number);
        }
        if !seen.numbers.insert(number.clone()) {
            return self.refuse("earlier-twice", number);
        }
        Some(number)
    }

    /// Digits as they were meant: spreadsheets take the zeros at the beginning of a number away.
    fn digits(&mut self, text: &str, length: usize) -> String {
        let is_short = text.len() < length && text.len() + 2 >= length;
        if !is_short || !text.bytes().all(|byte| byte.is_ascii_digit()) {
            return text.to_owned();
        }
        let whole = format!("{text:0>length$}");
        self.note("earlier-padded", whole.clone());
        whole
    }

    fn college(&mut self) -> Option<College> {
        let (bin, name) = (self.text("bin").to_owned(), self.text("college").to_owned());
        let wanted = folded(&name);
        if !bin.is_empty() {
            let bin = self.digits(&bin, 12);
            let Some(found) = self.known.bins.get(&bin).map(|at| self.known.colleges[*at].clone()) else {
                return self.refuse("earlier-no-college", bin);
            };
            let is_named = folded(&found.name.kk) == wanted || folded(&found.name.ru) == wanted;
            if !name.is_empty() && !is_named {
                self.note("earlier-other-name", name);
            }
            return Some(found);
        }
        match self.known.names.get(&wanted).map(Vec::as_slice) {
            Some([at]) => Some(self.known.colleges[*at].clone()),
            Some(_) => self.refuse("earlier-many-colleges", name),
            None => self.refuse("earlier-no-college", name),
        }
    }

    fn specialty(&mut self) -> Option<SpecialtyCode> {
        let text = self.text("specialty").to_owned();
        // "06130100 – Software": the code comes first.
        let code = self.digits(text.split_whitespace().next().unwrap_or_default(), 8);
        let Ok(code) = code.parse::<SpecialtyCode>() else { return self.refuse("earlier-specialty", text) };
        if !self.known.specialties.contains_key(&code.to_string()) {
            self.note("earlier-unknown-specialty", code.to_string());
        }
        Some(code)
    }

    /// As the file has it, else as the classifier has it; a name that differs is noted.
    fn name(&mut self, specialty: SpecialtyCode) -> LocalName {
        let listed = self.known.specialties.get(&specialty.to_string()).cloned();
        let (kk, ru) = (self.text("name_kk").to_owned(), self.text("name_ru").to_owned());
        let Some(listed) = listed else { return LocalName::new(kk, ru) };
        let differs = |own: &str, listed: &str| !own.is_empty() && !listed.is_empty() && folded(own) != folded(listed);
        if differs(&kk, &listed.kk) || differs(&ru, &listed.ru) {
            self.note("earlier-other-specialty", if ru.is_empty() { kk.clone() } else { ru.clone() });
        }
        LocalName::new(if kk.is_empty() { listed.kk } else { kk }, if ru.is_empty() { listed.ru } else { ru })
    }

    fn qualifications(&mut self, specialty: Option<SpecialtyCode>) -> Vec<QualificationCode> {
        let text = self.text("qualifications").to_owned();
        let mut codes = Vec::new();
        for word in text.split([',', ';', ' ', '\n']).filter(|word| !word.is_empty()) {
            match word.parse::<QualificationCode>() {
                Ok(code) => {
                    if specialty.is_some_and(|specialty| !code.belongs_to(specialty)) {
                        self.note("earlier-qualification-of-other", word);
                    }
                    codes.push(code);
                }
                // Names beside the codes are no codes.
                Err(_) if word.starts_with(|letter: char| letter.is_ascii_digit()) => {
                    self.note("earlier-qualification", word);
                }
                Err(_) => {}
            }
        }
        if codes.is_empty() && !text.is_empty() && !self.anomalies.iter().any(|one| one.key == "earlier-qualification")
        {
            self.note("earlier-qualification", text);
        }
        codes
    }

    fn level(&mut self, qualifications: &[QualificationCode]) -> Option<Level> {
        let of = |level| match level {
            QualificationLevel::Worker => Level::Worker,
            QualificationLevel::MidLevel => Level::MidLevel,
            QualificationLevel::AppliedBachelor => Level::AppliedBachelor,
        };
        let highest = qualifications.iter().map(|code| code.level()).max().map(of);
        let written = self.word("level", &words(Level::ALL, Level::word), "level", "earlier-level");
        match (written.parse::<Level>().ok(), highest) {
            (Some(level), Some(highest)) if level != highest => {
                self.note("earlier-other-level", written);
                Some(level)
            }
            (Some(level), _) | (None, Some(level)) => Some(level),
            (None, None) => self.refuse("earlier-no-level", ""),
        }
    }

    /// A word out of a list, as the word itself or as it is called in any language; noted where it is neither.
    fn word(&mut self, field: &str, list: &[&str], prefix: &str, key: &'static str) -> String {
        let text = folded(self.text(field));
        if text.is_empty() {
            return String::new();
        }
        let is_called = |word: &&&str| called(prefix, word).contains(&text);
        let found = list.iter().find(|word| **word == text).or_else(|| list.iter().find(is_called));
        if found.is_none() {
            let written = self.text(field).to_owned();
            self.note(key, written);
        }
        found.copied().unwrap_or_default().to_owned()
    }

    fn intake(&mut self) -> String {
        let text = self.text("intake").to_owned();
        if let Ok(year) = text.parse::<AcademicYear>() {
            return year.to_string();
        }
        if !text.is_empty() {
            self.note("earlier-intake", text);
        }
        String::new()
    }

    fn day(&mut self, field: &str) -> Option<NaiveDate> {
        let text = self.text(field).to_owned();
        if text.is_empty() {
            return None;
        }
        let turned = || {
            let mut parts = text.splitn(3, '.');
            let (day, month, year) = (parts.next()?, parts.next()?, parts.next()?);
            sheber_norms::parse_date(&format!("{:0>4}-{month:0>2}-{day:0>2}", year.get(..4)?)).ok()
        };
        let found = sheber_norms::parse_date(text.get(..10).unwrap_or(&text)).ok().or_else(turned);
        if found.is_none() { self.refuse("earlier-date", text) } else { found }
    }

    /// The days of inclusion, of the validity's end, and of exclusion.
    fn days(&mut self) -> Option<(NaiveDate, Option<NaiveDate>, Option<NaiveDate>)> {
        let (on, valid_to, ended) = (self.day("included_on"), self.day("valid_to"), self.day("ended_on"));
        let on = match on {
            Some(on) => on,
            None if self.text("included_on").is_empty() => return self.refuse("earlier-no-date", ""),
            None => return None,
        };
        if on > self.known.today {
            return self.refuse("earlier-future", on.to_string());
        }
        if valid_to.is_some_and(|last| last < on) || ended.is_some_and(|ended| ended < on) {
            return self.refuse("earlier-order", on.to_string());
        }
        if let Some(last) = valid_to.filter(|last| *last < self.known.today) {
            self.note("earlier-over", last.to_string());
        }
        let state = folded(self.text("state"));
        let says = |word: &str| state == word || called("register-state", word).contains(&state);
        if state.is_empty() || says("excluded") {
            return match ended {
                None if state.is_empty() => Some((on, valid_to, None)),
                None => self.refuse("earlier-no-end", ""),
                Some(ended) => Some((on, valid_to, Some(ended))),
            };
        }
        if says("included") {
            // A day of exclusion and "included" cannot both be right.
            return match ended {
                None => Some((on, valid_to, None)),
                Some(ended) => self.refuse("earlier-two-states", ended.to_string()),
            };
        }
        if says("expired") {
            return match valid_to.or(ended) {
                Some(last) if last < self.known.today => Some((on, Some(last), None)),
                _ => self.refuse("earlier-no-end", ""),
            };
        }
        let written = self.text("state").to_owned();
        self.refuse("earlier-state", written)
    }
}

/// What a word is called in each language, as it is searched.
fn called(prefix: &str, word: &str) -> Vec<String> {
    static CALLED: LazyLock<RwLock<HashMap<String, Vec<String>>>> = LazyLock::new(RwLock::default);
    let key = format!("{prefix}-{word}");
    if let Some(known) = CALLED.read().ok().and_then(|known| known.get(&key).cloned()) {
        return known;
    }
    let names: Vec<String> =
        Lang::ALL.iter().filter_map(|lang| sheber_messages::try_text(*lang, &key)).map(|name| folded(&name)).collect();
    if let Ok(mut known) = CALLED.write() {
        known.insert(key, names.clone());
    }
    names
}

fn words<T: Copy>(all: &[T], word: fn(T) -> &'static str) -> Vec<&'static str> {
    all.iter().map(|one| word(*one)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn known() -> Known {
        let college = |id, bin: &str, kk: &str| College {
            id,
            bin: bin.to_owned(),
            name: LocalName::new(kk, format!("{kk} (ru)")),
            region: "35".to_owned(),
        };
        Known {
            specialties: [(
                "06130100".to_owned(),
                LocalName::new("Бағдарламалық қамтамасыз ету", "Программное обеспечение"),
            )]
            .into(),
            numbers: ["A-1".to_owned()].into(),
            alike: [likeness(1, "06130100", "applied_bachelor", "ru", "")].into(),
            today: "2024-02-01".parse().unwrap(),
            draws: false,
            ..Known::of(vec![
                college(1, "990140000126", "Политехникалық колледж"),
                college(2, "990140000225", "Аграрлық колледж"),
                college(3, "060340001234", "Аграрлық колледж"),
            ])
        }
    }

    const HEAD: &str = "Регистрационный номер;БИН;Колледж;Код специальности;Наименование специальности;Квалификация;Уровень;Язык обучения;Дата включения;Срок действия;Состояние;ended_on";

    fn one(row: &str) -> Line {
        let table = sheber_exchange::table::read(format!("{HEAD}\n{row}\n").as_bytes()).unwrap();
        read(&table, &known(), Origin::Earlier).unwrap().remove(0)
    }

    /// What a row is taken or refused with.
    #[test]
    fn every_oddity_is_named() {
        let bin = "990140000126";
        for (row, keys, taken) in [
            (format!("B-1;{bin};;06130100;;4S06130103;;казахский;12.09.2022;;;"), &[][..], true),
            (
                format!(
                    "B-1;{bin};Политехникалық колледж;06130100;Программное обеспечение;;орта буын маманы;ru;2022-09-12;2025-09-12;included;"
                ),
                &[],
                true,
            ),
            (format!(";{bin};;06130100;;4S06130103;;;2022-09-12;;;"), &["earlier-no-number"], false),
            (format!("№ 5/7;{bin};;06130100;;4S06130103;;;2022-09-12;;;"), &["earlier-number"], false),
            (format!("A-1;{bin};;06130100;;4S06130103;;;2022-09-12;;;"), &["earlier-known"], false),
            ("B-1;990140000999;;06130100;;4S06130103;;;2022-09-12;;;".to_owned(), &["earlier-no-college"], false),
            (
                "B-1;;Аграрлық колледж;06130100;;4S06130103;;;2022-09-12;;;".to_owned(),
                &["earlier-many-colleges"],
                false,
            ),
            ("B-1;;политехникалық  КОЛЛЕДЖ (RU);06130100;;4S06130103;;;2022-09-12;;;".to_owned(), &[], true),
            (format!("B-1;{bin};Басқа колледж;06130100;;4S06130103;;;2022-09-12;;;"), &["earlier-other-name"], true),
            (format!("B-1;{bin};;613;;4S06130103;;;2022-09-12;;;"), &["earlier-specialty"], false),
            (format!("B-1;{bin};;07150100;Машины;4S07150101;;;2022-09-12;;;"), &["earlier-unknown-specialty"], true),
            (format!("B-1;{bin};;06130100;Другое имя;4S06130103;;;2022-09-12;;;"), &["earlier-other-specialty"], true),
            (format!("B-1;{bin};;06130100;;4S07150101;;;2022-09-12;;;"), &["earlier-qualification-of-other"], true),
            (format!("B-1;{bin};;06130100;;061301;mid_level;;2022-09-12;;;"), &["earlier-qualification"], true),
            (format!("B-1;{bin};;06130100;;;;;2022-09-12;;;"), &["earlier-no-level"], false),
            (format!("B-1;{bin};;06130100;;3W06130101;mid_level;;2022-09-12;;;"), &["earlier-other-level"], true),
            (format!("B-1;{bin};;06130100;;4S06130103;;немецкий;2022-09-12;;;"), &["earlier-language"], true),
            (format!("B-1;{bin};;06130100;;4S06130103;;;;;;"), &["earlier-no-date"], false),
            (format!("B-1;{bin};;06130100;;4S06130103;;;осенью;;;"), &["earlier-date"], false),
            (format!("B-1;{bin};;06130100;;4S06130103;;;2024-02-02;;;"), &["earlier-future"], false),
            (format!("B-1;{bin};;06130100;;4S06130103;;;2022-09-12;2022-09-11;;"), &["earlier-order"], false),
            (format!("B-1;{bin};;06130100;;4S06130103;;;2022-09-12;2024-01-31;;"), &["earlier-over"], true),
            (format!("B-1;{bin};;06130100;;4S06130103;;;2022-09-12;;исключена?;"), &["earlier-state"], false),
            (format!("B-1;{bin};;06130100;;4S06130103;;;2022-09-12;;excluded;"), &["earlier-no-end"], false),
            (format!("B-1;{bin};;06130100;;4S06130103;;;2022-09-12;;excluded;2023-05-01"), &[], true),
            (format!("B-1;{bin};;6130100;;4S06130103;;;2022-09-12;;;"), &["earlier-padded"], true),
            ("B-1;60340001234;;06130100;;4S06130103;;;2022-09-12;;;".to_owned(), &["earlier-padded"], true),
            (
                format!("B-1;{bin};;06130100;;Техник-программист;mid_level;;2022-09-12;;;"),
                &["earlier-qualification"],
                true,
            ),
            (format!("..;{bin};;06130100;;4S06130103;;;2022-09-12;;;"), &["earlier-number"], false),
            (
                format!("35-06130100-2024-000007;{bin};;06130100;;4S06130103;;;2022-09-12;;;"),
                &["earlier-own-number"],
                false,
            ),
            (format!("35-06130100-2023-000007;{bin};;06130100;;4S06130103;;;2022-09-12;;;"), &[], true),
            (format!("B-1;{bin};;06130100;;5AB06130105;;ru;2022-09-12;;;"), &["earlier-alike"], true),
            (format!("B-1;{bin};;06130100;;4S06130103;;;2022-09-12;;;2023-05-01"), &[], true),
            (
                format!("B-1;{bin};;06130100;;4S06130103;;;2022-09-12;;included;2023-05-01"),
                &["earlier-two-states"],
                false,
            ),
            (format!("B-1;{bin};;06130100;;4S06130103;;;2022-09-12;;expired;"), &["earlier-no-end"], false),
            (format!("B-1;{bin};;06130100;;4S06130103;;;2022-09-12;;мерзімі өтті;2023-09-12"), &[], true),
            (
                "x y;1;;613;;;;;осенью;;;".to_owned(),
                &["earlier-number", "earlier-no-college", "earlier-specialty", "earlier-no-level", "earlier-date"],
                false,
            ),
        ] {
            let line = one(&row);
            let found: Vec<&str> = line.anomalies.iter().map(|anomaly| anomaly.key).collect();
            assert_eq!(found, keys, "{row}");
            assert_eq!(line.entry.is_some(), taken, "{row}");
        }
    }

    #[test]
    fn rows_are_compared_with_one_another() {
        let row = "990140000126;;06130100;;4S06130103;;kk;2022-09-12;;;";
        let table =
            sheber_exchange::table::read(format!("{HEAD}\nB-1;{row}\nB-1;{row}\nB-2;{row}\n").as_bytes()).unwrap();
        let lines = read(&table, &known(), Origin::Earlier).unwrap();
        let keys = |at: usize| lines[at].anomalies.iter().map(|anomaly| anomaly.key).collect::<Vec<_>>();
        assert_eq!((keys(0), keys(1), keys(2)), (vec![], vec!["earlier-twice"], vec!["earlier-double"]));
        assert_eq!(lines[2].row, 4);
        let entry = lines[0].entry.as_ref().unwrap();
        assert_eq!(
            (entry.name.kk.as_str(), entry.level, entry.language.as_str()),
            ("Бағдарламалық қамтамасыз ету", Level::MidLevel, "kk")
        );
    }

    #[test]
    fn what_has_ended_is_not_made_valid_again() {
        let entry =
            |row: &str| one(&format!("B-1;990140000126;;06130100;;4S06130103;;;2022-09-12;{row}")).entry.unwrap();
        let day = |text: &str| Some(text.parse().unwrap());
        assert_eq!(entry(";;2023-05-01").excluded_on, day("2023-05-01"), "a day of exclusion says it");
        let expired = entry(";мерзімі өтті;2023-09-12");
        assert_eq!((expired.excluded_on, expired.valid_to), (None, day("2023-09-12")));
    }

    #[test]
    fn two_columns_of_one_field_and_headings_that_nobody_reads_are_told() {
        let head = "Номер;Регистрационный номер;БИН;specialty;included_on\n1;B;1;2;3\n";
        let table = sheber_exchange::table::read(head.as_bytes()).unwrap();
        assert_eq!(read(&table, &known(), Origin::Earlier).err(), Some("earlier-two-columns"));
        let head = "number;bin;specialty;included_on;Примечание\n1;2;3;4;5\n";
        assert_eq!(unread(&sheber_exchange::table::read(head.as_bytes()).unwrap()), ["Примечание"]);
        for (number, own) in
            [("35-06130100-2024-000123", Some((2024, 123))), ("35-06130100-2024-123", None), ("B-1", None)]
        {
            assert_eq!(own_form(number), own, "{number}");
        }
    }

    #[test]
    fn another_table_is_told_at_once() {
        let table = sheber_exchange::table::read("a;b\n1;2\n".as_bytes()).unwrap();
        assert_eq!(read(&table, &known(), Origin::Earlier).err(), Some("earlier-no-columns"));
    }
}
