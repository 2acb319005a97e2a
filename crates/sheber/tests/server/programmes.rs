//! Programmes: the list, import, the editor without script, versions, conflicts, copies, the library, export and print.

use reqwest::StatusCode;

use crate::on_both;
use crate::support::{Server, form_fields, pairs, set, value};

fn example(name: &str) -> Vec<u8> {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples").join(name);
    std::fs::read(path).unwrap()
}

async fn own(server: &Server, specialty: &str) -> i64 {
    server
        .number(&format!(
            "SELECT MIN(id) FROM programme WHERE specialty = '{specialty}' AND college_id = (SELECT organisation_id FROM account WHERE email = 'methodist@demo.sheber.kz')"
        ))
        .await
}

async fn the_list_is_searched_filtered_and_exported(server: Server) {
    let person = server.person("ministry").await;
    let all = person.page("/programmes").await;
    assert_eq!(all.matches("<tr><th scope=\"row\">").count(), 9);
    let found = person.page("/programmes?q=%D0%91%D0%90%D0%A1%D0%A2%D0%90%D0%A3%D0%AB%D0%A8").await;
    assert_eq!(found.matches("<tr><th scope=\"row\">").count(), 1, "Kazakh letters, any case");
    let short = person.page("/programmes?q=%D0%B5%D1%81").await;
    assert!(short.matches("<tr><th scope=\"row\">").count() >= 1, "two letters are a prefix");
    assert_eq!(person.page("/programmes?level=worker").await.matches("<tr><th scope=\"row\">").count(), 2);
    assert_eq!(person.page("/programmes?state=violations").await.matches("<tr><th scope=\"row\">").count(), 2);
    assert!(person.page("/programmes?q=zzzzz").await.contains("class=\"empty\""));
    let export = person.get("/programmes/list.xlsx?level=worker").await;
    let table = crate::support::Sheet::read(&export.bytes().await.unwrap());
    assert_eq!(table.rows.len(), 2, "exactly what is filtered");
    let names: Vec<&str> = all
        .split("<tr><th scope=\"row\"><a href=\"/programmes/")
        .skip(1)
        .map(|rest| rest.split('>').nth(1).unwrap().split('<').next().unwrap())
        .collect();
    let mut sorted = names.clone();
    sorted.sort_by_key(|name| sheber_platform::search::sort_key(sheber_kernel::Lang::Kk, name));
    assert_eq!(names, sorted, "the order of the Kazakh alphabet");
    for hostile in [
        "/programmes?after=zz",
        "/programmes?after=ff.x",
        "/programmes?q=%22%27%25_%5C",
        "/programmes?sort=updated&after=1.1",
    ] {
        assert!(!person.get(hostile).await.status().is_server_error(), "{hostile}");
    }
    assert_eq!(
        person.post("/programmes/filters", &[("name", "Жұмысшылар"), ("query", "level=worker")]).await.status(),
        StatusCode::SEE_OTHER
    );
    assert!(person.page("/programmes").await.contains("Жұмысшылар"));
}

async fn the_catalogue_follows_what_another_process_writes(server: Server) {
    use sheber_platform::actor::Scope;
    use sheber_programmes::programmes::catalogue::{self, Filter};
    // A second server on the same database.
    let other = sheber_app::App::new(server.app.db.clone(), sheber_app::Config::default(), server.app.clock.clone());
    let find = async |query: &str| {
        let filter = Filter::recent(query);
        catalogue::find(&other, &Scope::All, &filter, sheber_kernel::Lang::Kk, 5).await.unwrap().total
    };
    assert_eq!(find("").await, 9);
    let methodist = server.person("methodist").await;
    let id = server.number("SELECT MIN(id) FROM programme WHERE college_id = (SELECT organisation_id FROM account WHERE email = 'methodist@demo.sheber.kz')").await;
    methodist.post(&format!("/programmes/{id}/archive"), &[("archived", "true")]).await;
    assert_eq!(find("").await, 8, "one put away");
    methodist.post(&format!("/programmes/{id}/archive"), &[("archived", "false")]).await;
    assert_eq!(find("").await, 9, "and taken back");
    sheber_demo::national(&server.app, 2, 20, 1).await.unwrap();
    assert_eq!(find("").await, 29, "many at once");
}

