//! The journeys in a real browser: Debian's Chromium, driven over WebDriver, against a server on SQLite.

use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU8, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde_json::json;
use thirtyfour::extensions::query::ElementPollerWithTimeout;
use thirtyfour::prelude::*;
use tokio::sync::OnceCell;

use crate::support::{Kind, Person, Server};

/// Chromium and its driver, one of each for all tests of the run; they end when the tests' process does, however that ends.
struct Browser {
    driver: u16,
    chromium: u16,
    /// Both end when this pipe closes.
    _alive: Mutex<Child>,
    _profile: tempfile::TempDir,
}

/// Starts both, and waits for the end of its own input.
const KEEPER: &str = r#"
chromedriver --port="$1" >/dev/null 2>&1 &
driver=$!
chromium --headless=new --remote-debugging-port="$2" --user-data-dir="$3" --no-sandbox --disable-gpu --disable-dev-shm-usage \
  --disable-quic --no-first-run --disable-background-networking --disable-component-update --disable-sync \
  --disable-background-timer-throttling --disable-backgrounding-occluded-windows --disable-renderer-backgrounding \
  about:blank >/dev/null 2>&1 &
chromium=$!
read -r _
kill "$chromium" "$driver"
"#;

fn free_port() -> u16 {
    std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

impl Browser {
    async fn shared() -> &'static Self {
        static BROWSER: OnceCell<Browser> = OnceCell::const_new();
        BROWSER.get_or_init(Self::start).await
    }

    async fn start() -> Self {
        let (driver, chromium) = (free_port(), free_port());
        let profile = tempfile::tempdir().unwrap();
        let keeper = Command::new("sh")
            .args(["-c", KEEPER, "keeper", &driver.to_string(), &chromium.to_string()])
            .arg(profile.path())
            .stdin(Stdio::piped())
            .spawn()
            .expect("chromium and chromedriver of Debian's packages");
        let client = reqwest::Client::builder().no_proxy().build().unwrap();
        for address in [format!("{driver}/status"), format!("{chromium}/json/version")] {
            let mut waited = 0;
            while client.get(format!("http://127.0.0.1:{address}")).send().await.is_err() {
                tokio::time::sleep(Duration::from_millis(50)).await;
                waited += 1;
                assert!(waited < 600, "the browser does not start");
            }
        }
        Self { driver, chromium, _alive: Mutex::new(keeper), _profile: profile }
    }
}

/// A browser window as wide as asked, with cookies of its own.
pub struct Window {
    pub driver: WebDriver,
    base: String,
}

/// Cookies are a host's: each window comes by an address of its own.
static WINDOWS: AtomicU8 = AtomicU8::new(2);

impl Window {
    pub async fn open(server: &Server, width: u32) -> Self {
        let browser = Browser::shared().await;
        let mut wanted = DesiredCapabilities::chrome();
        wanted.set_debugger_address(&format!("127.0.0.1:{}", browser.chromium)).unwrap();
        let poller = Arc::new(ElementPollerWithTimeout::new(Duration::from_secs(15), Duration::from_millis(60)));
        let driver = WebDriver::builder(format!("http://127.0.0.1:{}", browser.driver), wanted)
            .poller(poller)
            .request_timeout(Duration::from_mins(1))
            .await
            .expect("a session");
        // Made by the browser itself: a session begins in whatever tab there is, which may be another test's and close.
        let new = format!("http://127.0.0.1:{}/json/new?about:blank", browser.chromium);
        let client = reqwest::Client::builder().no_proxy().build().unwrap();
        let tab: serde_json::Value = client.put(new).send().await.unwrap().json().await.unwrap();
        driver.switch_to_window(WindowHandle::from(tab["id"].as_str().unwrap().to_owned())).await.unwrap();
        // A window of its own, since a tab behind another one is not drawn: what is clicked there may be missed.
        let own = json!({ "url": "about:blank", "newWindow": true });
        let own = driver.cdp().send_raw("Target.createTarget", own).await.unwrap();
        driver.close_window().await.unwrap();
        driver.switch_to_window(WindowHandle::from(own["targetId"].as_str().unwrap().to_owned())).await.unwrap();
        let number = WINDOWS.fetch_add(1, Ordering::Relaxed);
        let window = Self { driver, base: server.base.replace("127.0.0.1", &format!("127.0.1.{number}")) };
        window.resize(width).await;
        window
    }

