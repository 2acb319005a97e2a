//! The facts: a programme (білім беру бағдарламасы) with its working curriculum (жұмыс оқу жоспары), as the
//! exchange format `sheber.programme/1` states it. What a norm may find wrong is representable; what cannot be read is not.

use chrono::NaiveDate;
use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, Serialize, de};
use sheber_kernel::{
    AcademicHours, AcademicYear, Bin, Credits, LocalName, QualificationCode, QualificationLevel, Refusal, RegionCode,
    SpecialtyCode,
};

use crate::bounded::{self, bounded};
use crate::hours::{Parts, SemesterHours, no_hours};

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, remote = "Self")]
pub struct Programme {
    pub format: Format,
    pub college: College,
    pub specialty: Specialty,
    #[serde(deserialize_with = "bounded::<_, _, 100>")]
    pub qualifications: Vec<Qualification>,
    pub entry_base: EntryBase,
    pub level: Level,
    #[serde(default)]
    pub related_qualification: bool,
    pub language: Language,
    pub form: Form,
    pub direction: Direction,
    #[serde(default, deserialize_with = "bounded::<_, _, 20>")]
    pub traits: Vec<Trait>,
    /// Edition of the state compulsory standard (МЖМБС редакциясы): the date of the amendment.
    #[serde(deserialize_with = "bounded::date")]
    pub standard_edition: NaiveDate,
    /// Academic year in which the first year of study starts (қабылдау жылы).
    pub intake: AcademicYear,
    /// Study years, a partial last year counted: 1 to 6.
    #[serde(deserialize_with = "years")]
    #[schemars(range(min = 1, max = 6))]
    pub years: u8,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub registry: Option<Registry>,
    /// One of the pilot programmes of item 2.11.
    #[serde(default)]
    pub pilot: bool,
    #[serde(default, deserialize_with = "bounded::<_, _, 50>")]
    pub professional_standards: Vec<ProfessionalStandard>,
    #[serde(deserialize_with = "bounded::<_, _, 200>")]
    pub modules: Vec<Module>,
}

sheber_kernel::object!(Programme);

fn years<'de, D: Deserializer<'de>>(from: D) -> Result<u8, D::Error> {
    let years = u8::deserialize(from)?;
    if (1..=6).contains(&years) { Ok(years) } else { Err(de::Error::custom(Refusal::new("years", years))) }
}

/// The name and version of the exchange format; a file of another version is refused.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub enum Format {
    #[default]
    #[serde(rename = "sheber.programme/1")]
    One,
}

impl<'de> Deserialize<'de> for Format {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let text = <std::borrow::Cow<'de, str>>::deserialize(from)?;
        if text == "sheber.programme/1" {
            Ok(Self::One)
        } else {
            Err(de::Error::custom(Refusal::new("format-version", text)))
        }
    }
}

/// The college (ТжКОБ ұйымы) that teaches the programme.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, remote = "Self")]
pub struct College {
    pub bin: Bin,
    pub name: LocalName,
    pub region: RegionCode,
}

sheber_kernel::object!(College);

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, remote = "Self")]
pub struct Specialty {
    pub code: SpecialtyCode,
    pub name: LocalName,
}

sheber_kernel::object!(Specialty);

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, remote = "Self")]
pub struct Qualification {
    pub code: QualificationCode,
    pub name: LocalName,
}

sheber_kernel::object!(Qualification);

