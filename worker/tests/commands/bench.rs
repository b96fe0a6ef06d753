//! `hearthd bench`.

use std::time::Duration;

use hearth_schema::price::Tick;
use hearth_schema::unit::Usd;
use hearthd::command::bench::{Args, a_second, price, run};

use crate::{Folder, tiny};

#[test]
fn a_price_pays_for_the_hour_and_stands_on_the_grid() {
    // 100 tokens a second: 180,000 are sold an hour, at 5.56 dollars a million.
    let hour = Usd::new(1_000_000_000_000);
    let asked = price(hour, 100_000).unwrap();
    assert_eq!(asked.u128(), 5_560_000);
    assert!(Tick::of(asked).is_ok());
    assert!(price(hour, 0).is_none());
}

#[test]
fn a_rate_is_counted_in_thousandths() {
    assert_eq!(a_second(50, Duration::from_millis(500)), 100_000);
    assert_eq!(a_second(1, Duration::ZERO), 1_000_000_000);
}

#[tokio::test]
async fn an_engine_is_measured_and_its_figures_are_told() {
    let folder = Folder::new();
    let model = folder.0.join("model").display().to_string();
    let made = folder.made_with(&model, &tiny().display().to_string()).await;
    let args = Args { tokens: 8, parallel: 2, hourly: "1usd".into() };
    let speed = run(&made.config, &args).await.unwrap();
    assert!(speed.alone_milli > 0 && speed.together_milli > 0 && speed.price.is_some(), "{speed:?}");
    assert!(speed.to_string().contains("a million tokens"), "{speed}");
}
