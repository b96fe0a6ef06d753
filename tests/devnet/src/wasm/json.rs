//! Whether bytes are JSON as Go's library has it: wasmd asks that of every message before a contract reads it.

/// How deep values may lie in each other.
const DEEPEST: usize = 10_000;

/// Whether bytes are one JSON value and nothing else.
pub fn valid(bytes: &[u8]) -> bool {
    let mut text = Text { rest: bytes, within: Vec::new() };
    text.all().is_some()
}

/// What is still to be read, and the lists and objects that are open. What cannot go on is nothing.
struct Text<'a> {
    rest: &'a [u8],
    within: Vec<u8>,
}

impl Text<'_> {
    fn all(&mut self) -> Option<()> {
        loop {
            self.blank();
            match self.next()? {
                b'{' => {
                    self.enter(b'}')?;
                    if !self.leaves(b'}') {
                        self.key()?;
                        continue;
                    }
                }
                b'[' => {
                    self.enter(b']')?;
                    if !self.leaves(b']') {
                        continue;
                    }
                }
                b'"' => self.string()?,
                b't' => self.word(b"rue")?,
                b'f' => self.word(b"alse")?,
                b'n' => self.word(b"ull")?,
                first => self.number(first)?,
            }
            if self.after()? {
                return Some(());
            }
        }
    }

    /// Goes on behind a value: to the next value, or to the end of all, which is true.
    fn after(&mut self) -> Option<bool> {
        loop {
            self.blank();
            let Some(end) = self.within.last().copied() else { return self.rest.is_empty().then_some(true) };
            match self.next()? {
                b',' if end == b'}' => {
                    self.blank();
                    return self.key().map(|()| false);
                }
                b',' => return Some(false),
                byte if byte == end => {
                    self.within.pop();
                }
                _ => return None,
            }
        }
    }

    fn enter(&mut self, end: u8) -> Option<()> {
        self.within.push(end);
        self.blank();
        (self.within.len() <= DEEPEST).then_some(())
    }

    /// Whether what was just entered holds nothing.
    fn leaves(&mut self, end: u8) -> bool {
        let empty = self.rest.first() == Some(&end);
        if empty {
            self.rest = self.rest.get(1..).unwrap_or_default();
            self.within.pop();
        }
        empty
    }

    fn key(&mut self) -> Option<()> {
        (self.next()? == b'"').then_some(())?;
        self.string()?;
        self.blank();
        (self.next()? == b':').then_some(())
    }

    fn string(&mut self) -> Option<()> {
        loop {
            match self.next()? {
                b'"' => return Some(()),
                b'\\' => match self.next()? {
                    b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't' => {}
                    b'u' => (0..4).try_for_each(|_| self.next()?.is_ascii_hexdigit().then_some(()))?,
                    _ => return None,
                },
                0..0x20 => return None,
                _ => {}
            }
        }
    }

    fn number(&mut self, first: u8) -> Option<()> {
        let first = if first == b'-' { self.next()? } else { first };
        match first {
            b'0' => {}
            b'1'..=b'9' => drop(self.digits()),
            _ => return None,
        }
        if self.takes(b".") {
            self.digits()?;
        }
        if self.takes(b"eE") {
            self.takes(b"+-");
            self.digits()?;
        }
        Some(())
    }

    /// At least one digit.
    fn digits(&mut self) -> Option<()> {
        let count = self.rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
        self.rest = self.rest.get(count..)?;
        (count > 0).then_some(())
    }

    fn word(&mut self, word: &[u8]) -> Option<()> {
        self.rest = self.rest.strip_prefix(word)?;
        Some(())
    }

    /// Whether one of these came next; then it is read.
    fn takes(&mut self, any: &[u8]) -> bool {
        let found = self.rest.first().is_some_and(|byte| any.contains(byte));
        if found {
            self.rest = self.rest.get(1..).unwrap_or_default();
        }
        found
    }

    fn blank(&mut self) {
        let count = self.rest.iter().take_while(|byte| b" \t\r\n".contains(byte)).count();
        self.rest = self.rest.get(count..).unwrap_or_default();
    }

    fn next(&mut self) -> Option<u8> {
        let (first, rest) = self.rest.split_first()?;
        self.rest = rest;
        Some(*first)
    }
}

#[cfg(test)]
#[path = "json_tests.rs"]
mod tests;
