//! Mail over real SMTP to a server that fails now and then: everything arrives, nothing twice.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use mail_parser::{MessageParser, MimeHeaders};
use sheber_app::App;
use sheber_app::Config;
use sheber_kernel::Lang;
use sheber_messages as messages;
use sheber_people::accounts::links;
use sheber_platform::change::Change;
use sheber_platform::house::Job;
use sheber_platform::outbox::Outbox;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};

use crate::on_both;
use crate::support::Server;

/// To whom, and all that was sent.
type Taken = (String, String);

/// Speaks as much of SMTP as a letter needs; every third letter is put off, every fifth conversation breaks off.
async fn talk(stream: TcpStream, number: usize, letters: Arc<Mutex<Vec<Taken>>>) -> std::io::Result<()> {
    let (reading, mut writing) = stream.into_split();
    let mut lines = BufReader::new(reading).lines();
    writing.write_all(b"220 test\r\n").await?;
    let mut recipient = String::new();
    while let Some(line) = lines.next_line().await? {
        let command = line.get(..4).unwrap_or_default().to_ascii_uppercase();
        if number % 5 == 4 && command == "RCPT" {
            return Ok(());
        }
        let answer: &[u8] = match command.as_str() {
            "DATA" => {
                writing.write_all(b"354 go on\r\n").await?;
                let mut text = String::new();
                while let Some(line) = lines.next_line().await?.filter(|line| line != ".") {
                    // A dot that begins a line was doubled on the way (RFC 5321, 4.5.2).
                    text += line.strip_prefix('.').unwrap_or(&line);
                    text += "\r\n";
                }
                if number % 3 == 2 {
                    b"451 try later\r\n"
                } else {
                    letters.lock().unwrap().push((recipient.clone(), text));
                    b"250 taken\r\n"
                }
            }
            "RCPT" => {
                recipient = line;
                b"250 ok\r\n"
            }
            "QUIT" => {
                writing.write_all(b"221 bye\r\n").await?;
                return Ok(());
            }
            _ => b"250 ok\r\n",
        };
        writing.write_all(answer).await?;
    }
    Ok(())
}

/// One of the servers that send.
async fn send(app: App) {
    loop {
        Outbox.run(&app).await.unwrap();
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

async fn letters_arrive_once_through_a_server_that_fails(server: Server) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let smtp = format!("smtp://{}", listener.local_addr().unwrap());
    let letters = Arc::new(Mutex::new(Vec::new()));
    let taken = letters.clone();
    let host = tokio::spawn(async move {
        for number in 0.. {
            let (stream, _) = listener.accept().await.unwrap();
            tokio::spawn(talk(stream, number, taken.clone()));
        }
    });
    let config = Config { smtp: Some(smtp), ..(*server.app.config).clone() };
    let app = App::new(server.app.db.clone(), config, server.app.clock.clone());
    let change = Change::begin(&app, None).await.unwrap();
    for number in 0..12 {
        let recipient = format!("person-{number}@example.kz");
        change
            .mail(&recipient, Lang::Kk, "Тақырып".to_owned(), "Сәлеметсіз бе!\n.\nҚайырлы күн\n".to_owned())
            .await
            .unwrap();
    }
    change.commit().await.unwrap();
    // Two servers on one database send at once.
    let senders = [app.clone(), app.clone()].map(|app| tokio::spawn(send(app)));
    let waiting = "SELECT COUNT(*) FROM outbox WHERE done_at IS NULL";
    for _ in 0..200 {
        if server.number(waiting).await == 0 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(200)).await;
        // The pauses pass.
        app.clock.advance(sheber_platform::clock::Span::minutes(2));
    }
    senders.iter().for_each(tokio::task::JoinHandle::abort);
    host.abort();
    assert_eq!(server.number(waiting).await, 0);
    assert!(server.number("SELECT MAX(attempts) FROM outbox").await > 1, "some were tried again");
    let mut arrived = letters.lock().unwrap().clone();
    assert_eq!(arrived.len(), 12);
    arrived.sort();
    arrived.dedup_by_key(|(recipient, _)| recipient.clone());
    assert_eq!(arrived.len(), 12, "none twice");
    let text = &arrived[0].1;
    let letter = MessageParser::new().parse(text.as_bytes()).unwrap();
    assert_eq!(letter.body_text(0).unwrap().lines().nth(1), Some("."), "{text}");
}

