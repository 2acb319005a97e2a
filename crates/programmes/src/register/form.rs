//! The form of a step.

use sheber_kernel::Day;
use sheber_platform::forms::{Lookup, Pairs};

use super::expertise::{CRITERIA, Graded};
use super::request::{Request, WarningAnswer};

/// Reads the form of a step; the key of a message where it does not read.
pub fn read(form: &Pairs) -> Result<Request, &'static str> {
    let cut = |text: &str| text.chars().take(10_000).collect::<String>();
    let of = |name: &str| form.iter().filter(|(key, _)| key == name).map(|(_, value)| cut(value)).collect::<Vec<_>>();
    let answers = of("item").into_iter().zip(of("place")).zip(of("answer"));
    let answers = answers.map(|((item, place), answer)| WarningAnswer { item, place, answer }).collect();
    let graded = |criterion: &&str| {
        let grade = form.get(&format!("grade-{criterion}")).parse().ok()?;
        let reason = cut(form.get(&format!("reason-{criterion}")));
        Some(Graded { criterion: (*criterion).to_owned(), grade, reason })
    };
    let judgements = CRITERIA.iter().filter_map(graded).collect();
    let valid_to = form.get("valid_to").trim();
    let valid_to = if valid_to.is_empty() { None } else { Some(Day::typed(valid_to).map_err(|_| "register-date")?.0) };
    Ok(Request {
        why: cut(form.get("why")),
        signed: form.get("signed") == "true",
        sure: form.get("sure") == "true",
        seen: form.get("seen").to_owned(),
        answers,
        remarks: of("remark").iter().filter_map(|id| id.parse().ok()).zip(of("remark-answer")).collect(),
        members: of("member").iter().filter_map(|id| id.parse().ok()).collect(),
        chair: form.get("chair").parse().unwrap_or(0),
        judgements,
        recommendation: form.get("recommendation").parse().ok(),
        valid_to,
    })
}
