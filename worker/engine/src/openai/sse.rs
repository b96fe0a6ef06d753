//! Server-sent events: lines, fields, and the data between two empty lines.

use crate::Error;

use super::fault::lost;

/// Cuts bytes into events.
#[derive(Debug)]
pub(super) struct Events {
    buffer: Vec<u8>,
    /// Where the next line begins.
    begin: usize,
    /// How far the buffer is known to hold no end of a line.
    seen: usize,
    data: Vec<u8>,
    any: bool,
    bound: usize,
}

/// What a server sent.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Sent {
    /// The data of an event.
    Data(Vec<u8>),
    /// A field `error`, by which old llama.cpp servers end a stream.
    Fault(Vec<u8>),
}

impl Events {
    /// Events none of whose data is longer than the bound.
    pub(super) const fn new(bound: usize) -> Self {
        Self { buffer: Vec::new(), begin: 0, seen: 0, data: Vec::new(), any: false, bound }
    }

    /// Takes what arrived.
    pub(super) fn push(&mut self, bytes: &[u8]) {
        self.buffer.drain(..self.begin);
        self.seen = self.seen.saturating_sub(self.begin);
        self.begin = 0;
        self.buffer.extend_from_slice(bytes);
    }

    /// The next whole event of what has arrived.
    pub(super) fn next(&mut self) -> Result<Option<Sent>, Error> {
        while let Some(line) = self.line()? {
            if line.is_empty() {
                if std::mem::take(&mut self.any) {
                    return Ok(Some(Sent::Data(std::mem::take(&mut self.data))));
                }
            } else if let Some(value) = field(&line, b"data") {
                if std::mem::replace(&mut self.any, true) {
                    self.data.push(b'\n');
                }
                self.data.extend_from_slice(value);
                self.fits(self.data.len())?;
            } else if let Some(value) = field(&line, b"error") {
                return Ok(Some(Sent::Fault(value.to_vec())));
            }
            // Comments keep a connection awake; `event`, `id` and `retry` say nothing here.
        }
        Ok(None)
    }

    fn line(&mut self) -> Result<Option<Vec<u8>>, Error> {
        let end = self.buffer.iter().skip(self.seen).position(|byte| *byte == b'\n');
        let Some(end) = end.map(|offset| self.seen.saturating_add(offset)) else {
            self.seen = self.buffer.len();
            self.fits(self.seen.saturating_sub(self.begin))?;
            return Ok(None);
        };
        self.fits(end.saturating_sub(self.begin))?;
        let line = self.buffer.get(self.begin..end).unwrap_or_default();
        let line = line.strip_suffix(b"\r").unwrap_or(line).to_vec();
        self.begin = end.saturating_add(1);
        self.seen = self.begin;
        Ok(Some(line))
    }

    fn fits(&self, length: usize) -> Result<(), Error> {
        if length <= self.bound { Ok(()) } else { Err(lost(format!("a line has more than {} bytes", self.bound))) }
    }
}

fn field<'a>(line: &'a [u8], name: &[u8]) -> Option<&'a [u8]> {
    let value = line.strip_prefix(name)?.strip_prefix(b":")?;
    Some(value.strip_prefix(b" ").unwrap_or(value))
}

#[cfg(test)]
#[path = "sse_tests.rs"]
mod tests;
