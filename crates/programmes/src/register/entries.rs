//! Entries of the register (тізілім жазбалары): written when a programme is included, marked when it is excluded or expires,
//! never taken away.

use chrono::NaiveDate;
use sea_orm::{ConnectionTrait, DbErr, FromQueryResult};
use sheber_kernel::{AcademicYear, Day, Lang, LocalName, QualificationCode, SpecialtyCode, words};
use sheber_norms::Programme;
use sheber_norms::programme::{EntryBase, Form, Language, Level};
use sheber_platform::change::Change;
use sheber_platform::database;
use sheber_platform::entry::{Entity, Entry as Record};
use sheber_platform::error::AppError;
use sheber_platform::shared::{Pool, Text};
use sheber_platform::{clock, params, search};

use super::seal::{EndedEntry, Seal};
use super::store::Case;
use super::workflow::State;

/// As the trail names it.
pub const ENTRY: Entity = Entity("entry");

words! {
    /// How an entry came into the register where no case brought it.
    Origin {
        /// пилоттық бағдарлама (2.11): taught before the procedure was there.
        Pilot = "pilot",
        /// бұрынғы тізілім: from the register of 2022.
        Earlier = "earlier",
    }
}

/// An entry; texts that many entries share stand in memory once.
#[derive(Clone, Debug, FromQueryResult)]
pub struct Entry {
    pub id: i64,
    pub number: String,
    pub case_id: Option<i64>,
    pub origin: Option<Origin>,
    pub programme_id: Option<i64>,
    pub version: Option<i64>,
    pub hash: Text,
    pub college_id: i64,
    pub college_kk: Text,
    pub college_ru: Text,
    /// The code of the college's region; empty where it has none.
    pub region: Text,
    pub specialty: Text,
    pub name_kk: Text,
    pub name_ru: Text,
    pub qualifications: Text,
    pub level: Level,
    /// What is not known of earlier entries is empty.
    pub language: Option<Language>,
    pub entry_base: Option<EntryBase>,
    pub form: Option<Form>,
    pub intake: Option<AcademicYear>,
    pub state: State,
    pub included_on: Day,
    pub valid_to: Option<Day>,
    pub ended_on: Option<Day>,
    pub grounds: Option<String>,
    pub search: Text,
}

impl Entry {
    pub fn name(&self, lang: Lang) -> &str {
        lang.pick(&self.name_kk, &self.name_ru)
    }

    pub fn names(&self) -> LocalName {
        LocalName::new(&*self.name_kk, &*self.name_ru)
    }

    pub fn college(&self, lang: Lang) -> &str {
        lang.pick(&self.college_kk, &self.college_ru)
    }

    pub fn colleges(&self) -> LocalName {
        LocalName::new(&*self.college_kk, &*self.college_ru)
    }

    /// Whether the last day of validity lies before a day.
    pub fn has_expired(&self, today: NaiveDate) -> bool {
        self.state == State::Included && self.valid_to.is_some_and(|last| last.0 < today)
    }

    /// What stands today: the last day of validity may have passed without anybody having done anything.
    pub fn state_on(&self, today: NaiveDate) -> State {
        if self.has_expired(today) { State::Expired } else { self.state }
    }

    /// What the certificate's signature is over.
    pub fn seal(&self) -> Seal {
        Seal::new(&self.number, &self.hash, self.included_on.0, self.valid_to.map(|day| day.0))
    }

    /// The ended entry, as it is published for checking without a network.
    pub fn ended(&self, today: NaiveDate) -> Option<EndedEntry> {
        let state = self.state_on(today);
        let on = self.ended_on.or(self.valid_to)?.0;
        (state != State::Included).then(|| EndedEntry { number: self.number.clone(), state, on })
    }

    /// The entry with what it has in common with others.
    pub fn shared(mut self, pool: &Pool) -> Self {
        for text in [
            &mut self.college_kk,
            &mut self.college_ru,
            &mut self.region,
            &mut self.specialty,
            &mut self.name_kk,
            &mut self.name_ru,
            &mut self.qualifications,
        ] {
            pool.text(text);
        }
        self
    }
}

/// The columns of an entry.
pub const ENTRIES: &str = "SELECT e.id, e.number, e.case_id, e.origin, e.programme_id, e.version, e.hash, e.college_id,
        o.name_kk AS college_kk, o.name_ru AS college_ru, COALESCE(o.region, '') AS region, e.specialty, e.name_kk, e.name_ru,
        e.qualifications, e.level, e.language, e.entry_base, e.form, e.intake, e.state, e.included_on, e.valid_to, e.ended_on,
        e.grounds, e.search || ' ' || COALESCE(o.bin, '') AS search
     FROM register_entry e JOIN organisation o ON o.id = e.college_id";

