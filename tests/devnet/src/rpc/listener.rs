//! Connections whose request lines may hold raw quotes, as CometBFT's own examples do: `/tx_search?query="…"`.
//!
//! HTTP forbids them, and so does our HTTP library; here they are escaped before it sees them.

use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use axum::serve::Listener;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpListener, TcpStream};

/// Accepts connections and escapes their request lines.
#[derive(Debug)]
pub struct Escaping(pub TcpListener);

impl Listener for Escaping {
    type Io = Escaped;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (Escaped, SocketAddr) {
        let (stream, peer) = Listener::accept(&mut self.0).await;
        // Small answers are not held back.
        let _ = stream.set_nodelay(true);
        (Escaped { stream, place: Place::Start, waiting: Vec::new() }, peer)
    }

    fn local_addr(&self) -> io::Result<SocketAddr> {
        Listener::local_addr(&self.0)
    }
}

/// A connection whose request lines are escaped as they are read.
#[derive(Debug)]
pub struct Escaped {
    stream: TcpStream,
    place: Place,
    /// Escaped bytes that had no room yet.
    waiting: Vec<u8>,
}

/// Where in a request the next byte lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    /// Before its first byte.
    Start,
    /// In its first line.
    Line,
    /// In its headers, after so many line ends in a row.
    Headers { ends: u8 },
    /// Where nothing is escaped any more: behind the headers of a request with a body.
    Beyond,
}

impl Escaped {
    /// Escapes bytes as they lie in a request. Only a GET without a body is followed by another line to escape.
    fn escape(&mut self, bytes: &[u8]) -> Vec<u8> {
        let mut escaped = Vec::with_capacity(bytes.len());
        for byte in bytes {
            if self.place == Place::Start {
                // A request that is no GET has a body, in which nothing may be touched.
                self.place = if *byte == b'G' { Place::Line } else { Place::Beyond };
            }
            match (self.place, byte) {
                (Place::Line, b'"') => escaped.extend(b"%22"),
                (Place::Line, b'\n') => {
                    escaped.push(b'\n');
                    self.place = Place::Headers { ends: 1 };
                }
                (Place::Headers { ends: 1 }, b'\n') => {
                    escaped.push(b'\n');
                    self.place = Place::Start;
                }
                (Place::Headers { .. }, b'\n') => {
                    escaped.push(b'\n');
                    self.place = Place::Headers { ends: 1 };
                }
                (Place::Headers { .. }, b'\r') => escaped.push(b'\r'),
                (Place::Headers { .. }, other) => {
                    escaped.push(*other);
                    self.place = Place::Headers { ends: 0 };
                }
                (_, other) => escaped.push(*other),
            }
        }
        escaped
    }
}

impl AsyncRead for Escaped {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        if self.waiting.is_empty() {
            if self.place == Place::Beyond {
                return Pin::new(&mut self.stream).poll_read(context, buffer);
            }
            let mut read = [0; 4_096];
            let mut fresh = ReadBuf::new(&mut read);
            ready!(Pin::new(&mut self.stream).poll_read(context, &mut fresh))?;
            let fresh = fresh.filled().to_vec();
            self.waiting = self.escape(&fresh);
        }
        let some = self.waiting.len().min(buffer.remaining());
        let rest = self.waiting.split_off(some);
        buffer.put_slice(&self.waiting);
        self.waiting = rest;
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for Escaped {
    fn poll_write(mut self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(context, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}
