//! The demo country: a ministry, an operator, departments, colleges with the example programmes; and the same at national size.

use rand::rngs::ChaCha8Rng;
use rand::{RngExt, SeedableRng};
use sheber_app::App;
use sheber_app::organisations::store::{New, insert};
use sheber_app::platform::actor::{OrganisationKind, Role};
use sheber_app::platform::audit::{Change, Event};
use sheber_app::platform::{database, secret};
use sheber_app::reference::store as reference;
use sheber_app::{params, programmes};
use sheber_kernel::{AcademicYear, Bin, Lang, LocalName};
use sheber_norms::Programme;

use crate::{NewAccount, SeedError, account};

/// The password of every demo account.
pub const PASSWORD: &str = "sheber-demo";

const LISTS: [(&str, &str); 3] = [
    ("standard", include_str!("../../../seed/demo-standards.csv")),
    ("function", include_str!("../../../seed/demo-functions.csv")),
    ("outcome", include_str!("../../../seed/demo-outcomes.csv")),
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

/// Fills an empty database with the demo country.
pub async fn settle(app: &App) -> Result<(), SeedError> {
    if database::number(&app.db, "SELECT COUNT(*) FROM account", params![]).await? > 0 {
        return Ok(());
    }
    crate::lists(app, &LISTS).await?;
    let hash = secret::hash_password(PASSWORD).map_err(|error| SeedError::Program(error.to_string()))?;
    let examples = examples()?;
    let regions = reference::of_kind(&app.db, "region", Lang::Kk).await?;
    let change = Change::by(app, None).await?;
    let new = |kind, kk: &str, ru: &str, region: Option<String>, bin| New {
        kind,
        bin,
        name_kk: format!("{kk} (демо)"),
        name_ru: format!("{ru} (демо)"),
        region,
    };
    let ministry = insert(
        &change,
        &new(OrganisationKind::Ministry, "Оқу-ағарту министрлігі", "Министерство просвещения", None, None),
    )
    .await?;
    let operator =
        insert(&change, &new(OrganisationKind::Operator, "Тізілім операторы", "Оператор реестра", None, None)).await?;
    let mut department = ministry;
    for region in &regions {
        let kk = format!("{}: білім басқармасы", region.name_kk);
        let ru = format!("{}: управление образования", region.name_ru);
        let id = insert(&change, &new(OrganisationKind::Department, &kk, &ru, Some(region.code.clone()), None)).await?;
        if region.code == examples[0].college.region.to_string() {
            department = id;
        }
    }
    let mut colleges: Vec<(Bin, i64)> = Vec::new();
    for programme in &examples {
        let college = &programme.college;
        if colleges.iter().any(|(bin, _)| *bin == college.bin) {
            continue;
        }
        let organisation = New {
            kind: OrganisationKind::College,
            bin: Some(college.bin.to_string()),
            name_kk: college.name.kk.clone(),
            name_ru: college.name.ru.clone(),
            region: Some(college.region.to_string()),
        };
        colleges.push((college.bin, insert(&change, &organisation).await?));
    }
    // The demo's organisations were there all along: the year's tasks from its beginning on are theirs.
    database::run(change.db(), "UPDATE organisation SET created_at = 0", params![]).await?;
    for (role, local, name) in PEOPLE {
        let organisation = match role.organisation() {
            OrganisationKind::Ministry => ministry,
            OrganisationKind::Operator => operator,
            OrganisationKind::Department => department,
            OrganisationKind::College => colleges[0].1,
        };
        let email = format!("{local}@demo.sheber.kz");
        account(&change, &NewAccount { organisation, role, email: &email, name, hash: &hash, must_change: false })
            .await?;
    }
    // A neighbour, to see that one college does not see the other; a second specialist, who decides; a group of experts.
    for (organisation, role, local, name) in [
        (colleges[1].1, Role::Methodist, "neighbour", "Наталья Көршиева"),
        (operator, Role::Operator, "operator-2", "Шолпан Шешімова"),
        (operator, Role::Expert, "expert-2", "Виктор Ведущий"),
        (operator, Role::Expert, "expert-3", "Жанар Бағалаушы"),
    ] {
        let email = format!("{local}@demo.sheber.kz");
        account(&change, &NewAccount { organisation, role, email: &email, name, hash: &hash, must_change: false })
            .await?;
    }
    for programme in &examples {
        if let Some((_, college)) = colleges.iter().find(|(bin, _)| *bin == programme.college.bin) {
            programmes::store::insert(&change, None, *college, programme, "", None).await?;
        }
    }
    change.commit().await?;
    Ok(())
}

/// Adds `programmes` more over `colleges` more colleges, by a seed: the size of the country, for measuring.
pub async fn national(app: &App, colleges: usize, programmes: usize, seed: u64) -> Result<(), SeedError> {
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    let examples = examples()?;
    let regions = reference::of_kind(&app.db, "region", Lang::Kk).await?;
    let specialties = reference::of_kind(&app.db, "specialty", Lang::Kk).await?;
    let mut made: Vec<(i64, sheber_norms::programme::College)> = Vec::new();
    let change = Change::by(app, None).await?;
    let mut serial = 0u32;
    while made.len() < colleges {
        serial += 1;
        let Some(bin) = Bin::complete(&format!("02014{serial:06}")) else { continue };
        let region = &regions[random.random_range(0..regions.len())];
        let number = made.len() + 1;
        let organisation = New {
            kind: OrganisationKind::College,
            bin: Some(bin.to_string()),
            name_kk: format!("№ {number} колледж (демо)"),
            name_ru: format!("Колледж № {number} (демо)"),
            region: Some(region.code.clone()),
        };
        let id = insert(&change, &organisation).await?;
        let region = region.code.parse().map_err(|_| SeedError::Program("region".to_owned()))?;
        let name = LocalName::new(organisation.name_kk, organisation.name_ru);
        made.push((id, sheber_norms::programme::College { bin, name, region }));
    }
    change.commit().await?;
    let mut left = programmes;
    while left > 0 {
        let change = Change::by(app, None).await?;
        for _ in 0..left.min(1000) {
            let mut programme = examples[random.random_range(0..examples.len())].clone();
            let (college, named) = &made[random.random_range(0..made.len())];
            programme.college = named.clone();
            let specialty = &specialties[random.random_range(0..specialties.len())];
            if let Ok(code) = specialty.code.parse() {
                programme.specialty.code = code;
                programme.specialty.name = LocalName::new(specialty.name_kk.clone(), specialty.name_ru.clone());
            }
            programme.intake = AcademicYear::starting(random.random_range(2021..=2025));
            programmes::store::insert_bulk(&change, *college, &programme).await?;
            left -= 1;
        }
        change.record(Event::new("event-programmes-generated", "programme", 0)).await?;
        change.commit().await?;
    }
    database::run(&app.db, "ANALYZE", params![]).await?;
    Ok(())
}