/// Whether any certificate was issued: without the key that signed it, it would look forged.
pub async fn are_issued(db: &impl ConnectionTrait) -> Result<bool, DbErr> {
    let issued = "SELECT COUNT(*) FROM (SELECT 1 FROM register_entry LIMIT 1) AS issued";
    Ok(database::number(db, issued, params![]).await? > 0)
}

pub async fn by_number(db: &impl ConnectionTrait, number: &str) -> Result<Entry, AppError> {
    let sql = format!("{ENTRIES} WHERE e.number = $1");
    database::one(db, &sql, params![number]).await?.ok_or(AppError::NotFound)
}

pub async fn by_id(db: &impl ConnectionTrait, id: i64) -> Result<Entry, AppError> {
    let sql = format!("{ENTRIES} WHERE e.id = $1");
    database::one(db, &sql, params![id]).await?.ok_or(AppError::NotFound)
}

/// Every entry of a programme, the newest first: which of its versions were in the register, and when.
pub async fn of_programme(db: &impl ConnectionTrait, programme: i64) -> Result<Vec<Entry>, DbErr> {
    let sql = format!("{ENTRIES} WHERE e.programme_id = $1 ORDER BY e.id DESC LIMIT 100");
    database::all(db, &sql, params![programme]).await
}

/// An entry to be written.
#[derive(Clone, Debug)]
pub struct NewEntry {
    pub number: String,
    pub case_id: Option<i64>,
    /// Key and version of the programme, where Sheber has it.
    pub programme: Option<(i64, i64)>,
    /// Of that version; empty where there is no file.
    pub hash: String,
    pub college_id: i64,
    pub college: LocalName,
    pub specialty: SpecialtyCode,
    pub name: LocalName,
    pub qualifications: Vec<QualificationCode>,
    /// Names of the qualifications, to be found by.
    pub words: Vec<String>,
    pub level: Level,
    /// Language, entry base, form and intake, where they are known.
    pub language: Option<Language>,
    pub entry_base: Option<EntryBase>,
    pub form: Option<Form>,
    pub intake: Option<AcademicYear>,
    pub included_on: NaiveDate,
    pub valid_to: Option<NaiveDate>,
    /// Taken out of the register since, and when.
    pub excluded_on: Option<NaiveDate>,
    pub origin: Option<Origin>,
}

impl NewEntry {
    /// What a programme's version says of itself.
    pub fn of(programme: &Programme, college_id: i64, college: LocalName) -> Self {
        let names = programme.qualifications.iter().flat_map(|q| [q.name.kk.clone(), q.name.ru.clone()]);
        Self {
            number: String::new(),
            case_id: None,
            programme: None,
            hash: String::new(),
            college_id,
            college,
            specialty: programme.specialty.code,
            name: programme.specialty.name.clone(),
            qualifications: programme.qualifications.iter().map(|q| q.code).collect(),
            words: names.collect(),
            level: programme.level,
            language: Some(programme.language),
            entry_base: Some(programme.entry_base),
            form: Some(programme.form),
            intake: Some(programme.intake),
            included_on: NaiveDate::default(),
            valid_to: None,
            excluded_on: None,
            origin: None,
        }
    }
}

/// The years that an entry moves something in: that of its inclusion, and the one that runs.
fn years(change: &Change, included_on: NaiveDate) -> [AcademicYear; 2] {
    [included_on, clock::day(change.at())].map(AcademicYear::of)
}

/// Writes an entry; gives its key.
pub async fn insert(change: &Change, new: &NewEntry) -> Result<i64, DbErr> {
    let codes: Vec<String> = new.qualifications.iter().map(ToString::to_string).collect();
    let specialty = new.specialty.to_string();
    let mut words = vec![new.number.as_str(), &specialty, &new.name.kk, &new.name.ru, &new.college.kk, &new.college.ru];
    words.extend(codes.iter().chain(&new.words).map(String::as_str));
    let state = if new.excluded_on.is_some() { State::Excluded } else { State::Included };
    let id = database::number(
        change.db(),
        "INSERT INTO register_entry (number, case_id, programme_id, version, hash, college_id, specialty, name_kk, name_ru,
             qualifications, level, language, entry_base, form, intake, state, included_on, valid_to, ended_on, origin,
             entered_at, search)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22)
         RETURNING id",
        params![
            new.number.clone(),
            new.case_id,
            new.programme.map(|(id, _)| id),
            new.programme.map(|(_, version)| version),
            new.hash.clone(),
            new.college_id,
            specialty.clone(),
            new.name.kk.clone(),
            new.name.ru.clone(),
            codes.join(", "),
            new.level,
            new.language,
            new.entry_base,
            new.form,
            new.intake,
            state,
            Day(new.included_on),
            new.valid_to.map(Day),
            new.excluded_on.map(Day),
            new.origin,
            new.origin.map(|_| change.at()),
            search::indexed(&words.join(" "))
        ],
    )
    .await?;
    // All that the public sees and the seal is over: what is changed in the database alone differs from this.
    let after = serde_json::json!({
        "number": new.number,
        "origin": new.origin,
        "college": new.college_id,
        "specialty": specialty,
        "version": new.programme.map(|(_, version)| version),
        "sha256": new.hash,
        "included_on": new.included_on,
        "valid_to": new.valid_to,
        "excluded_on": new.excluded_on,
    });
    let entry = Record::new("trail-register-entry", ENTRY, id).after(after);
    change.record(entry.during(new.college_id, years(change, new.included_on))).await?;
    Ok(id)
}

