//! Who is slow holds no place, and a server that is told to stop stops.

use std::time::{Duration, Instant};

use sheber_platform::files;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;

use crate::support::{Kind, Server};

const PATIENCE: Duration = Duration::from_millis(700);

async fn impatient() -> (Server, String) {
    let server = Server::start_with(Kind::Sqlite, |config| config.patience = PATIENCE).await;
    let at = server.base.strip_prefix("http://").unwrap().to_owned();
    (server, at)
}

/// How long a connection stays open after something was sent, and what came.
async fn kept(mut stream: TcpStream, sent: &str) -> (Duration, String) {
    stream.write_all(sent.as_bytes()).await.unwrap();
    let begun = Instant::now();
    let mut answer = Vec::new();
    let _ = tokio::time::timeout(PATIENCE * 20, stream.read_to_end(&mut answer)).await.expect("it is let go");
    (begun.elapsed(), String::from_utf8_lossy(&answer).into_owned())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn half_heads_are_let_go() {
    let (server, at) = impatient().await;
    let mut open = Vec::new();
    for _ in 0..200 {
        open.push(kept(TcpStream::connect(&at).await.unwrap(), "GET /login HTTP/1.1\r\nHost: x\r\nX-Half"));
    }
    for (time, _) in futures::future::join_all(open).await {
        assert!(time < PATIENCE * 9, "{time:?}");
    }
    assert_eq!(server.visitor().get("/healthz").await.status(), reqwest::StatusCode::OK);
    // A connection that was used and then rests is let go, too.
    let (time, answer) = kept(TcpStream::connect(&at).await.unwrap(), "GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n").await;
    assert!(answer.starts_with("HTTP/1.1 200") && time < PATIENCE * 9, "{time:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn slow_bodies_are_let_go() {
    let (_server, at) = impatient().await;
    let head = "POST /login HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 9000\r\n\r\n";
    let (time, answer) = kept(TcpStream::connect(&at).await.unwrap(), &format!("{head}csrf=")).await;
    assert!(answer.starts_with("HTTP/1.1 408") && time < PATIENCE * 9, "{time:?} {answer}");
    assert!(answer.contains("ұзаққа созылды"), "in words");
    // A byte now and then is no better than none.
    let stream = TcpStream::connect(&at).await.unwrap();
    let (mut read, mut write) = stream.into_split();
    write.write_all(head.as_bytes()).await.unwrap();
    let trickle = tokio::spawn(async move {
        while write.write_all(b"a").await.is_ok() {
            tokio::time::sleep(PATIENCE / 7).await;
        }
    });
    let begun = Instant::now();
    let mut answer = Vec::new();
    let _ = tokio::time::timeout(PATIENCE * 20, read.read_to_end(&mut answer)).await.expect("it is let go");
    assert!(begun.elapsed() < PATIENCE * 9 && answer.starts_with(b"HTTP/1.1 408"), "{:?}", begun.elapsed());
    trickle.abort();
}

/// What came fast buys no long silence, and one person sends few large bodies at once.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn uploads_that_stall_hold_nothing() {
    let patience = Duration::from_secs(3);
    let server = Server::start_with(Kind::Sqlite, |config| config.patience = patience).await;
    let at = server.base.strip_prefix("http://").unwrap().to_owned();
    let teacher = server.visitor();
    let (name, cookie) = teacher.session("teacher").await;
    let head = format!(
        "POST /events/1/photos HTTP/1.1\r\nHost: x\r\nCookie: {name}={cookie}\r\nContent-Type: multipart/form-data; boundary=b\r\n\
         Content-Length: 20000000\r\n\r\n"
    );
    let sent = format!("{head}--b\r\nContent-Disposition: form-data; name=\"x\"\r\n\r\n{}", "a".repeat(3_000_000));
    let open = (0..6).map(|_| async { kept(TcpStream::connect(&at).await.unwrap(), &sent).await });
    let mut busy = 0;
    for (time, answer) in futures::future::join_all(open).await {
        assert!(time < patience * 4, "{time:?}");
        busy += usize::from(answer.starts_with("HTTP/1.1 429"));
    }
    assert_eq!(busy, 3);
}

/// A large file is read from the disk as its reader takes it; who takes nothing is let go.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn slow_readers_are_let_go() {
    let (server, at) = impatient().await;
    let methodist = server.visitor();
    let (name, cookie) = methodist.session("methodist").await;
    let organisation =
        server.number("SELECT organisation_id FROM account WHERE email = 'methodist@demo.sheber.kz'").await;
    let large = [b"%PDF-1.7\n".to_vec(), vec![b'x'; 19 * 1024 * 1024], b"\n%%EOF\n".to_vec()].concat();
    let hash = files::keep(&server.app, organisation, large.clone().into()).await.unwrap();
    let evidence = format!(
        "{{\"note\":\"\",\"link\":\"\",\"numbers\":{{}},\"files\":[{{\"name\":\"a.pdf\",\"hash\":\"{hash}\"}}]}}"
    );
    methodist.page("/tasks").await;
    let task = server.number(&format!("SELECT MIN(id) FROM duty_task WHERE organisation_id = {organisation}")).await;
    let sql = format!("UPDATE duty_task SET evidence = '{evidence}' WHERE id = {task}");
    sheber_platform::database::run(&server.app.db, &sql, vec![]).await.unwrap();
    let path = format!("/tasks/{task}/files/{hash}");
    let whole = methodist.get(&path).await;
    assert_eq!(whole.headers()["content-length"], large.len().to_string());
    assert_eq!(whole.bytes().await.unwrap(), large);
    let request = format!("GET {path} HTTP/1.1\r\nHost: x\r\nCookie: {name}={cookie}\r\n\r\n");
    let mut readers = Vec::new();
    for _ in 0..10 {
        let mut stream = TcpStream::connect(&at).await.unwrap();
        stream.write_all(request.as_bytes()).await.unwrap();
        readers.push(stream);
    }
    tokio::time::sleep(PATIENCE * 4).await;
    for mut reader in readers {
        let mut read = Vec::new();
        let _ = tokio::time::timeout(PATIENCE * 20, reader.read_to_end(&mut read)).await.expect("it is let go");
        assert!(read.len() < large.len(), "what lay in the socket, and no more: {}", read.len());
    }
}

