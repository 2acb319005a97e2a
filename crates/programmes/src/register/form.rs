//! The form of a step.

use sheber_kernel::Day;
use sheber_platform::fields::Fields;
use sheber_platform::forms::{Lookup, Pairs};

use super::expertise::{CRITERIA, CriterionGrade};
use super::request::{Request, WarningAnswer};

/// So many experts can be named for a case.
const EXPERTS: usize = 100;

/// Reads the form of a step; the key of a message where it does not read.
pub fn read(form: &Pairs) -> Result<Request, &'static str> {
    let cut = |text: &str| text.chars().take(10_000).collect::<String>();
    let of = |name: &str| form.iter().filter(|(key, _)| key == name).map(|(_, value)| cut(value)).collect::<Vec<_>>();
    let answers = of("item").into_iter().zip(of("place")).zip(of("answer"));
    let answers = answers.map(|((item, place), answer)| WarningAnswer { item, place, answer }).collect();
    let mut fields = Fields::of(form.clone());
    let mut judgements = Vec::new();
    for criterion in CRITERIA.iter() {
        if let Some(grade) = fields.open_choice(&format!("grade-{criterion}")) {
            let reason = cut(form.get(&format!("reason-{criterion}")));
            judgements.push(CriterionGrade { criterion: (*criterion).to_owned(), grade, reason });
        }
    }
    let remarks = of("remark").iter().map(|key| key.parse()).collect::<Result<Vec<i64>, _>>();
    let remarks = remarks.map_err(|_| "error-form")?.into_iter().zip(of("remark-answer")).collect();
    let (members, chair) = (fields.chosen("member", EXPERTS), fields.open_choice("chair").unwrap_or_default());
    let recommendation = fields.open_choice("recommendation");
    if !fields.is_sound() {
        return Err("error-form");
    }
    let valid_to = form.get("valid_to").trim();
    let valid_to = if valid_to.is_empty() { None } else { Some(Day::typed(valid_to).map_err(|_| "register-date")?.0) };
    Ok(Request {
        why: cut(form.get("why")),
        signed: form.get("signed") == "true",
        sure: form.get("sure") == "true",
        seen: form.get("seen").to_owned(),
        answers,
        remarks,
        members,
        chair,
        judgements,
        recommendation,
        valid_to,
    })
}
