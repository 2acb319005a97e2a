//! The procedure of a contest's stage (13.2, 14.2, 16.1): applications, judging, places, winners who pass on.

use sheber_kernel::words;
use sheber_platform::procedure::{Procedure, Rule, RuleOf};

words! {
    /// How it stands with a contest.
    State {
        /// Applications are taken.
        Open = "open",
        Judging = "judging",
        /// The places stand.
        Closed = "closed",
        /// It is not held after all.
        Cancelled = "cancelled",
    }
}

words! {
    /// What somebody does in a contest.
    Action {
        Apply = "apply",
        /// Takes an application back.
        Withdraw = "withdraw",
        /// Corrects the title, the place, the days.
        Correct = "correct",
        /// Names a juror, or takes one off.
        Seat = "seat",
        /// Ends applications.
        Judge = "judge",
        /// Gives an application points.
        Score = "score",
        /// Ranks the places.
        Close = "close",
        Cancel = "cancel",
        /// Passes the winners on to the next stage.
        PassOn = "pass_on",
    }
}

words! {
    /// By whose hand.
    Hand {
        Organiser = "organiser",
        Applicant = "applicant",
        Juror = "juror",
    }
}

words! {
    /// What has to hold besides.
    Guard {
        /// Within the days on which applications are taken.
        Days = "days",
        /// No earlier stage was held through which alone one comes to this one.
        NoStageBefore = "no_stage_before",
        /// Whoever handed it in, or who answers for the college.
        Own = "own",
        /// The jury is as large as the guidance says, and each application has enough who may judge it.
        Jury = "jury",
        /// The last day on which applications are taken has passed.
        Over = "over",
        /// The juror may judge this application.
        Unbiased = "unbiased",
        /// Every juror judged every application they may judge.
        Judged = "judged",
        /// The next stage takes applications.
        NextOpen = "next_open",
    }
}

pub struct Contests;

impl Procedure for Contests {
    type State = State;
    type Action = Action;
    type Hand = Hand;
    type Guard = Guard;

    const NAME: &'static str = "The procedure of a contest's stage";
    const ITEMS: &'static str = "13.2, 14.2, 16.1";
    const FIRST: State = State::Open;
    const RULES: &'static [RuleOf<Self>] = &[
        Rule::new(State::Open, Action::Apply, Hand::Applicant, None, &[Guard::Days, Guard::NoStageBefore], &[]),
        Rule::new(State::Open, Action::Withdraw, Hand::Applicant, None, &[Guard::Own], &[]),
        Rule::new(State::Open, Action::Correct, Hand::Organiser, None, &[], &[]),
        Rule::new(State::Open, Action::Seat, Hand::Organiser, None, &[], &[Hand::Juror]),
        Rule::new(State::Judging, Action::Seat, Hand::Organiser, None, &[], &[Hand::Juror]),
        Rule::new(State::Open, Action::Judge, Hand::Organiser, Some(State::Judging), &[Guard::Jury, Guard::Over], &[]),
        Rule::new(State::Judging, Action::Score, Hand::Juror, None, &[Guard::Unbiased], &[]),
        Rule::new(
            State::Judging,
            Action::Close,
            Hand::Organiser,
            Some(State::Closed),
            &[Guard::Jury, Guard::Judged],
            &[Hand::Applicant],
        ),
        Rule::new(State::Open, Action::Cancel, Hand::Organiser, Some(State::Cancelled), &[], &[Hand::Applicant]),
        Rule::new(State::Judging, Action::Cancel, Hand::Organiser, Some(State::Cancelled), &[], &[Hand::Applicant]),
        Rule::new(State::Closed, Action::PassOn, Hand::Organiser, None, &[Guard::NextOpen], &[Hand::Applicant]),
    ];
}

#[cfg(test)]
mod tests {
    use sheber_platform::procedure;

    use super::*;

    #[test]
    fn places_stand_once_and_what_is_judged_can_still_be_called_off() {
        assert_eq!(procedure::faults::<Contests>(), Vec::<String>::new());
        let edges = ["open judge judging", "judging close closed", "open cancel cancelled", "judging cancel cancelled"];
        assert_eq!(procedure::edges::<Contests>(), edges);
        procedure::assert_documented::<Contests>(concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/contests.md"));
    }
}