async fn pages_follow_one_another_without_gap_or_repeat(server: Server) {
    sheber_demo::national(&server.app, 3, 170, 1).await.unwrap();
    let person = server.person("ministry").await;
    for sort in ["", "updated"] {
        let mut seen = Vec::new();
        let mut path = format!("/programmes?sort={sort}");
        loop {
            let page = person.page(&path).await;
            seen.extend(
                page.split("<tr><th scope=\"row\"><a href=\"/programmes/")
                    .skip(1)
                    .map(|rest| rest.split('"').next().unwrap().to_owned()),
            );
            let mut links = page.split("<a ").filter_map(|rest| rest.split_once('>'));
            let Some((next, _)) = links.find(|(tag, _)| tag.contains("rel=\"next\"")) else { break };
            let link = next.split("href=\"").nth(1).unwrap().split('"').next().unwrap();
            path = link.replace("&#38;", "&").replace("&amp;", "&");
        }
        assert_eq!(seen.len(), 179, "{sort}");
        seen.sort();
        seen.dedup();
        assert_eq!(seen.len(), 179, "{sort}");
    }
}

async fn files_are_imported_with_a_summary(server: Server) {
    let person = server.person("methodist").await;
    let template = person.get("/programmes/template.xlsx?lang=ru").await;
    assert!(template.bytes().await.unwrap().starts_with(b"PK"));
    let faulty = example("08-motor-vehicles-ru-2023-faulty.json");
    let programme = sheber_exchange::json::read(&faulty).unwrap();
    let mut draft = sheber_exchange::draft::Draft::from(&programme);
    let book =
        sheber_exchange::xlsx::write(&draft, sheber_kernel::Lang::Ru, &sheber_exchange::xlsx::Notes::new()).unwrap();
    draft.put("/modules/0/units/0/hours", "семьдесят".to_owned());
    let wrong =
        sheber_exchange::xlsx::write(&draft, sheber_kernel::Lang::Kk, &sheber_exchange::xlsx::Notes::new()).unwrap();
    let files =
        [("good.xlsx", book), ("good.json", faulty), ("wrong.xlsx", wrong.clone()), ("note.txt", b"hello".to_vec())];
    let answer = person.upload("/programmes/import", &[], &files).await;
    assert_eq!(answer.status(), StatusCode::UNPROCESSABLE_ENTITY);
    let page = answer.text().await.unwrap();
    assert!(page.contains("1 / 4"), "a summary: the same programme in two files is one");
    assert!(page.contains("H2"), "the wrong cell is named");
    assert_eq!(server.number("SELECT COUNT(*) FROM programme").await, 10);
    let taken = server.number("SELECT COUNT(*) FROM programme WHERE college_id = (SELECT organisation_id FROM account WHERE email = 'methodist@demo.sheber.kz')").await;
    assert_eq!(taken, 6, "taken for the college of the one who imports");
    // The same file again is noticed; letters that look alike are said.
    let alike = include_bytes!("../cases/lookalike-letters/p01-qual-cyr-S.xlsx").to_vec();
    let made = async || server.number("SELECT COUNT(*) FROM programme").await;
    for said in ["ұқсас әрпі «4S06130103» деп оқылды", "дәл осындай бағдарлама бар"]
    {
        let answer = person.upload("/programmes/import", &[], &[("p.xlsx", alike.clone())]).await;
        assert_eq!(answer.status(), StatusCode::OK);
        let page = answer.text().await.unwrap();
        assert!(page.contains(said), "{said}: {page}");
    }
    let before = made().await;
    let books = [("p.ods", include_bytes!("../cases/other-formats/p00-base.ods").to_vec())];
    person.upload("/programmes/import", &[("again", "yes")], &books).await;
    assert_eq!(made().await, before + 1, "another delivery, from another program, where it was said to be one");
    let id = server.number("SELECT MAX(id) FROM programme").await;
    let (path, fields) = (format!("/programmes/{id}/copy"), [("intake", "2024-2025")]);
    let (one, other) = tokio::join!(person.post(&path, &fields), person.post(&path, &fields));
    assert_eq!(one.headers()["location"], other.headers()["location"], "a double click makes one copy");
    assert_eq!(made().await, before + 2);
    let copy = person.upload("/programmes/import", &[("copy", "1")], &[("wrong.xlsx", wrong)]).await;
    assert!(copy.bytes().await.unwrap().starts_with(b"PK"), "a copy with the errors noted");
}

