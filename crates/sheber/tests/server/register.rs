//! The register: a programme from application to its number, every return on the way, and who sees what.

use reqwest::StatusCode;
use sheber_platform::database;
use sheber_platform::params;

use crate::on_both;
use crate::support::{Person, Server, pairs, set, value};

const OWN: &str = "(SELECT organisation_id FROM account WHERE email = 'methodist@demo.sheber.kz')";

/// The values of hidden or checkbox fields of a name.
fn values(page: &str, name: &str) -> Vec<String> {
    page.split(&format!("name=\"{name}\" value=\""))
        .skip(1)
        .map(|rest| rest.split('"').next().unwrap().to_owned())
        .collect()
}

struct Case<'a> {
    server: &'a Server,
    id: i64,
}

impl Case<'_> {
    async fn act(&self, person: &Person, action: &str, fields: &[(&str, &str)]) -> StatusCode {
        let path = format!("/register/{}/act", self.id);
        let mut all = vec![("action", action)];
        all.extend_from_slice(fields);
        let seen = if matches!(action, "submit" | "resubmit") {
            let looked = person.post(&path, &all).await;
            if looked.status() != StatusCode::OK {
                return looked.status();
            }
            value(&looked.text().await.unwrap(), "seen").to_owned()
        } else {
            String::new()
        };
        all.extend([("sure", "true"), ("seen", seen.as_str())]);
        person.post(&path, &all).await.status()
    }

    async fn page(&self, person: &Person) -> String {
        person.page(&format!("/register/{}", self.id)).await
    }

    async fn state(&self) -> String {
        let sql = "SELECT state FROM register_case WHERE id = $1";
        database::value::<String>(&self.server.app.db, sql, params![self.id]).await.unwrap().unwrap()
    }

    async fn send(&self, head: &Person, action: &str) -> StatusCode {
        let page = self.page(head).await;
        let (items, places) = (values(&page, "item"), values(&page, "place"));
        let mut fields = vec![("signed", "true")];
        for (item, place) in items.iter().zip(&places) {
            fields.extend([("item", item.as_str()), ("place", place.as_str()), ("answer", "Бұйрықта негізделген")]);
        }
        self.act(head, action, &fields).await
    }

    async fn judge(&self, expert: &Person, reason: &str) -> StatusCode {
        let names: Vec<(String, String)> = ["standards", "structure", "outcomes", "practice", "resources", "language"]
            .iter()
            .map(|criterion| (format!("grade-{criterion}"), format!("reason-{criterion}")))
            .collect();
        let mut fields = Vec::new();
        for (grade, of) in &names {
            fields.extend([(grade.as_str(), "meets"), (of.as_str(), reason)]);
        }
        self.act(expert, "judge", &fields).await
    }
}

const DONE: StatusCode = StatusCode::SEE_OTHER;
const REFUSED: StatusCode = StatusCode::UNPROCESSABLE_ENTITY;

pub async fn rework(server: &Server, programme: i64, name: &str) {
    let methodist = server.person("methodist").await;
    let mut fields = methodist.editor(programme).await;
    set(&mut fields, "/specialty/name/ru", name);
    let saved = methodist.post_raw(&format!("/programmes/{programme}/edit"), &pairs(&fields)).await.status();
    assert!(saved.is_success() || saved.is_redirection());
}

async fn opened(server: &Server) -> (Case<'_>, i64) {
    let programme =
        server.number(&format!("SELECT MIN(id) FROM programme WHERE violations = 0 AND college_id = {OWN}")).await;
    let director = server.person("director").await;
    let answer = director.post("/register/open", &[("programme", &programme.to_string())]).await;
    let location = answer.headers()["location"].to_str().unwrap().to_owned();
    let again = director.post("/register/open", &[("programme", &programme.to_string())]).await;
    assert_eq!(again.headers()["location"].to_str().unwrap(), location, "a second click opens no second application");
    (Case { server, id: location.rsplit('/').next().unwrap().parse().unwrap() }, programme)
}

/// An application that was sent; gives its key.
pub async fn opened_and_sent(server: &Server) -> i64 {
    let (case, _) = opened(server).await;
    assert_eq!(case.send(&server.person("director").await, "submit").await, DONE);
    case.id
}

/// Brings a case before the experts.
async fn passed_on(server: &Server) -> (Case<'_>, Vec<Person>) {
    let (case, _) = opened(server).await;
    assert_eq!(case.send(&server.person("director").await, "submit").await, DONE);
    let operator = server.person("operator").await;
    assert_eq!(case.act(&operator, "take", &[]).await, DONE);
    let experts = values(&case.page(&operator).await, "member");
    let mut fields: Vec<(&str, &str)> = experts.iter().map(|id| ("member", id.as_str())).collect();
    let chair = server.number("SELECT id FROM account WHERE email = 'expert@demo.sheber.kz'").await.to_string();
    fields.push(("chair", &chair));
    assert_eq!(case.act(&operator, "pass_on", &fields[1..]).await, REFUSED, "two are no group");
    assert_eq!(case.act(&operator, "pass_on", &fields).await, DONE);
    let mut people = Vec::new();
    for local in ["expert", "expert-2", "expert-3"] {
        people.push(server.person(local).await);
    }
    (case, people)
}

