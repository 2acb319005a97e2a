//! Tables brought to doors: a preview of everything, one step back, whatever people really have.

use reqwest::StatusCode;
use sheber_platform::{database, params};

use crate::duties::year;
use crate::on_both;
use crate::support::{Server, value};

/// Purchases as a sheet has them.
fn sheet(rows: usize, year: u16) -> String {
    let row = |row: usize| {
        let (copies, day) = (row % 40 + 1, row % 28 + 1);
        format!("Оқулық {row};kk;paper;{copies};3 200,50 тг;own;{day:02}.03.{year}\n")
    };
    let head = "Название;Язык;Вид;Экземпляры;Цена;Источник средств;Дата закупки\n";
    std::iter::once(head.to_owned()).chain((0..rows).map(row)).collect()
}

async fn what_was_taken_is_undone_as_one_step_while_nobody_changed_it(server: Server) {
    let librarian = server.person("librarian").await;
    let year = year(&server).start();
    let purchases = async || server.number("SELECT COUNT(*) FROM textbook_purchase WHERE removed = FALSE").await;
    let (address, _) = librarian.brings("/textbooks/import", "t.csv", sheet(3, year)).await;
    let page = librarian.takes(&address, &[]).await;
    assert!(page.contains("Алынғанды қайтару"), "{page}");
    assert_eq!(purchases().await, 3);
    let undo = format!("{address}/undo");
    assert_eq!(server.person("neighbour").await.post(&undo, &[]).await.status(), StatusCode::NOT_FOUND, "another's");
    librarian.post(&undo, &[]).await;
    assert!(librarian.settled(&address).await.contains("қайтарылды"));
    assert_eq!(purchases().await, 0);
    // One that somebody touched since keeps all of it.
    let (address, page) = librarian.brings("/textbooks/import", "t.csv", sheet(3, year)).await;
    assert!(page.contains("жаңа – 3"), "what was taken back is no file that was taken: {page}");
    librarian.takes(&address, &[]).await;
    let last = server.number("SELECT MAX(id) FROM textbook_purchase").await;
    librarian.post(&format!("/textbooks/{last}/remove"), &[]).await;
    let page = librarian.settled(&address).await;
    assert!(page.contains("содан бері біреу өзгертті") && !page.contains("Алынғанды қайтару"), "{page}");
    librarian.post(&format!("{address}/undo"), &[]).await;
    librarian.settled(&address).await;
    assert_eq!(purchases().await, 2);
    server.trail_holds().await;
}

async fn many_rows_are_taken_in_parts_and_none_twice(server: Server) {
    let librarian = server.person("librarian").await;
    let (address, page) = librarian.brings("/textbooks/import", "t.csv", sheet(1_203, year(&server).start())).await;
    assert!(page.contains("жаңа – 1203") || page.contains("жаңа – 1\u{a0}203"), "{page}");
    let (one, other) = tokio::join!(librarian.takes(&address, &[]), librarian.takes(&address, &[]));
    assert!(one.contains("алынды") && other.contains("алынды"));
    assert_eq!(server.number("SELECT COUNT(*) FROM textbook_purchase").await, 1_203);
    assert_eq!(server.number("SELECT COUNT(*) FROM table_import_row").await, 1_203);
    assert!(librarian.page("/imports").await.contains("t.csv"));
}

/// A server that ended in the midst goes on where it was, once somebody looks.
async fn what_was_interrupted_goes_on(server: Server) {
    let librarian = server.person("librarian").await;
    let year = year(&server).start();
    let (address, _) = librarian.brings("/textbooks/import", "t.csv", sheet(20, year)).await;
    librarian.takes(&address, &[]).await;
    let db = &server.app.db;
    // As if the last ten had not come yet.
    for sql in [
        "UPDATE textbook_purchase SET removed = TRUE WHERE id IN (SELECT entity_id FROM table_import_row WHERE place > 11)",
        "DELETE FROM table_import_row WHERE place > 11",
        "UPDATE table_import SET state = 'taking', done = 10, fresh = 10",
    ] {
        database::run(db, sql, params![]).await.unwrap();
    }
    let page = librarian.settled(&address).await;
    assert!(page.contains("алынды"), "{page}");
    assert_eq!(server.number("SELECT COUNT(*) FROM textbook_purchase WHERE removed = FALSE").await, 20);
    assert_eq!(server.number("SELECT fresh FROM table_import").await, 20);
}

