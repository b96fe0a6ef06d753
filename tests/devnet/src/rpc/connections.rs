//! Connections: how many there are at once, and what each of them may do.

use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::serve::Listener;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto::Builder;
use hyper_util::service::TowerToHyperService;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::rpc::bounds::PATIENCE;
use crate::rpc::listener::Escaped;

/// The most connections at once; others wait at the door, as CometBFT lets them wait behind 900.
pub const MOST_CONNECTIONS: usize = 2_048;
/// The most calls at once on one connection of HTTP/2, and how often its client has to show that it lives.
const MOST_STREAMS: u32 = 64;
const PULSE: Duration = Duration::from_secs(20);

/// Serves connections until it is told to stop.
pub async fn serve(mut listener: TcpListener, router: Router, until: impl Future<Output = ()>) {
    let places = Arc::new(Semaphore::new(MOST_CONNECTIONS));
    let mut until = pin!(until);
    loop {
        let (stream, place) = tokio::select! {
            accepted = accept(&mut listener, &places) => match accepted {
                Some(accepted) => accepted,
                None => return,
            },
            () = &mut until => return,
        };
        let service = TowerToHyperService::new(router.clone());
        tokio::spawn(async move {
            let connection = TokioIo::new(Escaped::over(stream, place));
            // Whoever breaks a connection off needs no answer.
            let _ = terms().serve_connection_with_upgrades(connection, service).await;
        });
    }
}

/// The next connection, once there is a place for it.
async fn accept(listener: &mut TcpListener, places: &Arc<Semaphore>) -> Option<(TcpStream, OwnedSemaphorePermit)> {
    let place = Arc::clone(places).acquire_owned().await.ok()?;
    let (stream, _) = Listener::accept(listener).await;
    Some((stream, place))
}

/// On what terms connections are served. Headers come in time, or the connection ends; so does one that idles.
fn terms() -> Builder<TokioExecutor> {
    let mut builder = Builder::new(TokioExecutor::new());
    builder.http1().timer(TokioTimer::new()).header_read_timeout(PATIENCE);
    let mut second = builder.http2();
    second.timer(TokioTimer::new()).max_concurrent_streams(MOST_STREAMS);
    second.keep_alive_interval(PULSE).keep_alive_timeout(PATIENCE);
    // Websockets over HTTP/2 begin with it.
    second.enable_connect_protocol();
    builder
}
