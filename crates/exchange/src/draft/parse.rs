//! From what was typed to a programme, with every field that does not read.

use std::fmt;
use std::str::FromStr;

use chrono::NaiveDate;
use icu_normalizer::ComposingNormalizerBorrowed;
use sheber_kernel::letters::spaced;
use sheber_kernel::written::{self, Read};
use sheber_kernel::{AcademicHours, Credits, Day, Lang, LocalName, Refusal, Semester, SpecialtyCode};
use sheber_messages as messages;
use sheber_norms::programme::{
    BasicModule, College, Form, Format, Language, Level, Module, ModuleKind, ProfessionalStandard, Qualification,
    Registry, Specialty, StandardState, Subject, Trait, Unit,
};
use sheber_norms::programme::{Direction, EntryBase};
use sheber_norms::{Parts, Programme, SemesterHours};

use super::typed::{Draft, DraftModule, DraftUnit};
use crate::Unreadable;
use crate::table::columns::{FLAGS, plain};

/// What a draft reads as.
#[derive(Debug)]
pub struct ParsedDraft {
    /// The programme as far as it reads: a wrong number counts as nothing. `None` where the passport itself does not read.
    pub programme: Option<Programme>,
    /// Every field that does not read; the programme is exact only where this is empty.
    pub errors: Vec<Unreadable>,
    /// What was read as it was meant and not as it stands: letters of the other alphabet in a code.
    pub settled: Vec<Unreadable>,
}

impl ParsedDraft {
    pub fn exact(self) -> Result<Programme, Vec<Unreadable>> {
        match self.programme {
            Some(programme) if self.errors.is_empty() => Ok(programme),
            _ => Err(self.errors),
        }
    }
}

#[derive(Default)]
struct Reading {
    errors: Vec<Unreadable>,
    settled: Vec<Unreadable>,
}

impl Reading {
    fn refuse(&mut self, at: &str, reason: Refusal) {
        self.errors.push(Unreadable::at(at, reason));
    }

    fn take<T>(&mut self, at: &str, read: Result<T, Refusal>) -> Option<T> {
        read.map_err(|reason| self.refuse(at, reason)).ok()
    }

    fn required<T: FromStr<Err = Refusal>>(&mut self, at: &str, text: &str) -> Option<T> {
        let text = text.trim();
        if text.is_empty() {
            self.refuse(at, Refusal::new("required", ""));
            return None;
        }
        self.take(at, text.parse())
    }

    fn optional<T: FromStr<Err = Refusal>>(&mut self, at: &str, text: &str) -> Option<T> {
        if text.trim().is_empty() { None } else { self.required(at, text) }
    }

    /// A code as it is meant; what does not read so is refused as it stands.
    fn code<T: FromStr<Err = Refusal> + fmt::Display>(
        &mut self,
        at: &str,
        text: &str,
        meant: impl Fn(&str) -> Option<Read<T>>,
    ) -> Option<T> {
        match meant(text) {
            Some(read) => {
                if read.alike {
                    self.settled.push(Unreadable::at(at, Refusal::new("look-alike", &read.value)));
                }
                Some(read.value)
            }
            None => self.required(at, text),
        }
    }

    fn open_code<T: FromStr<Err = Refusal> + fmt::Display>(
        &mut self,
        at: &str,
        text: &str,
        meant: impl Fn(&str) -> Option<Read<T>>,
    ) -> Option<T> {
        if text.trim().is_empty() { None } else { self.code(at, text, meant) }
    }

    fn hours(&mut self, at: &str, text: &str) -> AcademicHours {
        self.optional(at, text).unwrap_or_default()
    }

    fn choice<T: Copy + FromStr<Err = Refusal>>(
        &mut self,
        at: &str,
        kind: &str,
        all: &[T],
        word: fn(T) -> &'static str,
        text: &str,
    ) -> Option<T> {
        let text = text.trim();
        if text.is_empty() {
            self.refuse(at, Refusal::new("required", ""));
            return None;
        }
        if let Some(value) = labelled(kind, all, word, text) {
            Some(value)
        } else {
            self.refuse(at, Refusal::new("choice", text));
            None
        }
    }

    fn date(&mut self, at: &str, text: &str) -> Option<NaiveDate> {
        let text = text.trim();
        if text.is_empty() {
            self.refuse(at, Refusal::new("required", ""));
            return None;
        }
        self.take(at, day(text))
    }

    fn flag(&mut self, at: &str, text: &str) -> Option<bool> {
        let plainly = plain(text);
        if text.trim().is_empty() {
            None
        } else if FLAGS[0].is_called(&plainly) {
            Some(true)
        } else if FLAGS[1].is_called(&plainly) || text.trim() == "-" {
            Some(false)
        } else {
            self.refuse(at, Refusal::new("choice", text));
            None
        }
    }
}