async fn columns_are_mapped_by_hand_and_remembered(server: Server) {
    let director = server.person("director").await;
    let year = year(&server);
    let last = year.next();
    let rows = |code: &str| format!("№;Что это;Откуда;Куда;Сколько\n1;{code};{year};{last};25\n");
    let (address, page) = director.brings("/groups/import", "a.csv", rows("Г-1")).await;
    assert!(page.contains("атаулары табылмады") && page.contains("column-B"), "{page}");
    let said = [
        ("heading", "1"),
        ("column-A", ""),
        ("column-B", "code"),
        ("column-C", "entered"),
        ("column-D", "leaves"),
        ("column-E", "students"),
    ];
    assert_eq!(director.post(&format!("{address}/options"), &said).await.status(), StatusCode::SEE_OTHER);
    let page = director.settled(&address).await;
    // The language is not said: of a new group it has to be.
    assert!(page.contains("қате – 1") && page.contains("Оқыту тілі"), "{page}");
    let with_lang = rows("Г-1").replace("Сколько", "Сколько;lang").replace(";25", ";25;kk");
    let (address, _) = director.brings("/groups/import", "b.csv", with_lang.clone()).await;
    let said = [&said[..], &[("column-F", "lang")]].concat();
    director.post(&format!("{address}/options"), &said).await;
    assert!(director.settled(&address).await.contains("жаңа – 1"));
    let (address, page) = director.brings("/groups/import", "c.csv", with_lang.replace("Г-1", "Г-2")).await;
    assert!(page.contains("бұрын таңдалғандай") && page.contains("жаңа – 1"), "the next of its shape: {page}");
    director.takes(&address, &[]).await;
    assert_eq!(server.number("SELECT COUNT(*) FROM study_group WHERE code = 'Г-2'").await, 1);
    let wrong = [("heading", "1"), ("column-A", "nothing")];
    let answer = director.post(&format!("{address}/options"), &wrong).await;
    assert!(answer.status().is_client_error() || answer.status() == StatusCode::SEE_OTHER);
}

async fn a_file_without_headings_is_mapped_by_its_columns(server: Server) {
    let librarian = server.person("librarian").await;
    let file = include_bytes!("../cases/columns-by-position/n-noheading.xlsx");
    let (address, page) = librarian.brings("/textbooks/needed/import", "n.xlsx", file.to_vec()).await;
    assert!(page.contains("Первая книга"), "its rows are shown: {page}");
    let said = [("heading", "0"), ("column-A", "title"), ("column-B", "specialty"), ("column-C", "copies")];
    librarian.post(&format!("{address}/options"), &said).await;
    let page = librarian.settled(&address).await;
    assert!(page.contains("жаңа – 2"), "no row is lost for a heading: {page}");
}

async fn the_encoding_can_be_changed(server: Server) {
    let librarian = server.person("librarian").await;
    let file = include_bytes!("../cases/csv-encodings/tb-csv-cp1251-iso.csv");
    let (address, page) = librarian.brings("/textbooks/import", "t.csv", file.to_vec()).await;
    assert!(page.contains("windows-1251 деп оқылды") && page.contains("жаңа – 1"), "{page}");
    librarian.post(&format!("{address}/options"), &[("encoding", "ibm866")]).await;
    assert!(librarian.settled(&address).await.contains("табылмады"), "letters that nobody reads");
    librarian.post(&format!("{address}/options"), &[("encoding", "windows-1251")]).await;
    let page = librarian.settled(&address).await;
    assert!(page.contains("жаңа – 1") && !page.contains("деп оқылды"), "{page}");
}

