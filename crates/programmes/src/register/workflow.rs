//! The procedure of the register (ББ тізілімі), items 5.3–5.6: one table of what may follow from what, by whose hand, under
//! which conditions. The code, the buttons, the tests and the picture in `docs/register.md` are made from it; nothing else is
//! possible.

use sheber_kernel::words;
use sheber_platform::ability::Role;
use sheber_platform::procedure::{self, Procedure, Rule as Line, RuleOf};

words! {
    /// Where a case (өтінім) stands.
    State {
        /// The college fills in the application.
        Draft = "draft",
        /// In the operator's queue.
        Submitted = "submitted",
        /// бастапқы тексеру
        PrimaryCheck = "primary_check",
        /// Returned by the primary check for rework.
        PrimaryReturned = "primary_returned",
        /// сараптама
        Expertise = "expertise",
        /// Returned by the experts for rework.
        ExpertiseReturned = "expertise_returned",
        /// тізілімге енгізілді
        Included = "included",
        /// енгізуден бас тартылды
        Refused = "refused",
        /// тізілімнен шығарылды
        Excluded = "excluded",
        /// The end of the programme's validity has come.
        Expired = "expired",
        /// Taken back by the college before a decision.
        Withdrawn = "withdrawn",
    }
}

impl State {
    /// Whether the case waits for the college, so that the stage's time does not run.
    pub const fn waits_for_college(self) -> bool {
        matches!(self, Self::Draft | Self::PrimaryReturned | Self::ExpertiseReturned)
    }
}

words! {
    /// What somebody does with a case.
    Action {
        Submit = "submit",
        Take = "take",
        /// Return for rework with remarks.
        Return = "return",
        /// Pass on to the experts.
        PassOn = "pass_on",
        /// Send again after rework.
        Resubmit = "resubmit",
        /// Sign that there is no conflict of interest.
        Declare = "declare",
        Judge = "judge",
        /// The chair's summary with a recommendation.
        Summarise = "summarise",
        Include = "include",
        Refuse = "refuse",
        Exclude = "exclude",
        /// By the clock alone.
        Expire = "expire",
        Withdraw = "withdraw",
        /// Opens a new case that links to this one.
        Appeal = "appeal",
    }
}

impl Action {
    /// Whether an application goes out with it, after a look at what is sent.
    pub const fn sends(self) -> bool {
        matches!(self, Self::Submit | Self::Resubmit)
    }

    /// Whether it stays among the experts and the operator: the applicant's side learns what was decided, not who did what for it.
    pub const fn is_among_experts(self) -> bool {
        matches!(self, Self::Declare | Self::Judge | Self::Summarise)
    }

    /// Whether it is done only once it was said again that it is meant.
    pub const fn is_confirmed(self) -> bool {
        self.is_final() || self.sends()
    }

    /// Whether nothing takes it back, so that it has to be confirmed.
    pub const fn is_final(self) -> bool {
        matches!(self, Self::Withdraw | Self::Include | Self::Refuse | Self::Exclude)
    }
}

words! {
    /// By whose hand.
    Hand {
        /// The head of the college, who answers for the application.
        Head = "head",
        /// Whoever edits the college's programmes.
        College = "college",
        /// Any specialist of the operator.
        Operator = "operator",
        /// The specialist who took the case.
        Taker = "taker",
        /// A member of the expert group.
        Member = "member",
        /// The member who leads the group.
        Chair = "chair",
        /// A specialist of the operator who had no part in the case before.
        Fresh = "fresh",
        /// Sheber itself.
        Clock = "clock",
    }
}

words! {
    /// What has to hold besides.
    Guard {
        /// No norm is violated by the version.
        NoViolation = "no-violation",
        /// Every warning has a written answer.
        WarningsAnswered = "warnings-answered",
        /// The head has signed the declaration.
        Signed = "signed",
        /// At least one open remark says what to mend.
        Remarks = "remarks",
        /// Every open remark has a written answer.
        RemarksAnswered = "remarks-answered",
        /// The version differs from the one that was returned.
        Reworked = "reworked",
        /// The group has its size, and none of it is bound to the college.
        Group = "group",
        /// The member has signed that there is no conflict of interest.
        Declared = "declared",
        /// The member has not signed so yet.
        NotDeclared = "not-declared",
        /// Not judged by this member in this round yet.
        NotJudged = "not-judged",
        /// Every member has judged every criterion.
        AllJudged = "all-judged",
        /// The chair has not written a summary yet.
        NoSummary = "no-summary",
        /// The chair recommends a decision.
        Summary = "summary",
        /// The grounds are given.
        Grounds = "grounds",
        /// The validity has ended.
        Ended = "ended",
    }
}