async fn from_application_to_the_number(server: Server) {
    let (director, operator) = (server.person("director").await, server.person("operator").await);
    let neighbour = server.person("neighbour").await;
    let (case, programme) = opened(&server).await;
    for rival in [&neighbour, &operator, &server.person("department").await] {
        let seen = rival.get(&format!("/register/{}", case.id)).await.status();
        assert_eq!(seen, StatusCode::NOT_FOUND, "a draft is its college's own");
    }
    assert_eq!(case.act(&director, "submit", &[]).await, REFUSED, "not signed");
    assert_eq!(case.send(&server.person("methodist").await, "submit").await, REFUSED, "the head alone answers for it");
    assert_eq!(case.send(&director, "submit").await, DONE);
    assert_eq!(neighbour.get(&format!("/register/{}", case.id)).await.status(), StatusCode::NOT_FOUND);

    assert!(!operator.page("/register").await.contains("мерзімі өтті</span>"));
    // As if it had been sent ten days ago.
    database::run(&server.app.db, "UPDATE register_step SET at = at - 864000000", vec![]).await.unwrap();
    // What is written past the trail is seen by whoever has not asked yet.
    let page = operator.page("/register?sort=waiting").await;
    assert!(page.contains("мерзімі өтті</span>"), "late after more than five working days");
    assert_eq!(case.act(&operator, "take", &[]).await, DONE);
    let second = server.person("operator-2").await;
    assert_eq!(case.act(&second, "take", &[]).await, REFUSED, "a case is taken by one");
    assert_eq!(case.act(&second, "return", &[("why", "…")]).await, REFUSED, "not hers");
    assert_eq!(case.act(&operator, "return", &[("why", "  ")]).await, REFUSED, "without a remark");
    assert_eq!(case.act(&operator, "return", &[("why", "БМ 02: критерийлерді нақтылаңыз")]).await, DONE);
    assert!(case.page(&director).await.contains("БМ 02: критерийлерді нақтылаңыз"), "the college reads the remark");
    assert_eq!(case.send(&director, "resubmit").await, REFUSED, "nothing was mended");
    let curriculum = format!("/register/{}/curriculum.pdf", case.id);
    let before = operator.get(&curriculum).await.bytes().await.unwrap();
    rework(&server, programme, "Учет и аудит: уточнено").await;
    assert_eq!(operator.get(&curriculum).await.bytes().await.unwrap(), before, "what is not sent yet is not shown");
    assert_eq!(case.send(&director, "resubmit").await, DONE);
    assert_eq!(case.state().await, "primary_check");
    let told = "SELECT COUNT(*) FROM outbox WHERE recipient = 'director@demo.sheber.kz' AND subject NOT LIKE 'Шебер: тіркелгіңіз%'";
    assert_eq!(server.number(told).await, 2, "told that it was taken, and that it was returned");
    server.trail_holds().await;
}

