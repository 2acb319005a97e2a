//! The demo country: a ministry, an operator, departments, colleges with the example programmes; and the same at national size.

use rand::rngs::ChaCha8Rng;
use rand::{RngExt, SeedableRng};
use sheber_app::App;
use sheber_kernel::{AcademicYear, Bin, Lang, LocalName, OrganisationKind, RegionCode};
use sheber_norms::Programme;
use sheber_norms::programme::College;
use sheber_people::accounts::store::{self as accounts, NewAccount};
use sheber_people::organisations::store::{NewOrganisation, insert};
use sheber_people::reference::entry::{Kind, ReferenceEntry};
use sheber_people::reference::store as reference;
use sheber_platform::ability::Role;
use sheber_platform::change::Change;
use sheber_platform::entry::Entry;
use sheber_platform::{database, params, secret};
use sheber_programmes::programmes::store::{self as programmes, PROGRAMME};

use crate::SeedError;

/// The password of every demo account.
pub const PASSWORD: &str = "sheber-demo";

const LISTS: [(Kind, &str); 3] = [
    (Kind::Standard, include_str!("../../../seed/demo-standards.csv")),
    (Kind::Function, include_str!("../../../seed/demo-functions.csv")),
    (Kind::Outcome, include_str!("../../../seed/demo-outcomes.csv")),
];

const EXAMPLES: [&str; 9] = [
    include_str!("../../../examples/01-software-kk-2023.json"),
    include_str!("../../../examples/02-accounting-kk-2024.json"),
    include_str!("../../../examples/03-nursing-ru-2023.json"),
    include_str!("../../../examples/04-welding-ru-2023.json"),
    include_str!("../../../examples/05-cook-kk-2024.json"),
    include_str!("../../../examples/06-software-bachelor-kk-2024.json"),
    include_str!("../../../examples/07-motor-mechanic-ru-2023.json"),
    include_str!("../../../examples/08-motor-vehicles-ru-2023-faulty.json"),
    include_str!("../../../examples/09-primary-teaching-kk-2024-faulty.json"),
];

fn examples() -> Result<Vec<Programme>, SeedError> {
    EXAMPLES
        .iter()
        .map(|text| {
            sheber_exchange::json::read(text.as_bytes()).map_err(|error| SeedError::Program(error.describe(Lang::En)))
        })
        .collect()
}

/// One account per role; the college roles belong to the first college.
const PEOPLE: [(Role, &str, &str); 13] = [
    (Role::Administrator, "administrator", "Айдос Әкімшиев"),
    (Role::Ministry, "ministry", "Мәдина Министрова"),
    (Role::Operator, "operator", "Ораз Операторов"),
    (Role::Expert, "expert", "Сәуле Сарапшиева"),
    (Role::Department, "department", "Бауыржан Басқармин"),
    (Role::Director, "director", "Дәулет Директоров"),
    (Role::DeputyDirector, "deputy-director", "Ольга Орынбасарова"),
    (Role::Methodist, "methodist", "Әлия Әдіскерова"),
    (Role::Teacher, "teacher", "Тимур Педагогов"),
    (Role::Librarian, "librarian", "Күләш Кітапханова"),
    (Role::YouthInspector, "youth-inspector", "Ерлан Жастаров"),
    (Role::Psychologist, "psychologist", "Айгүл Психологова"),
    (Role::Hr, "hr", "Камила Кадрова"),
];

/// A neighbour, to see that one college does not see the other; a second specialist, who decides; a group of experts.
const OTHERS: [(Role, &str, &str); 4] = [
    (Role::Methodist, "neighbour", "Наталья Көршиева"),
    (Role::Operator, "operator-2", "Шолпан Шешімова"),
    (Role::Expert, "expert-2", "Виктор Ведущий"),
    (Role::Expert, "expert-3", "Жанар Бағалаушы"),
];

/// The organisations of the demo country.
struct Country {
    ministry: i64,
    operator: i64,
    /// Of the region of the first college.
    department: i64,
    colleges: Vec<(Bin, i64)>,
}

fn new(kind: OrganisationKind, kk: &str, ru: &str, region: Option<RegionCode>) -> NewOrganisation {
    NewOrganisation {
        kind, bin: None, name_kk: format!("{kk} (демо)"), name_ru: format!("{ru} (демо)"), region
    }
}

fn code(region: &ReferenceEntry) -> Result<RegionCode, SeedError> {
    region.code.parse().map_err(|_| SeedError::Program(format!("region {}", region.code)))
}