    /// The window becomes a screen, or a phone.
    async fn resize(&self, width: u32) {
        let size = json!({ "width": width, "height": 900, "deviceScaleFactor": 1, "mobile": width < 600 });
        self.driver.cdp().send_raw("Emulation.setDeviceMetricsOverride", size).await.unwrap();
    }

    pub async fn go(&self, path: &str) {
        self.driver.goto(format!("{}{path}", self.base)).await.unwrap();
    }

    pub async fn find(&self, css: &str) -> WebElement {
        if let Ok(element) = self.driver.query(By::Css(css)).first().await {
            element
        } else {
            let shown =
                self.script("return location.pathname + location.search + ': ' + document.body.innerText").await;
            panic!("nothing matches {css} on {shown}")
        }
    }

    pub async fn script(&self, script: &str) -> serde_json::Value {
        self.driver.execute(script, vec![]).await.unwrap().json().clone()
    }

    /// Waits until a script answers true.
    pub async fn until(&self, script: &str) {
        for _ in 0..200 {
            if self.script(script).await == json!(true) {
                return;
            }
            tokio::time::sleep(Duration::from_millis(60)).await;
        }
        panic!("never true: {script}");
    }

    /// Somebody sits down who has signed in already.
    pub async fn sign_in(&self, local: &str) {
        let (name, value) = Person::at_server(&self.base).session(local).await;
        let cookie = json!({ "name": name, "value": value, "url": self.base });
        self.driver.cdp().send_raw("Network.setCookie", cookie).await.unwrap();
    }

    /// Signs in as people do.
    async fn sign_in_by_hand(&self, local: &str) {
        self.go("/login").await;
        self.find("#email").await.send_keys(format!("{local}@demo.sheber.kz")).await.unwrap();
        self.find("#password").await.send_keys(sheber_demo::PASSWORD).await.unwrap();
        self.find("form[action='/login'] button.main").await.click().await.unwrap();
        self.find(".me").await;
    }

    /// The page is no wider than the window, whatever scrolls inside it.
    pub async fn fits(&self, what: &str) {
        let wide = self.script("return [document.documentElement.scrollWidth, innerWidth]").await;
        assert!(wide[0].as_i64() <= wide[1].as_i64(), "{what} is wider than the window: {wide}");
    }

    /// A sheet of A4 that lies across loses nothing of the page: no table and no heading ends beyond its margin, and none is cut.
    async fn fits_on_paper(&self, what: &str) {
        const BEYOND: &str = "return [matchMedia('print').matches, innerWidth,
            [...document.querySelectorAll('main, main table, main th, main .mark')]
            .filter(e => e.getBoundingClientRect().right > innerWidth + 1 || getComputedStyle(e).textOverflow == 'ellipsis')
            .map(e => e.tagName + '.' + e.className)]";
        let mut found = json!(null);
        // On a busy machine the browser loses what it was told while it changes the page: it is looked at in one breath.
        for _ in 0..40 {
            self.driver.cdp().send_raw("Emulation.setEmulatedMedia", json!({ "media": "print" })).await.unwrap();
            self.resize(1047).await;
            found = self.script(BEYOND).await;
            if found == json!([true, 1047, []]) {
                break;
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        assert_eq!(found, json!([true, 1047, []]), "{what} on paper");
        self.driver.cdp().send_raw("Emulation.setEmulatedMedia", json!({ "media": "" })).await.unwrap();
    }

    pub async fn close(self) {
        self.driver.close_window().await.unwrap();
        self.driver.quit().await.unwrap();
    }
}

fn violations() -> &'static str {
    "return Number(document.querySelector('#panel .counts .tag.violation:not(:first-child), #panel .counts .tag.violation')?.textContent.replace(/[^0-9]/g, '') ?? 0)"
}