async fn experts_judge_blind_and_others_decide(server: Server) {
    let (case, experts) = passed_on(&server).await;
    let (director, operator) = (server.person("director").await, server.person("operator").await);
    assert_eq!(case.judge(&experts[0], "бірінші").await, REFUSED, "before declaring");
    for (number, expert) in experts.iter().enumerate() {
        assert_eq!(case.act(expert, "declare", &[]).await, DONE);
        if number > 0 {
            let page = case.page(expert).await;
            assert!(!page.contains("құпия-себеп"), "a colleague's judgement before one's own");
        }
        assert_eq!(case.judge(expert, &format!("құпия-себеп-{number}")).await, DONE);
        assert_eq!(case.judge(expert, "тағы").await, REFUSED, "one judges once");
        if number < 2 {
            assert!(!case.page(&operator).await.contains("құпия-себеп"), "the operator, before all are in");
            assert_eq!(case.act(&experts[0], "summarise", &[("why", "ерте")]).await, REFUSED);
        }
    }
    assert!(case.page(&experts[1]).await.contains("құпия-себеп-0"), "once all are in");
    let read = experts[1].get(&format!("/register/{}/curriculum.pdf", case.id)).await;
    assert!(read.bytes().await.unwrap().starts_with(b"%PDF"), "an expert reads what is judged");
    let rival = server.person("neighbour").await.get(&format!("/register/{}/curriculum.pdf", case.id)).await;
    assert_eq!(rival.status(), StatusCode::NOT_FOUND);
    let college = case.page(&director).await;
    assert!(!college.contains("құпия-себеп") && !college.contains("Жанар Бағалаушы"), "the college sees no expert");

    let second = server.person("operator-2").await;
    assert_eq!(case.act(&second, "include", &[]).await, REFUSED, "no summary yet");
    let summary = [("why", "Талаптарға сай"), ("recommendation", "include")];
    assert_eq!(case.act(&experts[1], "summarise", &summary).await, REFUSED, "the chair alone");
    assert_eq!(case.act(&experts[0], "summarise", &summary).await, DONE);
    assert_eq!(case.act(&operator, "include", &[]).await, REFUSED, "who checked does not decide");
    assert_eq!(case.act(&second, "include", &[("valid_to", "2030-13-01")]).await, REFUSED, "no such day");
    assert_eq!(case.act(&second, "include", &[("valid_to", "2020-08-31")]).await, REFUSED, "a day that has passed");
    let unsure = [("action", "include"), ("valid_to", "2030-08-31")];
    let answer = second.post(&format!("/register/{}/act", case.id), &unsure).await;
    assert_eq!(answer.status(), REFUSED, "what cannot be undone is confirmed");
    assert!(answer.text().await.unwrap().contains("value=\"2030-08-31\""), "what was typed stays");
    assert_eq!(case.act(&second, "include", &[("valid_to", "2030-08-31")]).await, DONE);

    let sql = "SELECT number FROM register_case WHERE id = $1";
    let number = database::value::<String>(&server.app.db, sql, params![case.id]).await.unwrap().unwrap();
    assert!(number.starts_with("35-") && number.ends_with("-000001"), "{number}");
    let visitor = server.visitor();
    let entry = visitor.page(&format!("/r/{number}")).await;
    assert!(entry.contains("тізілімге енгізілді") && entry.contains("31.08.2030"), "anyone may read it");
    assert_eq!(case.act(&director, "withdraw", &[]).await, REFUSED, "after the decision");
    assert_eq!(case.act(&operator, "exclude", &[("why", "")]).await, REFUSED);
    assert_eq!(case.act(&operator, "exclude", &[("why", "417-бұйрық")]).await, DONE);
    let entry = visitor.page(&format!("/r/{number}")).await;
    assert!(entry.contains("тізілімнен шығарылды") && entry.contains("417-бұйрық"), "it stays visible");
    server.trail_holds().await;
}

async fn experts_return_and_a_refusal_is_appealed(server: Server) {
    let (case, experts) = passed_on(&server).await;
    let director = server.person("director").await;
    for expert in &experts {
        case.act(expert, "declare", &[]).await;
        case.judge(expert, "себебі").await;
    }
    assert_eq!(case.act(&experts[0], "return", &[("why", "КМ 1 пысықталсын")]).await, DONE);
    let programme = server.number("SELECT programme_id FROM register_case").await;
    rework(&server, programme, "Екінші айналым").await;
    assert_eq!(case.send(&director, "resubmit").await, DONE);
    for expert in &experts {
        assert_eq!(case.judge(expert, "екінші рет").await, DONE, "a round of its own");
    }
    let summary = [("why", "Сай емес"), ("recommendation", "refuse")];
    assert_eq!(case.act(&experts[0], "summarise", &summary).await, DONE);
    let second = server.person("operator-2").await;
    assert_eq!(case.act(&second, "refuse", &[]).await, REFUSED, "without grounds");
    assert_eq!(case.act(&second, "refuse", &[("why", "Стандартқа сай емес")]).await, DONE);
    let answer =
        director.post(&format!("/register/{}/act", case.id), &[("action", "appeal"), ("why", "Келіспейміз")]).await;
    let new = answer.headers()["location"].to_str().unwrap().rsplit('/').next().unwrap().parse().unwrap();
    assert_eq!(case.act(&director, "appeal", &[("why", "Келіспейміз")]).await, DONE);
    assert_eq!(server.number("SELECT COUNT(*) FROM register_case").await, 2, "a second click opens no second appeal");
    assert_ne!(new, case.id);
    let appeal = Case { server: &server, id: new };
    assert!(appeal.page(&director).await.contains(&format!("/register/{}", case.id)), "linked to the old one");
    assert_eq!(appeal.state().await, "draft");
}