/// A server of mail that takes everything, and what it took.
async fn taking() -> (String, Arc<Mutex<Vec<Taken>>>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let smtp = format!("smtp://{}", listener.local_addr().unwrap());
    let letters = Arc::new(Mutex::new(Vec::new()));
    let taken = letters.clone();
    tokio::spawn(async move {
        loop {
            let (stream, _) = listener.accept().await.unwrap();
            tokio::spawn(talk(stream, 0, taken.clone()));
        }
    });
    (smtp, letters)
}

/// What was chosen on a page holds for letters, the inbox and the feed: it belongs to the account, not to a browser.
async fn a_letter_is_read_by_any_program_in_its_readers_language(server: Server) {
    let (smtp, letters) = taking().await;
    let librarian = server.person("librarian").await;
    librarian.get("/lang/ru?to=/").await;
    assert_eq!(server.text("SELECT lang FROM account WHERE email = 'librarian@demo.sheber.kz'").await, "ru");
    let elsewhere = server.person("librarian").await;
    assert!(elsewhere.page("/").await.contains("<html lang=\"ru\""), "in another browser too");
    let config =
        Config { smtp: Some(smtp), base_url: "https://sheber.example.kz".to_owned(), ..(*server.app.config).clone() };
    let app = App::new(server.app.db.clone(), config, server.app.clock.clone());
    let base = "https://sheber.example.kz";
    let letter = |token: &str, lang| links::Letter {
        lang,
        subject: messages::text(lang, "mail-reset-subject"),
        body: messages::text_with(lang, "mail-reset-body", &[("link", &format!("{base}/welcome/{token}"))]),
    };
    links::ask_reset(&app, "librarian@demo.sheber.kz", letter).await.unwrap();
    Outbox.run(&app).await.unwrap();
    let arrived = letters.lock().unwrap().clone();
    // The other browser was told of by a letter, too.
    assert_eq!(arrived.len(), 2);
    for (_, text) in &arrived {
        let letter = MessageParser::new().parse(text.as_bytes()).unwrap();
        assert!(letter.body_html(0).unwrap().contains("<html lang=\"ru\">"));
    }
    let (recipient, text) = &arrived[1];
    assert!(recipient.contains("librarian@demo.sheber.kz"));
    assert!(text.is_ascii() && text.lines().all(|line| line.len() <= 998), "as every server takes it (RFC 5322)");
    let letter = MessageParser::new().parse(text.as_bytes()).unwrap();
    assert_eq!(letter.header_raw("MIME-Version").unwrap().trim(), "1.0");
    let kind = letter.content_type().unwrap();
    assert_eq!((kind.ctype(), kind.subtype()), ("multipart", Some("alternative")));
    assert_eq!(letter.subject(), Some(messages::text(Lang::Ru, "mail-reset-subject").as_str()));
    assert!(letter.message_id().unwrap().ends_with("@sheber.example.kz"));
    assert_eq!((letter.text_body_count(), letter.html_body_count(), letter.attachment_count()), (1, 1, 0));
    let (plain, html) = (letter.body_text(0).unwrap(), letter.body_html(0).unwrap());
    let link = plain.split_whitespace().find(|word| word.starts_with(base)).unwrap();
    assert!(html.contains("<html lang=\"ru\">") && html.contains(&format!("<a href=\"{link}\">{link}</a>")), "{html}");
    assert!(!html.contains("<img") && !html.contains("<script"), "nothing is fetched");
}

on_both! { letters_arrive_once_through_a_server_that_fails a_letter_is_read_by_any_program_in_its_readers_language }