/// Sign in, import, mend two findings, compare versions, print.
async fn journey(width: u32) {
    let server = Server::start(Kind::Sqlite).await;
    let window = Window::open(&server, width).await;
    window.sign_in_by_hand("methodist").await;
    window.fits("the first page").await;

    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("бағдарлама.xlsx");
    let path =
        std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples/08-motor-vehicles-ru-2023-faulty.json");
    let programme = sheber_exchange::json::read(&std::fs::read(path).unwrap()).unwrap();
    let draft = sheber_exchange::draft::Draft::from(&programme);
    let book =
        sheber_exchange::xlsx::write(&draft, sheber_kernel::Lang::Kk, &sheber_exchange::xlsx::Notes::new()).unwrap();
    std::fs::write(&file, book).unwrap();
    window.go("/programmes/import").await;
    window.fits("import").await;
    window.find("#files").await.send_keys(file.to_str().unwrap()).await.unwrap();
    window.find("form[enctype] button.main").await.click().await.unwrap();
    window.find(".card.clean a[href$='/edit']").await.click().await.unwrap();

    window.find("#editor").await;
    window.fits("the editor").await;
    assert_eq!(window.script(violations()).await, json!(8));
    // The first finding to mend: the hours that do not fit the credits, by its own link.
    window.find("#panel a[data-focus$='/units/1/hours']").await.click().await.unwrap();
    window.until("return document.activeElement.id.endsWith('/units/1/hours')").await;
    let set = "const f = document.activeElement; f.value = arguments[0]; f.dispatchEvent(new Event('input', {bubbles: true})); f.dispatchEvent(new Event('change', {bubbles: true}));";
    window.driver.execute(set, vec![json!("240")]).await.unwrap();
    window.until("return !document.querySelector(\"#panel a[data-focus$='/units/1/hours']\")").await;
    // The second: the day of inclusion in the register, in the closed passport.
    window.find("#panel a[data-focus='/registry/since']").await.click().await.unwrap();
    window.until("return document.activeElement.id === '/registry/since'").await;
    window.driver.execute(set, vec![json!("2022-11-10")]).await.unwrap();
    window.until("return !document.querySelector(\"#panel a[data-focus='/registry/since']\")").await;
    window.find("#note").await.send_keys("екі ескерту түзетілді").await.unwrap();
    window.find(".toolbar button.main").await.click().await.unwrap();
    window.until("return location.search === '?saved'").await;

    let id = window.script("return location.pathname.split('/')[2]").await.as_str().unwrap().to_owned();
    window.go(&format!("/programmes/{id}/versions")).await;
    window.fits("versions").await;
    window.find("button.main").await.click().await.unwrap();
    window.find("table.diff").await;
    assert!(window.driver.source().await.unwrap().contains("2022-11-10"));
    window.go(&format!("/programmes/{id}")).await;
    window.fits("the programme").await;
    window.find("details.pop summary").await.click().await.unwrap();
    assert!(window.find("a[href*='curriculum.pdf?lang=kk']").await.is_displayed().await.unwrap());
    let kind = window
        .driver
        .execute_async(
            "const done = arguments[arguments.length - 1]; fetch(document.querySelector(\"a[href*='curriculum.pdf?lang=kk']\").href).then(r => done(r.headers.get('content-type')));",
            vec![],
        )
        .await
        .unwrap();
    assert_eq!(kind.json(), &json!("application/pdf"));
    // Nothing jumps while the page loads. On a busy machine the browser may draw half of the head: that alone is looked at again.
    let script = "const done = arguments[arguments.length - 1]; let sum = 0; const moved = [];
        new PerformanceObserver(list => { for (const e of list.getEntries()) {
            sum += e.value;
            moved.push(...e.sources.map(s => s.node?.closest?.('header') ? 'head' : s.node?.outerHTML?.slice(0, 120)));
        } }).observe({ type: 'layout-shift', buffered: true });
        setTimeout(() => done([sum, moved]), 300);";
    for again in [true, true, false] {
        window.go("/programmes").await;
        let shift = window.driver.execute_async(script, vec![]).await.unwrap().json().clone();
        if shift[0].as_f64().unwrap() < 0.01 {
            break;
        }
        let of_head = shift[1].as_array().unwrap().iter().all(|moved| moved == "head");
        assert!(again && of_head, "the page jumps: {shift}");
    }
    window.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn from_excel_to_print_on_a_wide_screen() {
    journey(1440).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn from_excel_to_print_on_a_phone() {
    journey(360).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_table_is_edited_like_a_spreadsheet() {
    let server = Server::start(Kind::Sqlite).await;
    let window = Window::open(&server, 1440).await;
    window.sign_in("methodist").await;
    let id = server.number("SELECT id FROM programme WHERE specialty = '06130100' AND level = 'mid_level'").await;
    window.go(&format!("/programmes/{id}/edit")).await;
    let focused = "return document.activeElement.id";
    window.script("document.getElementById('/modules/0/units/0/credits').focus(); return 1").await;
    let type_keys = |keys: TypingData| {
        let driver = window.driver.clone();
        async move { driver.active_element().await.unwrap().send_keys(keys).await.unwrap() }
    };
    type_keys(Key::Down.into()).await;
    assert_eq!(window.script(focused).await, json!("/modules/0/units/1/credits"));
    type_keys(Key::Enter.into()).await;
    assert_eq!(window.script(focused).await, json!("/modules/0/units/2/credits"));
    type_keys(Key::Up.into()).await;
    window.script("document.activeElement.setSelectionRange(9, 9); return 1").await;
    type_keys(Key::Right.into()).await;
    assert_eq!(window.script(focused).await, json!("/modules/0/units/1/hours"));
    // Fill down.
    type_keys(Key::Control + "d").await;
    let value = |field: &str| format!("return document.getElementById('{field}').value");
    assert_eq!(window.script(&value("/modules/0/units/1/hours")).await, json!("72"));
    // A block from Excel.
    window
        .script(
            "const f = document.getElementById('/modules/0/units/0/credits'); f.focus(); const data = new DataTransfer(); data.setData('text/plain', '4\\t96\\n5\\t120\\n'); f.dispatchEvent(new ClipboardEvent('paste', {clipboardData: data, bubbles: true, cancelable: true})); return 1",
        )
        .await;
    assert_eq!(window.script(&value("/modules/0/units/1/hours")).await, json!("120"));
    // Cells with line breaks and quotation marks, and more rows than there are: nothing is lost or shifted.
    let clipboard = include_str!("../cases/paste-linebreak/clipboard.txt");
    let module = "return [...document.querySelectorAll('[id^=\"/modules/0/units/\"][id$=\"/name/kk\"]')].map((one) => one.value)";
    let names = window.script(module).await;
    let last = names.as_array().unwrap().len() - 1;
    let paste = format!(
        "const f = document.getElementById('/modules/0/units/{last}/name/kk'); f.focus(); const data = new DataTransfer();
         data.setData('text/plain', {clipboard:?} + 'Үшінші\\t\"\"\"Тырнақша\"\" пән\"\\n');
         f.dispatchEvent(new ClipboardEvent('paste', {{clipboardData: data, bubbles: true, cancelable: true}})); return 1"
    );
    window.script(&paste).await;
    window
        .until(&format!("return document.getElementById('/modules/0/units/{}/name/ru')?.value.length > 0", last + 2))
        .await;
    for (row, kazakh, russian) in [
        (last, "Бірінші жол екінші жол", "Первая строка"),
        (last + 1, "Екінші пән", "Второй предмет"),
        (last + 2, "Үшінші", "\"Тырнақша\" пән"),
    ] {
        assert_eq!(window.script(&value(&format!("/modules/0/units/{row}/name/kk"))).await, json!(kazakh));
        assert_eq!(window.script(&value(&format!("/modules/0/units/{row}/name/ru"))).await, json!(russian));
    }
    window.script("const f = document.getElementById('/modules/0/units/0/code'); f.focus(); return 1").await;
    type_keys(Key::Control + "z").await;
    window.until(&format!("return !document.getElementById('/modules/0/units/{}/name/kk')", last + 2)).await;
    assert_eq!(window.script(module).await, names, "one step back");
    // Plan over volume is red.
    window.until("return document.querySelectorAll('#panel .sums .over').length > 0").await;
    // Undo and redo, over a row that was added too.
    type_keys(Key::Control + "z").await;
    assert_eq!(window.script(&value("/modules/0/units/1/hours")).await, json!("72"));
    window.find("[data-do=redo]").await.click().await.unwrap();
    assert_eq!(window.script(&value("/modules/0/units/1/hours")).await, json!("120"));
    let rows = "return document.querySelectorAll('[id^=\"/modules/1/units/\"][id$=\"/code\"]').length";
    let before = window.script(rows).await.as_i64().unwrap();
    window.find("button[value='add-unit:1']").await.click().await.unwrap();
    window.until(&format!("{rows} === {}", before + 1)).await;
    window.find("[data-do=undo]").await.click().await.unwrap();
    window.until(&format!("{rows} === {before}")).await;
    // Saved by itself, and said.
    window.until("return document.getElementById('state').textContent.includes(':')").await;
    let version = format!("SELECT version FROM programme WHERE id = {id}");
    for _ in 0..100 {
        if server.number(&version).await > 1 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    assert!(server.number(&version).await > 1, "saved by itself");
    // Leaving with something unsaved asks first.
    window.script("const f = document.getElementById('/modules/0/units/0/hours'); f.focus(); f.value = 'x'; f.dispatchEvent(new Event('input', {bubbles: true})); return 1").await;
    let asks = window.script("const e = new Event('beforeunload', {cancelable: true}); return !dispatchEvent(e)").await;
    assert_eq!(asks, json!(true));
    window.script("addEventListener('beforeunload', e => e.stopImmediatePropagation(), true); return 1").await;
    window.close().await;
}

/// The rules of WCAG 2.2 AA, and on a phone those that depend on the width; style sheets, which the page has already, are not
/// fetched a second time. Of rows and lines with the same elements and classes eight are looked at; where they scroll, all.
const AXE: &str = "const done = arguments[arguments.length - 1];
    const shape = e => e.tagName + '.' + e.className + '(' + [...e.children].map(shape).join() + ')';
    for (const list of document.querySelectorAll('main tbody, main ul, main ol')) {
        if (list.closest('.tall')) continue;
        const seen = {};
        for (const line of [...list.children]) {
            const kind = shape(line);
            seen[kind] = (seen[kind] ?? 0) + 1;
            if (seen[kind] > 8) line.remove();
        }
    }
    const rules = innerWidth < 600
        ? { type: 'rule', values: ['target-size', 'scrollable-region-focusable', 'meta-viewport'] }
        : { type: 'tag', values: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'] };
    axe.run(document, { runOnly: rules, resultTypes: ['violations'], preload: false }).then(r => done(r.violations
        .filter(v => v.impact === 'serious' || v.impact === 'critical')
        .map(v => v.id + ': ' + v.nodes.slice(0, 3).map(n => n.html.slice(0, 160)).join(' | '))));";

/// Pages as one person sees them, and the widths that they fit.
type Look<'a> = (&'a [u32], &'a str, &'a [&'a str]);

/// axe-core on every page at each of its widths: nothing serious or critical; and no page is wider than any of them.
async fn accessible(server: &Server, looks: &[Look<'_>]) {
    let source = std::env::var("SHEBER_TEST_AXE").expect("./test installs axe-core and sets SHEBER_TEST_AXE");
    let axe = std::fs::read_to_string(source).unwrap();
    let window = Window::open(server, SCREEN[0]).await;
    // Sent once; each page has it from its beginning.
    let on_each_page = json!({ "source": axe });
    window.driver.cdp().send_raw("Page.addScriptToEvaluateOnNewDocument", on_each_page).await.unwrap();
    let id = server.number("SELECT id FROM programme WHERE specialty = '01140100'").await.to_string();
    for (widths, local, paths) in looks {
        if !local.is_empty() {
            window.change_to(local).await;
        }
        for path in *paths {
            let path = path.replace("{id}", &id);
            window.resize(widths[0]).await;
            window.go(&path).await;
            // Before lines are taken out of it.
            for width in *widths {
                window.resize(*width).await;
                window.fits(&path).await;
            }
            window.fits_on_paper(&path).await;
            for width in widths.iter().rev() {
                window.resize(*width).await;
                let found = window.driver.execute_async(AXE, vec![]).await.unwrap();
                assert_eq!(found.json(), &json!([]), "{path} at {width}");
            }
        }
    }
    window.close().await;
}

const SCREEN: &[u32] = &[1440];
const PHONE: &[u32] = &[360];
const BOTH: &[u32] = &[1440, 360];

const COLLEGE: [&str; 19] = [
    "/",
    "/programmes",
    "/programmes?q=zzz",
    "/programmes/new",
    "/programmes/import",
    "/programmes/{id}",
    "/programmes/{id}/edit",
    "/programmes/{id}/versions",
    "/programmes/{id}/compare",
    "/programmes/{id}/copy",
    "/library",
    "/accounts",
    "/account",
    "/account/password",
    "/imports",
    "/imports/1",
    "/search?q=3.2",
    "/design",
    "/nowhere",
];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_colleges_pages_are_accessible() {
    let server = Server::start(Kind::Sqlite).await;
    let director = server.person("director").await;
    let table =
        "Код;Түскен жылы;Бітіретін жылы;Тілі\n25ПО-11;2025-2026;2028-2029;қазақша\n25ПО-12;былтыр;2028-2029;қазақша\n";
    director.upload("/groups/import", &[], &[("топтар.csv", table.into())]).await;
    accessible(&server, &[(BOTH, "director", &COLLEGE)]).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_other_pages_are_accessible() {
    let looks: [Look; 3] = [
        (SCREEN, "", &["/login", "/reset", "/guidance", "/guidance/3.1"]),
        (SCREEN, "operator", &["/reference", "/reference/specialty", "/reference/region/import", "/programmes"]),
        (SCREEN, "administrator", &["/", "/organisations", "/accounts"]),
    ];
    accessible(&Server::start(Kind::Sqlite).await, &looks).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_register_is_accessible() {
    let server = Server::start(Kind::Sqlite).await;
    crate::register::with_cases(&server).await;
    let looks: [Look; 3] = [
        (PHONE, "director", &["/register", "/register/1", "/register/2", "/inbox", "/account/tokens", "/developers"]),
        (SCREEN, "operator", &["/register", "/register/1", "/register?state=refused", "/register/limits"]),
        (PHONE, "expert", &["/register/1", "/r", "/r?region=35&q=none", "/r/35-00000000-2024-000001?s=x"]),
    ];
    accessible(&server, &looks).await;
}

/// The rooms of the guidance, filled by the demo's educational work.
const ROOMS: [&str; 24] = [
    "/",
    "/guidance",
    "/guidance/14.6",
    "/tasks",
    "/tasks?whose=all&state=overdue",
    "/tasks/1",
    "/calendar",
    "/calendar?month=year",
    "/events",
    "/events/new",
    "/events/quick",
    "/events/1",
    "/groups",
    "/groups/1",
    "/plans",
    "/bodies",
    "/college",
    "/buildings",
    "/readiness",
    "/textbooks",
    "/textbooks/needed",
    "/contests",
    "/surveys",
    "/indicators",
];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_rooms_of_the_guidance_are_accessible() {
    accessible(&Server::with_work().await, &[(BOTH, "director", &ROOMS)]).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn oversight_is_accessible() {
    let paths: &[&str] = &[
        "/",
        "/oversight",
        "/oversight/report",
        "/textbooks/reports",
        "/patrons",
        "/indicators/accessible_colleges",
        "/guidance/changes?from=2023-2024&to=2024-2025",
        "/guidance/acts",
        "/guidance/coverage",
    ];
    let country: &[&str] = &["/", "/oversight", "/indicators", "/indicators/curator_hours"];
    accessible(&Server::with_work().await, &[(BOTH, "department", paths), (SCREEN, "ministry", country)]).await;
}