async fn numbers_have_no_gap_under_concurrency(server: Server) {
    let (case, experts) = passed_on(&server).await;
    for expert in &experts {
        case.act(expert, "declare", &[]).await;
        case.judge(expert, "себебі").await;
    }
    case.act(&experts[0], "summarise", &[("why", "Сай"), ("recommendation", "include")]).await;
    // Eleven more of the same, which no college could open.
    let run = async |sql: &str| database::run(&server.app.db, sql, vec![]).await.unwrap();
    run("DROP INDEX register_case_open").await;
    for _ in 0..11 {
        run("INSERT INTO register_case (college_id, programme_id, version, hash, state, round, taker_id, summary, recommendation, created_at, updated_at)
             SELECT college_id, programme_id, version, hash, state, round, taker_id, summary, recommendation, created_at, updated_at FROM register_case WHERE id = 1").await;
    }
    run("INSERT INTO register_member SELECT c.id, m.account_id, m.is_chair, m.declared_at FROM register_case c, register_member m WHERE m.case_id = 1 AND c.id > 1").await;
    run("INSERT INTO register_judgement SELECT c.id, j.round, j.account_id, j.criterion, j.grade, j.reason, j.at FROM register_case c, register_judgement j WHERE j.case_id = 1 AND c.id > 1").await;
    let second = server.person("operator-2").await;
    let mut steps = tokio::task::JoinSet::new();
    for id in 1..=12 {
        let second = second.clone();
        steps.spawn(async move {
            // Every fourth day does not exist: the step is refused, and its number with it.
            let day = if id % 4 == 0 { "2030-02-30" } else { "2030-08-31" };
            let path = format!("/register/{id}/act");
            second.post(&path, &[("action", "include"), ("sure", "true"), ("valid_to", day)]).await.status()
        });
    }
    let statuses = steps.join_all().await;
    assert_eq!(statuses.iter().filter(|status| **status == DONE).count(), 9, "{statuses:?}");
    assert_eq!(server.number("SELECT COUNT(DISTINCT number) FROM register_case").await, 9);
    assert_eq!(server.number("SELECT last FROM register_serial").await, 9, "no gap");
}

async fn a_remark_is_answered_shows_what_changed_and_is_accepted(server: Server) {
    let (case, programme) = opened(&server).await;
    let (director, operator) = (server.person("director").await, server.person("operator").await);
    assert_eq!(case.send(&director, "submit").await, DONE);
    case.act(&operator, "take", &[]).await;
    let remark = format!("/register/{}/remark", case.id);
    let settle = format!("/register/{}/settle", case.id);
    assert_eq!(case.act(&operator, "return", &[]).await, REFUSED, "nothing to mend is said");
    let empty = operator.post(&remark, &[("place", "passport"), ("text", " ")]).await;
    assert_eq!(empty.status(), REFUSED);
    assert!(empty.text().await.unwrap().contains("value=\"passport\" selected"), "what was chosen stays");
    let nowhere = operator.post(&remark, &[("place", "КМ 99"), ("text", "жоқ")]).await;
    assert_eq!(nowhere.status(), StatusCode::BAD_REQUEST);
    for (place, text) in [("passport", "Атауын нақтылаңыз"), ("", "Артық ескертпе"), ("", "Жалпы ескертпе")]
    {
        assert_eq!(operator.post(&remark, &[("place", place), ("text", text)]).await.status(), DONE);
    }
    let page = case.page(&operator).await;
    let extra = values(&page, "remark")[1].clone();
    assert_eq!(operator.post(&settle, &[("remark", &extra), ("what", "remove")]).await.status(), DONE);
    assert!(!case.page(&director).await.contains("Атауын нақтылаңыз"), "not before it is sent");
    assert_eq!(director.post(&remark, &[("place", ""), ("text", "өзіме")]).await.status(), REFUSED);
    assert_eq!(case.act(&operator, "return", &[]).await, DONE, "the remarks say what to mend");

    let page = case.page(&director).await;
    assert!(page.contains("Атауын нақтылаңыз") && !page.contains("Артық ескертпе"));
    assert!(page.contains(&format!("/programmes/{programme}/edit#/specialty/code")), "leads to the place");
    rework(&server, programme, "Нақтыланған атау").await;
    assert_eq!(case.send(&director, "resubmit").await, REFUSED, "each remark wants an answer");
    let ids = values(&page, "remark");
    let answered = async |case: &Case<'_>, ids: &[String]| {
        let page = case.page(&director).await;
        let (items, places) = (values(&page, "item"), values(&page, "place"));
        let mut fields = vec![("signed", "true")];
        for id in ids {
            fields.extend([("remark", id.as_str()), ("remark-answer", "Түзетілді")]);
        }
        for (item, place) in items.iter().zip(&places) {
            fields.extend([("item", item.as_str()), ("place", place.as_str()), ("answer", "Негізделген")]);
        }
        case.act(&director, "resubmit", &fields).await
    };
    assert_eq!(answered(&case, &ids).await, DONE);
    let page = case.page(&operator).await;
    assert!(page.contains("Түзетілді") && page.contains("<ins>Нақтыланған атау</ins>"), "what changed there");
    let second = server.person("operator-2").await;
    assert_eq!(second.post(&settle, &[("remark", &ids[0]), ("what", "accept")]).await.status(), REFUSED, "not hers");
    assert_eq!(operator.post(&settle, &[("remark", &ids[0]), ("what", "accept")]).await.status(), DONE);
    assert_eq!(operator.post(&settle, &[("remark", &ids[1]), ("what", "reject")]).await.status(), DONE);
    assert!(case.page(&director).await.contains("қабылданбады"));
    let journal = director.get(&format!("/register/{}/journal.pdf", case.id)).await.bytes().await.unwrap();
    let journal = crate::support::pdf_text(&journal);
    assert!(journal.contains("Атауын нақтылаңыз") && journal.contains("қабылданбады"), "{journal}");
    assert_eq!(case.act(&operator, "return", &[]).await, DONE, "what was not accepted is open again");
    let open = values(&case.page(&director).await, "remark");
    assert_eq!(open, ids[1..], "and the accepted one is not");
    server.trail_holds().await;
}

