//! The procedure of a survey (14.2): it is drawn up, opened to answers, closed, and may be opened again.

use sheber_kernel::words;
use sheber_platform::procedure::{Procedure, Rule, RuleOf};

words! {
    /// How it stands with a survey.
    State {
        Draft = "draft",
        Open = "open",
        Closed = "closed",
    }
}

words! {
    /// What is done with it.
    Action {
        Open = "open",
        Close = "close",
    }
}

words! {
    /// Whoever runs surveys.
    Hand {
        Editor = "editor",
    }
}

words! {
    Guard {
        /// It has a question.
        Questions = "questions",
    }
}

pub struct Surveys;

impl Procedure for Surveys {
    type State = State;
    type Action = Action;
    type Hand = Hand;
    type Guard = Guard;

    const NAME: &'static str = "The procedure of a survey";
    const ITEMS: &'static str = "14.2";
    const FIRST: State = State::Draft;
    const RULES: &'static [RuleOf<Self>] = &[
        Rule::new(State::Draft, Action::Open, Hand::Editor, Some(State::Open), &[Guard::Questions], &[]),
        Rule::new(State::Open, Action::Close, Hand::Editor, Some(State::Closed), &[], &[]),
        Rule::new(State::Closed, Action::Open, Hand::Editor, Some(State::Open), &[], &[]),
    ];
}

#[cfg(test)]
mod tests {
    use sheber_platform::procedure;

    use super::*;

    #[test]
    fn a_survey_that_was_opened_is_never_a_draft_again() {
        assert_eq!(procedure::faults::<Surveys>(), Vec::<String>::new());
        assert_eq!(procedure::edges::<Surveys>(), ["draft open open", "open close closed", "closed open open"]);
        procedure::assert_documented::<Surveys>(concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/surveys.md"));
    }
}