async fn a_methodist_mends_a_programme_without_script(server: Server) {
    let person = server.person("methodist").await;
    let id = own(&server, "01140100").await;
    let path = format!("/programmes/{id}/edit");
    let mut fields = person.editor(id).await;
    assert!(person.page(&format!("/programmes/{id}")).await.contains("✕ 5"));
    set(&mut fields, "/standard_edition", "2023-06-06");
    set(&mut fields, "action", "add-standard");
    let page = person.post_raw(&path, &pairs(&fields)).await.text().await.unwrap();
    let mut fields = form_fields(&page);
    set(&mut fields, "/professional_standards/0/code", "ПС-1");
    set(&mut fields, "/professional_standards/0/name/kk", "Мұғалім");
    set(&mut fields, "note", "редакция");
    set(&mut fields, "action", "save");
    let answer = person.post_raw(&path, &pairs(&fields)).await;
    assert_eq!(answer.status(), StatusCode::SEE_OTHER);
    let stored = server.number(&format!("SELECT violations FROM programme WHERE id = {id}")).await;
    assert_eq!(stored, 4, "2.2 is mended");
    // What does not read is kept, and said.
    let mut fields = person.editor(id).await;
    set(&mut fields, "/modules/0/units/0/hours", "жүз");
    let answer = person.post_raw(&path, &pairs(&fields)).await;
    assert_eq!(answer.status(), StatusCode::UNPROCESSABLE_ENTITY);
    assert!(answer.text().await.unwrap().contains("value=\"жүз\""));
    let again = person.page(&path).await;
    assert!(again.contains("value=\"жүз\""), "still there after leaving");
    let mut fields = form_fields(&again);
    set(&mut fields, "/modules/0/units/0/hours", "96");
    assert_eq!(person.post_raw(&path, &pairs(&fields)).await.status(), StatusCode::SEE_OTHER);
    // Rows.
    let mut fields = person.editor(id).await;
    let before = fields.iter().filter(|(name, _)| name.starts_with("/modules/1/units/")).count();
    set(&mut fields, "action", "add-unit:1");
    let page = person.post_raw(&path, &pairs(&fields)).await.text().await.unwrap();
    assert!(form_fields(&page).iter().filter(|(name, _)| name.starts_with("/modules/1/units/")).count() > before);
}

async fn nothing_is_lost_by_opening_and_saving(server: Server) {
    let person = server.person("methodist").await;
    for specialty in ["06130100", "04110100", "07161300", "01140100"] {
        let id = own(&server, specialty).await;
        let before = person.page(&format!("/programmes/{id}/programme.json")).await;
        let mut fields = person.editor(id).await;
        set(&mut fields, "note", "қайта сақтау");
        assert_eq!(
            person.post_raw(&format!("/programmes/{id}/edit"), &pairs(&fields)).await.status(),
            StatusCode::SEE_OTHER
        );
        assert_eq!(person.page(&format!("/programmes/{id}/programme.json")).await, before, "{specialty}");
    }
}

async fn two_editors_get_a_comparison(server: Server) {
    let first = server.person("methodist").await;
    let second = server.person("director").await;
    let id = own(&server, "06130100").await;
    let path = format!("/programmes/{id}/edit");
    let mut ours = first.editor(id).await;
    let mut theirs = second.editor(id).await;
    set(&mut theirs, "/modules/1/name/kk", "Дене тәрбиесі (директор)");
    assert_eq!(second.post_raw(&path, &pairs(&theirs)).await.status(), StatusCode::SEE_OTHER);
    set(&mut ours, "/modules/1/name/kk", "Дене тәрбиесі (әдіскер)");
    let answer = first.post_raw(&path, &pairs(&ours)).await;
    assert_eq!(answer.status(), StatusCode::CONFLICT);
    assert!(answer.text().await.unwrap().contains("(әдіскер)"), "what was typed stays");
    let compared = first.page(&format!("/programmes/{id}/compare?from=2&draft=1")).await;
    assert!(compared.contains("(директор)") && compared.contains("(әдіскер)"));
    assert!(second.page(&format!("/programmes/{id}")).await.contains("(директор)"), "nothing was overwritten");
    let autosave = first.post_raw(&format!("/programmes/{id}/autosave"), &pairs(&ours)).await;
    assert!(autosave.text().await.unwrap().contains("\"conflict\""));
}