async fn what_is_sent_is_looked_over_first(server: Server) {
    let (case, programme) = opened(&server).await;
    let director = server.person("director").await;
    let path = format!("/register/{}/act", case.id);
    let page = case.page(&director).await;
    let (items, places) = (values(&page, "item"), values(&page, "place"));
    let mut fields = vec![("action", "submit"), ("signed", "true")];
    for (item, place) in items.iter().zip(&places) {
        fields.extend([("item", item.as_str()), ("place", place.as_str()), ("answer", "Менің жауабым")]);
    }
    let look = director.post(&path, &fields).await.text().await.unwrap();
    assert!(look.contains("Жіберер алдында тексеріңіз") && look.contains("Құжат қосылмаған"));
    assert_eq!(look.matches("<dd>Менің жауабым</dd>").count(), items.len(), "every answer");
    assert_eq!(case.state().await, "draft", "nothing was sent yet");
    fields.push(("back", "true"));
    let back = director.post(&path, &fields).await.text().await.unwrap();
    assert_eq!(back.matches(">Менің жауабым</textarea>").count(), items.len(), "what was typed stays");
    let hidden = crate::support::form_fields(&look.replace("action=\"/register/", "id=\"editor\" action=\"/register/"));
    let mut sent: Vec<(&str, &str)> = hidden.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    sent.push(("sure", "true"));
    rework(&server, programme, "Учет и аудит: в последний момент").await;
    let again = director.post_raw(&path, &sent).await.text().await.unwrap();
    assert!(again.contains("осы арада өзгерді") && !again.contains(value(&look, "seen")), "another version meanwhile");
    assert_eq!(case.state().await, "draft", "what was not looked over is not signed");
    let attach = format!("/register/{}/attach", case.id);
    director.upload(&attach, &[("kind", "other")], &[("хат.pdf", b"%PDF-1.4\n2\n%%EOF".to_vec())]).await;
    let seen = value(&again, "seen").to_owned();
    sent.retain(|(name, _)| *name != "seen");
    sent.push(("seen", &seen));
    let third = director.post_raw(&path, &sent).await.text().await.unwrap();
    let seen = value(&third, "seen").to_owned();
    sent.pop();
    sent.push(("seen", &seen));
    assert_eq!(director.post_raw(&path, &sent).await.status(), DONE, "the page's own fields send it");
    assert_eq!(case.state().await, "submitted");
}

async fn the_operator_sets_how_long_a_stage_may_take(server: Server) {
    opened_and_sent(&server).await;
    let operator = server.person("operator").await;
    let late = "мерзімі өтті</span>";
    database::run(&server.app.db, "UPDATE register_step SET at = at - 864000000", vec![]).await.unwrap();
    assert!(operator.page("/register").await.contains(late), "ten days are more than five working days");
    for wrong in ["0", "-1", "251", "бес", "1.5"] {
        let answer = operator.post("/register/limits", &[("primary_check_days", wrong)]).await;
        assert_eq!(answer.status(), REFUSED, "{wrong}");
        assert!(answer.text().await.unwrap().contains(&format!("value=\"{wrong}\"")), "what was typed stays");
    }
    assert_eq!(operator.post("/register/limits", &[("primary_check_days", "30")]).await.status(), DONE);
    assert!(!operator.page("/register").await.contains(late));
    assert!(operator.page("/register/limits").await.contains("value=\"30\""));
    assert_eq!(operator.post("/register/limits", &[("primary_check_days", "")]).await.status(), DONE);
    assert!(operator.page("/register").await.contains(late), "the edition's number again");
    let records = server.number("SELECT COUNT(*) FROM audit WHERE what = 'trail-register-limits'").await;
    assert_eq!(records, 2, "who changed it stands in the trail");
}

