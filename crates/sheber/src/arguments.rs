//! What several commands take.

use clap::ValueEnum;
use sheber_kernel::{AcademicYear, Lang, Refusal};

/// How a command answers.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Output {
    Text,
    Json,
}

pub fn lang(text: &str) -> Result<Lang, String> {
    text.parse().map_err(|refusal| sheber_messages::refusal(Lang::En, &refusal))
}

pub fn year(text: &str) -> Result<AcademicYear, String> {
    text.parse().map_err(|refusal: Refusal| sheber_messages::refusal(Lang::En, &refusal))
}