/// A line of the register's table.
pub type Rule = RuleOf<Register>;

/// The procedure of the register.
pub struct Register;

impl Procedure for Register {
    type State = State;
    type Action = Action;
    type Hand = Hand;
    type Guard = Guard;

    const NAME: &'static str = "The procedure of the register";
    const ITEMS: &'static str = "5.3–5.6";
    const FIRST: State = State::Draft;
    const RULES: &'static [Rule] = RULES;
}

use Action as A;
use Guard as G;
use Hand as H;
use State as S;

/// The whole procedure.
const RULES: &[Rule] = &[
    Line::new(
        S::Draft,
        A::Submit,
        H::Head,
        Some(S::Submitted),
        &[G::NoViolation, G::WarningsAnswered, G::Signed],
        &[H::College, H::Operator],
    ),
    Line::new(S::Draft, A::Withdraw, H::College, Some(S::Withdrawn), &[], &[]),
    Line::new(S::Submitted, A::Take, H::Operator, Some(S::PrimaryCheck), &[], &[H::College]),
    Line::new(S::Submitted, A::Withdraw, H::Head, Some(S::Withdrawn), &[], &[H::Operator]),
    Line::new(S::PrimaryCheck, A::Return, H::Taker, Some(S::PrimaryReturned), &[G::Remarks], &[H::College]),
    Line::new(S::PrimaryCheck, A::PassOn, H::Taker, Some(S::Expertise), &[G::Group], &[H::College, H::Member]),
    Line::new(S::PrimaryCheck, A::Withdraw, H::Head, Some(S::Withdrawn), &[], &[H::Taker]),
    Line::new(
        S::PrimaryReturned,
        A::Resubmit,
        H::Head,
        Some(S::PrimaryCheck),
        &[G::NoViolation, G::WarningsAnswered, G::RemarksAnswered, G::Signed, G::Reworked],
        &[H::Taker],
    ),
    Line::new(S::PrimaryReturned, A::Withdraw, H::Head, Some(S::Withdrawn), &[], &[H::Taker]),
    Line::new(S::Expertise, A::Declare, H::Member, None, &[G::NotDeclared], &[]),
    Line::new(S::Expertise, A::Judge, H::Member, None, &[G::Declared, G::NotJudged], &[]),
    Line::new(S::Expertise, A::Summarise, H::Chair, None, &[G::AllJudged, G::NoSummary, G::Grounds], &[H::Operator]),
    Line::new(
        S::Expertise,
        A::Return,
        H::Chair,
        Some(S::ExpertiseReturned),
        &[G::AllJudged, G::Remarks],
        &[H::College, H::Taker],
    ),
    Line::new(
        S::Expertise,
        A::Include,
        H::Fresh,
        Some(S::Included),
        &[G::AllJudged, G::Summary],
        &[H::College, H::Taker, H::Member],
    ),
    Line::new(
        S::Expertise,
        A::Refuse,
        H::Fresh,
        Some(S::Refused),
        &[G::AllJudged, G::Summary, G::Grounds],
        &[H::College, H::Taker, H::Member],
    ),
    Line::new(S::Expertise, A::Withdraw, H::Head, Some(S::Withdrawn), &[], &[H::Taker, H::Member]),
    Line::new(
        S::ExpertiseReturned,
        A::Resubmit,
        H::Head,
        Some(S::Expertise),
        &[G::NoViolation, G::WarningsAnswered, G::RemarksAnswered, G::Signed, G::Reworked],
        &[H::Taker, H::Member],
    ),
    Line::new(S::ExpertiseReturned, A::Withdraw, H::Head, Some(S::Withdrawn), &[], &[H::Taker, H::Member]),
    Line::new(S::Included, A::Exclude, H::Operator, Some(S::Excluded), &[G::Grounds], &[H::College]),
    Line::new(S::Included, A::Expire, H::Clock, Some(S::Expired), &[G::Ended], &[H::College]),
    Line::new(S::Refused, A::Appeal, H::Head, None, &[G::Grounds], &[H::Operator]),
];

/// Who somebody is in a case.
#[derive(Clone, Copy, Debug, Default)]
pub struct Part {
    /// Of the applicant college.
    pub is_college: bool,
    pub is_taker: bool,
    pub is_member: bool,
    pub is_chair: bool,
    /// Has done any step of the case.
    pub had_part: bool,
}

