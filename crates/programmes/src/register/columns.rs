//! The columns of the register of 2022.

use sheber_exchange::table::columns::{Choice, Column, Form, Kind, LANGUAGES, Need};

const LEVELS: &[Choice] = &[
    Choice::new("worker", "level-worker", &["3", "рабочая", "рабочий", "жұмысшы", "жұмысшы біліктілігі", "3W"]),
    Choice::new("mid_level", "level-mid_level", &["4", "специалист", "орта буын", "среднее звено", "4S"]),
    Choice::new("applied_bachelor", "level-applied_bachelor", &["5", "бакалавр", "қолданбалы", "5AB"]),
];

const STATES: &[Choice] = &[
    Choice::new(
        "included",
        "register-state-included",
        &["включена", "включено", "действует", "действующая", "енгізілді", "енгізілген", "жарамды", "active"],
    ),
    Choice::new("excluded", "register-state-excluded", &["исключена", "исключено", "шығарылды", "шығарылған"]),
    Choice::new(
        "expired",
        "register-state-expired",
        &["истёк", "истекла", "мерзімі өткен", "мерзімі өтті", "мерзімі аяқталды"],
    ),
];

const BASES: &[Choice] = &[
    Choice::new(
        "basic_secondary",
        "entry-basic_secondary",
        &[
            "9",
            "9 кл",
            "9 класс",
            "9 сынып",
            "основное среднее",
            "негізгі орта",
            "на базе 9 классов",
            "на базе основного среднего образования",
        ],
    ),
    Choice::new(
        "general_secondary",
        "entry-general_secondary",
        &[
            "11",
            "11 кл",
            "11 класс",
            "11 сынып",
            "общее среднее",
            "жалпы орта",
            "на базе 11 классов",
            "на базе общего среднего образования",
        ],
    ),
    Choice::new("tvpe", "entry-tvpe", &["типо", "ткбб", "тжб", "на базе типо"]),
];

const FORMS: &[Choice] = &[
    Choice::new("full_time", "form-full_time", &["очное", "дневная", "күндізгі", "күндізгі оқу"]),
    Choice::new("evening", "form-evening", &["вечернее", "кешкі"]),
    Choice::new("extramural", "form-extramural", &["заочное", "сырттай", "сырттай оқу"]),
    Choice::new("external", "form-external", &["экстернатура"]),
];

const fn open(
    field: &'static str,
    heading: &'static str,
    variants: &'static [&'static str],
    form: Form,
    sample: &'static str,
) -> Column {
    Column { field, heading, variants, form, need: Need::Open, sample }
}

/// Entries of the register that was kept before (2.1).
pub static REGISTER: Kind = Kind {
    word: "register",
    title: "earlier-title",
    columns: &[
        Column {
            field: "number",
            heading: "read-number",
            variants: &["тіркеу номері", "номер", "нөмірі", "нөмір", "рег номер", "регистрационный номер программы"],
            form: Form::Number(60),
            need: Need::Always,
            sample: "35-06130100-2022-000001",
        },
        open(
            "bin",
            "read-bin",
            &["college_bin", "бсн", "бин", "бин колледжа", "колледждің бсн"],
            Form::Bin,
            "990140000126",
        ),
        open(
            "college",
            "read-college",
            &["college_kk", "білім беру ұйымы", "организация образования", "колледж атауы", "наименование колледжа"],
            Form::Text(400),
            "Сарыарқа политехникалық колледжі",
        ),
        Column {
            field: "specialty",
            heading: "read-specialty",
            variants: &["specialty_code", "мамандық коды", "мамандық", "код специальности", "специальность"],
            form: Form::Specialty,
            need: Need::Always,
            sample: "06130100",
        },
        open(
            "specialty_name",
            "read-specialty-name",
            &["name_kk", "мамандық атауы", "наименование специальности", "название специальности"],
            Form::Text(400),
            "Бағдарламалық қамтамасыз ету",
        ),
        open(
            "specialty_name_ru",
            "read-specialty-name-ru",
            &["name_ru", "наименование специальности на русском", "название специальности на русском"],
            Form::Text(400),
            "",
        ),
        open(
            "qualification",
            "read-qualification",
            &["qualifications", "біліктілік", "біліктіліктер", "біліктілік коды", "квалификации", "код квалификации"],
            Form::Qualifications,
            "4S06130103",
        ),
        open(
            "level",
            "read-level",
            &["деңгейі", "деңгей", "уровень", "уровень квалификации"],
            Form::Choice(LEVELS),
            "mid_level",
        ),
        open(
            "lang",
            "read-lang",
            &["language", "тіл", "тілі", "язык", "оқыту тілі", "язык обучения"],
            Form::Choice(LANGUAGES),
            "kk",
        ),
        open(
            "entry_base",
            "read-entry-base",
            &["база", "базовое образование", "негізгі білімі", "база образования"],
            Form::Choice(BASES),
            "",
        ),
        open("form", "read-form", &["оқу нысаны", "форма"], Form::Choice(FORMS), ""),
        open(
            "intake",
            "read-intake",
            &["год набора", "год приёма", "қабылдау жылы", "набор"],
            Form::AcademicYear { bare: true },
            "",
        ),
        Column {
            field: "included_on",
            heading: "read-included-on",
            variants: &["енгізілген күн", "дата включения в реестр", "дата внесения", "реестрге енгізілген күні"],
            form: Form::Day,
            need: Need::Always,
            sample: "2022-09-12",
        },
        open(
            "valid_until",
            "read-valid-until",
            &["valid_to", "жарамдылық мерзімі", "действует до", "действительна до", "срок действия", "дейін жарамды"],
            Form::Day,
            "",
        ),
        open("state", "read-state", &["күйі", "статус", "мәртебесі", "состояние"], Form::Choice(STATES), "included"),
        open(
            "ended_on",
            "read-ended-on",
            &["шығарылған күні", "дата исключения из реестра", "дата исключения"],
            Form::Day,
            "",
        ),
    ],
    key: &["number"],
    joined: None,
};
