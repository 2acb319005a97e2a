//! The demo country's educational work: groups, events, plans, textbooks and buildings of its colleges, by a seed. Everything is
//! recorded by the rooms themselves, so that tasks close and figures move as they would for people.

use chrono::{Datelike, Days, NaiveDate};
use rand::rngs::ChaCha8Rng;
use rand::{RngExt, SeedableRng};
use sheber_app::App;
use sheber_education::bodies::store::{self as bodies, BodyForm};
use sheber_education::buildings::store::{self as buildings, BuildingForm};
use sheber_education::events::kinds::Kind;
use sheber_education::events::store::{self as events, Draft, EventForm};
use sheber_education::plans::approve::approve;
use sheber_education::plans::store as plans;
use sheber_education::textbooks::purchases::{self, Funds, Medium, PurchaseForm};
use sheber_kernel::{AcademicYear, Day, Lang};
use sheber_norms::duties::PlanKind;
use sheber_people::groups::store::{self as groups, GroupForm};
use sheber_people::groups::students::{self, Support};
use sheber_platform::actor::Actor;
use sheber_platform::change::Change;
use sheber_platform::columns::Words;
use sheber_platform::{clock, database, params};
use sheber_standing::duties::make;
use sheber_standing::indicators;

use crate::SeedError;

const NAMES: [&str; 12] =
    ["Айару", "Бекзат", "Дана", "Ерасыл", "Жансая", "Илья", "Камила", "Мадияр", "Нұрай", "Рустам", "София", "Тамерлан"];
const SURNAMES: [&str; 10] =
    ["Әбенова", "Бейсен", "Ғалым", "Досжан", "Ким", "Қасым", "Оспан", "Петрова", "Сағынтай", "Үмбет"];
const TOPICS: [(Kind, &str, u64); 9] = [
    (Kind::Debate, "Жасанды интеллект: көмекші ме, бәсекелес пе?", 7),
    (Kind::DevelopmentDay, "Development Day", 7),
    (Kind::HealthyLife, "Электрондық темекінің зияны", 30),
    (Kind::Prevention, "Кибербуллингтен қорғану", 30),
    (Kind::Meeting, "Кәсіпкермен кездесу", 30),
    (Kind::Quest, "Кітапханадағы квест", 80),
    (Kind::Contest, "«Мен – кәсіпкермін» конкурсы", 80),
    (Kind::InformationWork, "Мақсатты даярлау туралы ата-аналар жиналысы", 80),
    (Kind::LeagueStage, "Ұлттық спорт лигасы: волейбол", 60),
];
const BOOKS: [(&str, Lang, i64); 6] = [
    ("Автомобильдің құрылысы", Lang::Kk, 320_000),
    ("Бухгалтерлік есеп негіздері", Lang::Kk, 285_000),
    ("Мейіргер ісі", Lang::Kk, 410_000),
    ("Сварочные технологии", Lang::Ru, 350_000),
    ("Бағдарламалау негіздері", Lang::Kk, 390_000),
    ("Тағам дайындау технологиясы", Lang::Kk, 298_000),
];

const BODIES: [(bodies::Kind, &str); 6] = [
    (bodies::Kind::Committee, "Жастар ісі жөніндегі комитет"),
    (bodies::Kind::YoungSoldier, "«Жас Сарбаз»"),
    (bodies::Kind::DebateClub, "«Парасат» дебат клубы"),
    (bodies::Kind::Parliament, "Студенттік парламент"),
    (bodies::Kind::Circle, "Робототехника үйірмесі"),
    (bodies::Kind::Section, "Волейбол секциясы"),
];

/// Somebody who acts for a college: its first account, or none where it has no people.
async fn somebody(app: &App, college: i64) -> Result<Option<Actor>, SeedError> {
    let sql = "SELECT COALESCE(MIN(CASE WHEN role = 'director' THEN id END), MIN(id)) FROM account WHERE organisation_id = $1";
    let id = database::number(&app.db, sql, params![college]).await.unwrap_or(0);
    Ok(if id == 0 { None } else { Actor::load(&app.db, id).await? })
}

/// Fills the colleges of the demo country with a year's educational work up to today.
pub async fn education(app: &App, seed: u64) -> Result<(), SeedError> {
    if database::number(&app.db, "SELECT COUNT(*) FROM study_group", params![]).await? > 0 {
        return Ok(());
    }
    make::all(app).await?;
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    let today = clock::day(app.clock.millis());
    let year = AcademicYear::of(today);
    let sql = "SELECT id FROM organisation WHERE kind = 'college' AND active ORDER BY id";
    for college in database::values::<i64>(&app.db, sql, params![]).await? {
        if let Some(actor) = somebody(app, college).await? {
            let college = College { app, actor: &actor, year, today };
            college.groups().await?;
            college.events(&mut random).await?;
            college.records(&mut random).await?;
        }
    }
    indicators::count::all(app).await?;
    Ok(())
}

/// A college whose year is told.
struct College<'a> {
    app: &'a App,
    actor: &'a Actor,
    year: AcademicYear,
    today: NaiveDate,
}

