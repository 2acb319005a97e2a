//! What somebody wants to do with a case, as a form or a program said it.

use chrono::NaiveDate;

use super::expertise::CriterionGrade;
use super::store::Advice;

#[derive(Debug, Default)]
pub struct Request {
    pub why: String,
    pub signed: bool,
    /// Said again that a step that cannot be taken back is meant.
    pub sure: bool,
    /// What was looked over before it is sent, by `step::sending`.
    pub seen: String,
    /// Written answers by item and place of the warning.
    pub answers: Vec<WarningAnswer>,
    /// Answers to remarks by their keys.
    pub remarks: Vec<(i64, String)>,
    pub members: Vec<i64>,
    pub chair: i64,
    pub judgements: Vec<CriterionGrade>,
    pub recommendation: Option<Advice>,
    pub valid_to: Option<NaiveDate>,
}

/// The written answer to a warning.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WarningAnswer {
    pub item: String,
    pub place: String,
    pub answer: String,
}

impl Request {
    /// The answer to a warning of an item at a place, where one was given.
    pub fn answer(&self, item: &str, place: &str) -> Option<&str> {
        let given = |one: &&WarningAnswer| one.item == item && one.place == place && !one.answer.trim().is_empty();
        self.answers.iter().find(given).map(|one| one.answer.as_str())
    }

    /// The answer to a remark, where one was given.
    pub fn remark(&self, id: i64) -> Option<&str> {
        let given = |(of, answer): &&(i64, String)| *of == id && !answer.trim().is_empty();
        self.remarks.iter().find(given).map(|(_, answer)| answer.as_str())
    }

    /// The members of the group, each once.
    pub fn group(&self) -> Vec<i64> {
        let mut members = self.members.clone();
        members.sort_unstable();
        members.dedup();
        members
    }
}