/// An enum whose values are words of the format, with the whole list for pages and sheets.
macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $variant:ident = $word:literal,)+ }) => {
        sheber_kernel::words! {
            $(#[$doc])*
            #[derive(JsonSchema)]
            $name { $($(#[$vdoc])* #[serde(rename = $word)] $variant = $word,)+ }
        }
    };
}

words! {
    /// What the student finished before (қандай білім базасында).
    EntryBase {
        /// негізгі орта білім
        BasicSecondary = "basic_secondary",
        /// жалпы орта білім
        GeneralSecondary = "general_secondary",
        /// техникалық және кәсіптік білім
        Tvpe = "tvpe",
    }
}

words! {
    /// The highest level the programme awards (біліктілік деңгейі).
    Level {
        Worker = "worker",
        MidLevel = "mid_level",
        AppliedBachelor = "applied_bachelor",
    }
}

words! {
    /// Form of study (оқыту нысаны).
    Form {
        FullTime = "full_time",
        Evening = "evening",
        Extramural = "extramural",
        External = "external",
    }
}

words! {
    /// Direction of the specialty (мамандық бағыты), which decides the general-education list (item 3.1).
    Direction {
        NaturalMathematical = "natural_mathematical",
        SocialHumanities = "social_humanities",
    }
}

words! {
    /// Traits of a specialty for which the guidance makes an exception.
    Trait {
        Military = "military",
        Art = "art",
        Choreography = "choreography",
    }
}

words! {
    /// State of a professional standard (кәсіптік стандарт) in the sense of item 2.9.
    StandardState {
        New = "new",
        Updated = "updated",
        Old = "old",
    }
}

words! {
    /// Kind of a module; the first six count towards the mandatory credits.
    ModuleKind {
        /// жалпы білім беретін пәндер (ЖБП)
        GeneralEducation = "general_education",
        /// базалық модуль (БМ)
        Basic = "basic",
        /// кәсіптік модуль (КМ)
        Professional = "professional",
        /// кәсіптік практика
        Practice = "practice",
        /// аралық аттестаттау
        IntermediateAttestation = "intermediate_attestation",
        /// қорытынды аттестаттау
        FinalAttestation = "final_attestation",
        /// факультатив
        Elective = "elective",
        /// консультация
        Consultation = "consultation",
    }
}

impl ModuleKind {
    pub const fn is_mandatory(self) -> bool {
        !matches!(self, Self::Elective | Self::Consultation)
    }
}

words! {
    /// Discipline of the general-education module (жалпы білім беретін пән), items 3.4 and 3.5.
    Subject {
        KazakhLanguage = "kazakh_language",
        KazakhLiterature = "kazakh_literature",
        RussianLanguage = "russian_language",
        RussianLiterature = "russian_literature",
        RussianLanguageAndLiterature = "russian_language_and_literature",
        KazakhLanguageAndLiterature = "kazakh_language_and_literature",
        ForeignLanguage = "foreign_language",
        Mathematics = "mathematics",
        Informatics = "informatics",
        HistoryOfKazakhstan = "history_of_kazakhstan",
        PhysicalEducation = "physical_education",
        InitialMilitaryAndTechnologicalTraining = "initial_military_and_technological_training",
        Physics = "physics",
        Chemistry = "chemistry",
        Biology = "biology",
        Geography = "geography",
        GraphicsAndDesign = "graphics_and_design",
        WorldHistory = "world_history",
        SecondForeignLanguage = "second_foreign_language",
    }
}

impl Subject {
    /// Its bit in a set of subjects.
    pub const fn bit(self) -> u32 {
        1 << self as u32
    }
}

/// Language of instruction (оқыту тілі): an ISO 639-1 code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Language([u8; 2]);

impl Language {
    pub const KAZAKH: Self = Self(*b"kk");
    pub const RUSSIAN: Self = Self(*b"ru");
}

sheber_kernel::word_column!(Language);

impl std::str::FromStr for Language {
    type Err = Refusal;

    fn from_str(text: &str) -> Result<Self, Refusal> {
        <[u8; 2]>::try_from(text.as_bytes())
            .ok()
            .filter(|letters| letters.iter().all(u8::is_ascii_lowercase))
            .map(Self)
            .ok_or_else(|| Refusal::new("language-code", text))
    }
}

impl std::fmt::Display for Language {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(std::str::from_utf8(&self.0).unwrap_or_default())
    }
}

impl Serialize for Language {
    fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Language {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let text = <std::borrow::Cow<'de, str>>::deserialize(from)?;
        text.parse().map_err(de::Error::custom)
    }
}

impl JsonSchema for Language {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Language".into()
    }
    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({ "type": "string", "pattern": "^[a-z]{2}$" })
    }
}

/// The programme's entry in the register (ББ тізілімі), where it already stands in it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, remote = "Self")]
pub struct Registry {
    pub listed: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub number: Option<String>,
    #[serde(default, deserialize_with = "bounded::optional_date", skip_serializing_if = "Option::is_none")]
    pub since: Option<NaiveDate>,
}

sheber_kernel::object!(Registry);

/// A professional standard (кәсіптік стандарт) the programme rests on, item 2.9.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, remote = "Self")]
pub struct ProfessionalStandard {
    pub code: String,
    pub name: LocalName,
    pub state: StandardState,
    #[serde(default, deserialize_with = "bounded::optional_date", skip_serializing_if = "Option::is_none")]
    pub approved: Option<NaiveDate>,
}

sheber_kernel::object!(ProfessionalStandard);

/// One of the four basic modules of item 2.4.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "u8", into = "u8")]
pub struct BasicModule(u8);

impl BasicModule {
    pub fn all() -> impl Iterator<Item = Self> {
        (1..=4).map(Self)
    }

    pub const fn get(self) -> u8 {
        self.0
    }
}

impl JsonSchema for BasicModule {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "BasicModule".into()
    }
    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({ "type": "integer", "minimum": 1, "maximum": 4 })
    }
}

impl TryFrom<u8> for BasicModule {
    type Error = Refusal;

    fn try_from(number: u8) -> Result<Self, Refusal> {
        if (1..=4).contains(&number) { Ok(Self(number)) } else { Err(Refusal::new("basic-module", number)) }
    }
}

impl From<BasicModule> for u8 {
    fn from(module: BasicModule) -> Self {
        module.0
    }
}