async fn a_kept_draft_outlives_what_others_do(server: Server) {
    let first = server.person("methodist").await;
    let second = server.person("director").await;
    let id = own(&server, "06130100").await;
    let mut ours = first.editor(id).await;
    set(&mut ours, "/modules/0/units/0/hours", "жетпіс екі");
    let kept = first.post_raw(&format!("/programmes/{id}/autosave"), &pairs(&ours)).await.text().await.unwrap();
    assert!(kept.contains("\"kept\""));
    // One's own insertion from the library and another's save leave it alone.
    second.post("/library/keep", &[("programme", &id.to_string()), ("module", "БМ 01")]).await;
    let mut theirs = second.editor(id).await;
    set(&mut theirs, "note", "директор сақтады");
    assert_eq!(
        second.post_raw(&format!("/programmes/{id}/edit"), &pairs(&theirs)).await.status(),
        StatusCode::SEE_OTHER
    );
    let again = first.page(&format!("/programmes/{id}/edit")).await;
    assert!(again.contains("value=\"жетпіс екі\"") && again.contains("name=\"over\""), "kept, and said to be behind");
    let mut fields = form_fields(&again);
    set(&mut fields, "/modules/0/units/0/hours", "72");
    let answer = first.post_raw(&format!("/programmes/{id}/autosave"), &pairs(&fields)).await.text().await.unwrap();
    assert!(answer.contains("\"unchanged\"") || answer.contains("\"saved\"") || answer.contains("\"conflict\""));
    set(&mut fields, "/modules/0/units/0/name/kk", "Қазақ тілі (менікі)");
    let answer = first.post_raw(&format!("/programmes/{id}/autosave"), &pairs(&fields)).await.text().await.unwrap();
    assert!(answer.contains("\"conflict\""), "no background save over somebody else's version: {answer}");
    set(&mut fields, "over", "2");
    assert_eq!(
        first.post_raw(&format!("/programmes/{id}/edit"), &pairs(&fields)).await.status(),
        StatusCode::SEE_OTHER,
        "said in so many words"
    );
    assert_eq!(server.number("SELECT COUNT(*) FROM programme_draft").await, 0);
}

async fn a_saved_version_is_not_thinned_out(server: Server) {
    let person = server.person("methodist").await;
    let id = own(&server, "06130100").await;
    let mut fields = person.editor(id).await;
    set(&mut fields, "/modules/0/units/0/name/kk", "Қазақ тілі 1");
    person.post_raw(&format!("/programmes/{id}/autosave"), &pairs(&fields)).await;
    // The same again, by the button: nothing new to write, but no longer an autosave; and nobody is in conflict with oneself.
    assert_eq!(
        person.post_raw(&format!("/programmes/{id}/edit"), &pairs(&fields)).await.status(),
        StatusCode::SEE_OTHER
    );
    assert_eq!(
        server
            .number(&format!("SELECT COUNT(*) FROM programme_version WHERE programme_id = {id} AND autosave = FALSE"))
            .await,
        2
    );
}

async fn versions_are_compared_and_restored(server: Server) {
    let person = server.person("methodist").await;
    let id = own(&server, "06130100").await;
    let before = person.page(&format!("/programmes/{id}/programme.json")).await;
    let mut fields = person.editor(id).await;
    set(&mut fields, "/modules/0/units/0/name/kk", "Қазақ тілі (өзгерді)");
    set(&mut fields, "note", "атауы");
    person.post_raw(&format!("/programmes/{id}/edit"), &pairs(&fields)).await;
    let compared = person.page(&format!("/programmes/{id}/compare?from=1&to=2")).await;
    assert!(compared.contains("Қазақ тілі (өзгерді)") && compared.contains("ЖБП 01"));
    assert_eq!(
        person.post(&format!("/programmes/{id}/restore"), &[("version", "1"), ("base", "2")]).await.status(),
        StatusCode::SEE_OTHER
    );
    assert_eq!(person.page(&format!("/programmes/{id}/programme.json")).await, before);
    let versions = person.page(&format!("/programmes/{id}/versions")).await;
    assert!(versions.contains("атауы") && versions.matches("name=\"from\"").count() == 3, "nothing is deleted");
}

