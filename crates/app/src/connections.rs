//! Connections: who sends a head too slowly, or does not read what was sent, is let go, and a server that is told to stop stops.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::connect_info::ConnectInfo;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio_io_timeout::TimeoutStream;
use tower::ServiceExt;

/// So many connections at once; more wait until one ends.
const CONNECTIONS: usize = 4096;

/// Serves on a listener until told to stop. Within `patience` the head of a request has to come, and the next request of a
/// connection has to begin; whoever reads nothing of an answer for so long is gone; and requests under way have so long to end when
/// the server is told to stop.
pub async fn serve(
    listener: TcpListener,
    router: Router,
    patience: Duration,
    stop: impl Future<Output = ()>,
) -> std::io::Result<()> {
    let places = std::sync::Arc::new(Semaphore::new(CONNECTIONS));
    let open = GracefulShutdown::new();
    tokio::pin!(stop);
    loop {
        let accepted = async {
            let place = places.clone().acquire_owned().await.map_err(std::io::Error::other)?;
            Ok::<_, std::io::Error>((listener.accept().await, place))
        };
        tokio::select! {
            () = &mut stop => break,
            accepted = accepted => match accepted? {
                (Ok((stream, peer)), place) => one((stream, peer), &router, patience, &open, place),
                (Err(error), _) => {
                    // Too many files are open, or the other side is gone already: not the end of the server.
                    tracing::warn!(%error, "a connection was not taken");
                    tokio::time::sleep(Duration::from_millis(100)).await;
                }
            },
        }
    }
    drop(listener);
    if tokio::time::timeout(patience, open.shutdown()).await.is_err() {
        tracing::warn!("requests that did not end in time were let go");
    }
    Ok(())
}

/// Serves one connection.
fn one(
    (stream, peer): (TcpStream, SocketAddr),
    router: &Router,
    patience: Duration,
    open: &GracefulShutdown,
    place: OwnedSemaphorePermit,
) {
    // Small answers go out at once.
    let _ = stream.set_nodelay(true);
    let mut stream = TimeoutStream::new(stream);
    stream.set_write_timeout(Some(patience));
    let router = router.clone();
    let service = service_fn(move |request: hyper::Request<Incoming>| {
        let mut request = request.map(Body::new);
        request.extensions_mut().insert(ConnectInfo(peer));
        let answer = router.clone().oneshot(request);
        async move { Ok::<_, Infallible>(answer.await.unwrap_or_else(|never| match never {})) }
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(patience)
        .serve_connection(TokioIo::new(Box::pin(stream)), service);
    let watched = open.watch(connection);
    tokio::spawn(async move {
        // Whoever went away, or was too slow, is nobody's error.
        let _ = watched.await;
        drop(place);
    });
}
