//! How the state of a task looks: never by colour alone.

use sheber_norms::duties::DutyState;

/// A mark beside a task: its class, its sign, the key of its word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Badge {
    pub class: &'static str,
    pub sign: &'static str,
    pub key: &'static str,
}

impl Badge {
    pub const fn of(state: DutyState) -> Self {
        let (class, sign, key) = match state {
            DutyState::Planned => ("", "·", "duty-planned"),
            DutyState::Due => ("warning", "!", "duty-due"),
            DutyState::Done => ("clean", "✓", "duty-done"),
            DutyState::DoneLate => ("clean", "✓↷", "duty-done_late"),
            DutyState::Overdue => ("violation", "✕", "duty-overdue"),
            DutyState::Excused => ("", "–", "duty-excused"),
        };
        Self { class, sign, key }
    }
}