async fn autosaves_thin_out_and_findings_are_live(server: Server) {
    let person = server.person("methodist").await;
    let id = own(&server, "06130100").await;
    let mut fields = person.editor(id).await;
    for round in 0..3 {
        set(&mut fields, "/modules/0/units/0/name/kk", &format!("Қазақ тілі {round}"));
        let answer =
            person.post_raw(&format!("/programmes/{id}/autosave"), &pairs(&fields)).await.text().await.unwrap();
        assert!(answer.contains("\"saved\""), "{answer}");
        let base = answer.split("\"base\":").nth(1).unwrap().split([',', '}']).next().unwrap().to_owned();
        set(&mut fields, "base", &base);
    }
    let count = format!("SELECT COUNT(*) FROM programme_version WHERE programme_id = {id}");
    assert_eq!(server.number(&count).await, 2, "the first, and the last of the autosaves");
    server.app.clock.advance(sheber_platform::clock::Span::minutes(11));
    set(&mut fields, "/modules/0/units/0/name/kk", "Қазақ тілі");
    person.post_raw(&format!("/programmes/{id}/autosave"), &pairs(&fields)).await;
    assert_eq!(server.number(&count).await, 3);
    set(&mut fields, "/modules/0/units/0/credits", "2.5");
    let panel = person.post_raw(&format!("/programmes/{id}/check"), &pairs(&fields)).await.text().await.unwrap();
    assert!(
        panel.contains("59,5") && panel.contains("data-field=\"/modules/0/code\"") && panel.contains("/guidance/3.2"),
        "{panel}"
    );
}

async fn a_programme_is_copied_to_a_new_edition(server: Server) {
    let person = server.person("methodist").await;
    let id = own(&server, "06130100").await;
    let page = person.page(&format!("/programmes/{id}/copy?intake=2024-2025")).await;
    assert!(page.contains("2.9"), "the list of what the edition demands");
    let answer = person.post(&format!("/programmes/{id}/copy"), &[("intake", "2024-2025")]).await;
    let target = answer.headers()["location"].to_str().unwrap().to_owned();
    let edit = person.page(&target).await;
    assert_eq!(value(&edit, "/standard_edition"), "2023-06-06");
    assert_eq!(value(&edit, "/registry/number"), "");
}

async fn a_new_programme_has_a_skeleton(server: Server) {
    let person = server.person("methodist").await;
    let fields = [
        ("specialty", "06130100"),
        ("qualification", "4S06130103"),
        ("entry", "basic_secondary"),
        ("level", "mid_level"),
        ("language", "kk"),
        ("intake", "2024-2025"),
        ("years", "3"),
    ];
    let answer = person.post("/programmes/new", &fields).await;
    assert_eq!(answer.status(), StatusCode::SEE_OTHER);
    let edit = person.page(answer.headers()["location"].to_str().unwrap()).await;
    for code in ["ЖБП", "БМ 04", "КМ 01", "ҚА"] {
        assert!(edit.contains(&format!("value=\"{code}\"")), "{code}");
    }
    let mut wrong = fields;
    wrong[1] = ("qualification", "3W06120101");
    let answer = person.post("/programmes/new", &wrong).await;
    assert_eq!(answer.status(), StatusCode::UNPROCESSABLE_ENTITY, "another specialty's qualification");
    assert!(answer.text().await.unwrap().contains("value=\"3W06120101\""), "what was typed stays");
}

async fn a_module_of_the_library_is_inserted_and_updated(server: Server) {
    let person = server.person("methodist").await;
    let source = own(&server, "04110100").await;
    let keep = |programme: i64| {
        let person = person.clone();
        async move {
            person.post("/library/keep", &[("programme", &programme.to_string()), ("module", "ЖБП")]).await.status()
        }
    };
    assert_eq!(keep(source).await, StatusCode::SEE_OTHER);
    assert!(person.page("/library").await.contains("ЖБП"));
    let fields = [
        ("specialty", "04110100"),
        ("qualification", "4S04110102"),
        ("entry", "basic_secondary"),
        ("level", "mid_level"),
        ("language", "kk"),
        ("intake", "2024-2025"),
        ("years", "3"),
    ];
    let made = person.post("/programmes/new", &fields).await.headers()["location"].to_str().unwrap().to_owned();
    let id: i64 = made.split('/').nth(2).unwrap().parse().unwrap();
    let library = server.number("SELECT MIN(id) FROM library_module").await.to_string();
    let insert = [("library", library.as_str()), ("base", "1")];
    assert_eq!(person.post(&format!("/programmes/{id}/insert"), &insert).await.status(), StatusCode::SEE_OTHER);
    assert!(person.page(&format!("/programmes/{id}")).await.contains("Қазақ әдебиеті"));
    // The source changes and is kept again: the other programme is offered the change.
    let mut fields = person.editor(source).await;
    set(&mut fields, "/modules/0/units/0/name/kk", "Қазақ тілі (жаңа)");
    person.post_raw(&format!("/programmes/{source}/edit"), &pairs(&fields)).await;
    keep(source).await;
    let offer = person.page(&format!("/programmes/{id}")).await;
    assert!(offer.contains("name=\"accept\""));
    let neighbour = server.person("neighbour").await;
    assert_eq!(
        neighbour
            .post(&format!("/programmes/{id}/update"), &[("module", "ЖБП"), ("base", "2"), ("accept", "true")])
            .await
            .status(),
        StatusCode::NOT_FOUND
    );
    let update = [("module", "ЖБП"), ("base", "2"), ("accept", "true")];
    assert_eq!(person.post(&format!("/programmes/{id}/update"), &update).await.status(), StatusCode::SEE_OTHER);
    let after = person.page(&format!("/programmes/{id}")).await;
    assert!(after.contains("Қазақ тілі (жаңа)") && !after.contains("name=\"accept\""));
}