/// A module (модуль): a block of rows of the working curriculum.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, remote = "Self")]
pub struct Module {
    pub code: String,
    pub kind: ModuleKind,
    /// Which of the four basic modules it is; an additional basic module has none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub basic: Option<BasicModule>,
    /// Why the professional modules need this additional basic module (item 2.6).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    #[serde(default)]
    pub name: LocalName,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub qualification: Option<QualificationCode>,
    /// The basic modules this professional module carries inside it (item 2.7).
    #[serde(default, deserialize_with = "bounded::<_, _, 4>", skip_serializing_if = "Vec::is_empty")]
    pub merges_basic: Vec<BasicModule>,
    /// Hours of the module that are taught on the enterprise in dual form (item 9.3).
    #[serde(default, skip_serializing_if = "no_hours")]
    pub dual_hours: AcademicHours,
    #[serde(deserialize_with = "bounded::<_, _, 500>")]
    pub units: Vec<Unit>,
}

sheber_kernel::object!(Module);

/// A row of the working curriculum: a discipline, a learning outcome (оқыту нәтижесі, ОН), a practice, an attestation.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, remote = "Self")]
pub struct Unit {
    pub code: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub subject: Option<Subject>,
    #[serde(default)]
    pub name: LocalName,
    /// The qualification whose exam this attestation is (item 7.3).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub qualification: Option<QualificationCode>,
    pub credits: Credits,
    pub hours: AcademicHours,
    #[serde(default)]
    pub semesters: SemesterHours,
    #[serde(default)]
    pub parts: Parts,
    #[serde(default, skip_serializing_if = "no_hours")]
    pub distance_hours: AcademicHours,
    #[serde(default, deserialize_with = "bounded::<_, _, 1000>", skip_serializing_if = "Vec::is_empty")]
    pub labour_functions: Vec<String>,
    #[serde(default, deserialize_with = "bounded::<_, _, 1000>", skip_serializing_if = "Vec::is_empty")]
    pub criteria: Vec<String>,
}

sheber_kernel::object!(Unit);

impl Programme {
    /// Modules of a kind with their place in the list.
    pub fn modules_of(&self, kind: ModuleKind) -> impl Iterator<Item = (usize, &Module)> {
        self.modules.iter().enumerate().filter(move |(_, module)| module.kind == kind)
    }

    pub fn mandatory(&self) -> impl Iterator<Item = &Module> {
        self.modules.iter().filter(|module| module.kind.is_mandatory())
    }

    pub fn mandatory_credits(&self) -> Credits {
        self.mandatory().map(Module::credits).sum()
    }

    pub fn mandatory_hours(&self) -> AcademicHours {
        self.mandatory().map(Module::hours).sum()
    }

    pub fn general_education_hours(&self) -> AcademicHours {
        self.modules_of(ModuleKind::GeneralEducation).map(|(_, module)| module.hours()).sum()
    }

    /// Mandatory hours of every semester.
    pub fn mandatory_semesters(&self) -> SemesterHours {
        self.mandatory().flat_map(|module| &module.units).map(|unit| unit.semesters).sum()
    }

    /// The study year in which the last hours stand, or the stated number of years if that is larger.
    pub fn last_year(&self) -> u8 {
        self.years.max(self.mandatory_semesters().last().map_or(0, sheber_kernel::Semester::year))
    }

    pub fn has(&self, what: Trait) -> bool {
        self.traits.contains(&what)
    }

    pub fn worker_qualifications(&self) -> impl Iterator<Item = (usize, &Qualification)> {
        self.qualifications.iter().enumerate().filter(|(_, q)| q.code.level() == QualificationLevel::Worker)
    }

    /// All dual hours, and the mandatory hours less general education that they are counted from (item 9.3).
    pub fn dual_share(&self) -> (AcademicHours, AcademicHours) {
        let dual = self.modules.iter().map(|module| module.dual_hours).sum();
        (dual, self.mandatory_hours().saturating_sub(self.general_education_hours()))
    }
}

impl Module {
    pub fn credits(&self) -> Credits {
        self.units.iter().map(|unit| unit.credits).sum()
    }

    pub fn hours(&self) -> AcademicHours {
        self.units.iter().map(|unit| unit.hours).sum()
    }

    pub fn parts(&self) -> Parts {
        self.units.iter().map(|unit| unit.parts).sum()
    }

    pub fn semesters(&self) -> SemesterHours {
        self.units.iter().map(|unit| unit.semesters).sum()
    }
}

impl Unit {
    /// A row that is an exam and nothing else (item 3.6).
    pub fn is_exam_alone(&self) -> bool {
        !self.parts.exam.is_zero() && self.parts.sum() == self.parts.exam
    }

    /// A row that is professional practice and nothing else (item 2.9).
    pub fn is_practice_alone(&self) -> bool {
        !self.parts.professional_practice.is_zero() && self.parts.sum() == self.parts.professional_practice
    }
}
