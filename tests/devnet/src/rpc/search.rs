//! CometBFT's query language: conditions on events, joined by AND.

use std::collections::BTreeMap;

use cosmwasm_std::Uint256;
use tendermint::Time;

/// What happened, by name: `wasm.action` → the values it had.
pub type Events = BTreeMap<String, Vec<String>>;

/// Conditions, all of which must hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Query {
    text: String,
    conditions: Vec<Condition>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Condition {
    key: String,
    test: Test,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Test {
    Exists,
    Contains(String),
    Compare(Sign, Operand),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Sign {
    Equal,
    Less,
    Greater,
    AtMost,
    AtLeast,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Operand {
    Text(String),
    Number(Uint256),
    Moment(Time),
}

impl Query {
    /// Reads a query.
    pub fn read(text: &str) -> Result<Self, String> {
        let mut rest = text.trim();
        let mut conditions = Vec::new();
        loop {
            let (condition, after) = Condition::read(rest)?;
            conditions.push(condition);
            rest = after.trim_start();
            if rest.is_empty() {
                return Ok(Self { text: text.to_owned(), conditions });
            }
            rest = keyword(rest, "AND").ok_or_else(|| wrong(rest, "AND"))?;
        }
    }

    /// As it was written.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Whether all conditions hold.
    pub fn matches(&self, events: &Events) -> bool {
        self.conditions.iter().all(|condition| {
            let values = events.get(&condition.key);
            values.is_some_and(|values| {
                condition.test == Test::Exists || values.iter().any(|value| condition.test.holds(value))
            })
        })
    }

    /// The transaction that alone can match, if one is named.
    pub fn hash(&self) -> Option<Vec<u8>> {
        self.conditions.iter().find_map(|condition| match &condition.test {
            Test::Compare(Sign::Equal, Operand::Text(text)) if condition.key == "tx.hash" => hex::decode(text).ok(),
            _ => None,
        })
    }

    /// Between which heights matches can lie, as far as a key says.
    pub fn heights(&self, key: &str) -> (u64, u64) {
        let (mut from, mut to) = (0, u64::MAX);
        for condition in self.conditions.iter().filter(|condition| condition.key == key) {
            let Test::Compare(sign, Operand::Number(number)) = &condition.test else { continue };
            let Ok(height) = number.to_string().parse::<u64>() else { continue };
            match sign {
                Sign::Equal => (from, to) = (from.max(height), to.min(height)),
                Sign::Less => to = to.min(height.saturating_sub(1)),
                Sign::AtMost => to = to.min(height),
                Sign::Greater => from = from.max(height.saturating_add(1)),
                Sign::AtLeast => from = from.max(height),
            }
        }
        (from, to)
    }
}

impl Condition {
    fn read(text: &str) -> Result<(Self, &str), String> {
        let end = text.find(|of: char| of.is_whitespace() || "=<>'\"".contains(of)).unwrap_or(text.len());
        let (key, rest) = text.split_at(end);
        if key.is_empty() {
            return Err(wrong(text, "a key, as in tx.height"));
        }
        let (test, rest) = Test::read(rest.trim_start())?;
        Ok((Self { key: key.to_owned(), test }, rest))
    }
}

impl Test {
    fn read(text: &str) -> Result<(Self, &str), String> {
        if let Some(rest) = keyword(text, "EXISTS") {
            return Ok((Self::Exists, rest));
        }
        if let Some(rest) = keyword(text, "CONTAINS") {
            let (part, rest) = quoted(rest).ok_or_else(|| wrong(rest, "text in single quotes"))?;
            return Ok((Self::Contains(part), rest));
        }
        let signs =
            [("<=", Sign::AtMost), (">=", Sign::AtLeast), ("=", Sign::Equal), ("<", Sign::Less), (">", Sign::Greater)];
        let found = signs.into_iter().find_map(|(sign, of)| Some((of, text.strip_prefix(sign)?.trim_start())));
        let (sign, rest) = found.ok_or_else(|| wrong(text, "=, <, >, <=, >=, CONTAINS or EXISTS"))?;
        let (operand, rest) = Operand::read(rest)?;
        match (&operand, sign) {
            (Operand::Text(_), Sign::Equal) | (Operand::Number(_) | Operand::Moment(_), _) => {
                Ok((Self::Compare(sign, operand), rest))
            }
            (Operand::Text(_), _) => Err("text can only be compared by =".to_owned()),
        }
    }

    fn holds(&self, value: &str) -> bool {
        match self {
            Self::Exists => true,
            Self::Contains(part) => value.contains(part.as_str()),
            Self::Compare(_, Operand::Text(text)) => value == text,
            Self::Compare(sign, Operand::Number(number)) => {
                // A value may be a coin: its number counts.
                let digits = value.find(|of: char| !of.is_ascii_digit()).unwrap_or(value.len());
                value
                    .get(..digits)
                    .and_then(|digits| digits.parse::<Uint256>().ok())
                    .is_some_and(|of| sign.holds(&of, number))
            }
            Self::Compare(sign, Operand::Moment(moment)) => {
                Time::parse_from_rfc3339(value).is_ok_and(|of| sign.holds(&of, moment))
            }
        }
    }
}

impl Sign {
    fn holds<T: Ord>(self, one: &T, other: &T) -> bool {
        match self {
            Self::Equal => one == other,
            Self::Less => one < other,
            Self::Greater => one > other,
            Self::AtMost => one <= other,
            Self::AtLeast => one >= other,
        }
    }
}

impl Operand {
    fn read(text: &str) -> Result<(Self, &str), String> {
        if let Some((text, rest)) = quoted(text) {
            return Ok((Self::Text(text), rest));
        }
        for (word, suffix) in [("TIME", ""), ("DATE", "T00:00:00Z")] {
            if let Some(rest) = keyword(text, word) {
                let (moment, rest) = token(rest);
                let time = Time::parse_from_rfc3339(&format!("{moment}{suffix}"));
                return time.map(|time| (Self::Moment(time), rest)).map_err(|error| format!("{moment}: {error}"));
            }
        }
        let (number, rest) = token(text);
        let number = number.parse().map_err(|_| wrong(text, "a number, TIME, DATE, or text in single quotes"))?;
        Ok((Self::Number(number), rest))
    }
}

fn keyword<'a>(text: &'a str, word: &str) -> Option<&'a str> {
    let rest = text.strip_prefix(word)?;
    (rest.is_empty() || rest.starts_with(char::is_whitespace)).then(|| rest.trim_start())
}

fn quoted(text: &str) -> Option<(String, &str)> {
    let (inside, rest) = text.strip_prefix('\'')?.split_once('\'')?;
    Some((inside.to_owned(), rest))
}

fn token(text: &str) -> (&str, &str) {
    text.split_at(text.find(char::is_whitespace).unwrap_or(text.len()))
}

fn wrong(at: &str, wanted: &str) -> String {
    let at = if at.is_empty() { "its end" } else { at };
    format!("failed to parse query: expected {wanted} at `{at}`")
}
