//! The diploma of a contest, with a QR code that opens its public page.

use serde::Serialize;
use sheber_kernel::Lang;
use sheber_messages as messages;

use crate::DocumentError;
use crate::{code, typesetting};

/// What stands on a diploma, in the language of the paper.
#[derive(Clone, Debug)]
pub struct Diploma {
    pub contest: String,
    /// The stage: of the college, the region, the country.
    pub stage: String,
    pub place: String,
    pub name: String,
    pub organisation: String,
    pub work: String,
    pub given_by: String,
    pub given_on: String,
    pub number: String,
    /// Where the code leads.
    pub link: String,
    /// Made from invented data.
    pub demo: bool,
}

#[derive(Serialize)]
struct Sheet {
    lang: &'static str,
    title: String,
    contest: String,
    stage: String,
    place: String,
    name: String,
    organisation: String,
    work: String,
    given: String,
    number: String,
    scan: String,
    link: String,
    demo: Option<String>,
    qr: String,
}

/// The diploma as a PDF, A4 on its side.
pub fn pdf(diploma: &Diploma, lang: Lang) -> Result<Vec<u8>, DocumentError> {
    let t = |key: &str| messages::text(lang, key);
    let sheet = Sheet {
        lang: lang.code(),
        title: t("diploma-title"),
        contest: diploma.contest.clone(),
        stage: diploma.stage.clone(),
        place: diploma.place.clone(),
        name: diploma.name.clone(),
        organisation: diploma.organisation.clone(),
        work: diploma.work.clone(),
        given: format!("{}, {}", diploma.given_by, diploma.given_on),
        number: format!("№ {}", diploma.number),
        scan: t("diploma-scan"),
        link: diploma.link.clone(),
        demo: diploma.demo.then(|| t("demo-mark")),
        qr: code::svg(&diploma.link)?,
    };
    typesetting::pdf(include_str!("diploma/diploma.typ"), &sheet)
}
