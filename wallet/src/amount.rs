//! Tokens, dollars and durations as people write them: a number, and its unit behind it.

use std::fmt::Display;

use hearth_schema::price::Tick;
use hearth_schema::unit::{Price, Seconds, TokenAmount, TokenPrice, Usd};

use crate::error::Error;

/// Digits of a dollar: pico-dollars.
const DOLLAR_DIGITS: u8 = 12;

/// Tokens, as in `2.5token`, or by the token's symbol, in lower case or not.
pub fn tokens(text: &str, decimals: u8, symbol: &str) -> Result<TokenAmount, Error> {
    let fits = |unit: &str| unit == "token" || unit.eq_ignore_ascii_case(symbol);
    read(text, decimals, fits, &format!("token, or {}", symbol.to_lowercase())).map(TokenAmount::new)
}

/// Dollars, as in `2.5usd`.
pub fn dollars(text: &str) -> Result<Usd, Error> {
    read(text, DOLLAR_DIGITS, |unit| unit == "usd", "usd").map(Usd::new)
}

/// The price of a token in dollars, as in `0.5usd`.
pub fn token_price(text: &str) -> Result<TokenPrice, Error> {
    dollars(text).map(|price| TokenPrice::new(price.u128()))
}

/// The price of an offer on its grid: dollars for a million tokens, as in `2.5usd`. One that is off the grid is refused
/// with the two nearest that are on it.
pub fn offer_price(text: &str) -> Result<Tick, Error> {
    let million = dollars(text)?.u128();
    let exact = million.checked_rem(1_000_000) == Some(0);
    let price = Price::new(million.checked_div(1_000_000).unwrap_or_default());
    match Tick::of(price) {
        Ok(tick) if exact => Ok(tick),
        _ => Err(off_grid(text, price)),
    }
}

fn off_grid(text: &str, price: Price) -> Error {
    let below = Tick::at_most(price);
    let above = below.map_or(Some(Tick(0)), |below| below.0.checked_add(1).map(Tick));
    let shown = |tick: Option<Tick>| tick.and_then(|tick| tick.price().ok()).map(per_million);
    let nearest: Vec<String> = [shown(below), shown(above)].into_iter().flatten().collect();
    let problem = format!("{text} for a million tokens is off the grid of prices, which has three digits");
    Error::usage_hint(problem, format!("the nearest are {}", nearest.join(" and ")))
}

/// A price as dollars for a million tokens.
pub fn per_million(price: Price) -> String {
    let millions = Usd::new(price.u128()).mul_div_floor(1_000_000, 1).map(show_dollars);
    millions.unwrap_or_else(|_| format!("{price} pico-dollars a token"))
}

/// A duration, as in `90s`, `15m`, `1h`, `7d`.
pub fn duration(text: &str) -> Result<Seconds, Error> {
    let wrong = || Error::usage_hint(format!("`{text}` is no duration"), "as in 90s, 15m, 1h or 7d");
    let end = text.find(|of: char| !of.is_ascii_digit()).ok_or_else(wrong)?;
    let (number, unit) = text.split_at_checked(end).ok_or_else(wrong)?;
    let seconds: u64 = match unit {
        "s" => 1,
        "m" => 60,
        "h" => 3_600,
        "d" => 86_400,
        _ => return Err(wrong()),
    };
    let number: u64 = number.parse().map_err(|_| wrong())?;
    number.checked_mul(seconds).map(Seconds).ok_or_else(wrong)
}

/// Tokens in whole ones, with their unit.
pub fn show_tokens(amount: TokenAmount, decimals: u8, symbol: &str) -> String {
    format!("{} {symbol}", shown(amount.u128(), decimals))
}

/// Dollars, with their unit.
pub fn show_dollars(amount: Usd) -> String {
    format!("{} usd", shown(amount.u128(), DOLLAR_DIGITS))
}

/// A duration in its largest whole unit.
pub fn show_duration(duration: Seconds) -> String {
    let units = [(86_400, "d"), (3_600, "h"), (60, "m")];
    let whole = units.into_iter().find(|(size, _)| duration.0 > 0 && duration.0.checked_rem(*size) == Some(0));
    match whole {
        Some((size, unit)) => format!("{}{unit}", duration.0.checked_div(size).unwrap_or_default()),
        None => format!("{}s", duration.0),
    }
}

/// A moment as seen from now, roughly: `in 3h`, `2m ago`.
pub fn show_moment(moment: Seconds, now: Seconds) -> String {
    match moment.0.checked_sub(now.0) {
        Some(0) => "now".to_owned(),
        Some(left) => format!("in {}", rough(left)),
        None => format!("{} ago", rough(now.0.saturating_sub(moment.0))),
    }
}

/// So many of what is named in the singular: `1 offer`, `2 offers`.
pub fn show_count<N: Display + PartialEq + From<u8>>(count: N, what: &str) -> String {
    if count == N::from(1) { format!("1 {what}") } else { format!("{count} {what}s") }
}

/// Seconds in the largest unit of which there are at least two, rounded up.
fn rough(seconds: u64) -> String {
    let units = [(86_400, "d"), (3_600, "h"), (60, "m")];
    let unit = units.into_iter().find(|(size, _)| seconds.checked_div(*size) >= Some(2));
    let (size, unit) = unit.unwrap_or((1, "s"));
    format!("{}{unit}", seconds.div_ceil(size))
}

fn shown(amount: u128, digits: u8) -> String {
    let width = usize::from(digits).saturating_add(1);
    let text = format!("{amount:0>width$}");
    let (whole, part) = text.split_at_checked(text.len().saturating_sub(usize::from(digits))).unwrap_or((&text, ""));
    let part = part.trim_end_matches('0');
    if part.is_empty() { whole.to_owned() } else { format!("{whole}.{part}") }
}

/// A number with at most so many digits behind its point, and one of these units.
fn read(text: &str, digits: u8, fits: impl Fn(&str) -> bool, units: &str) -> Result<u128, Error> {
    let example = units.split(',').next().unwrap_or(units);
    let wrong = |problem: &str| Error::usage_hint(format!("`{text}` {problem}"), format!("as in 2.5{example}"));
    let text_end = text.find(|of: char| !of.is_ascii_digit() && of != '.').unwrap_or(text.len());
    let (number, unit) = text.split_at_checked(text_end).ok_or_else(|| wrong("is no amount"))?;
    let unit = unit.trim();
    if unit.is_empty() && !number.is_empty() {
        return Err(wrong(&format!("has no unit: {units}")));
    }
    if number.is_empty() {
        return Err(wrong("is no amount"));
    }
    if !fits(unit) {
        return Err(wrong(&format!("is in `{unit}`, and it has to be in {units}")));
    }
    let (whole, part) = number.split_once('.').unwrap_or((number, ""));
    let part = part.trim_end_matches('0');
    if part.len() > usize::from(digits) {
        return Err(wrong(&format!("has more than {digits} digits behind the point")));
    }
    if whole.is_empty() || part.contains('.') {
        return Err(wrong("is no amount"));
    }
    let width = usize::from(digits);
    format!("{whole}{part:0<width$}").parse().map_err(|_| wrong("is too large"))
}

#[cfg(test)]
#[path = "amount_tests.rs"]
mod tests;