/// The demo's experts work for the operator, which lies in no region; one of them moves.
async fn who_is_bound_to_the_college_does_not_judge(server: Server) {
    let case = opened_and_sent(&server).await;
    let case = Case { server: &server, id: case };
    let operator = server.person("operator").await;
    case.act(&operator, "take", &[]).await;
    let offered = async || values(&case.page(&operator).await, "member").len();
    let move_to = async |organisation: &str| {
        let sql =
            format!("UPDATE account SET organisation_id = ({organisation}) WHERE email = 'expert-3@demo.sheber.kz'");
        database::run(&server.app.db, &sql, vec![]).await.unwrap();
    };
    let choose = async |word: &str| operator.post("/register/limits", &[("experts_unbound", word)]).await.status();
    assert_eq!(offered().await, 3);
    for (organisation, word, experts) in [
        (OWN, "college", 2),
        ("SELECT id FROM organisation WHERE kind = 'department' AND region = '35'", "college", 3),
        ("SELECT id FROM organisation WHERE kind = 'department' AND region = '35'", "", 2),
        ("SELECT MAX(id) FROM organisation WHERE kind = 'college' AND region <> '35'", "department", 3),
        ("SELECT id FROM organisation WHERE kind = 'department' AND region = '35'", "region", 2),
        ("SELECT id FROM organisation WHERE kind = 'department' AND region = '71'", "region", 3),
    ] {
        move_to(organisation).await;
        assert_eq!(choose(word).await, DONE);
        assert_eq!(offered().await, experts, "{organisation} {word}");
    }
    assert_eq!(choose("nobody").await, StatusCode::BAD_REQUEST);
    assert!(operator.page("/register/limits").await.contains("value=\"region\" selected"));
    move_to("SELECT id FROM organisation WHERE kind = 'department' AND region = '35'").await;
    let members = server.number("SELECT MIN(id) FROM account WHERE role = 'expert'").await;
    let ids: Vec<String> = (0..3).map(|at| (members + at).to_string()).collect();
    let mut fields: Vec<(&str, &str)> = ids.iter().map(|id| ("member", id.as_str())).collect();
    fields.push(("chair", &ids[0]));
    assert_eq!(case.act(&operator, "pass_on", &fields).await, REFUSED, "not by a form made by hand either");
}

async fn what_was_never_sent_stays_the_colleges_own(server: Server) {
    let (case, _) = opened(&server).await;
    let director = server.person("director").await;
    assert_eq!(case.act(&director, "withdraw", &[]).await, DONE);
    for local in ["operator", "department", "ministry"] {
        let seen = server.person(local).await.get(&format!("/register/{}", case.id)).await.status();
        assert_eq!(seen, StatusCode::NOT_FOUND, "{local}");
    }
    let receipt = director.get(&format!("/register/{}/receipt.pdf", case.id)).await.status();
    assert_eq!(receipt, StatusCode::NOT_FOUND, "no receipt of what was not received");
}

async fn an_experts_remark_is_blind_and_nameless(server: Server) {
    let (case, experts) = passed_on(&server).await;
    let remark = format!("/register/{}/remark", case.id);
    let secret = [("place", ""), ("text", "құпия-ескертпе")];
    assert_eq!(experts[0].post(&remark, &secret).await.status(), REFUSED, "before declaring");
    case.act(&experts[0], "declare", &[]).await;
    for _ in 0..2 {
        assert_eq!(experts[0].post(&remark, &secret).await.status(), DONE);
    }
    assert_eq!(server.number("SELECT COUNT(*) FROM register_remark").await, 1, "a second click");
    let operator = server.person("operator").await;
    for other in [&experts[1], &operator, &server.person("director").await] {
        assert!(!case.page(other).await.contains("құпия-ескертпе"), "before all have judged");
    }
    for expert in &experts {
        case.act(expert, "declare", &[]).await;
        case.judge(expert, "себебі").await;
    }
    assert!(case.page(&experts[1]).await.contains("құпия-ескертпе"), "once all have");
    assert_eq!(case.act(&experts[0], "return", &[]).await, DONE);
    let page = case.page(&server.person("director").await).await;
    assert!(page.contains("құпия-ескертпе") && !page.contains("Сәуле Сарапшиева"), "the college sees no expert");
    let department = case.page(&server.person("department").await).await;
    assert!(department.contains("құпия-ескертпе") && !department.contains("Сәуле Сарапшиева"), "nor its department");
}

