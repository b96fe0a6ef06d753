//! The process itself, spoken to without a parent's care.

use std::io::{Read, Write};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use hearth_engine::process::wire::{Failure, Order, PROTOCOL, Reply, Setup, encode, read};
use hearth_engine::process::{Config, Make};
use hearth_engine::scripted::{Act, Script};
use hearth_engine::{Event, Generate};

use crate::{PROGRAM, prompt};

struct Host {
    process: Child,
    stdin: Option<ChildStdin>,
    stdout: ChildStdout,
}

impl Host {
    fn start(command: &mut Command) -> Self {
        let mut process = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
        Self { stdin: process.stdin.take(), stdout: process.stdout.take().unwrap(), process }
    }

    fn ready(script: Script) -> Self {
        let mut host = Self::start(&mut Command::new(PROGRAM));
        host.set_up(script);
        host
    }

    fn set_up(&mut self, script: Script) {
        let config = Config { make: Make::Scripted(script), memory: None };
        self.send(&encode(&Setup { protocol: PROTOCOL, config }).unwrap());
        assert!(matches!(self.hear(), Some(Reply::Ready(_))));
    }

    fn send(&mut self, bytes: &[u8]) {
        self.stdin.as_mut().unwrap().write_all(bytes).unwrap();
    }

    fn order(&mut self, order: Order) {
        self.send(&encode(&order).unwrap());
    }

    fn hear(&mut self) -> Option<Reply> {
        read(&mut self.stdout).unwrap()
    }

    /// Its exit code, once all its pipes are closed.
    fn code(mut self) -> Option<i32> {
        self.stdout.read_to_end(&mut Vec::new()).unwrap();
        self.process.wait().unwrap().code()
    }
}

fn endless() -> Script {
    Script::saying(&["a"]).then([Act::Hang])
}

#[test]
fn the_end_of_stdin_ends_it() {
    let mut host = Host::ready(endless());
    host.order(Order::Generate { id: 1, request: prompt() });
    assert!(host.hear().is_some());
    host.stdin = None;
    assert_eq!(host.code(), Some(0));
}

#[test]
fn the_end_of_stdin_before_anything_was_said_ends_it_too() {
    let mut host = Host::start(&mut Command::new(PROGRAM));
    host.stdin = None;
    assert_eq!(host.code(), Some(0));
}

#[cfg(target_os = "linux")]
#[test]
fn the_death_of_its_parent_ends_it_though_its_stdin_stays_open() {
    // The shell is the parent; its pipes are the test's, which holds them open.
    let mut host = Host::start(Command::new("sh").args(["-c", "\"$0\"; true", PROGRAM]));
    host.set_up(endless());
    host.process.kill().unwrap();
    let mut rest = Vec::new();
    // Its stdout ends only when the last process that has it is dead.
    host.stdout.read_to_end(&mut rest).unwrap();
    assert!(rest.is_empty() && host.stdin.is_some());
    host.process.wait().unwrap();
}

#[test]
fn a_frame_of_ten_megabytes_ends_it() {
    let mut host = Host::ready(endless());
    host.send(&u32::try_from(10 << 20).unwrap().to_le_bytes());
    assert_eq!(host.code(), Some(2));
}

#[test]
fn garbage_ends_it_before_and_after_its_setup() {
    let mut host = Host::start(&mut Command::new(PROGRAM));
    host.send(b"\x03\0\0\0abc");
    assert_eq!(host.code(), Some(2));
    let mut host = Host::ready(endless());
    host.send(b"\x03\0\0\0abc");
    assert_eq!(host.code(), Some(2));
}

#[test]
fn another_version_is_refused_by_name() {
    let mut host = Host::start(&mut Command::new(PROGRAM));
    let config = Config { make: Make::Scripted(endless()), memory: None };
    host.send(&encode(&Setup { protocol: PROTOCOL + 1, config }).unwrap());
    assert!(matches!(host.hear(), Some(Reply::Refused(Failure::Load { .. }))));
    assert_eq!(host.code(), Some(1));
}

#[test]
fn a_cancelled_request_says_nothing_more_and_the_others_go_on() {
    let script = Script { acts: vec![Act::Wait { ms: 20 }], ..Script::default() };
    let script =
        (0..200).fold(script, |script, _| script.then(Script::saying(&["a"]).acts).then([Act::Wait { ms: 1 }]));
    let mut host = Host::ready(script);
    let ask = |id| Order::Generate { id, request: Generate { stop: hearth_engine::Stop::after(1000), ..prompt() } };
    host.order(ask(1));
    host.order(ask(2));
    // Both are under way.
    let mut heard = [0, 0];
    while heard.contains(&0) {
        if let Some(Reply::Event { id, event: Event::Piece { .. } }) = host.hear() {
            heard[usize::try_from(id).unwrap() - 1] += 1;
        }
    }
    host.order(Order::Cancel { id: 1 });
    host.order(Order::Ping(7));
    while host.hear() != Some(Reply::Pong(7)) {}
    loop {
        match host.hear().unwrap() {
            // What was on its way when the order came.
            Reply::Event { id: 1, event } => {
                heard[0] += 1;
                assert!(heard[0] < 100 && !matches!(event, Event::Finished { .. }));
            }
            Reply::Event { id: 2, event: Event::Finished { usage, .. } } => {
                assert_eq!(usage.output, 200);
                break;
            }
            Reply::Event { id: 2, .. } => {}
            other => panic!("{other:?}"),
        }
    }
}
