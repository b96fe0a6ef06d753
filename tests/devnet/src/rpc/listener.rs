//! Connections whose request lines may hold raw quotes, as CometBFT's own examples do: `/tx_search?query="…"`.
//!
//! HTTP forbids them, and so does our HTTP library; here they are escaped before it sees them. Who says nothing, and who
//! does not take what he is sent, is let go.

use std::io::{self, IoSlice};
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio::sync::OwnedSemaphorePermit;
use tokio::time::{Sleep, sleep};

use crate::rpc::bounds::PATIENCE;

/// As many bytes as HTTP/2 begins with: until then our HTTP library waits to learn which version is spoken.
const PREFACE: usize = 24;

type Deadline = Pin<Box<Sleep>>;

/// A connection whose request lines are escaped as they are read.
#[derive(Debug)]
pub struct Escaped {
    stream: TcpStream,
    place: Place,
    /// Escaped bytes that had no room yet.
    waiting: Vec<u8>,
    /// Until when it must have said which version of HTTP it speaks, and how much it has said.
    silent_until: Option<Deadline>,
    heard: usize,
    /// Until when it must have taken what waits to be sent.
    taken_until: Option<Deadline>,
    /// Its place among all connections.
    _counted: OwnedSemaphorePermit,
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
    /// A connection that counts among all.
    pub fn over(stream: TcpStream, counted: OwnedSemaphorePermit) -> Self {
        // Small answers are not held back.
        let _ = stream.set_nodelay(true);
        Self {
            stream,
            place: Place::Start,
            waiting: Vec::new(),
            silent_until: Some(Box::pin(sleep(PATIENCE))),
            heard: 0,
            taken_until: None,
            _counted: counted,
        }
    }

    /// Fails where a connection says nothing at all.
    fn poll_silence(&mut self, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        match &mut self.silent_until {
            Some(until) => until.as_mut().poll(context).map(|()| Err(io::ErrorKind::TimedOut.into())),
            None => Poll::Pending,
        }
    }

    /// Notes what was heard. Only what begins as HTTP/2 does leaves open which version it is.
    fn hear(&mut self, bytes: &[u8]) {
        if self.heard == 0 && bytes.first().is_some_and(|first| *first != b'P') {
            self.silent_until = None;
        }
        self.heard = self.heard.saturating_add(bytes.len());
        if self.heard >= PREFACE {
            self.silent_until = None;
        }
    }

    /// Waits for a client that takes nothing, as long as patience lasts.
    fn poll_taken<T>(&mut self, context: &mut Context<'_>) -> Poll<io::Result<T>> {
        let until = self.taken_until.get_or_insert_with(|| Box::pin(sleep(PATIENCE)));
        until.as_mut().poll(context).map(|()| Err(io::ErrorKind::TimedOut.into()))
    }

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
        if let Poll::Ready(late) = self.poll_silence(context) {
            return Poll::Ready(late);
        }
        if self.waiting.is_empty() {
            if self.place == Place::Beyond && self.silent_until.is_none() {
                return Pin::new(&mut self.stream).poll_read(context, buffer);
            }
            let mut read = [0; 4_096];
            let mut fresh = ReadBuf::new(&mut read);
            ready!(Pin::new(&mut self.stream).poll_read(context, &mut fresh))?;
            let fresh = fresh.filled().to_vec();
            self.hear(&fresh);
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
        match Pin::new(&mut self.stream).poll_write(context, bytes) {
            Poll::Pending => self.poll_taken(context),
            done => done,
        }
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        match Pin::new(&mut self.stream).poll_write_vectored(context, slices) {
            Poll::Pending => self.poll_taken(context),
            done => done,
        }
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    /// Is only reached when all that waited was taken.
    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.taken_until = None;
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}
