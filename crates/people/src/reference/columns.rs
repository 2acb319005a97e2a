//! The columns of reference lists, by kind: the headings of our own exports and of the files that circulate.

use sheber_exchange::table::columns::{Column, Form, Kind as Table, Need};

use super::entry::Kind;

const fn code(form: Form, variants: &'static [&'static str], sample: &'static str) -> Column {
    Column { field: "code", heading: "col-code", variants, form, need: Need::Always, sample }
}

const fn parent(form: Form, variants: &'static [&'static str], sample: &'static str) -> Column {
    Column { field: "parent", heading: "reference-parent-code", variants, form, need: Need::New, sample }
}

const fn kazakh(variants: &'static [&'static str], sample: &'static str) -> Column {
    Column { field: "name_kk", heading: "col-name-kk", variants, form: Form::Text(2000), need: Need::Open, sample }
}

const fn russian(variants: &'static [&'static str], sample: &'static str) -> Column {
    Column { field: "name_ru", heading: "col-name-ru", variants, form: Form::Text(2000), need: Need::Open, sample }
}

const NAMES_KK: &[&str] = &[
    "kk",
    "title_kk",
    "name kk",
    "қазақша",
    "қазақша атауы",
    "қазақша аталуы",
    "на казахском",
    "наименование на казахском",
];
const NAMES_RU: &[&str] =
    &["ru", "title_ru", "name ru", "орысша", "орысша атауы", "на русском", "наименование", "наименование на русском"];

const NOTE: Column = Column {
    field: "note",
    heading: "reference-note",
    variants: &["source", "state", "примечание", "ескерту", "ескертпе"],
    form: Form::Text(2000),
    need: Need::Open,
    sample: "",
};
const DAY: Column = Column {
    field: "day",
    heading: "reference-date",
    variants: &["date", "approved", "дата", "күні", "дата утверждения", "бекітілген күні"],
    form: Form::Day,
    need: Need::Open,
    sample: "",
};
const FROM: Column = Column {
    field: "valid_from",
    heading: "reference-valid-from",
    variants: &["valid from", "действует с", "с даты"],
    form: Form::Day,
    need: Need::Open,
    sample: "",
};
const TO: Column = Column {
    field: "valid_to",
    heading: "reference-valid-to",
    variants: &["valid to", "действует до", "действует по"],
    form: Form::Day,
    need: Need::Open,
    sample: "",
};

const OWN_CODES: &[&str] = &["number", "номер", "нөмірі", "нөмір", "код", "коды", "№ акта"];

macro_rules! tables {
    ($($name:ident $word:literal $title:literal: [$($column:expr),+ $(,)?];)+) => {
        $(static $name: Table = Table {
            word: $word,
            title: $title,
            columns: &[$($column),+],
            key: &["code"],
            joined: Some(&["note"]),
        };)+
    };
}

tables! {
    SPECIALTY "reference/specialty" "reference-specialty": [
        code(Form::Specialty, &["specialty_code", "код специальности", "мамандық коды", "код", "коды"], "06130100"),
        kazakh(&["specialty_kk", "kk", "title_kk", "name kk", "қазақша", "мамандық", "мамандық атауы", "на казахском"], "Бағдарламалық қамтамасыз ету"),
        russian(&["specialty_ru", "ru", "title_ru", "name ru", "орысша", "специальность", "наименование специальности", "наименование", "на русском"], "Программное обеспечение"),
        NOTE, DAY, FROM, TO,
    ];
    QUALIFICATION "reference/qualification" "reference-qualification": [
        code(Form::Qualification, &["qualification_code", "код квалификации", "біліктілік коды", "код", "коды"], "4S06130103"),
        parent(Form::Specialty, &["specialty_code", "код специальности", "мамандық коды"], "06130100"),
        kazakh(&["qualification_kk", "kk", "title_kk", "name kk", "қазақша", "біліктілік", "біліктілік атауы", "на казахском"], "Бағдарламалық қамтамасыз етуді әзірлеуші"),
        russian(&["qualification_ru", "ru", "title_ru", "name ru", "орысша", "квалификация", "наименование квалификации", "наименование", "на русском"], "Разработчик программного обеспечения"),
        NOTE, DAY, FROM, TO,
    ];
    REGION "reference/region" "reference-region": [
        code(Form::Region, &["kato", "като", "код", "коды"], "35"),
        kazakh(NAMES_KK, "Қарағанды облысы"),
        russian(NAMES_RU, "Карагандинская область"),
        NOTE, DAY, FROM, TO,
    ];
    STANDARD "reference/standard" "reference-standard": [
        code(Form::Text(200), OWN_CODES, "ПС-001"),
        kazakh(NAMES_KK, "Web-дизайн"),
        russian(NAMES_RU, "Web-дизайн"),
        NOTE, DAY, FROM, TO,
    ];
    FUNCTION "reference/function" "reference-function": [
        code(Form::Text(200), OWN_CODES, "ПС-001-1"),
        parent(Form::Text(200), &["standard", "стандарт", "кәсіптік стандарт", "профстандарт"], "ПС-001"),
        kazakh(NAMES_KK, "Бастапқы құжаттарды өңдеу"),
        russian(NAMES_RU, "Обработка первичных документов"),
        NOTE, DAY, FROM, TO,
    ];
    OUTCOME "reference/outcome" "reference-outcome": [
        code(Form::Text(200), OWN_CODES, "ПС-001-О1"),
        parent(Form::Text(200), &["standard", "стандарт", "кәсіптік стандарт", "профстандарт"], "ПС-001"),
        kazakh(NAMES_KK, "Санитария талаптарын сақтау"),
        russian(NAMES_RU, "Соблюдать требования санитарии"),
        NOTE, DAY, FROM, TO,
    ];
    ACT "reference/act" "reference-act": [
        code(Form::Text(200), OWN_CODES, "500/2018"),
        kazakh(NAMES_KK, "Мамандықтар мен біліктіліктердің жіктеуіші"),
        russian(NAMES_RU, "Классификатор специальностей и квалификаций"),
        NOTE, DAY, FROM, TO,
    ];
    HOLIDAY "reference/holiday" "reference-holiday": [
        code(Form::Holiday, &["дата", "күні", "код", "коды"], "01-01"),
        kazakh(NAMES_KK, "Жаңа жыл"),
        russian(NAMES_RU, "Новый год"),
        NOTE, DAY, FROM, TO,
    ];
}

/// The table of a kind of entries.
pub fn of(kind: Kind) -> &'static Table {
    match kind {
        Kind::Specialty => &SPECIALTY,
        Kind::Qualification => &QUALIFICATION,
        Kind::Region => &REGION,
        Kind::Standard => &STANDARD,
        Kind::Function => &FUNCTION,
        Kind::Outcome => &OUTCOME,
        Kind::Act => &ACT,
        Kind::Holiday => &HOLIDAY,
    }
}
