use super::*;

const ADDRESS: &str = "wasm1hhqfdtucwct0f9wmq44085yp2j6zhddxhkf62azxxes0ksl0ndjs0yujvt";

fn book() -> (Vec<&'static str>, Vec<Vec<String>>) {
    let heads = vec!["offer@seq", "node", "class", "price/M", "free", "deal", "life"];
    let row = |cells: [&str; 7]| cells.map(str::to_owned).to_vec();
    let first = row(["1@4", "1", "1", "2.5 usd", "3/3", "0.01 usd – 100 usd", "6h"]);
    (heads, vec![first, row(["12@71", "3", "1", "123.456 usd", "1/9", "0.01 usd – 1000000 usd", "10d"])])
}

fn widest(text: &str) -> usize {
    text.lines().map(|line| line.chars().count()).max().unwrap()
}

#[test]
fn a_table_that_fits_stands_side_by_side() {
    let (heads, rows) = book();
    let text = laid(&heads, &rows, 80);
    assert_eq!(text.lines().count(), 3, "{text}");
    assert!(widest(&text) <= 80, "{text}");
}

#[test]
fn one_that_does_not_fit_is_written_one_field_a_line() {
    let (heads, rows) = book();
    for width in [60, 40] {
        let text = laid(&heads, &rows, width);
        assert!(widest(&text) <= width, "{text}");
        assert_eq!(text.lines().count(), 2 * heads.len() + 1, "{text}");
        assert!(text.lines().any(|line| line == "price/M    123.456 usd"), "{text}");
    }
}

#[test]
fn no_value_is_ever_broken_however_narrow_the_terminal_is() {
    let rows = vec![vec!["bme".to_owned(), ADDRESS.to_owned(), "82c743aab1ad58c3".repeat(4)]];
    for width in [200, 80, 60, 40, 1] {
        let text = laid(&["contract", "address", "checksum"], &rows, width);
        let whole = |value: &String| text.lines().any(|line| line.contains(value.as_str()));
        assert!(rows[0].iter().all(whole), "{width}: {text}");
    }
}

#[test]
fn a_stranger_s_words_neither_break_a_line_nor_steer_the_terminal() {
    let text = table(&["model"], [vec!["tiny\n1  real\u{1b}[2J".to_owned()]], "there is none");
    assert_eq!(text.lines().count(), 2, "{text:?}");
    assert!(!text.contains('\u{1b}'), "{text:?}");
}

#[test]
fn where_there_is_nothing_it_is_said() {
    assert_eq!(table(&["model"], [], "there is no model"), "there is no model");
}