/// A day as people write it: `2023-09-01` or `01.09.2023`.
fn day(text: &str) -> Result<NaiveDate, Refusal> {
    Day::typed(text).map(|day| day.0).map_err(|_| Refusal::new("date", text))
}

/// The code of a specialty of today's classifier.
fn specialty(text: &str) -> Option<Read<SpecialtyCode>> {
    let read = written::specialty(text)?;
    match read.value {
        written::Specialty::Code(value) => Some(Read { value, alike: read.alike }),
        written::Specialty::Seven(_) => None,
    }
}

/// The value a word stands for: the format's own word, or its label in any of the three languages, whatever the case.
pub fn labelled<T: Copy>(kind: &str, all: &[T], word: fn(T) -> &'static str, text: &str) -> Option<T> {
    let wanted = text.trim();
    all.iter().copied().find(|value| word(*value) == wanted).or_else(|| {
        let wanted = plain(wanted);
        all.iter().copied().find(|value| {
            let key = format!("{kind}-{}", word(*value));
            Lang::ALL.iter().any(|lang| plain(&messages::text(*lang, &key)) == wanted)
        })
    })
}

fn nfc(text: &str) -> String {
    ComposingNormalizerBorrowed::new_nfc().normalize(&spaced(text)).into_owned()
}

fn name(kk: &str, ru: &str) -> LocalName {
    LocalName::new(nfc(kk), nfc(ru))
}

fn lines(text: &str) -> Vec<String> {
    text.lines().map(nfc).filter(|line| !line.is_empty()).collect()
}

fn some(text: &str) -> Option<String> {
    Some(nfc(text)).filter(|text| !text.is_empty())
}

impl Draft {
    /// Reads every field.
    pub fn parse(&self) -> ParsedDraft {
        let mut reading = Reading::default();
        let programme = self.read(&mut reading);
        let mut errors = std::mem::take(&mut reading.errors);
        if errors.is_empty()
            && let Some((at, reason)) = programme.as_ref().and_then(Programme::inconsistency)
        {
            errors.push(Unreadable::at(at, reason));
        }
        ParsedDraft { programme, errors, settled: reading.settled }
    }

    fn read(&self, to: &mut Reading) -> Option<Programme> {
        let bin = to.code("/college/bin", &self.bin, |text| written::bin(text).map(|(read, _)| read));
        let region = to.required("/college/region", &self.region);
        let specialty = to.code("/specialty/code", &self.specialty, specialty);
        let entry_base = to.choice("/entry_base", "entry", EntryBase::ALL, EntryBase::word, &self.entry_base);
        let level = to.choice("/level", "level", Level::ALL, Level::word, &self.level);
        let language: Option<Language> = match known_language(&self.language) {
            Some(language) => Some(language),
            None => to.required("/language", &self.language),
        };
        let form = to.choice("/form", "form", Form::ALL, Form::word, &self.form);
        let direction = to.choice("/direction", "direction", Direction::ALL, Direction::word, &self.direction);
        let standard_edition = to.date("/standard_edition", &self.standard_edition);
        let intake = match written::academic_year(&self.intake, true) {
            Some(year) => Some(year),
            None => to.required("/intake", &self.intake),
        };
        let years = to.required::<Years>("/years", &self.years);
        let mut traits = Vec::new();
        for (set, what) in
            [(&self.military, Trait::Military), (&self.art, Trait::Art), (&self.choreography, Trait::Choreography)]
        {
            if to.flag(&format!("/traits/{}", what.word()), set) == Some(true) {
                traits.push(what);
            }
        }
        let related_qualification = to.flag("/related_qualification", &self.related_qualification).unwrap_or(false);
        let pilot = to.flag("/pilot", &self.pilot).unwrap_or(false);
        let registry = self.registry(to);
        let qualifications = self.read_qualifications(to);
        let professional_standards = self.read_standards(to);
        let modules = self.modules.iter().enumerate().map(|(place, module)| module.read(place, to)).collect();
        Some(Programme {
            format: Format::One,
            college: College { bin: bin?, name: name(&self.college_kk, &self.college_ru), region: region? },
            specialty: Specialty { code: specialty?, name: name(&self.specialty_kk, &self.specialty_ru) },
            qualifications,
            entry_base: entry_base?,
            level: level?,
            related_qualification,
            language: language?,
            form: form?,
            direction: direction?,
            traits,
            standard_edition: standard_edition?,
            intake: intake?,
            years: years?.0,
            registry,
            pilot,
            professional_standards,
            modules,
        })
    }

    fn registry(&self, to: &mut Reading) -> Option<Registry> {
        let listed = to.flag("/registry/listed", &self.listed);
        let number = some(&self.number);
        let since = if self.since.trim().is_empty() { None } else { to.date("/registry/since", &self.since) };
        if listed.is_none() && number.is_none() && since.is_none() {
            return None;
        }
        Some(Registry { listed: listed.unwrap_or(false), number, since })
    }

