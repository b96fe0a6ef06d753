//! What both said, laid side by side, and what is made of it.

use serde_json::{Value, json};

use super::{Twin, number};
use crate::remains::{self, Row};

/// Gas may differ by so many hundredths: of the house's own messages, and of all else.
const HOUSE: u64 = 2;
const ELSE: u64 = 5;

/// Where the two differ.
#[derive(Clone, Debug)]
pub(super) struct Difference {
    case: String,
    field: String,
    wasmd: Value,
    devnet: Value,
}

/// How near the gas is.
#[derive(Default)]
pub(super) struct Gas {
    compared: u64,
    exact: u64,
    widest: (f64, String),
}

impl Twin {
    /// Compares what came of a transaction.
    pub(super) fn compare_transaction(&mut self, wasmd: &Value, devnet: &Value) {
        if devnet.get("error").is_some() {
            return self.differs("found", wasmd, devnet);
        }
        let (used, mine) = (number(&wasmd["tx_result"]["gas_used"]), number(&devnet["tx_result"]["gas_used"]));
        self.gas.note(&self.case, used, mine);
        let most = if self.house { HOUSE } else { ELSE };
        if used.abs_diff(mine) * 100 > used * most {
            self.differs("gas", &json!(used), &json!(mine));
        }
        let same_gas = |mut of: Value| {
            if let Some(place) = of.pointer_mut("/tx_result/gas_used") {
                *place = Value::Null;
            }
            // Whoever runs out of gas says how much was used, which is compared above.
            if let Some(Value::String(log)) = of.pointer_mut("/tx_result/log")
                && let Some((before, after)) = log.split_once("gasUsed: ")
            {
                let rest = after.split_once(':').map_or("", |(_, rest)| rest);
                *log = format!("{before}gasUsed: …:{rest}");
            }
            of
        };
        let (wasmd, devnet) = (same_gas(wasmd.clone()), same_gas(devnet.clone()));
        for field in ["hash", "height", "index", "tx"] {
            self.compare(field, &wasmd[field], &devnet[field]);
        }
        for field in ["code", "codespace", "log", "data", "info", "gas_wanted"] {
            self.compare(field, &wasmd["tx_result"][field], &devnet["tx_result"][field]);
        }
        let of = |of: &Value| of["tx_result"]["events"].as_array().cloned().unwrap_or_default();
        let (wasmd, devnet) = (of(&wasmd), of(&devnet));
        for nth in 0..wasmd.len().max(devnet.len()) {
            let at = |events: &[Value]| events.get(nth).map_or(Value::Null, event);
            self.compare(&format!("event {nth}"), &at(&wasmd), &at(&devnet));
        }
    }

    /// Compares what happened at the ends of blocks, both included; how much it was.
    pub(crate) fn compare_ends(&mut self, from: u64, to: u64) -> usize {
        let mut compared = 0;
        for height in from..=to {
            let asked = json!({ "height": height.to_string() });
            let [wasmd, devnet] = [self.wasmd.calls(), &self.model].map(|rpc| ends(&rpc.call("block_results", &asked)));
            for nth in 0..wasmd.len().max(devnet.len()) {
                let at = |lines: &[Value]| lines.get(nth).cloned().unwrap_or_default();
                self.compare(&format!("end {nth}"), &at(&wasmd), &at(&devnet));
            }
            compared += wasmd.len();
        }
        compared
    }

    /// Lays two values side by side.
    pub(crate) fn compare(&mut self, field: &str, wasmd: &Value, devnet: &Value) {
        if wasmd != devnet {
            self.differs(field, wasmd, devnet);
        }
    }

    fn differs(&mut self, field: &str, wasmd: &Value, devnet: &Value) {
        let (case, field) = (self.case.clone(), field.to_owned());
        self.differences.push(Difference { case, field, wasmd: wasmd.clone(), devnet: devnet.clone() });
    }

    /// Says what was compared, and fails where anything differs that the table does not name, or the table names what does not.
    pub(crate) fn judge(self, least: usize) {
        let rows: Vec<Row> = remains::rows();
        let covered = |difference: &&Difference| rows.iter().any(|row| row.covers(&difference.case, &difference.field));
        let (known, new): (Vec<&Difference>, Vec<&Difference>) = self.differences.iter().partition(covered);
        println!(
            "{} kinds; gas of {} transactions, {} to the unit, the widest {:.2} % ({}); {} differences, {} of them in the table",
            self.cases.len(),
            self.gas.compared,
            self.gas.exact,
            self.gas.widest.0,
            self.gas.widest.1,
            self.differences.len(),
            known.len(),
        );
        for Difference { case, field, wasmd, devnet } in &new {
            println!("\n{case}: {field}\n  wasmd  {wasmd}\n  devnet {devnet}");
        }
        assert!(new.is_empty(), "{} differences are in no table", new.len());
        for case in &self.cases {
            for row in rows.iter().filter(|row| row.is_of(case)) {
                let used = self.differences.iter().any(|of| of.case == *case && row.covers(case, &of.field));
                assert!(used, "the table names {row:?}, which does not differ");
            }
        }
        assert!(self.cases.len() >= least, "only {} kinds", self.cases.len());
    }
}

impl Gas {
    fn note(&mut self, case: &str, wasmd: u64, devnet: u64) {
        self.compared += 1;
        self.exact += u64::from(wasmd == devnet);
        let wide = wasmd.abs_diff(devnet) as f64 * 100.0 / wasmd.max(1) as f64;
        if wide > self.widest.0 {
            self.widest = (wide, format!("{case}: {wasmd} and {devnet}"));
        }
    }
}

/// What happened at the end of a block, in lines. wasmd's blocks begin with events too, of what is minted and shared.
fn ends(results: &Result<Value, Value>) -> Vec<Value> {
    let events = results.as_ref().ok().and_then(|results| results["finalize_block_events"].as_array());
    let at_end = |event: &&Value| {
        let mut attributes = event["attributes"].as_array().into_iter().flatten();
        attributes.any(|of| of["key"] == "mode" && of["value"] == "EndBlock")
    };
    events.into_iter().flatten().filter(at_end).map(event).collect()
}

/// An event in one line, its attributes in order.
fn event(event: &Value) -> Value {
    let attributes: Vec<String> = event["attributes"]
        .as_array()
        .into_iter()
        .flatten()
        .map(|of| format!("{}={}{}", of["key"].as_str().unwrap(), of["value"].as_str().unwrap(), mark(&of["index"])))
        .collect();
    json!(format!("{}: {}", event["type"].as_str().unwrap(), attributes.join(", ")))
}

fn mark(index: &Value) -> &'static str {
    if *index == true { "" } else { " (not indexed)" }
}