/// Writes the entry of a case that is included now.
pub async fn include(
    change: &Change,
    case: &Case,
    programme: &Programme,
    number: &str,
    (on, valid_to): (NaiveDate, Option<NaiveDate>),
) -> Result<(), DbErr> {
    let college = LocalName::new(case.college_kk.clone(), case.college_ru.clone());
    let new = NewEntry {
        number: number.to_owned(),
        case_id: Some(case.id),
        programme: Some((case.programme_id, case.version)),
        hash: case.hash.clone(),
        included_on: on,
        valid_to,
        ..NewEntry::of(programme, case.college_id, college)
    };
    insert(change, &new).await.map(|_| ())
}

/// Marks the entry of a case: it stays visible, with the day and the grounds.
pub async fn end(change: &Change, case: &Case, state: State, on: NaiveDate, grounds: &str) -> Result<(), DbErr> {
    let id =
        database::number(change.db(), "SELECT id FROM register_entry WHERE case_id = $1", params![case.id]).await?;
    end_one(change, id, state, on, grounds).await.map(|_| ())
}

/// Marks an included entry by its key; `false` where it is not included any more.
pub async fn end_one(change: &Change, id: i64, state: State, on: NaiveDate, grounds: &str) -> Result<bool, DbErr> {
    #[derive(FromQueryResult)]
    struct EntryScope {
        college_id: i64,
        included_on: Day,
    }
    let ended: Option<EntryScope> = database::one(
        change.db(),
        "UPDATE register_entry SET state = $2, ended_on = $3, grounds = $4 WHERE id = $1 AND state = 'included'
         RETURNING college_id, included_on",
        params![id, state, Day(on), Some(grounds).filter(|grounds| !grounds.is_empty())],
    )
    .await?;
    let Some(ended) = ended else { return Ok(false) };
    let before = serde_json::json!({ "state": State::Included });
    let after = serde_json::json!({ "state": state, "on": on, "grounds": grounds });
    let entry = Record::new("trail-register-entry", ENTRY, id).before(before).after(after);
    change.record(entry.during(ended.college_id, years(change, ended.included_on.0))).await?;
    Ok(true)
}

#[cfg(test)]
pub mod tests {
    use super::*;

    pub fn entry(id: i64, region: &str, level: Level, name: &str) -> Entry {
        Entry {
            id,
            number: format!("{region}-06130100-2024-{id:06}"),
            case_id: None,
            origin: None,
            programme_id: None,
            version: None,
            hash: Text::from(""),
            college_id: id % 2,
            college_kk: Text::from("Колледж"),
            college_ru: Text::from("Колледж"),
            region: Text::from(region),
            specialty: Text::from("06130100"),
            name_kk: Text::from(name),
            name_ru: Text::from(name),
            qualifications: Text::from(""),
            level,
            language: Some(Language::KAZAKH),
            entry_base: Some(EntryBase::BasicSecondary),
            form: Some(Form::FullTime),
            intake: Some(AcademicYear::starting(2024)),
            state: State::Included,
            included_on: "2024-09-02".parse().unwrap(),
            valid_to: "2025-06-30".parse().ok(),
            ended_on: None,
            grounds: None,
            search: Text::from(search::indexed(name).as_str()),
        }
    }

    #[test]
    fn a_validity_that_has_passed_is_no_longer_valid() {
        let entry = entry(1, "35", Level::Worker, "–");
        for (today, state) in [("2025-06-30", State::Included), ("2025-07-01", State::Expired)] {
            assert_eq!(entry.state_on(today.parse().unwrap()), state, "{today}");
            assert_eq!(entry.ended(today.parse().unwrap()).is_some(), state == State::Expired);
        }
    }
}
