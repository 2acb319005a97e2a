//! When a stage of the procedure has to be done (item 5.3): working days by the country's calendar; the time a case waits for
//! the college does not count.

use chrono::NaiveDate;
use sheber_kernel::words;
use sheber_norms::Edition;
use sheber_norms::calendar::Calendar;

use super::workflow::{Action, State};

words! {
    /// A stage whose time is measured, by the name of the parameter with the working days it may take.
    Stage {
        PrimaryCheck = "primary_check_days",
        Expertise = "expertise_days",
        Decision = "decision_days",
    }
}

impl Stage {
    /// The working days it may take by the edition.
    pub fn days(self, edition: &Edition) -> i64 {
        edition.number("5.3", self.word()).unwrap_or_default()
    }

    /// The stage that runs after a step.
    fn after(action: Action, state: State) -> Option<Self> {
        match (state, action) {
            (State::Submitted | State::PrimaryCheck, _) => Some(Self::PrimaryCheck),
            (State::Expertise, Action::Summarise) => Some(Self::Decision),
            (State::Expertise, _) => Some(Self::Expertise),
            _ => None,
        }
    }
}

/// The stage that runs now and the last day for it, from the steps of a case with their days, in order.
pub fn due(
    steps: &[(NaiveDate, Action, State)],
    calendar: &Calendar,
    allowed: impl Fn(Stage) -> i64,
) -> Option<(Stage, NaiveDate)> {
    let mut running: Option<(Stage, NaiveDate)> = None;
    let mut used = [0; 3];
    for (day, action, state) in steps {
        let stage = Stage::after(*action, *state);
        if running.map(|(stage, _)| stage) == stage {
            continue;
        }
        if let Some((stage, since)) = running {
            used[stage as usize] += calendar.between(since, *day);
        }
        running = stage.map(|stage| (stage, *day));
    }
    let (stage, since) = running?;
    Some((stage, calendar.after(since, allowed(stage) - used[stage as usize])))
}

#[cfg(test)]
mod tests {
    use sheber_norms::calendar::Holiday;

    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn kazakhstan() -> Calendar {
        let yearly = ["01-01", "01-02", "03-21", "03-22", "03-23", "12-16"];
        Calendar::of(yearly.into_iter().map(|code| Holiday { code, moves: true }))
    }

    #[test]
    fn the_time_a_case_waits_for_the_college_does_not_count() {
        let allowed = |stage| [5, 15, 10][stage as usize];
        let submitted = (day("2024-02-05"), Action::Submit, State::Submitted);
        let taken = (day("2024-02-06"), Action::Take, State::PrimaryCheck);
        let returned = (day("2024-02-07"), Action::Return, State::PrimaryReturned);
        let again = (day("2024-03-04"), Action::Resubmit, State::PrimaryCheck);
        let passed = (day("2024-03-05"), Action::PassOn, State::Expertise);
        let summed = (day("2024-03-14"), Action::Summarise, State::Expertise);
        let steps = [submitted, taken, returned, again, passed, summed];
        for (upto, due_now) in [
            (1, Some((Stage::PrimaryCheck, "2024-02-12"))),
            (2, Some((Stage::PrimaryCheck, "2024-02-12"))),
            (3, None),
            (4, Some((Stage::PrimaryCheck, "2024-03-07"))),
            // 23 March 2024 is a Saturday: the holiday moves to Monday.
            (5, Some((Stage::Expertise, "2024-03-29"))),
            (6, Some((Stage::Decision, "2024-04-02"))),
        ] {
            let expected = due_now.map(|(stage, at)| (stage, day(at)));
            assert_eq!(due(&steps[..upto], &kazakhstan(), allowed), expected, "{upto} steps");
        }
        assert_eq!(due(&[], &kazakhstan(), allowed), None);
    }

    #[test]
    fn the_edition_states_every_stage() {
        let edition = Edition::of(sheber_norms::edition::FIRST_YEAR);
        for stage in [Stage::PrimaryCheck, Stage::Expertise, Stage::Decision] {
            assert!(stage.days(edition) > 0, "{stage:?}");
        }
    }
}
