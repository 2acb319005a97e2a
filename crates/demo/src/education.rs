//! The demo country's educational work: groups, events, plans, textbooks and buildings of its colleges, by a seed. Everything is
//! recorded by the rooms themselves, so that tasks close and figures move as they would for people.

use chrono::{Datelike, Days, NaiveDate};
use rand::rngs::ChaCha8Rng;
use rand::{RngExt, SeedableRng};
use sea_orm::FromQueryResult;
use sheber_app::accessibility::store as buildings;
use sheber_app::bodies::store as bodies;
use sheber_app::duties::make;
use sheber_app::events::kinds::Kind;
use sheber_app::events::store::{self as events, New};
use sheber_app::groups::store::{self as groups, Support};
use sheber_app::indicators;
use sheber_app::plans::store as plans;
use sheber_app::platform::actor::Actor;
use sheber_app::platform::audit::Change;
use sheber_app::platform::{clock, database};
use sheber_app::textbooks::store as textbooks;
use sheber_app::{App, params};
use sheber_kernel::AcademicYear;

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
const BOOKS: [(&str, &str, i64); 6] = [
    ("Автомобильдің құрылысы", "kk", 320_000),
    ("Бухгалтерлік есеп негіздері", "kk", 285_000),
    ("Мейіргер ісі", "kk", 410_000),
    ("Сварочные технологии", "ru", 350_000),
    ("Бағдарламалау негіздері", "kk", 390_000),
    ("Тағам дайындау технологиясы", "kk", 298_000),
];

#[derive(FromQueryResult)]
struct College {
    id: i64,
    region: String,
}

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
    let sql =
        "SELECT id, COALESCE(region, '') AS region FROM organisation WHERE kind = 'college' AND active ORDER BY id";
    let colleges: Vec<College> = database::all(&app.db, sql, params![]).await?;
    for college in colleges {
        if let Some(actor) = somebody(app, college.id).await? {
            one(app, &actor, &college, year, today, &mut random).await?;
        }
    }
    indicators::count::all(app).await?;
    Ok(())
}