/// Told to stop with a request half sent, with one that reads nothing, and with one at rest.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_that_is_told_to_stop_stops() {
    let (server, _) = impatient().await;
    let patience = Duration::from_secs(2);
    for sent in [
        "",
        "POST /login HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 100\r\n\r\ncsrf=",
        "GET /login HTTP/1.1\r\nHo",
    ] {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let at = listener.local_addr().unwrap();
        let (stop, stopped) = oneshot::channel::<()>();
        let app = sheber_app::Config { patience: Duration::from_mins(1), ..(*server.app.config).clone() };
        let app = server.with(app);
        let serving =
            tokio::spawn(sheber_app::serve_connections(listener, sheber_app::router(&app), patience, async {
                let _ = stopped.await;
            }));
        let mut half = TcpStream::connect(at).await.unwrap();
        half.write_all(sent.as_bytes()).await.unwrap();
        tokio::time::sleep(Duration::from_millis(200)).await;
        let begun = Instant::now();
        stop.send(()).unwrap();
        serving.await.unwrap().unwrap();
        assert!(begun.elapsed() < patience + Duration::from_secs(1), "{sent}: {:?}", begun.elapsed());
        assert!(TcpStream::connect(at).await.is_err(), "nobody new is let in");
    }
}

/// What is under way when the server is told to stop gets its answer.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_request_under_way_is_answered() {
    let server = Server::start(Kind::Sqlite).await;
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let at = listener.local_addr().unwrap();
    let (stop, stopped) = oneshot::channel::<()>();
    let router = sheber_app::router(&server.app);
    let serving = tokio::spawn(sheber_app::serve_connections(listener, router, Duration::from_secs(10), async {
        let _ = stopped.await;
    }));
    let mut half = TcpStream::connect(at).await.unwrap();
    let head = "POST /login HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 10\r\n\r\n";
    half.write_all(format!("{head}csrf=").as_bytes()).await.unwrap();
    tokio::time::sleep(Duration::from_millis(300)).await;
    stop.send(()).unwrap();
    tokio::time::sleep(Duration::from_millis(300)).await;
    half.write_all(b"12345").await.unwrap();
    let mut answer = String::new();
    half.read_to_string(&mut answer).await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 403"), "{answer}");
    serving.await.unwrap().unwrap();
}