impl Hand {
    /// Whether somebody with this role and this part in the case is this hand.
    pub fn is(self, role: Role, part: Part) -> bool {
        let college = part.is_college;
        match self {
            Self::Head => college && role == Role::Director,
            Self::College => college && matches!(role, Role::Director | Role::DeputyDirector | Role::Methodist),
            Self::Operator => role == Role::Operator,
            Self::Taker => role == Role::Operator && part.is_taker,
            Self::Member => role == Role::Expert && part.is_member,
            Self::Chair => role == Role::Expert && part.is_member && part.is_chair,
            Self::Fresh => role == Role::Operator && !part.had_part && !part.is_taker,
            Self::Clock => false,
        }
    }
}

/// The rule by which somebody may do something in a state, guards not looked at yet.
pub fn find(state: State, action: Action, role: Role, part: Part) -> Option<&'static Rule> {
    procedure::find::<Register>(state, action, |hand| hand.is(role, part))
}

/// What somebody may do in a state: the buttons of the page.
pub fn open_to(state: State, role: Role, part: Part) -> impl Iterator<Item = &'static Rule> {
    procedure::open_to::<Register>(state, move |hand| hand.is(role, part))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Everything that may change a state, written out apart from the table.
    const EDGES: &[&str] = &[
        "draft submit submitted",
        "draft withdraw withdrawn",
        "submitted take primary_check",
        "submitted withdraw withdrawn",
        "primary_check return primary_returned",
        "primary_check pass_on expertise",
        "primary_check withdraw withdrawn",
        "primary_returned resubmit primary_check",
        "primary_returned withdraw withdrawn",
        "expertise return expertise_returned",
        "expertise include included",
        "expertise refuse refused",
        "expertise withdraw withdrawn",
        "expertise_returned resubmit expertise",
        "expertise_returned withdraw withdrawn",
        "included exclude excluded",
        "included expire expired",
    ];

    #[test]
    fn nothing_else_is_possible() {
        assert_eq!(procedure::edges::<Register>(), EDGES);
        assert_eq!(procedure::faults::<Register>(), Vec::<String>::new());
    }

    #[test]
    fn the_ends_are_ends() {
        for state in State::ALL {
            assert_eq!(
                procedure::is_end::<Register>(*state),
                matches!(state, S::Refused | S::Excluded | S::Expired | S::Withdrawn),
                "{state:?}"
            );
        }
    }

    #[test]
    fn a_decision_is_by_other_eyes() {
        let fresh = Part::default();
        let taker = Part { is_taker: true, had_part: true, ..fresh };
        let helper = Part { had_part: true, ..fresh };
        for (part, may) in [(fresh, true), (taker, false), (helper, false)] {
            assert_eq!(find(S::Expertise, A::Include, Role::Operator, part).is_some(), may);
            assert_eq!(find(S::Expertise, A::Refuse, Role::Operator, part).is_some(), may);
        }
        assert!(find(S::Expertise, A::Include, Role::Ministry, fresh).is_none());
    }

    #[test]
    fn a_hand_is_a_role_with_a_part() {
        let college = Part { is_college: true, ..Part::default() };
        let member = Part { is_member: true, ..Part::default() };
        let chair = Part { is_chair: true, ..member };
        for (hand, role, part, is) in [
            (H::Head, Role::Director, college, true),
            (H::Head, Role::Methodist, college, false),
            (H::Head, Role::Director, Part::default(), false),
            (H::College, Role::Methodist, college, true),
            (H::College, Role::Teacher, college, false),
            (H::Member, Role::Expert, member, true),
            (H::Member, Role::Expert, Part::default(), false),
            (H::Chair, Role::Expert, member, false),
            (H::Chair, Role::Expert, chair, true),
            (H::Clock, Role::Administrator, college, false),
        ] {
            assert_eq!(hand.is(role, part), is, "{hand:?} {role:?} {part:?}");
        }
    }

    #[test]
    fn before_a_decision_the_college_may_always_withdraw() {
        let head = Part { is_college: true, ..Part::default() };
        for state in State::ALL {
            let may = find(*state, A::Withdraw, Role::Director, head).is_some();
            let decided = matches!(state, S::Included | S::Refused | S::Excluded | S::Expired | S::Withdrawn);
            assert_eq!(may, !decided, "{state:?}");
        }
    }

    #[test]
    fn the_documentation_is_the_table() {
        procedure::assert_documented::<Register>(concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/register.md"));
    }
}