    fn read_qualifications(&self, to: &mut Reading) -> Vec<Qualification> {
        self.qualifications
            .iter()
            .enumerate()
            .filter_map(|(place, row)| {
                let code = to.code(&format!("/qualifications/{place}/code"), &row.code, written::qualification)?;
                Some(Qualification { code, name: name(&row.kk, &row.ru) })
            })
            .collect()
    }

    fn read_standards(&self, to: &mut Reading) -> Vec<ProfessionalStandard> {
        self.standards
            .iter()
            .enumerate()
            .filter_map(|(place, row)| {
                let at = |field: &str| format!("/professional_standards/{place}/{field}");
                let state = to.choice(&at("state"), "state", StandardState::ALL, StandardState::word, &row.state);
                let approved =
                    if row.approved.trim().is_empty() { None } else { to.date(&at("approved"), &row.approved) };
                Some(ProfessionalStandard {
                    code: nfc(&row.code),
                    name: name(&row.kk, &row.ru),
                    state: state?,
                    approved,
                })
            })
            .collect()
    }
}

fn known_language(text: &str) -> Option<Language> {
    let all = [Language::KAZAKH, Language::RUSSIAN];
    labelled("language", &all, |language| if language == Language::KAZAKH { "kk" } else { "ru" }, text)
}

/// Number of study years, 1 to 6.
struct Years(u8);

impl FromStr for Years {
    type Err = Refusal;

    fn from_str(text: &str) -> Result<Self, Refusal> {
        text.parse().ok().filter(|years| (1..=6).contains(years)).map(Self).ok_or_else(|| Refusal::new("years", text))
    }
}

/// A basic module's number.
struct Basic(BasicModule);

impl FromStr for Basic {
    type Err = Refusal;

    fn from_str(text: &str) -> Result<Self, Refusal> {
        let number: u8 = text.trim().parse().map_err(|_| Refusal::new("basic-module", text))?;
        BasicModule::try_from(number).map(Self)
    }
}

impl DraftModule {
    fn read(&self, place: usize, to: &mut Reading) -> Module {
        let at = |field: &str| format!("/modules/{place}/{field}");
        let kind = to.choice(&at("kind"), "module", ModuleKind::ALL, ModuleKind::word, &self.kind);
        let merges_basic = self
            .merges_basic
            .split([',', ';', ' '])
            .filter(|number| !number.is_empty())
            .filter_map(|number| to.required::<Basic>(&at("merges_basic"), number))
            .map(|basic| basic.0)
            .collect();
        let units =
            self.units.iter().enumerate().map(|(row, unit)| unit.read(&at(&format!("units/{row}")), to)).collect();
        Module {
            code: nfc(&self.code),
            // Kept, so that places in findings stay those of the draft; the error above says that the kind does not read.
            kind: kind.unwrap_or(ModuleKind::Elective),
            basic: to.optional::<Basic>(&at("basic"), &self.basic).map(|basic| basic.0),
            reason: some(&self.reason),
            name: name(&self.kk, &self.ru),
            qualification: to.open_code(&at("qualification"), &self.qualification, written::qualification),
            merges_basic,
            dual_hours: to.hours(&at("dual_hours"), &self.dual_hours),
            units,
        }
    }
}

impl DraftUnit {
    fn read(&self, at: &str, to: &mut Reading) -> Unit {
        let subject = if self.subject.trim().is_empty() {
            None
        } else {
            to.choice(&format!("{at}/subject"), "subject", Subject::ALL, Subject::word, &self.subject)
        };
        let mut semesters = SemesterHours::default();
        for semester in Semester::all() {
            let field = format!("semesters/{}", semester.get());
            let hours = to.hours(&format!("{at}/{field}"), self.get(&field).unwrap_or_default());
            semesters.set(semester, hours);
        }
        let mut parts = Parts::default();
        for part in Parts::NAMES {
            let field = format!("parts/{part}");
            let hours = to.hours(&format!("{at}/{field}"), self.get(&field).unwrap_or_default());
            if let Some(place) = parts.part_mut(part) {
                *place = hours;
            }
        }
        Unit {
            code: nfc(&self.code),
            subject,
            name: name(&self.kk, &self.ru),
            qualification: to.open_code(&format!("{at}/qualification"), &self.qualification, written::qualification),
            credits: to.required::<Credits>(&format!("{at}/credits"), &self.credits).unwrap_or_default(),
            hours: to.required(&format!("{at}/hours"), &self.hours).unwrap_or_default(),
            semesters,
            parts,
            distance_hours: to.hours(&format!("{at}/distance_hours"), &self.distance_hours),
            labour_functions: lines(&self.labour_functions),
            criteria: lines(&self.criteria),
        }
    }
}
