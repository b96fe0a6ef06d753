//! Bytes into server-sent events: the data between two empty lines.

use super::fault::Fault;

/// Cuts bytes into events.
#[derive(Debug, Default)]
pub struct Events {
    buffer: Vec<u8>,
    /// How far the buffer is known to hold no end of a line.
    seen: usize,
    data: Vec<u8>,
    has_data: bool,
}

impl Events {
    /// The most bytes of one event: an answer's tokens come in its last.
    pub const MOST: usize = 16 << 20;

    /// Takes what arrived.
    pub fn push(&mut self, bytes: &[u8]) -> Result<(), Fault> {
        self.buffer.extend_from_slice(bytes);
        let held = self.buffer.len().saturating_add(self.data.len());
        if held > Self::MOST { Err(Fault::TooLarge { most: Self::MOST }) } else { Ok(()) }
    }

    /// The data of the next whole event.
    pub fn cut(&mut self) -> Option<Vec<u8>> {
        while let Some(line) = self.line() {
            if line.is_empty() {
                if std::mem::take(&mut self.has_data) {
                    return Some(std::mem::take(&mut self.data));
                }
            } else if let Some(value) = line.strip_prefix(b"data:") {
                if std::mem::replace(&mut self.has_data, true) {
                    self.data.push(b'\n');
                }
                self.data.extend_from_slice(value.strip_prefix(b" ").unwrap_or(value));
            }
            // Comments are signs of life; other fields say nothing here.
        }
        None
    }

    /// All that arrived and was not cut into events.
    pub fn rest(&mut self) -> Vec<u8> {
        self.seen = 0;
        std::mem::take(&mut self.buffer)
    }

    fn line(&mut self) -> Option<Vec<u8>> {
        let fresh = self.buffer.get(self.seen..)?;
        let Some(offset) = fresh.iter().position(|byte| *byte == b'\n') else {
            self.seen = self.buffer.len();
            return None;
        };
        let end = self.seen.checked_add(offset)?;
        let mut line: Vec<u8> = self.buffer.drain(..=end).collect();
        self.seen = 0;
        line.pop();
        if line.last() == Some(&b'\r') {
            line.pop();
        }
        Some(line)
    }
}
