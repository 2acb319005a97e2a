//! The demo country's register: programmes of the demo college at different steps, each brought there by the procedure itself.

use sheber_app::App;
use sheber_norms::Severity;
use sheber_platform::actor::Actor;
use sheber_platform::change::Change;
use sheber_platform::entry::Entry;
use sheber_platform::{database, params};
use sheber_programmes::register::entries::ENTRY;
use sheber_programmes::register::expertise::{CRITERIA, CriterionGrade, Grade};
use sheber_programmes::register::request::{Request, WarningAnswer};
use sheber_programmes::register::step;
use sheber_programmes::register::store::{self, Advice};
use sheber_programmes::register::workflow::Action;

use crate::SeedError;

async fn person(app: &App, local: &str) -> Result<Actor, SeedError> {
    let sql = "SELECT id FROM account WHERE email = $1";
    let id = database::number(&app.db, sql, params![format!("{local}@demo.sheber.kz")]).await?;
    Actor::load(&app.db, id).await?.ok_or_else(|| SeedError::Program(format!("no {local}")))
}

async fn done(app: &App, who: &Actor, case: i64, action: Action, request: Request) -> Result<(), SeedError> {
    let seen = step::sending(&app.db, &store::find(&app.db, who, case).await?).await?;
    let request = Request { sure: true, signed: true, seen, ..request };
    match step::act(app, who, case, action, &request).await? {
        Ok(_) => Ok(()),
        Err(refused) => Err(SeedError::Program(format!("{action:?}: {refused:?}"))),
    }
}

fn with_reason(why: &str) -> Request {
    Request { why: why.to_owned(), ..Request::default() }
}

/// The people of the demo country who bring an application to its end.
pub struct People {
    pub director: Actor,
    pub operator: Actor,
    /// The specialist who decides what the other one checked.
    pub second: Actor,
    pub experts: [Actor; 3],
}

/// How far an application is brought.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Upto {
    Submitted,
    Expertise,
    /// The chair has summarised; a decision is due.
    Summarised,
    Included,
    Excluded,
}

impl People {
    pub async fn load(app: &App) -> Result<Self, SeedError> {
        Ok(Self {
            director: person(app, "director").await?,
            operator: person(app, "operator").await?,
            second: person(app, "operator-2").await?,
            experts: [person(app, "expert").await?, person(app, "expert-2").await?, person(app, "expert-3").await?],
        })
    }

    /// Brings a programme of the demo college there, by the procedure itself; gives the key of its application.
    pub async fn bring(&self, app: &App, programme: i64, upto: Upto) -> Result<i64, SeedError> {
        let case = store::open(app, &self.director, programme).await?;
        let opened = store::find(&app.db, &self.director, case).await?;
        let (_, findings) = store::findings(&app.db, &opened, true).await?;
        let answers = findings
            .iter()
            .filter(|finding| finding.severity == Severity::Warning)
            .map(|finding| WarningAnswer {
                item: finding.item.to_owned(),
                place: finding.at.clone(),
                answer: "Колледждің әдістемелік кеңесінде негізделген".to_owned(),
            })
            .collect();
        done(app, &self.director, case, Action::Submit, Request { answers, ..Request::default() }).await?;
        if upto == Upto::Submitted {
            return Ok(case);
        }
        done(app, &self.operator, case, Action::Take, Request::default()).await?;
        let members = self.experts.iter().map(|expert| expert.id).collect();
        let group = Request { members, chair: self.experts[0].id, ..Request::default() };
        done(app, &self.operator, case, Action::PassOn, group).await?;
        if upto == Upto::Expertise {
            return Ok(case);
        }
        for expert in &self.experts {
            done(app, expert, case, Action::Declare, Request::default()).await?;
            let judgements = CRITERIA
                .iter()
                .map(|criterion| CriterionGrade {
                    criterion: (*criterion).to_owned(),
                    grade: Grade::Meets,
                    reason: "Талаптарға сай".to_owned(),
                })
                .collect();
            done(app, expert, case, Action::Judge, Request { judgements, ..Request::default() }).await?;
        }
        let summary =
            Request { recommendation: Some(Advice::Include), ..with_reason("Топ енгізуді ұсынады") };
        done(app, &self.experts[0], case, Action::Summarise, summary).await?;
        if upto == Upto::Summarised {
            return Ok(case);
        }
        let valid_to = chrono::NaiveDate::from_ymd_opt(2031, 8, 31);
        done(app, &self.second, case, Action::Include, Request { valid_to, ..Request::default() }).await?;
        if upto == Upto::Excluded {
            done(app, &self.operator, case, Action::Exclude, with_reason("Колледждің өтініші бойынша")).await?;
        }
        Ok(case)
    }
}

/// How far each of the college's programmes without violations is brought, in turn.
const STEPS: [Upto; 4] = [Upto::Included, Upto::Submitted, Upto::Expertise, Upto::Excluded];

/// Fills the register of a demo country that was just settled.
pub async fn register(app: &App) -> Result<(), SeedError> {
    #[derive(sea_orm::FromQueryResult)]
    struct Own {
        id: i64,
    }
    let people = People::load(app).await?;
    let programmes: Vec<Own> = database::all(
        &app.db,
        "SELECT id FROM programme WHERE college_id = $1 AND violations = 0 ORDER BY id",
        params![people.director.organisation_id],
    )
    .await?;
    for (programme, upto) in programmes.iter().zip(STEPS) {
        people.bring(app, programme.id, upto).await?;
    }
    Ok(())
}

/// Enters every generated programme without violations, so that the register has the country's size.
pub async fn national_entries(app: &App) -> Result<(), SeedError> {
    let change = Change::by(app, None).await?;
    database::run(
        change.db(),
        "INSERT INTO register_entry (number, programme_id, version, hash, college_id, specialty, name_kk, name_ru,
             qualifications, level, language, entry_base, form, intake, state, included_on, search)
         SELECT o.region || '-' || p.specialty || '-2023-' || substr('000000' || p.id, length('000000' || p.id) - 5),
             p.id, v.number, v.hash, p.college_id, p.specialty, p.name_kk, p.name_ru, p.qualifications, p.level,
             p.language, p.entry_base, 'full_time', p.intake, 'included', '2023-09-01', p.search_name
         FROM programme p JOIN organisation o ON o.id = p.college_id
         JOIN programme_version v ON v.programme_id = p.id AND v.number = 1
         WHERE NOT EXISTS (SELECT 1 FROM register_entry e WHERE e.programme_id = p.id) AND o.name_ru LIKE '%(демо)'",
        params![],
    )
    .await?;
    change.record(Entry::new("trail-register-entry", ENTRY, 0)).await?;
    change.commit().await?;
    Ok(())
}
