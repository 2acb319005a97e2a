//! Procedures: a table of what may follow from what, by whose hand, under which conditions. A room states the table; states,
//! buttons, guards, tests and the picture in `docs/` are made from it, and nothing else is possible.

use std::fmt::Write;

use sheber_kernel::Word;

/// A procedure of a room.
pub trait Procedure: Sized + 'static {
    /// Where a record stands.
    type State: Word;
    /// What somebody does with it.
    type Action: Word;
    /// By whose hand.
    type Hand: Word;
    /// What has to hold besides.
    type Guard: Word;

    const NAME: &'static str;
    /// The items of the guidance that it carries out.
    const ITEMS: &'static str;
    /// Where a record begins.
    const FIRST: Self::State;
    const RULES: &'static [RuleOf<Self>];
}

/// A line of a procedure's table.
pub type RuleOf<P> =
    Rule<<P as Procedure>::State, <P as Procedure>::Action, <P as Procedure>::Hand, <P as Procedure>::Guard>;

/// A line of the table. `to` is `None` where the state stays.
#[derive(Clone, Copy, Debug)]
pub struct Rule<S: 'static, A: 'static, H: 'static, G: 'static> {
    pub from: S,
    pub action: A,
    pub by: H,
    pub to: Option<S>,
    pub guards: &'static [G],
    /// Who is told.
    pub tells: &'static [H],
}

impl<S, A, H, G> Rule<S, A, H, G> {
    pub const fn new(from: S, action: A, by: H, to: Option<S>, guards: &'static [G], tells: &'static [H]) -> Self {
        Self { from, action, by, to, guards, tells }
    }
}

/// The rule by which somebody may do something in a state, guards not looked at yet; `is` says whether they are a hand.
pub fn find<P: Procedure>(
    state: P::State,
    action: P::Action,
    is: impl Fn(P::Hand) -> bool,
) -> Option<&'static RuleOf<P>> {
    P::RULES.iter().find(|rule| rule.from == state && rule.action == action && is(rule.by))
}

/// What somebody may do in a state: the buttons of the page.
pub fn open_to<P: Procedure>(
    state: P::State,
    is: impl Fn(P::Hand) -> bool,
) -> impl Iterator<Item = &'static RuleOf<P>> {
    P::RULES.iter().filter(move |rule| rule.from == state && is(rule.by))
}

/// Whether nothing can follow from a state any more.
pub fn is_end<P: Procedure>(state: P::State) -> bool {
    !P::RULES.iter().any(|rule| rule.from == state && rule.to.is_some())
}

/// What is wrong with a table, in sentences: a state that nothing reaches, two answers to one question.
pub fn faults<P: Procedure>() -> Vec<String> {
    let mut faults = Vec::new();
    for state in P::State::ALL {
        if *state != P::FIRST && !P::RULES.iter().any(|rule| rule.to == Some(*state)) {
            faults.push(format!("nothing leads to {}", state.word()));
        }
    }
    for (place, rule) in P::RULES.iter().enumerate() {
        let same = |other: &&RuleOf<P>| (other.from, other.action, other.by) == (rule.from, rule.action, rule.by);
        if P::RULES[..place].iter().any(|other| same(&other)) {
            faults.push(format!("two answers to {} in {} by {}", rule.action.word(), rule.from.word(), rule.by.word()));
        }
    }
    faults
}

/// Every change of state that is possible, a line each, for a test that writes them out apart from the table.
pub fn edges<P: Procedure>() -> Vec<String> {
    let edge = |rule: &RuleOf<P>| Some(format!("{} {} {}", rule.from.word(), rule.action.word(), rule.to?.word()));
    P::RULES.iter().filter_map(edge).collect()
}

/// The table as a page of the documentation, with the picture.
pub fn documentation<P: Procedure>() -> String {
    let mut text = format!(
        "# {}\n\nMade from the room's table of rules; a test compares. Items {}.\n\n```mermaid\nstateDiagram-v2\n    [*] --> {}\n",
        P::NAME,
        P::ITEMS,
        P::FIRST.word()
    );
    for rule in P::RULES {
        let to = rule.to.unwrap_or(rule.from);
        let _ = writeln!(text, "    {} --> {}: {}", rule.from.word(), to.word(), rule.action.word());
    }
    for state in P::State::ALL.iter().filter(|state| is_end::<P>(**state)) {
        let _ = writeln!(text, "    {} --> [*]", state.word());
    }
    text.push_str("```\n\n| from | action | by | to | if | told |\n|---|---|---|---|---|---|\n");
    for rule in P::RULES {
        let guards: Vec<&str> = rule.guards.iter().map(|guard| guard.word()).collect();
        let told: Vec<&str> = rule.tells.iter().map(|hand| hand.word()).collect();
        let _ = writeln!(
            text,
            "| {} | {} | {} | {} | {} | {} |",
            rule.from.word(),
            rule.action.word(),
            rule.by.word(),
            rule.to.map_or("(stays)", Word::word),
            guards.join(", "),
            told.join(", ")
        );
    }
    text
}

/// For the room's test: the page of the documentation is the table, or says how it is written anew.
///
/// # Panics
/// Where it is not.
pub fn assert_documented<P: Procedure>(path: &str) {
    let text = documentation::<P>();
    if std::env::var_os("SHEBER_WRITE_DOCS").is_some() {
        std::fs::write(path, &text).unwrap_or_else(|error| panic!("{path}: {error}"));
    }
    let written = std::fs::read_to_string(path).unwrap_or_default();
    assert_eq!(written, text, "SHEBER_WRITE_DOCS=1 writes it anew");
}

#[cfg(test)]
mod tests {
    use sheber_kernel::words;

    use super::*;

    words! {
        State {
            Open = "open",
            Shut = "shut",
        }
    }
    words! {
        Action {
            Shut = "shut",
            Knock = "knock",
        }
    }
    words! {
        Hand {
            Keeper = "keeper",
            Guest = "guest",
        }
    }
    words! {
        Guard {
            Key = "key",
        }
    }

    struct Door;

    impl Procedure for Door {
        type State = State;
        type Action = Action;
        type Hand = Hand;
        type Guard = Guard;

        const NAME: &'static str = "A door";
        const ITEMS: &'static str = "0.1";
        const FIRST: State = State::Open;
        const RULES: &'static [RuleOf<Self>] = &[
            Rule::new(State::Open, Action::Shut, Hand::Keeper, Some(State::Shut), &[Guard::Key], &[Hand::Guest]),
            Rule::new(State::Shut, Action::Knock, Hand::Guest, None, &[], &[Hand::Keeper]),
        ];
    }

    #[test]
    fn buttons_ends_and_edges_come_from_the_table() {
        let keeper = |hand| hand == Hand::Keeper;
        assert!(find::<Door>(State::Open, Action::Shut, keeper).is_some());
        assert!(find::<Door>(State::Open, Action::Shut, |hand| hand == Hand::Guest).is_none());
        assert_eq!(open_to::<Door>(State::Shut, keeper).count(), 0);
        assert!(is_end::<Door>(State::Shut) && !is_end::<Door>(State::Open));
        assert_eq!(edges::<Door>(), ["open shut shut"]);
        assert_eq!(faults::<Door>(), Vec::<String>::new());
        assert!(documentation::<Door>().contains("| shut | knock | guest | (stays) |  | keeper |"));
    }
}