async fn what_changed_since_the_preview_is_not_taken_over(server: Server) {
    let operator = server.person("operator").await;
    let rows = "code,name_ru\n35,Карагандинская обл.\n10,Абайская обл.\n";
    let (address, page) = operator.brings("/reference/region/import", "r.csv", rows).await;
    assert!(page.contains("өзгереді – 2"), "{page}");
    let sql =
        "UPDATE reference_entry SET name_ru = 'Другая', version = version + 1 WHERE kind = 'region' AND code = '35'";
    database::run(&server.app.db, sql, params![]).await.unwrap();
    // What was seen is no more: nothing is taken, and what would be now is shown.
    let seen = value(&page, "seen").to_owned();
    operator.post(&format!("{address}/take"), &[("seen", &seen)]).await;
    let page = operator.settled(&address).await;
    let named = "SELECT COUNT(*) FROM reference_entry WHERE kind = 'region' AND name_ru IN ('Карагандинская обл.', 'Абайская обл.')";
    assert_eq!(server.number(named).await, 0, "{page}");
    assert!(page.contains("Ештеңе енгізілген жоқ") && page.contains("Другая"), "{page}");
    operator.takes(&address, &[]).await;
    assert_eq!(server.number(named).await, 2);
}

/// Two of one college look at one file; one says otherwise how it is read.
async fn what_is_taken_was_read_as_it_was_seen(server: Server) {
    let (librarian, director) = (server.person("librarian").await, server.person("director").await);
    let rows = "Название;Нужно экземпляров;Заметка\nКол;3;4\n";
    let (address, page) = librarian.brings("/textbooks/needed/import", "n.csv", rows).await;
    let seen = value(&page, "seen").to_owned();
    let otherwise = [("column-A", "title"), ("column-B", ""), ("column-C", "copies"), ("heading", "1")];
    director.post(&format!("{address}/options"), &otherwise).await;
    librarian.post(&format!("{address}/take"), &[("seen", &seen)]).await;
    librarian.settled(&address).await;
    assert_eq!(server.number("SELECT COUNT(*) FROM textbook_needed").await, 0);
    librarian.takes(&address, &[]).await;
    assert_eq!(server.number("SELECT copies FROM textbook_needed").await, 4, "as it is shown now");
}

/// The row of the headings is another one than was thought, and the next file is read so by itself.
async fn the_row_of_headings_is_shown(server: Server) {
    let librarian = server.person("librarian").await;
    let file = |title: &str| format!("что;сколько\n{title};5\n");
    let (address, page) = librarian.brings("/textbooks/needed/import", "n.csv", file("Физика")).await;
    assert!(page.contains("<option value=\"1\" selected>1</option>"), "the first row has words alone: {page}");
    let columns = [("column-A", "title"), ("column-B", "copies")];
    librarian.post(&format!("{address}/options"), &[columns[0], columns[1], ("heading", "0")]).await;
    let page = librarian.settled(&address).await;
    assert!(page.contains("қате – 1"), "the headings are no row: {page}");
    librarian.post(&format!("{address}/options"), &[columns[0], columns[1], ("heading", "1")]).await;
    let page = librarian.settled(&address).await;
    assert!(page.contains("жаңа – 1") && page.contains("қате – 0"), "{page}");
    let (_, page) = librarian.brings("/textbooks/needed/import", "n.csv", file("Химия")).await;
    assert!(page.contains("жаңа – 1") && page.contains("қате – 0"), "{page}");
}

on_both! {
    what_was_taken_is_undone_as_one_step_while_nobody_changed_it many_rows_are_taken_in_parts_and_none_twice
    what_was_interrupted_goes_on columns_are_mapped_by_hand_and_remembered a_file_without_headings_is_mapped_by_its_columns
    the_encoding_can_be_changed what_changed_since_the_preview_is_not_taken_over
    what_is_taken_was_read_as_it_was_seen the_row_of_headings_is_shown
}
