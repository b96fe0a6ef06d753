//! The listener, its connections, and how they end.

mod guard;

use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use hyper::server::conn::http1::Builder;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};

use crate::door::{Door, Stage};
use crate::house::House;
use crate::limits::Limits;
use crate::routes::router;
use crate::serve::guard::Guard;
use crate::tally::{Tally, count, uncount};

/// What a client may leave unread in the machine's own buffers, in bytes.
const SENT: u32 = 256 << 10;
/// What a connection's own buffers hold at most beside a request's headers, in bytes.
const BUFFER: usize = 64 << 10;
/// The most headers of a request.
const HEADERS: usize = 64;
/// How many connections wait to be accepted.
const BACKLOG: u32 = 1024;
/// How long streams have to say that they end, once the door is closed.
const LAST_WORDS: Duration = Duration::from_secs(2);
/// How long the door waits after the machine could not accept a connection, as when it is out of file handles.
const BREATH: Duration = Duration::from_millis(100);

/// Listens at an address, with bounded buffers. A port of 0 takes a free one.
pub async fn listen(address: SocketAddr) -> io::Result<TcpListener> {
    let socket = if address.is_ipv4() { TcpSocket::new_v4()? } else { TcpSocket::new_v6()? };
    // Else a restart must wait until the connections before it are forgotten; elsewhere it would let two listen at once.
    #[cfg(unix)]
    socket.set_reuseaddr(true)?;
    socket.set_send_buffer_size(SENT)?;
    socket.bind(address)?;
    socket.listen(BACKLOG)
}

/// Serves a house until the shutdown. Answers under way may then end within [`Limits::drain`]; streams that are not whole
/// by then end by an error object. It returns when nobody is served any more.
pub async fn serve<H: House>(
    listener: TcpListener,
    house: Arc<H>,
    limits: Limits,
    shutdown: impl Future<Output = ()> + Send,
) -> io::Result<()> {
    let (tell, stage) = watch::channel(Stage::Open);
    let host = Host::new(Door::new(house, limits, stage));
    let mut visits = JoinSet::new();
    let mut shutdown = pin!(shutdown);
    loop {
        tokio::select! {
            biased;
            () = &mut shutdown => break,
            Some(_) = visits.join_next() => {}
            (stream, room) = next(&listener, &host.rooms) => drop(visits.spawn(host.clone().visit(stream, room))),
        }
    }
    drop(listener);
    tell.send_replace(Stage::Closing);
    let drain = host.drain;
    if timeout(drain, all(&mut visits)).await.is_err() {
        tell.send_replace(Stage::Closed);
        let _ = timeout(LAST_WORDS, all(&mut visits)).await;
    }
    visits.shutdown().await;
    Ok(())
}

/// The next connection, as soon as there is room for it.
async fn next(listener: &TcpListener, rooms: &Arc<Semaphore>) -> (TcpStream, Option<OwnedSemaphorePermit>) {
    let room = Arc::clone(rooms).acquire_owned().await.ok();
    loop {
        match listener.accept().await {
            Ok((stream, _)) => return (stream, room),
            // A connection that broke off before it was accepted is no matter; anything else may pass.
            Err(error) if error.kind() == io::ErrorKind::ConnectionAborted => {}
            Err(_) => sleep(BREATH).await,
        }
    }
}

async fn all(visits: &mut JoinSet<()>) {
    while visits.join_next().await.is_some() {}
}

/// What every connection is served with.
#[derive(Clone)]
struct Host {
    router: Router,
    http: Builder,
    tally: Arc<Tally>,
    stage: watch::Receiver<Stage>,
    rooms: Arc<Semaphore>,
    stall: Duration,
    drain: Duration,
}

impl Host {
    fn new<H: House>(door: Door<H>) -> Self {
        let mut http = Builder::new();
        http.timer(TokioTimer::new())
            .header_read_timeout(door.limits.head_time)
            .max_header_size(door.limits.head)
            .max_buf_size(door.limits.head.max(BUFFER))
            .max_headers(HEADERS);
        let (tally, stage) = (Arc::clone(&door.tally), door.stage.clone());
        let rooms = Arc::new(Semaphore::new(door.limits.connections));
        let (stall, drain) = (door.limits.stall, door.limits.drain);
        Self { router: router(Arc::new(door)), http, tally, stage, rooms, stall, drain }
    }

    /// Serves one connection to its end.
    async fn visit(self, stream: TcpStream, _room: Option<OwnedSemaphorePermit>) {
        let Self { router, http, tally, mut stage, stall, .. } = self;
        let _open = Open::new(&tally);
        // Small pieces go out at once; where that cannot be had they go out all the same.
        let _ = stream.set_nodelay(true);
        let io = TokioIo::new(Guard::new(stream, stall));
        let mut visit = pin!(http.serve_connection(io, TowerToHyperService::new(router)));
        tokio::select! {
            // Whatever ends a connection, only its client could be told.
            _ = visit.as_mut() => return,
            _ = stage.wait_for(|stage| *stage != Stage::Open) => visit.as_mut().graceful_shutdown(),
        }
        let _ = visit.await;
    }
}

/// Counts a connection while it is open.
struct Open<'a>(&'a Tally);

impl<'a> Open<'a> {
    fn new(tally: &'a Tally) -> Self {
        count(&tally.accepted);
        count(&tally.connections);
        Self(tally)
    }
}

impl Drop for Open<'_> {
    fn drop(&mut self) {
        uncount(&self.0.connections);
    }
}
