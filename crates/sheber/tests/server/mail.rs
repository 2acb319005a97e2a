//! Mail over real SMTP to a server that fails now and then: everything arrives, nothing twice.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use sheber_app::App;
use sheber_app::Config;
use sheber_platform::change::Change;
use sheber_platform::house::Job;
use sheber_platform::outbox::Outbox;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};

use crate::on_both;
use crate::support::Server;

/// Speaks as much of SMTP as a letter needs; every third letter is put off, every fifth conversation breaks off.
async fn talk(stream: TcpStream, number: usize, letters: Arc<Mutex<Vec<String>>>) -> std::io::Result<()> {
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
                while lines.next_line().await?.is_some_and(|line| line != ".") {}
                if number % 3 == 2 {
                    b"451 try later\r\n"
                } else {
                    letters.lock().unwrap().push(recipient.clone());
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
        change.mail(&recipient, "Тақырып".to_owned(), "Сәлеметсіз бе!\n.\nҚайырлы күн\n".to_owned()).await.unwrap();
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
    arrived.dedup();
    assert_eq!(arrived.len(), 12, "none twice");
}

on_both! { letters_arrive_once_through_a_server_that_fails }
