//! Tables that fit the terminal.
//!
//! No cell is ever broken: half an address or half an amount reads as another one. A table that is too wide is written one
//! field a line instead.

use std::io::IsTerminal as _;

use comfy_table::{ContentArrangement, Table, presets};

/// The width where nobody watches.
const WIDTH: u16 = 120;

/// A table with these heads; where there is nothing to list, this is said instead.
pub fn table(heads: &[&str], rows: impl IntoIterator<Item = Vec<String>>, nothing: &str) -> String {
    let rows: Vec<Vec<String>> = rows.into_iter().map(|row| row.iter().map(|cell| tame(cell)).collect()).collect();
    if rows.is_empty() { nothing.to_owned() } else { laid(heads, &rows, width()) }
}

/// Names and values, one pair a line.
pub fn pairs<const N: usize>(pairs: [(&str, String); N]) -> String {
    lines(pairs.iter().map(|(name, value)| (*name, tame(value))))
}

/// A stranger's words on one line, without what would steer a terminal.
pub fn tame(text: &str) -> String {
    text.chars().map(|of| if of.is_control() { ' ' } else { of }).collect()
}

/// How many columns the reader has.
fn width() -> usize {
    let watched = std::io::stdout().is_terminal().then(|| Table::new().width()).flatten();
    usize::from(watched.unwrap_or(WIDTH))
}

/// Side by side where that fits, else one field a line.
fn laid(heads: &[&str], rows: &[Vec<String>], width: usize) -> String {
    let mut table = Table::new();
    table.load_style(presets::NOTHING).set_content_arrangement(ContentArrangement::Disabled);
    table.set_header(heads.to_vec()).add_rows(rows);
    let beside: Vec<String> = table.to_string().lines().map(|line| line.trim_end().to_owned()).collect();
    if beside.iter().all(|line| line.chars().count() <= width) {
        return beside.join("\n");
    }
    let below = |row: &Vec<String>| {
        lines(heads.iter().copied().zip(row.iter().cloned()).filter(|(_, value)| !value.is_empty()))
    };
    rows.iter().map(below).collect::<Vec<_>>().join("\n\n")
}

fn lines<'a>(pairs: impl Iterator<Item = (&'a str, String)>) -> String {
    let pairs: Vec<(&str, String)> = pairs.collect();
    let width = pairs.iter().map(|(name, _)| name.chars().count()).max().unwrap_or_default();
    let line = |(name, value): &(&str, String)| format!("{name:<width$}  {value}").trim_end().to_owned();
    pairs.iter().map(line).collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
#[path = "table_tests.rs"]
mod tests;