async fn documents_accompany_an_application(server: Server) {
    let (case, _) = opened(&server).await;
    let (director, neighbour) = (server.person("director").await, server.person("neighbour").await);
    let attach = format!("/register/{}/attach", case.id);
    let letter = b"%PDF-1.7\nhat\n%%EOF\n".to_vec();
    let mut large = letter.clone();
    large.splice(8..8, vec![b' '; 20 * 1024 * 1024]);
    for (name, bytes, said) in [
        ("хат.pdf", b"<html><script>alert(1)</script>".to_vec(), "Бұл PDF файлы емес"),
        ("хат.pdf", b"%PDF-1.7 cut off".to_vec(), "Бұл PDF файлы емес"),
        ("үлкен.pdf", large, "20 МБ-тан үлкен"),
    ] {
        let answer = director.upload(&attach, &[("kind", "letter")], &[(name, bytes)]).await;
        assert_eq!(answer.status(), REFUSED);
        assert!(answer.text().await.unwrap().contains(said), "{said}");
    }
    assert_eq!(neighbour.upload(&attach, &[], &[("a.pdf", letter.clone())]).await.status(), StatusCode::NOT_FOUND);
    for _ in 0..2 {
        let answer = director.upload(&attach, &[("kind", "letter")], &[("<b>хат</b>.pdf", letter.clone())]).await;
        assert_eq!(answer.status(), DONE);
    }
    assert_eq!(
        director
            .upload(&attach, &[("kind", "other")], &[("хаттама.pdf", b"%PDF-1.4\n2\n%%EOF".to_vec())])
            .await
            .status(),
        DONE
    );
    let page = case.page(&director).await;
    assert!(page.contains("&#60;b&#62;хат") && !page.contains("<b>хат"), "a name is text");
    let listed = values(&page, "attachment");
    assert_eq!(listed.len(), 2, "the same file once");
    let path = format!("/register/{}/attachments/{}", case.id, listed[0]);
    let answer = director.get(&path).await;
    assert_eq!(answer.headers()["content-type"], "application/pdf");
    let saved = answer.headers()["content-disposition"].to_str().unwrap().to_owned();
    let own = "filename*=UTF-8''b%D1%85%D0%B0%D1%82b.pdf";
    assert!(saved.starts_with("attachment; filename=\"") && saved.ends_with(own), "under its own name: {saved}");
    assert_eq!(answer.bytes().await.unwrap(), letter);
    assert_eq!(neighbour.get(&path).await.status(), StatusCode::NOT_FOUND);
    let off = format!("/register/{}/detach", case.id);
    assert_eq!(director.post(&off, &[("attachment", &listed[1])]).await.status(), DONE);
    assert_eq!(values(&case.page(&director).await, "attachment").len(), 1);

    assert_eq!(case.send(&director, "submit").await, DONE);
    let operator = server.person("operator").await;
    assert!(case.page(&operator).await.contains("жұмыс берушінің хаты"));
    assert_eq!(operator.get(&path).await.bytes().await.unwrap(), letter, "who judges reads it");
    let text = async |person: &Person, kind: &str| {
        let pdf = person.get(&format!("/register/{}/{kind}.pdf", case.id)).await.bytes().await.unwrap();
        crate::support::pdf_text(&pdf)
    };
    let receipt = text(&director, "receipt").await;
    assert!(receipt.contains("қабылдау туралы қолхат") && receipt.contains("Дәулет Директоров"), "{receipt}");
    assert!(receipt.contains("<b>хат</b>.pdf"), "{receipt}");
    assert!(text(&operator, "journal").await.contains("Өтінімнің журналы"));
    let rival = neighbour.get(&format!("/register/{}/receipt.pdf", case.id)).await;
    assert_eq!(rival.status(), StatusCode::NOT_FOUND);
    assert_eq!(director.post(&off, &[("attachment", &listed[0])]).await.status(), REFUSED, "what was sent stays");
    assert_eq!(
        director.upload(&attach, &[("kind", "other")], &[("тағы.pdf", b"%PDF-1.4\n3\n%%EOF".to_vec())]).await.status(),
        REFUSED
    );
    case.act(&operator, "take", &[]).await;
    case.act(&operator, "return", &[("why", "Хаттаманы қосыңыз")]).await;
    assert_eq!(
        director.upload(&attach, &[("kind", "other")], &[("тағы.pdf", b"%PDF-1.4\n3\n%%EOF".to_vec())]).await.status(),
        DONE
    );
    assert_eq!(director.post(&off, &[("attachment", &listed[0])]).await.status(), DONE);
    let unsent = values(&case.page(&director).await, "attachment");
    let unsent = format!("/register/{}/attachments/{}", case.id, unsent[0]);
    assert!(!case.page(&operator).await.contains("тағы.pdf") && !text(&director, "receipt").await.contains("тағы.pdf"));
    assert_eq!(operator.get(&unsent).await.status(), StatusCode::NOT_FOUND, "what was not sent is the college's own");
    assert_eq!(operator.get(&path).await.bytes().await.unwrap(), letter, "what was sent stays for whom it was sent to");
    assert!(text(&director, "receipt").await.contains("<b>хат</b>.pdf"));
    // What lies on the disk was changed by somebody else.
    let folder = server.app.config.files();
    let kept = std::fs::read_dir(folder).unwrap().flat_map(|part| std::fs::read_dir(part.unwrap().path()).unwrap());
    for file in kept {
        std::fs::write(file.unwrap().path(), b"%PDF-1.7 other %%EOF").unwrap();
    }
    assert!(operator.get(&path).await.status().is_server_error(), "a changed file is not handed out");
    server.trail_holds().await;
}

