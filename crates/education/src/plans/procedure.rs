//! The procedure of a plan (14.3, 14.5): versions are drafted, approved by the director, and superseded by the next.

use sheber_kernel::words;
use sheber_platform::procedure::{Procedure, Rule, RuleOf};

words! {
    /// How it stands with a version.
    State {
        Draft = "draft",
        Approved = "approved",
        /// A later version is approved.
        Superseded = "superseded",
        /// A draft that was thrown away: what was written in it is in the trail alone.
        Discarded = "discarded",
    }
}

words! {
    /// What is done with a version.
    Action {
        Save = "save",
        /// Tells the directors that the draft waits for them.
        Ask = "ask",
        Discard = "discard",
        Approve = "approve",
        /// Begins the next version.
        Change = "change",
        Supersede = "supersede",
    }
}

words! {
    /// By whose hand.
    Hand {
        /// Whoever draws up the college's plans.
        Editor = "editor",
        Director = "director",
        /// The approval of the next version.
        Approval = "approval",
    }
}

words! {
    Guard {
        /// It is the draft that the person saw.
        Seen = "seen",
        /// There is no draft yet.
        NoDraft = "no_draft",
    }
}

pub struct Plans;

impl Procedure for Plans {
    type State = State;
    type Action = Action;
    type Hand = Hand;
    type Guard = Guard;

    const NAME: &'static str = "The procedure of a college's yearly plan";
    const ITEMS: &'static str = "14.3, 14.5";
    const FIRST: State = State::Draft;
    const RULES: &'static [RuleOf<Self>] = &[
        Rule::new(State::Draft, Action::Save, Hand::Editor, None, &[Guard::Seen], &[]),
        Rule::new(State::Draft, Action::Ask, Hand::Editor, None, &[], &[Hand::Director]),
        Rule::new(State::Draft, Action::Discard, Hand::Editor, Some(State::Discarded), &[Guard::Seen], &[]),
        Rule::new(State::Draft, Action::Approve, Hand::Director, Some(State::Approved), &[Guard::Seen], &[]),
        Rule::new(State::Approved, Action::Change, Hand::Editor, None, &[Guard::NoDraft], &[]),
        Rule::new(State::Approved, Action::Supersede, Hand::Approval, Some(State::Superseded), &[], &[]),
    ];
}

#[cfg(test)]
mod tests {
    use sheber_platform::procedure;

    use super::*;

    #[test]
    fn a_version_is_approved_once_and_then_stands_or_is_superseded() {
        assert_eq!(procedure::faults::<Plans>(), Vec::<String>::new());
        let edges = procedure::edges::<Plans>();
        assert_eq!(edges, ["draft discard discarded", "draft approve approved", "approved supersede superseded"]);
        procedure::assert_documented::<Plans>(concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/plans.md"));
    }
}
