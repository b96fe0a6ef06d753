use super::*;

fn digest(byte: u8) -> Digest {
    Digest::from([byte; 32])
}

#[tokio::test]
async fn what_is_under_way_is_reserved_until_it_ends() {
    let flights = Flights::default();
    flights.of(DealId(1)).await.begin(&digest(1), Usd::new(5));
    flights.of(DealId(1)).await.begin(&digest(2), Usd::new(7));
    let mut flight = flights.of(DealId(1)).await;
    assert_eq!(flight.reserved(), Usd::new(12));
    assert!(flight.has(&digest(2)));
    flight.end(&digest(2));
    assert_eq!((flight.reserved(), flight.has(&digest(2))), (Usd::new(5), false));
}

#[tokio::test]
async fn only_deals_without_anything_under_way_are_forgotten() {
    let flights = Flights::default();
    flights.of(DealId(1)).await.begin(&digest(1), Usd::new(5));
    drop(flights.of(DealId(2)).await);
    flights.keep(&[]);
    assert!(!flights.of(DealId(1)).await.is_empty());
    assert_eq!(flights.deals.lock().unwrap().keys().copied().collect::<Vec<_>>(), [1]);
}

#[tokio::test]
async fn a_drain_waits_for_the_last_answer() {
    let flights = Flights::default();
    let (first, second) = (flights.count(), flights.count());
    drop(first);
    assert_eq!(flights.active(), 1);
    let waiting = tokio::spawn({
        let flights = flights.clone();
        async move { flights.landed().await }
    });
    assert!(!waiting.is_finished());
    drop(second);
    waiting.await.unwrap();
}
