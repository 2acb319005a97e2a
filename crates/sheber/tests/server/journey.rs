//! The register in a browser: the whole way with every return, two operators on one case, experts who do not see one another, a
//! rival, and the code on a phone.

use serde_json::json;
use thirtyfour::prelude::*;

use crate::browser::Window;
use crate::register::{opened_and_sent, with_cases};
use crate::support::{Kind, Server};

impl Window {
    /// Somebody else sits down.
    pub async fn change_to(&self, local: &str) {
        self.driver.delete_all_cookies().await.unwrap();
        self.sign_in(local).await;
    }

    pub async fn press(&self, css: &str) {
        self.find(css).await.click().await.unwrap();
    }

    /// Presses a button that leads to another page, and waits for it.
    pub async fn submit(&self, css: &str) {
        self.script("window.stale = true; return 1").await;
        self.press(css).await;
        self.until("return window.stale === undefined && document.readyState === 'complete'").await;
    }

    /// Fills a field, which has to be there, as if it were typed.
    pub async fn write(&self, css: &str, text: &str) {
        self.find(css).await;
        self.write_all(css, text).await;
    }

    pub async fn write_all(&self, css: &str, text: &str) {
        let script = "for (const field of document.querySelectorAll(arguments[0])) {
            field.focus();
            field.value = arguments[1];
            for (const kind of ['input', 'change']) field.dispatchEvent(new Event(kind, { bubbles: true }));
        }";
        self.driver.execute(script, vec![json!(css), json!(text)]).await.unwrap();
    }

    pub async fn text(&self) -> String {
        self.find("main").await.text().await.unwrap()
    }

    /// Presses the button of a step, ticked where it cannot be taken back.
    async fn step(&self, action: &str) {
        let form = format!("form:has(input[name=action][value={action}])");
        for sure in self.driver.find_all(By::Css(format!("{form} input[name=sure][type=checkbox]"))).await.unwrap() {
            sure.click().await.unwrap();
        }
        self.submit(&format!("{form} button")).await;
    }

    /// Answers everything, signs, looks over what is sent, and sends it.
    async fn send(&self, action: &str) {
        self.write_all("textarea[name=remark-answer]", "Түзетілді").await;
        self.write_all("textarea[name=answer]", "Бұйрықпен негізделген").await;
        self.press("input[name=signed]").await;
        self.step(action).await;
        assert!(self.text().await.contains("Жіберер алдында тексеріңіз"));
        self.submit("button[name=sure]").await;
    }

    /// The name of the specialty in Russian, as a change that the experts can see.
    async fn rework(&self, programme: i64, name: &str) {
        self.go(&format!("/programmes/{programme}/edit")).await;
        let field = "[id='/specialty/name/ru']";
        if !self.find(field).await.is_displayed().await.unwrap() {
            self.press(&format!("details:has({field}) > summary")).await;
        }
        self.write(field, name).await;
        self.submit("button[name=action][value=save]").await;
        self.until("return location.search.includes('saved')").await;
    }

    async fn judge(&self, reason: &str) {
        self.go("/register/1").await;
        for criterion in ["standards", "structure", "outcomes", "practice", "resources", "language"] {
            self.press(&format!("input[name=grade-{criterion}][value=meets]")).await;
            self.write(&format!("textarea[name=reason-{criterion}]"), reason).await;
        }
        self.step("judge").await;
    }
}

