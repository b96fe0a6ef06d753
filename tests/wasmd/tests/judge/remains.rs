//! What is known to differ: the table of the embedded chain's README, read row by row.

use std::path::Path;

/// Where a case and a field differ, and why that may be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Row {
    case: String,
    field: String,
}

/// The heading of the table.
const HEADING: &str = "| case | field | why |";

/// The rows of the table. `…` at a name's end stands for whatever follows.
pub(crate) fn rows() -> Vec<Row> {
    let readme = Path::new(env!("CARGO_MANIFEST_DIR")).join("../devnet/README.md");
    let text = std::fs::read_to_string(readme).unwrap();
    let table = text.lines().skip_while(|line| *line != HEADING).skip(2).take_while(|line| line.starts_with('|'));
    let row = |line: &str| {
        let mut cells = line.trim_matches('|').split('|').map(|cell| cell.trim().trim_matches('`').to_owned());
        Row { case: cells.next().unwrap(), field: cells.next().unwrap() }
    };
    table.map(row).collect()
}

impl Row {
    /// Whether it speaks of a case.
    pub(crate) fn is_of(&self, case: &str) -> bool {
        fits(&self.case, case)
    }

    /// Whether it speaks of a field of a case.
    pub(crate) fn covers(&self, case: &str, field: &str) -> bool {
        fits(&self.case, case) && fits(&self.field, field)
    }
}

fn fits(pattern: &str, name: &str) -> bool {
    pattern.strip_suffix('…').map_or(pattern == name, |start| name.starts_with(start))
}
