//! The expertise (сараптама), third stage of item 5.3: what is judged, by how many, and who sees it when.

use std::sync::LazyLock;

use sea_orm::FromQueryResult;
use sheber_kernel::words;
use sheber_norms::Edition;
use sheber_norms::edition::FIRST_YEAR;

words! {
    /// What binds an expert to the applicant, so that they may not judge its programme (мүдделер қақтығысы).
    Binding {
        /// Working for the college.
        College = "college",
        /// Working for the college or its region's department.
        Department = "department",
        /// Working for any organisation of its region.
        Region = "region",
    }
}

impl Binding {
    /// The edition's parameter of item 5.3.
    pub fn of(edition: &Edition) -> Self {
        edition.word("5.3", "experts_unbound").and_then(|word| word.parse().ok()).unwrap_or(Self::Department)
    }

    /// The condition on an expert's account and organisation `o`, with the college's key as `$1` and its region as `$2`.
    pub const fn unbound(self) -> &'static str {
        match self {
            Self::College => "a.organisation_id <> $1 AND $2 = $2",
            Self::Department => "a.organisation_id <> $1 AND NOT (o.kind = 'department' AND o.region = $2)",
            Self::Region => "a.organisation_id <> $1 AND (o.region IS NULL OR o.region <> $2)",
        }
    }
}

/// The least size of an expert group (сараптама тобы), as the guidance's data say (item 5.3).
pub static GROUP: LazyLock<usize> = LazyLock::new(|| {
    let least = Edition::of(FIRST_YEAR).number("5.3", "experts");
    least.and_then(|least| usize::try_from(least).ok()).unwrap_or(usize::MAX)
});

/// What each expert judges (сараптама критерийлері), as the guidance's data say (item 5.3).
pub static CRITERIA: LazyLock<Vec<&'static str>> = LazyLock::new(|| Edition::of(FIRST_YEAR).words("5.3", "criteria"));

words! {
    /// The grade of a criterion.
    Grade {
        Meets = "meets",
        Partly = "partly",
        Fails = "fails",
    }
}

/// One expert's grade of one criterion, with the reason.
#[derive(Clone, Debug, FromQueryResult)]
pub struct Judgement {
    pub account_id: i64,
    pub name: String,
    pub criterion: String,
    pub grade: Grade,
    pub reason: String,
}

/// A grade as somebody gives it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CriterionGrade {
    pub criterion: String,
    pub grade: Grade,
    pub reason: String,
}

/// Whether a form judges every criterion once, with a reason.
pub fn is_whole(judgements: &[CriterionGrade]) -> bool {
    judgements.len() == CRITERIA.len()
        && CRITERIA
            .iter()
            .all(|criterion| judgements.iter().any(|one| one.criterion == *criterion && !one.reason.trim().is_empty()))
}

/// Whether every member of a group has judged.
pub fn all_judged(judgements: &[Judgement], members: usize) -> bool {
    members >= *GROUP && judgements.len() == members * CRITERIA.len()
}

/// What somebody sees of a round: everything once all are in, before that nothing but their own.
pub fn shown_to(mut judgements: Vec<Judgement>, members: usize, reader: i64) -> Vec<Judgement> {
    if !all_judged(&judgements, members) {
        judgements.retain(|judgement| judgement.account_id == reader);
    }
    judgements
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(members: &[i64]) -> Vec<Judgement> {
        let one = |account_id: i64, criterion: &str| Judgement {
            account_id,
            name: String::new(),
            criterion: criterion.to_owned(),
            grade: Grade::Meets,
            reason: "–".to_owned(),
        };
        members.iter().flat_map(|id| CRITERIA.iter().map(|criterion| one(*id, criterion)).collect::<Vec<_>>()).collect()
    }

    #[test]
    fn every_criterion_is_named_in_every_language() {
        assert!(CRITERIA.len() >= 6);
        for criterion in CRITERIA.iter() {
            for lang in sheber_kernel::Lang::ALL {
                assert!(sheber_messages::try_text(lang, &format!("criterion-{criterion}")).is_some(), "{criterion}");
            }
        }
    }

    #[test]
    fn judgements_are_blind_until_all_are_in() {
        for (judged, members, reader, seen) in
            [(&[1, 2][..], 3, 1, 6), (&[1, 2], 3, 3, 0), (&[1, 2], 3, 9, 0), (&[1, 2, 3], 3, 1, 18), (&[1, 2], 2, 1, 6)]
        {
            assert_eq!(shown_to(of(judged), members, reader).len(), seen, "{judged:?} of {members} for {reader}");
        }
    }

    #[test]
    fn a_judgement_is_whole_or_nothing() {
        let graded = |criterion: &&str| CriterionGrade {
            criterion: (*criterion).to_owned(),
            grade: Grade::Partly,
            reason: "себебі".to_owned(),
        };
        let whole: Vec<CriterionGrade> = CRITERIA.iter().map(graded).collect();
        assert!(is_whole(&whole));
        assert!(!is_whole(&whole[1..]));
        let mut other = whole.clone();
        other[2].criterion = "beauty".to_owned();
        assert!(!is_whole(&other));
        let mut other = whole;
        other[0].reason = "  ".to_owned();
        assert!(!is_whole(&other));
    }
}
