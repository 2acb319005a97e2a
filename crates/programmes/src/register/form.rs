//! The form of a step.

use std::str::FromStr;

use sheber_kernel::Day;
use sheber_platform::forms::{Lookup, Pairs};

use super::expertise::{CRITERIA, CriterionGrade};
use super::request::{Request, WarningAnswer};

/// A field that nobody types does not read.
const UNREADABLE: &str = "error-form";

/// A word or a key that may be left open.
fn open<T: FromStr>(text: &str) -> Result<Option<T>, &'static str> {
    if text.is_empty() { Ok(None) } else { text.parse().map(Some).map_err(|_| UNREADABLE) }
}

/// Reads the form of a step; the key of a message where it does not read.
pub fn read(form: &Pairs) -> Result<Request, &'static str> {
    let cut = |text: &str| text.chars().take(10_000).collect::<String>();
    let of = |name: &str| form.iter().filter(|(key, _)| key == name).map(|(_, value)| cut(value)).collect::<Vec<_>>();
    let answers = of("item").into_iter().zip(of("place")).zip(of("answer"));
    let answers = answers.map(|((item, place), answer)| WarningAnswer { item, place, answer }).collect();
    let graded = |criterion: &&str| {
        let grade = open(form.get(&format!("grade-{criterion}"))).transpose()?;
        let reason = cut(form.get(&format!("reason-{criterion}")));
        Some(grade.map(|grade| CriterionGrade { criterion: (*criterion).to_owned(), grade, reason }))
    };
    let judgements = CRITERIA.iter().filter_map(graded).collect::<Result<_, _>>()?;
    let keys =
        |name: &str| of(name).iter().map(|key| key.parse().map_err(|_| UNREADABLE)).collect::<Result<Vec<i64>, _>>();
    let valid_to = form.get("valid_to").trim();
    let valid_to = if valid_to.is_empty() { None } else { Some(Day::typed(valid_to).map_err(|_| "register-date")?.0) };
    Ok(Request {
        why: cut(form.get("why")),
        signed: form.get("signed") == "true",
        sure: form.get("sure") == "true",
        seen: form.get("seen").to_owned(),
        answers,
        remarks: keys("remark")?.into_iter().zip(of("remark-answer")).collect(),
        members: keys("member")?,
        chair: open(form.get("chair"))?.unwrap_or(0),
        judgements,
        recommendation: open(form.get("recommendation"))?,
        valid_to,
    })
}
