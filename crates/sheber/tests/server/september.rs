//! Three journeys in a browser: a college's September, a department's 10 November, a contest from application to diploma.

use chrono::Days;
use thirtyfour::prelude::*;

use crate::browser::Window;
use crate::duties::{due, task, today, year};
use crate::education::{applications_end, of_another_college};
use crate::support::{Kind, Server};

impl Window {
    /// Chooses an option of a list.
    async fn choose(&self, list: &str, value: &str) {
        self.press(&format!("{list} option[value='{value}']")).await;
    }

    /// Sets a day, whatever the browser's own way of writing days is.
    async fn set_day(&self, css: &str, day: &str) {
        self.script(&format!("document.querySelector(\"{css}\").value = '{day}'; return 1")).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_colleges_september() {
    let server = Server::start(Kind::Sqlite).await;
    let window = Window::open(&server, 1440).await;
    window.sign_in("director").await;
    window.go("/").await;
    assert!(window.text().await.contains("Нұсқаулық бөлімдер бойынша"), "the first page shows how the guidance stands");

    // Two groups.
    for code in ["25ПО-11", "25ПО-12"] {
        window.go("/groups").await;
        if !window.find("#code").await.is_displayed().await.unwrap() {
            window.press("details:has(#code) > summary").await;
        }
        window.write("#code", code).await;
        window.write("#students", "20").await;
        window.submit("form[action='/groups'] button.main").await;
    }
    window.press("details:has(#names) > summary").await;
    window.write("#names", "Әбен Айару\nБейсен Бекзат").await;
    window.submit("form[action$='/students'] button").await;
    assert!(window.text().await.contains("Бейсен Бекзат"));

    // The plan is proposed, an own event is added, the director approves it.
    window.go("/plans").await;
    window.submit("form[action='/plans/propose'] button").await;
    let own = "table.cells tbody tr:last-child";
    window.write(&format!("{own} input[name^=what]"), "Колледж күні").await;
    let day = (today(&server) + Days::new(14)).to_string();
    window.set_day(&format!("{own} input[type=date]"), &day).await;
    window.submit("form[action^='/plans/'] button.main").await;
    assert!(window.text().await.contains("Колледж күні"));
    window.submit("form[action$='/approve'] button").await;
    assert!(window.text().await.contains("бекітілген"));
    window.fits("the plan").await;

    // Knowledge Day on a phone: the curator hour of each group, the second in two taps less.
    let phone = Window::open(&server, 360).await;
    phone.sign_in("teacher").await;
    let knowledge = task(&server, "1.1/hour").await;
    phone.go(&format!("/tasks/{knowledge}")).await;
    assert!(phone.text().await.contains("0 / 2") && phone.text().await.contains("25ПО-11"));
    phone.submit("main a.button.main").await;
    phone.write("#topic", "Білім – табыс кілті").await;
    for group in phone.driver.find_all(By::Css("input[name=groups]")).await.unwrap() {
        group.click().await.unwrap();
    }
    phone.set_day("#held_on", &year(&server).first_day().to_string()).await;
    phone.write("#students", "38").await;
    phone.fits("quick entry").await;
    phone.submit("form[action='/events/quick'] button.main").await;
    assert!(phone.text().await.contains("Жазылды"));
    phone.go(&format!("/tasks/{knowledge}")).await;
    assert!(phone.text().await.contains("орындалды"), "the duty is closed by the record");
    phone.fits("a task").await;

    // Development Day: activities, the link, and a student who signs up on the phone.
    window.go("/events/new?kind=development_day&topic=Development Day").await;
    window.set_day("#planned_on", &(today(&server) + Days::new(1)).to_string()).await;
    window.submit("form[action='/events'] button.main").await;
    window.submit("a[href^='/days/']").await;
    for (title, places) in [("Шахмат", "1"), ("Театр", "20")] {
        window.write("#title", title).await;
        window.write("#places", places).await;
        window.submit("form[action$='/activities'] button.main").await;
    }
    window.submit("form[action$='/link'] button").await;
    let link = window.find("main code.long").await.text().await.unwrap();
    let code = server.text("SELECT MIN(code) FROM group_student").await;
    phone.driver.delete_all_cookies().await.unwrap();
    phone.go(&link[link.find("/day/").unwrap()..]).await;
    phone.press("input[name=activity]").await;
    phone.write("#code", &code).await;
    phone.fits("signing up").await;
    phone.submit("main button.main").await;
    let said = phone.text().await;
    assert!(said.contains("You are signed up: Шахмат"), "{said}");
    window.go("/tasks?state=done").await;
    assert!(window.text().await.contains("Білім күнінің кураторлық сағатын"));
    phone.close().await;
    window.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_departments_tenth_of_november() {
    let server = Server::start(Kind::Sqlite).await;
    sheber_standing::duties::make::all(&server.app).await.unwrap();
    // The college's part was due four days ago.
    due(&server, task(&server, "15.6/confirm_final").await, today(&server) - Days::new(4)).await;
    let window = Window::open(&server, 1440).await;
    window.sign_in("librarian").await;
    window.go("/textbooks").await;
    window.write("#title", "Мейіргер ісі").await;
    window.write("#copies", "25").await;
    window.write("#price", "3200").await;
    window.set_day("#bought_on", &format!("{}-08-20", year(&server).start())).await;
    window.submit("form[action='/textbooks'][method=post] button.main").await;
    assert!(window.text().await.contains("Мейіргер ісі"));

    window.change_to("department").await;
    window.go("/oversight").await;
    assert!(window.text().await.contains("Сарыарқа"), "the college is late");
    window.go("/textbooks/reports").await;
    assert!(window.text().await.contains("расталмаған"));
    window.submit("button[formaction='/oversight/remind']").await;
    assert!(window.text().await.contains("Еске салынды"));

    window.change_to("librarian").await;
    window.go("/inbox").await;
    assert!(window.text().await.contains("еске салады"), "told");
    window.go("/textbooks").await;
    window.submit("form[action='/textbooks/confirm']:has(input[value=final]) button").await;

    window.change_to("department").await;
    window.go("/textbooks/reports").await;
    assert!(window.text().await.contains("расталған"));
    window.go("/textbooks/reports?report=final").await;
    window.submit("form[action='/textbooks/reports'] button.main").await;
    let text = window.text().await;
    assert!(text.contains("1 / 180") && text.contains("Сарыарқа"), "{text}");
    window.fits("the report").await;
    window.go("/tasks?whose=all&q=15.6").await;
    assert!(window.text().await.contains("Оқулықтар туралы қорытынды ақпарат беру"));
    let done = server.number("SELECT COUNT(*) FROM duty_task WHERE duty = '15.6/final' AND by_data").await;
    assert_eq!(done, 1, "the report closed the department's duty");
    window.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_contest_from_application_to_diploma() {
    let server = Server::start(Kind::Sqlite).await;
    let window = Window::open(&server, 1440).await;
    window.sign_in("department").await;
    window.go("/contests").await;
    window.press("details:has(#kind) > summary").await;
    window.choose("#kind", "language").await;
    window.write("#title", "Үздік авторлық әдістеме").await;
    window.set_day("#closes_on", &(today(&server) + Days::new(3)).to_string()).await;
    window.submit("form[action='/contests'][method=post] button.main").await;
    for email in ["department", "librarian", "psychologist"] {
        window.write("#email", &format!("{email}@demo.sheber.kz")).await;
        window.submit("form[action$='/jurors'] button").await;
    }
    of_another_college(&server, "psychologist").await;
    let path = window.script("return location.pathname").await.as_str().unwrap().to_owned();

    window.change_to("teacher").await;
    window.go("/contests").await;
    window.submit("main a[href^='/contests/']").await;
    window.write("#name", "Тимур Педагогов").await;
    window.write("#work", "Тілді ойын арқылы үйрету").await;
    window.submit("form[action$='/apply'] button").await;
    assert!(window.text().await.contains("Тілді ойын арқылы үйрету"));

    window.change_to("department").await;
    window.go(&path).await;
    assert!(window.text().await.contains("соңғы күні өткен соң"), "the announced day stands");
    applications_end(&server).await;
    window.go(&path).await;
    window.submit("form[action$='/step'] button").await;
    window.write_all("input[name^=points]", "8").await;
    window.submit("form[action$='/scores'] button").await;
    assert!(window.text().await.contains("бағаланды"));
    window.change_to("librarian").await;
    window.go(&path).await;
    assert!(window.text().await.contains("өз колледжіңіз"), "nobody judges the own college");
    window.change_to("psychologist").await;
    window.go(&path).await;
    window.write_all("input[name^=points]", "8").await;
    window.submit("form[action$='/scores'] button").await;
    window.change_to("department").await;
    window.go(&path).await;
    window.submit("form[action$='/step'] button").await;
    assert!(window.text().await.contains("қорытындыланды") && window.text().await.contains("Диплом"));
    let code = server.text("SELECT code FROM contest_entry").await;
    let phone = Window::open(&server, 360).await;
    phone.go(&format!("/d/{code}")).await;
    let text = phone.text().await;
    assert!(
        text.contains("genuine") && text.contains("place 1"),
        "a browser of no language of ours reads English: {text}"
    );
    phone.fits("a diploma's page").await;
    phone.close().await;
    window.close().await;
}