impl Country {
    async fn settle(change: &Change, regions: &[ReferenceEntry], examples: &[Programme]) -> Result<Self, SeedError> {
        let ministry = new(OrganisationKind::Ministry, "Оқу-ағарту министрлігі", "Министерство просвещения", None);
        let ministry = insert(change, &ministry).await?;
        let operator = new(OrganisationKind::Operator, "Тізілім операторы", "Оператор реестра", None);
        let operator = insert(change, &operator).await?;
        let mut department = ministry;
        for region in regions {
            let kk = format!("{}: білім басқармасы", region.name_kk);
            let ru = format!("{}: управление образования", region.name_ru);
            let code = code(region)?;
            let id = insert(change, &new(OrganisationKind::Department, &kk, &ru, Some(code))).await?;
            if code == examples[0].college.region {
                department = id;
            }
        }
        let mut colleges: Vec<(Bin, i64)> = Vec::new();
        for College { bin, name, region } in examples.iter().map(|programme| &programme.college) {
            if colleges.iter().any(|(known, _)| known == bin) {
                continue;
            }
            let organisation = NewOrganisation {
                kind: OrganisationKind::College,
                bin: Some(*bin),
                name_kk: name.kk.clone(),
                name_ru: name.ru.clone(),
                region: Some(*region),
            };
            colleges.push((*bin, insert(change, &organisation).await?));
        }
        // The demo's organisations were there all along: the year's tasks from its beginning on are theirs.
        database::run(change.db(), "UPDATE organisation SET created_at = 0", params![]).await?;
        Ok(Self { ministry, operator, department, colleges })
    }

    fn of(&self, role: Role, local: &str) -> i64 {
        match role.organisation() {
            OrganisationKind::Ministry => self.ministry,
            OrganisationKind::Operator => self.operator,
            OrganisationKind::Department => self.department,
            OrganisationKind::College if local == "neighbour" => self.colleges[1].1,
            OrganisationKind::College => self.colleges[0].1,
        }
    }
}

/// Fills an empty database with the demo country.
pub async fn settle(app: &App) -> Result<(), SeedError> {
    if database::number(&app.db, "SELECT COUNT(*) FROM account", params![]).await? > 0 {
        return Ok(());
    }
    crate::starting::lists(app, &LISTS).await?;
    // Printed at the start of every demo: quick to verify.
    let hash = secret::hash_known_password(PASSWORD).map_err(|error| SeedError::Program(error.to_string()))?;
    let examples = examples()?;
    let regions = reference::of_kind(&app.db, Kind::Region, Lang::Kk).await?;
    let change = Change::by(app, None).await?;
    let country = Country::settle(&change, &regions, &examples).await?;
    for (role, local, name) in PEOPLE.into_iter().chain(OTHERS) {
        let new = NewAccount {
            organisation: country.of(role, local),
            role,
            email: &format!("{local}@demo.sheber.kz"),
            name,
            lang: Lang::Kk,
            password_hash: Some(&hash),
            must_change: false,
        };
        accounts::insert(&change, &new).await?;
    }
    for programme in &examples {
        if let Some((_, college)) = country.colleges.iter().find(|(bin, _)| *bin == programme.college.bin) {
            programmes::insert(&change, None, *college, programme, "", None).await?;
        }
    }
    change.commit().await?;
    Ok(())
}

/// More colleges, spread over the regions.
async fn more_colleges(app: &App, colleges: usize, random: &mut ChaCha8Rng) -> Result<Vec<(i64, College)>, SeedError> {
    let regions = reference::of_kind(&app.db, Kind::Region, Lang::Kk).await?;
    let mut made: Vec<(i64, College)> = Vec::new();
    let change = Change::by(app, None).await?;
    let mut serial = 0u32;
    while made.len() < colleges {
        serial += 1;
        let Some(bin) = Bin::complete(&format!("02014{serial:06}")) else { continue };
        let region = code(&regions[random.random_range(0..regions.len())])?;
        let number = made.len() + 1;
        let organisation = NewOrganisation {
            kind: OrganisationKind::College,
            bin: Some(bin),
            name_kk: format!("№ {number} колледж (демо)"),
            name_ru: format!("Колледж № {number} (демо)"),
            region: Some(region),
        };
        let id = insert(&change, &organisation).await?;
        let name = LocalName::new(organisation.name_kk, organisation.name_ru);
        made.push((id, College { bin, name, region }));
    }
    change.commit().await?;
    Ok(made)
}

/// So many programmes are made in one change.
const AT_ONCE: usize = 1000;

/// Adds `programmes` more over `colleges` more colleges, by a seed: the size of the country, for measuring.
pub async fn national(app: &App, colleges: usize, programmes: usize, seed: u64) -> Result<(), SeedError> {
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    let examples = examples()?;
    let specialties = reference::of_kind(&app.db, Kind::Specialty, Lang::Kk).await?;
    let made = more_colleges(app, colleges, &mut random).await?;
    let mut left = programmes;
    while left > 0 {
        let change = Change::by(app, None).await?;
        let mut generated = Entry::new("trail-programmes-generated", PROGRAMME, 0);
        for _ in 0..left.min(AT_ONCE) {
            let mut programme = examples[random.random_range(0..examples.len())].clone();
            let (id, college) = &made[random.random_range(0..made.len())];
            programme.college = college.clone();
            let specialty = &specialties[random.random_range(0..specialties.len())];
            if let Ok(code) = specialty.code.parse() {
                programme.specialty.code = code;
                programme.specialty.name = LocalName::new(specialty.name_kk.clone(), specialty.name_ru.clone());
            }
            programme.intake = AcademicYear::starting(random.random_range(2021..=2025));
            programmes::insert_bulk(&change, *id, &programme).await?;
            generated = generated.of(*id, programme.intake);
            left -= 1;
        }
        change.record(generated).await?;
        change.commit().await?;
    }
    database::run(&app.db, "ANALYZE", params![]).await?;
    Ok(())
}