async fn time_alone_reminds_once_and_ends_a_validity(server: Server) {
    use sheber_programmes::register::time::pass;
    let (case, experts) = passed_on(&server).await;
    let mails = async |local: &str| {
        let sql = format!(
            "SELECT COUNT(*) FROM outbox WHERE recipient = '{local}@demo.sheber.kz' AND subject LIKE '%мерзімі%өтті%'"
        );
        server.number(&sql).await
    };
    case.act(&experts[0], "declare", &[]).await;
    case.judge(&experts[0], "себебі").await;
    pass(&server.app).await.unwrap();
    assert_eq!(mails("expert-2").await, 0, "there is time yet");
    database::run(&server.app.db, "UPDATE register_step SET at = at - 3456000000", vec![]).await.unwrap();
    for _ in 0..2 {
        pass(&server.app).await.unwrap();
    }
    assert_eq!((mails("expert-2").await, mails("expert-3").await), (1, 1), "once");
    assert_eq!(
        (mails("expert").await, mails("director").await),
        (0, 0),
        "who has judged, and the college, need not hear it"
    );

    for expert in &experts {
        case.act(expert, "declare", &[]).await;
        case.judge(expert, "себебі").await;
    }
    case.act(&experts[0], "summarise", &[("why", "Сай"), ("recommendation", "include")]).await;
    let second = server.person("operator-2").await;
    assert_eq!(case.act(&second, "include", &[("valid_to", "2031-08-31")]).await, DONE);
    pass(&server.app).await.unwrap();
    assert_eq!(case.state().await, "included");
    for table in ["register_case", "register_entry"] {
        database::run(&server.app.db, &format!("UPDATE {table} SET valid_to = '2024-08-31'"), vec![]).await.unwrap();
    }
    for _ in 0..2 {
        pass(&server.app).await.unwrap();
    }
    assert_eq!(case.state().await, "expired");
    assert_eq!(
        server.number("SELECT COUNT(*) FROM register_step WHERE action = 'expire' AND actor_id IS NULL").await,
        1
    );
    assert_eq!(server.number("SELECT COUNT(*) FROM register_entry WHERE state = 'expired'").await, 1);
    server.trail_holds().await;
}

/// A programme that is in the register, by every step of the procedure; gives its number.
pub async fn included(server: &Server, valid_to: &str) -> String {
    let (case, experts) = passed_on(server).await;
    for expert in &experts {
        case.act(expert, "declare", &[]).await;
        case.judge(expert, "себебі").await;
    }
    case.act(&experts[0], "summarise", &[("why", "Сай"), ("recommendation", "include")]).await;
    let second = server.person("operator-2").await;
    assert_eq!(case.act(&second, "include", &[("valid_to", valid_to)]).await, DONE);
    server.text("SELECT number FROM register_case WHERE id = 1").await
}

/// Takes the only included programme out of the register.
pub async fn exclude(server: &Server, grounds: &str) {
    let operator = server.person("operator").await;
    assert_eq!(Case { server, id: 1 }.act(&operator, "exclude", &[("why", grounds)]).await, DONE);
}

/// Case 1 before the experts, of whom the chair has declared and not judged yet; case 2 a draft of the college.
pub async fn with_cases(server: &Server) {
    let (case, experts) = passed_on(server).await;
    case.act(&experts[0], "declare", &[]).await;
    let programme = format!("SELECT MAX(id) FROM programme WHERE violations = 0 AND college_id = {OWN}");
    let programme = server.number(&programme).await.to_string();
    server.person("director").await.post("/register/open", &[("programme", &programme)]).await;
}

async fn two_clicks_at_once_open_one_application(server: Server) {
    let programme = format!("SELECT MIN(id) FROM programme WHERE college_id = {OWN}");
    let programme = server.number(&programme).await.to_string();
    let director = server.person("director").await;
    let mut clicks = tokio::task::JoinSet::new();
    for _ in 0..6 {
        let (director, programme) = (director.clone(), programme.clone());
        clicks.spawn(async move { director.post("/register/open", &[("programme", &programme)]).await.status() });
    }
    assert!(clicks.join_all().await.iter().all(|status| *status == DONE));
    assert_eq!(server.number("SELECT COUNT(*) FROM register_case").await, 1);
}

on_both! {
two_clicks_at_once_open_one_application
from_application_to_the_number experts_judge_blind_and_others_decide experts_return_and_a_refusal_is_appealed
numbers_have_no_gap_under_concurrency time_alone_reminds_once_and_ends_a_validity documents_accompany_an_application
    who_is_bound_to_the_college_does_not_judge what_was_never_sent_stays_the_colleges_own what_is_sent_is_looked_over_first the_operator_sets_how_long_a_stage_may_take a_remark_is_answered_shows_what_changed_and_is_accepted an_experts_remark_is_blind_and_nameless
}