const EXPERTS: [&str; 3] = ["expert", "expert-2", "expert-3"];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn from_the_programme_to_the_code_on_a_phone_with_every_return() {
    let server = Server::start(Kind::Sqlite).await;
    let programme = server.number("SELECT MIN(id) FROM programme WHERE violations = 0 AND college_id = (SELECT organisation_id FROM account WHERE email = 'director@demo.sheber.kz')").await;
    let window = Window::open(&server, 1440).await;
    window.sign_in("director").await;
    window.go(&format!("/programmes/{programme}")).await;
    window.submit("form[action='/register/open'] button").await;
    let letter = server.folder().join("хат.pdf");
    std::fs::write(&letter, b"%PDF-1.7\nhat\n%%EOF\n").unwrap();
    window.find("#files").await.send_keys(letter.to_str().unwrap()).await.unwrap();
    window.submit("form[action='/register/1/attach'] button").await;
    assert!(window.text().await.contains("хат.pdf"));
    window.send("submit").await;
    assert!(window.text().await.contains("жіберілді"));

    window.change_to("operator").await;
    window.go("/register").await;
    window.submit("a[href='/register/1']").await;
    window.step("take").await;
    window.press("select#place option[value=passport]").await;
    window.write("textarea#text", "Орысша атауын нақтылаңыз").await;
    window.submit("form[action='/register/1/remark'] button").await;
    window.step("return").await;
    assert!(window.text().await.contains("бастапқы тексеруден қайтарылды"), "the first return");

    window.change_to("director").await;
    window.go("/").await;
    assert!(window.find(".rooms a[href='/inbox']").await.text().await.unwrap().contains(char::is_numeric), "told");
    window.rework(programme, "Учет и аудит: уточнено").await;
    window.go("/register/1").await;
    window.send("resubmit").await;

    window.change_to("operator").await;
    window.go("/register/1").await;
    assert!(window.find("#remarks + ol ins").await.text().await.unwrap().contains("уточнено"), "what changed is shown");
    window.submit("form[action='/register/1/settle'] button[value=accept]").await;
    for member in window.driver.find_all(By::Css("input[name=member]")).await.unwrap() {
        member.click().await.unwrap();
    }
    let chair = server.number("SELECT id FROM account WHERE email = 'expert@demo.sheber.kz'").await;
    window.press(&format!("input[name=chair][value='{chair}']")).await;
    window.step("pass_on").await;
    assert!(window.text().await.contains("сараптамада"));

    for (at, local) in EXPERTS.iter().enumerate() {
        window.change_to(local).await;
        window.go("/register/1").await;
        window.step("declare").await;
        let source = window.driver.source().await.unwrap();
        assert!(!source.contains("құпия-себеп"), "{local} does not see what others judged, not in the source either");
        window.judge(&format!("құпия-себеп {at}")).await;
    }
    window.change_to("expert").await;
    window.go("/register/1").await;
    for at in 0..3 {
        assert!(window.text().await.contains(&format!("құпия-себеп {at}")), "open once all are in");
    }
    window.write("textarea#text", "Нәтижелерді өлшенетін етіңіз").await;
    window.submit("form[action='/register/1/remark'] button").await;
    window.step("return").await;

    window.change_to("director").await;
    window.go("/register/1").await;
    let text = window.text().await;
    assert!(text.contains("Нәтижелерді өлшенетін етіңіз") && !text.contains("құпия-себеп"), "the second return");
    window.rework(programme, "Учет и аудит: уточнено дважды").await;
    window.go("/register/1").await;
    window.send("resubmit").await;

    for local in EXPERTS {
        window.change_to(local).await;
        window.judge("Талапқа сай").await;
    }
    window.change_to("expert").await;
    window.go("/register/1").await;
    window.submit("form[action='/register/1/settle'] button[value=accept]").await;
    window.press("input[name=recommendation][value=include]").await;
    window.write("#why-summarise", "Топ енгізуді ұсынады").await;
    window.step("summarise").await;

    window.change_to("operator").await;
    window.go("/register/1").await;
    let offered = window.script("return document.querySelectorAll('input[name=action][value=include]').length").await;
    assert_eq!(offered, json!(0), "who checked does not decide");
    window.change_to("operator-2").await;
    window.go("/register/1").await;
    window.script("document.querySelector('#valid_to').value = '2031-08-31'; return 1").await;
    window.step("include").await;

    window.change_to("director").await;
    window.go("/register/1").await;
    let number = window.find("a[href^='/r/']").await.text().await.unwrap();
    window.close().await;
    let pdf = server.visitor().get(&format!("/r/{number}/certificate.pdf")).await.bytes().await.unwrap();
    let link = crate::public::scanned(server.folder(), &pdf, 150);
    let phone = Window::open(&server, 360).await;
    // A stranger's browser speaks English.
    phone.go(link.strip_prefix(&server.base).unwrap()).await;
    phone.fits("what the code opens").await;
    let text = phone.text().await;
    assert!(text.contains("signature is genuine") && text.contains(&number), "{text}");
    assert!(phone.find("[role=status]").await.is_displayed().await.unwrap());
    // A letter of the code changed by hand.
    let forged = link.replacen(&number, &number.replace("-000001", "-000002"), 1);
    phone.go(forged.strip_prefix(&server.base).unwrap()).await;
    assert!(!phone.text().await.contains("is genuine"));
    phone.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_operators_open_the_same_case() {
    let server = Server::start(Kind::Sqlite).await;
    opened_and_sent(&server).await;
    let (one, other) = (Window::open(&server, 1440).await, Window::open(&server, 1440).await);
    one.sign_in("operator").await;
    other.sign_in("operator-2").await;
    for window in [&one, &other] {
        window.go("/register/1").await;
    }
    one.step("take").await;
    assert!(one.text().await.contains("бастапқы тексеруде"));
    other.step("take").await;
    let said = other.find("[role=alert]").await.text().await.unwrap();
    assert!(said.contains("қазір мүмкін емес"), "{said}");
    assert!(other.text().await.contains("Ораз Операторов"), "and by whom it was taken");
    let buttons = "return document.querySelectorAll('input[name=action]').length";
    assert_eq!(other.script(buttons).await, json!(0), "nothing that would be refused is offered");
    one.close().await;
    other.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_college_looks_for_its_rivals_draft() {
    let server = Server::start(Kind::Sqlite).await;
    with_cases(&server).await;
    let window = Window::open(&server, 360).await;
    window.sign_in("neighbour").await;
    window.go("/").await;
    window.press(".me summary").await;
    let menu = window.script("const r = document.querySelector('.me .menu').getBoundingClientRect(); return r.left >= 0 && r.right <= innerWidth").await;
    assert_eq!(menu, json!(true), "one's own menu is read on a phone, too");
    let programme = server.number("SELECT programme_id FROM register_case WHERE id = 2").await;
    for path in [
        "/register/1".to_owned(),
        "/register/2".to_owned(),
        format!("/programmes/{programme}"),
        "/register/2/journal.pdf".to_owned(),
    ] {
        window.go(&path).await;
        assert!(window.text().await.contains("Мұндай бет жоқ"), "{path}");
        window.fits(&path).await;
    }
    for path in ["/register", "/register?q=колледж", "/register?state=draft", "/register?after=0"] {
        window.go(path).await;
        let links = window.script("return document.querySelectorAll('main a[href^=\"/register/1\"], main a[href^=\"/register/2\"]').length").await;
        assert_eq!(links, json!(0), "{path}");
    }
    window.close().await;
}