impl College<'_> {
    async fn change(&self) -> Result<Change, SeedError> {
        Ok(Change::begin(self.app, Some(self.actor)).await?)
    }

    /// Six groups; all but one held the curator hour of Knowledge Day.
    async fn groups(&self) -> Result<(), SeedError> {
        let (actor, year) = (self.actor, self.year);
        let change = self.change().await?;
        let mut made = Vec::new();
        for number in 1..=6u16 {
            let course = number % 3;
            let new = GroupForm {
                code: format!("{}ПО-{number}1", (year.start() - course) % 100),
                entered: AcademicYear::starting(year.start() - course),
                leaves: AcademicYear::starting(year.start() - course + 3),
                lang: if number % 2 == 0 { Lang::Ru } else { Lang::Kk },
                students: 22,
                curator_id: None,
                opened_on: None,
            };
            made.push(groups::insert(&change, actor.organisation_id, &new).await?);
        }
        let first = groups::find(change.db(), actor, made[0]).await?;
        for row in 0..12 {
            let name = format!("{} {} (демо)", SURNAMES[row % SURNAMES.len()], NAMES[row]);
            let support: &[Support] = if row % 4 == 0 { &[Support::LargeFamily] } else { &[] };
            students::add(&change, &first, &name, support).await?;
        }
        students::count_anew(&change, first.id).await?;
        for group in &made[..made.len() - 1] {
            let day = Day(year.first_day());
            let details = EventForm {
                form: "talk".to_owned(),
                aims: Words(vec!["knowledge".to_owned()]),
                responsible: actor.name.clone(),
                held_on: Some(day).filter(|day| day.0 <= self.today),
                planned_on: Some(day),
                students: 20,
                ..EventForm::held(Kind::CuratorHour, "Білім – табыс кілті".to_owned(), day)
            };
            let draft = Draft { details, groups: vec![*group], present: Vec::new(), repeats: None };
            events::save(&change, actor, None, &draft, year).await?;
        }
        Ok(change.commit().await?)
    }

    async fn events(&self, random: &mut ChaCha8Rng) -> Result<(), SeedError> {
        for (kind, topic, every) in TOPICS {
            let mut day = self.year.first_day() + Days::new(random.random_range(3..10));
            while day < self.today {
                // One in six is left out: a year without a gap would teach nobody anything.
                if !random.random_ratio(1, 6) {
                    self.event((kind, topic), day, random.random_range(25..120)).await?;
                }
                day = day + Days::new(every);
            }
        }
        Ok(())
    }

    async fn event(&self, (kind, topic): (Kind, &str), day: NaiveDate, students: i64) -> Result<(), SeedError> {
        let published = matches!(kind, Kind::HealthyLife | Kind::Prevention);
        let specialists = if published { "Психолог, полиция инспекторы" } else { "" };
        let aims: &[&str] = if kind == Kind::Prevention { &["cybercrime", "bullying"] } else { &[] };
        let links: &[&str] = if published { &["https://example.org/demo"] } else { &[] };
        let owned = |words: &[&str]| Words(words.iter().map(|word| (*word).to_owned()).collect());
        let details = EventForm {
            place: "Акт залы".to_owned(),
            responsible: self.actor.name.clone(),
            specialists: specialists.to_owned(),
            aims: owned(aims),
            students,
            first_involved: students / 6,
            links: owned(links),
            ..EventForm::held(kind, topic.to_owned(), Day(day))
        };
        let draft = Draft { details, groups: Vec::new(), present: Vec::new(), repeats: None };
        let change = self.change().await?;
        events::save(&change, self.actor, None, &draft, self.year).await?;
        Ok(change.commit().await?)
    }

    /// The plan of the year, bodies, buildings, textbooks.
    async fn records(&self, random: &mut ChaCha8Rng) -> Result<(), SeedError> {
        let change = self.change().await?;
        let lines = plans::proposed(self.year, PlanKind::Education);
        let id = plans::begin(&change, self.actor, (self.year, PlanKind::Education, 1), &lines).await?;
        let plan = plans::find(change.db(), self.actor, id).await?;
        approve(&change, self.actor, &plan, &plan.hash).await?;
        self.bodies(&change).await?;
        for (name, features) in [("Бас ғимарат", 4), ("Шеберхана корпусы", random.random_range(2..=4))]
        {
            let all = ["ramp", "light_signals", "call_button", "sanitary_unit"];
            let new = BuildingForm {
                name: name.to_owned(),
                address: "Бейбітшілік к., 1".to_owned(),
                features: Words(all[..features].iter().map(|word| (*word).to_owned()).collect()),
                checked_on: Some(Day(self.today)),
                checked_by: self.actor.name.clone(),
                note: String::new(),
            };
            buildings::insert(&change, self.actor.organisation_id, &new, self.year).await?;
        }
        for (title, lang, price) in BOOKS {
            let bought_on = NaiveDate::from_ymd_opt(self.today.year(), 8, 20).unwrap_or(self.today).min(self.today);
            let new = PurchaseForm {
                title: title.to_owned(),
                lang,
                medium: Medium::Paper,
                specialty: String::new(),
                publisher: "Фолиант".to_owned(),
                published: 2022,
                copies: random.random_range(5..40),
                price,
                funds: Funds::PerCapita,
                bought_on: Day(bought_on),
            };
            purchases::insert(&change, self.actor, &new).await?;
        }
        Ok(change.commit().await?)
    }

    async fn bodies(&self, change: &Change) -> Result<(), SeedError> {
        for (kind, name) in BODIES {
            let inspector = if kind == bodies::Kind::Committee { "Ерлан Жастаров" } else { "" };
            let new = BodyForm {
                kind,
                name: name.to_owned(),
                leader: self.actor.name.clone(),
                contact: String::new(),
                timetable: "бс 15:30".to_owned(),
                place: String::new(),
                inspector: inspector.to_owned(),
                order_number: "12-н".to_owned(),
                founded_on: Day(self.year.first_day().min(self.today)),
            };
            let id = bodies::insert(change, self.actor, &new).await?;
            if kind == bodies::Kind::Parliament {
                let body = bodies::find(change.db(), self.actor, id).await?;
                for row in [0, 4] {
                    let name = format!("{} {} (демо)", SURNAMES[row], NAMES[row]);
                    bodies::add_member(change, &body, &name, "").await?;
                }
            }
        }
        Ok(())
    }
}
