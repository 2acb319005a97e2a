//! Questions, answers, and what is right.

use serde::{Deserialize, Serialize};
use sheber_kernel::words;

words! {
    /// How a question is answered.
    Answering {
        One = "one",
        Many = "many",
        Text = "text",
    }
}

/// A question.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Question {
    pub text: String,
    pub answering: Answering,
    pub options: Vec<String>,
    /// Of a test: which options are right, from 0.
    pub right: Vec<usize>,
}

impl Question {
    /// Whether it can be answered right: a text cannot.
    pub fn is_scored(&self) -> bool {
        !self.right.is_empty()
    }

    /// The options as a form shows them, one a line; a right one begins with a star.
    pub fn lines(&self) -> String {
        let line = |(place, option): (usize, &String)| {
            if self.right.contains(&place) { format!("*{option}") } else { option.clone() }
        };
        self.options.iter().enumerate().map(line).collect::<Vec<_>>().join("\n")
    }

    /// Options and which of them are right, of what a form shows.
    pub fn of_lines(text: &str) -> (Vec<String>, Vec<usize>) {
        let (mut options, mut right) = (Vec::new(), Vec::new());
        for line in text.lines().map(str::trim).filter(|line| !line.is_empty()) {
            if let Some(option) = line.strip_prefix('*') {
                right.push(options.len());
                options.push(option.trim().to_owned());
            } else {
                options.push(line.to_owned());
            }
        }
        (options, right)
    }
}

/// An answer to a question: the options that were chosen, or a text.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Answer {
    pub chosen: Vec<usize>,
    pub text: String,
}

/// How many questions of a test are answered right: exactly the right options, no more.
pub fn score(questions: &[Question], answers: &[Answer]) -> i64 {
    let right = |(question, answer): &(&Question, &Answer)| {
        let (mut one, mut other) = (question.right.clone(), answer.chosen.clone());
        one.sort_unstable();
        other.sort_unstable();
        !one.is_empty() && one == other
    };
    i64::try_from(questions.iter().zip(answers).filter(right).count()).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_question_is_right_with_exactly_the_right_options() {
        let question = |right: &[usize]| Question {
            text: "?".to_owned(),
            answering: Answering::Many,
            options: vec!["a".to_owned(); 3],
            right: right.to_vec(),
        };
        let answer = |chosen: &[usize]| Answer { chosen: chosen.to_vec(), text: String::new() };
        let questions = [question(&[0, 2]), question(&[1]), question(&[])];
        for (answers, right) in [
            ([answer(&[2, 0]), answer(&[1]), answer(&[])], 2),
            ([answer(&[0]), answer(&[1, 2]), answer(&[0])], 0),
            ([answer(&[0, 1, 2]), answer(&[1]), answer(&[])], 1),
        ] {
            assert_eq!(score(&questions, &answers), right, "{answers:?}");
        }
        assert_eq!(score(&questions, &[]), 0);
    }

    #[test]
    fn options_are_read_as_they_are_shown() {
        let (options, right) = Question::of_lines(" Абай \n\n* Мұхтар\nІлияс");
        assert_eq!((options.join(","), &right[..]), ("Абай,Мұхтар,Ілияс".to_owned(), &[1][..]));
        let question = Question { text: String::new(), answering: Answering::One, options, right };
        assert_eq!(question.lines(), "Абай\n*Мұхтар\nІлияс");
    }
}
