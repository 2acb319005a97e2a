//! How often a program may ask: so many requests a minute for each token, or for each address where there is none.

use std::num::NonZeroU32;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};

use governor::clock::{Clock, DefaultClock};
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};

use super::app::App;
use super::error::AppError;

#[derive(Default)]
struct Paces {
    limiter: OnceLock<DefaultKeyedRateLimiter<String>>,
    asked: AtomicU32,
}

/// After so many requests those who have long been silent are forgotten.
const FORGET: u32 = 10_000;

/// Lets a request through, or says after how many seconds the next one is.
pub fn keep(app: &App, who: String) -> Result<(), AppError> {
    let paces = app.memory::<Paces>();
    let a_minute = NonZeroU32::new(app.config.api_pace).unwrap_or(NonZeroU32::MIN);
    let limiter = paces.limiter.get_or_init(|| RateLimiter::keyed(Quota::per_minute(a_minute)));
    if paces.asked.fetch_add(1, Relaxed) % FORGET == FORGET - 1 {
        limiter.retain_recent();
    }
    limiter.check_key(&who).map_err(|until| {
        let wait = until.wait_time_from(DefaultClock::default().now());
        AppError::Later(wait.as_secs() + 1)
    })
}