async fn outcomes_of_a_standard_are_not_reworded(server: Server) {
    // The cook's programme belongs to another college of the demo: its outcome stands in the standard ПС-ҚК-021.
    let person = server.person("methodist").await;
    let answer = person.upload("/programmes/import", &[], &[("cook.json", example("05-cook-kk-2024.json"))]).await;
    assert_eq!(answer.status(), StatusCode::OK);
    let id = own(&server, "10130300").await;
    let page = person.page(&format!("/programmes/{id}/edit")).await;
    assert!(page.contains("class=\"locked\""));
    let mut fields = form_fields(&page);
    let name = fields.iter().find(|(_, value)| value.starts_with("Санитария")).unwrap().0.clone();
    set(&mut fields, &name, "Тазалық сақтау");
    let answer = person.post_raw(&format!("/programmes/{id}/edit"), &pairs(&fields)).await;
    assert_eq!(answer.status(), StatusCode::UNPROCESSABLE_ENTITY);
    let page = answer.text().await.unwrap();
    assert!(page.contains("role=\"alert\"") && page.contains("Тазалық сақтау"), "what was typed stays");
}

async fn the_curriculum_is_printed(server: Server) {
    let person = server.person("teacher").await;
    let id = own(&server, "06130100").await;
    for path in ["curriculum.pdf?lang=kk&paper=a4", "curriculum.pdf?lang=ru&paper=a3"] {
        let answer = person.get(&format!("/programmes/{id}/{path}")).await;
        assert_eq!(answer.headers()["content-type"], "application/pdf");
        assert!(answer.bytes().await.unwrap().starts_with(b"%PDF"));
    }
    for path in ["curriculum.xlsx?lang=ru", "programme.xlsx?lang=kk"] {
        assert!(person.get(&format!("/programmes/{id}/{path}")).await.bytes().await.unwrap().starts_with(b"PK"));
    }
}

async fn everything_one_may_see_is_found(server: Server) {
    let person = server.person("methodist").await;
    let page =
        person.page("/search?q=%D0%B1%D0%B0%D2%93%D0%B4%D0%B0%D1%80%D0%BB%D0%B0%D0%BC%D0%B0%D0%BB%D1%8B%D2%9B").await;
    assert!(page.contains("/programmes/") && page.contains("/reference/specialty"));
    assert!(person.page("/search?q=3.2").await.contains("/guidance/3.2"));
    let neighbours = person.page("/search?q=%D0%B4%D3%99%D0%BD%D0%B5%D0%BA%D0%B5%D1%80%D0%BB%D0%B5%D1%83").await;
    assert!(!neighbours.contains("href=\"/programmes/"), "a neighbour's programme is not found");
}

on_both! {
    the_list_is_searched_filtered_and_exported the_catalogue_follows_what_another_process_writes pages_follow_one_another_without_gap_or_repeat files_are_imported_with_a_summary
    a_kept_draft_outlives_what_others_do a_saved_version_is_not_thinned_out
    a_methodist_mends_a_programme_without_script nothing_is_lost_by_opening_and_saving two_editors_get_a_comparison
    versions_are_compared_and_restored autosaves_thin_out_and_findings_are_live a_programme_is_copied_to_a_new_edition
    a_new_programme_has_a_skeleton a_module_of_the_library_is_inserted_and_updated outcomes_of_a_standard_are_not_reworded
    the_curriculum_is_printed everything_one_may_see_is_found
}