async fn one(
    app: &App,
    actor: &Actor,
    college: &College,
    year: AcademicYear,
    today: NaiveDate,
    random: &mut ChaCha8Rng,
) -> Result<(), SeedError> {
    let change = Change::begin(app, Some(actor)).await?;
    let mut made = Vec::new();
    for number in 1..=6u16 {
        let course = number % 3;
        let new = groups::New {
            code: format!("{}ПО-{number}1", (year.start() - course) % 100),
            entered: AcademicYear::starting(year.start() - course),
            leaves: AcademicYear::starting(year.start() - course + 3),
            lang: if number % 2 == 0 { "ru" } else { "kk" }.to_owned(),
            students: 22,
            curator_id: None,
            since: None,
        };
        made.push(groups::insert(&change, college.id, &new).await?);
    }
    let first = groups::find(change.db(), actor, made[0]).await?;
    for row in 0..12 {
        let name = format!("{} {} (демо)", SURNAMES[row % SURNAMES.len()], NAMES[row]);
        let support: &[Support] = if row % 4 == 0 { &[Support::LargeFamily] } else { &[] };
        groups::add_student(&change, &first, &name, support).await?;
    }
    groups::recount(&change, first.id).await?;
    // All but one group held the curator hour of Knowledge Day.
    for group in &made[..made.len() - 1] {
        let new = New {
            kind: Some(Kind::CuratorHour),
            topic: "Білім – табыс кілті".to_owned(),
            form: "talk".to_owned(),
            aims: vec!["knowledge".to_owned()],
            responsible: actor.name.clone(),
            held_on: Some(year.first_day()).filter(|day| *day <= today),
            planned_on: Some(year.first_day()),
            students: 20,
            groups: vec![*group],
            ..New::default()
        };
        events::save(&change, actor, None, &new, year).await?;
    }
    change.commit().await?;
    for (kind, topic, every) in TOPICS {
        let mut day = year.first_day() + Days::new(random.random_range(3..10));
        while day < today {
            // One in six is left out: a year without a gap would teach nobody anything.
            if !random.random_ratio(1, 6) {
                held(app, actor, year, (kind, topic), day, random).await?;
            }
            day = day + Days::new(every);
        }
    }
    let change = Change::begin(app, Some(actor)).await?;
    let lines = plans::proposed(year, plans::Kind::Education);
    let id = plans::begin(&change, actor, year, plans::Kind::Education, 1, &lines).await?;
    let plan = plans::find(change.db(), actor, id).await?;
    plans::approve(&change, actor, &plan, &plan.hash).await?;
    for (kind, name) in [
        (bodies::Kind::Committee, "Жастар ісі жөніндегі комитет"),
        (bodies::Kind::YoungSoldier, "«Жас Сарбаз»"),
        (bodies::Kind::DebateClub, "«Парасат» дебат клубы"),
        (bodies::Kind::Parliament, "Студенттік парламент"),
        (bodies::Kind::Circle, "Робототехника үйірмесі"),
        (bodies::Kind::Section, "Волейбол секциясы"),
    ] {
        let new = bodies::New {
            kind,
            name: name.to_owned(),
            leader: actor.name.clone(),
            contact: String::new(),
            timetable: "бс 15:30".to_owned(),
            place: String::new(),
            inspector: if kind == bodies::Kind::Committee {
                "Ерлан Жастаров".to_owned()
            } else {
                String::new()
            },
            order_number: "12-н".to_owned(),
            founded_on: year.first_day().min(today),
            closed: false,
        };
        let body = bodies::insert(&change, college.id, &new).await?;
        if kind == bodies::Kind::Parliament {
            for row in [0, 4] {
                let name = format!("{} {} (демо)", SURNAMES[row], NAMES[row]);
                bodies::add_member(&change, body, &name, "").await?;
            }
        }
    }
    for (name, features) in [("Бас ғимарат", 4), ("Шеберхана корпусы", random.random_range(2..=4))]
    {
        let all = ["ramp", "light_signals", "call_button", "sanitary_unit"];
        let new = buildings::New {
            name: name.to_owned(),
            address: "Бейбітшілік к., 1".to_owned(),
            features: all[..features].iter().map(|word| (*word).to_owned()).collect(),
            checked_on: Some(today),
            checked_by: actor.name.clone(),
            active: true,
            ..buildings::New::default()
        };
        buildings::insert(&change, college.id, &new, year).await?;
    }
    for (title, lang, price) in BOOKS {
        let bought_on = NaiveDate::from_ymd_opt(today.year(), 8, 20).unwrap_or(today).min(today);
        let new = textbooks::New {
            title: title.to_owned(),
            lang: lang.to_owned(),
            medium: textbooks::Medium::Paper,
            specialty: String::new(),
            publisher: "Фолиант".to_owned(),
            published: 2022,
            copies: random.random_range(5..40),
            price,
            funds: textbooks::Funds::PerCapita,
            bought_on,
        };
        textbooks::insert(&change, actor, &college.region, &new).await?;
    }
    change.commit().await?;
    Ok(())
}

async fn held(
    app: &App,
    actor: &Actor,
    year: AcademicYear,
    (kind, topic): (Kind, &str),
    day: NaiveDate,
    random: &mut ChaCha8Rng,
) -> Result<(), SeedError> {
    let published = matches!(kind, Kind::HealthyLife | Kind::Prevention);
    let students = random.random_range(25..120);
    let new = New {
        kind: Some(kind),
        topic: topic.to_owned(),
        place: "Акт залы".to_owned(),
        responsible: actor.name.clone(),
        specialists: if published {
            "Психолог, полиция инспекторы".to_owned()
        } else {
            String::new()
        },
        aims: if kind == Kind::Prevention { vec!["cybercrime".to_owned(), "bullying".to_owned()] } else { Vec::new() },
        held_on: Some(day),
        students,
        first_involved: students / 6,
        links: if published { vec!["https://example.org/demo".to_owned()] } else { Vec::new() },
        ..New::default()
    };
    let change = Change::begin(app, Some(actor)).await?;
    events::save(&change, actor, None, &new, year).await?;
    change.commit().await?;
    Ok(())
}
