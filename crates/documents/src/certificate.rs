//! The certificate of an entry in the register (тізілімге енгізу туралы куәлік): one sheet for the wall, with a QR code that
//! leads to the entry and carries its seal.

use chrono::NaiveDate;
use serde::Serialize;
use sheber_kernel::Lang;
use sheber_messages as messages;
use sheber_norms::programme::{Language, Level};

use crate::DocumentError;
use crate::{code, typesetting};

/// What stands on the certificate, in the language of the paper.
#[derive(Clone, Debug)]
pub struct Certificate {
    pub number: String,
    pub college: String,
    pub specialty: String,
    pub qualifications: String,
    pub level: Level,
    pub language: Option<Language>,
    pub included_on: NaiveDate,
    pub valid_to: Option<NaiveDate>,
    /// The hash of the programme's version, shortened.
    pub hash: String,
    /// Where the code leads: the entry's address with its seal.
    pub link: String,
    /// The address alone, to be typed by hand.
    pub address: String,
    /// Made from invented data.
    pub demo: bool,
}

#[derive(Serialize)]
struct Sheet {
    lang: &'static str,
    title: String,
    lead: String,
    number: String,
    lines: Vec<(String, String)>,
    scan: String,
    address: String,
    link: String,
    demo: Option<String>,
    qr: String,
}

/// The certificate as a PDF, A4 on its side.
pub fn pdf(certificate: &Certificate, lang: Lang) -> Result<Vec<u8>, DocumentError> {
    let t = |key: &str| messages::text(lang, key);
    let line = |key: &str, value: &str| (t(key), value.to_owned());
    let day = |day: NaiveDate| messages::date(lang, day);
    let language = certificate
        .language
        .map_or_else(|| "–".to_owned(), |language| messages::word(lang, "language", &language.to_string()));
    let mut lines = vec![
        line("col-college", &certificate.college),
        line("doc-specialty", &certificate.specialty),
        line("doc-qualifications", &certificate.qualifications),
        line("col-level", &t(&format!("level-{}", certificate.level))),
        line("col-language", &language),
        line("register-included-on", &day(certificate.included_on)),
    ];
    lines.extend(certificate.valid_to.map(|last| line("register-valid-to", &day(last))));
    lines.push(line("certificate-hash", &certificate.hash));
    let sheet = Sheet {
        lang: lang.code(),
        title: t("certificate-title"),
        lead: t("certificate-lead"),
        number: certificate.number.clone(),
        lines,
        scan: t("certificate-scan"),
        address: certificate.address.clone(),
        link: certificate.link.clone(),
        demo: certificate.demo.then(|| t("demo-mark")),
        qr: code::svg(&certificate.link)?,
    };
    typesetting::pdf(include_str!("certificate/certificate.typ"), &sheet)
}
