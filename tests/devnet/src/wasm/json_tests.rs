use super::{DEEPEST, valid};

#[test]
fn what_is_json_passes() {
    for text in [
        "{}",
        "[]",
        " { \"a\" : [ 1 , -2.5e+10 , 0 , \"\\u00e9\\n\" ] , \"b\" : { \"c\" : null } } ",
        "true",
        "\"x\"",
        "0.1",
        "1e400",
        "\"\\ud800\"",
        "[[],{}]",
    ] {
        assert!(valid(text.as_bytes()), "{text}");
    }
    assert!(valid(b"\"\xff\""), "Go does not look at the encoding");
}

#[test]
fn what_is_no_json_does_not() {
    for text in [
        "",
        " ",
        "{",
        "}",
        "[",
        "[1,]",
        "{,}",
        "{\"a\"}",
        "{\"a\":}",
        "{\"a\":1,}",
        "{a:1}",
        "01",
        "-",
        "1.",
        "1e",
        ".5",
        "tru",
        "nul",
        "\"",
        "\"\\x\"",
        "\"\\u12g4\"",
        "\"\n\"",
        "{}{}",
        "1 2",
        "[1 2]",
        "[1}",
        "NaN",
    ] {
        assert!(!valid(text.as_bytes()), "{text}");
    }
}

#[test]
fn values_lie_ten_thousand_deep_and_no_deeper() {
    let deep = |depth: usize| format!("{}{}", "[".repeat(depth), "]".repeat(depth));
    assert!(valid(deep(DEEPEST).as_bytes()));
    assert!(!valid(deep(DEEPEST + 1).as_bytes()));
}
