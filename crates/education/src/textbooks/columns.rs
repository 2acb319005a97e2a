//! The columns of the sheets of purchases and of titles needed, taken in and given out.

use sheber_exchange::table::columns::{Choice, Column, Form, Kind, LANGUAGES, Need};

const MEDIA: &[Choice] = &[
    Choice::new(
        "paper",
        "textbook-medium-paper",
        &["печатный", "печатное", "баспа", "бумага", "print", "book", "қағаз нұсқа"],
    ),
    Choice::new(
        "electronic",
        "textbook-medium-electronic",
        &["электронды", "электронное", "электронный учебник", "e-book", "ebook", "digital"],
    ),
];

const FUNDS: &[Choice] = &[
    Choice::new(
        "per_capita",
        "textbook-funds-per_capita",
        &[
            "подушевое",
            "подушевой",
            "подушевое нормативное финансирование",
            "жан басына",
            "жан басына шаққандағы",
            "per capita",
        ],
    ),
    Choice::new("local_budget", "textbook-funds-local_budget", &["МБ", "ЖБ", "жергілікті", "местный", "local"]),
    Choice::new(
        "own",
        "textbook-funds-own",
        &["собственные", "внебюджет", "внебюджетные средства", "өз есебінен", "бюджеттен тыс"],
    ),
    Choice::new(
        "sponsor",
        "textbook-funds-sponsor",
        &["спонсорские", "спонсорские средства", "демеушілік", "sponsors"],
    ),
];

const TITLE: Column = Column {
    field: "title",
    heading: "textbook-title",
    variants: &[
        "наименование",
        "наименование учебника",
        "название учебника",
        "учебник",
        "оқулық",
        "оқулық атауы",
        "оқулықтың атауы",
        "кітап атауы",
        "textbook",
    ],
    form: Form::Text(400),
    need: Need::Always,
    sample: "Слесарь ісі",
};

const SPECIALTY: Column = Column {
    field: "specialty",
    heading: "textbook-specialty",
    variants: &["специальность", "модуль", "код специальности", "мамандық", "мамандық коды", "specialty code"],
    form: Form::SpecialtyOr(200),
    need: Need::Open,
    sample: "07161300",
};

/// Purchases of textbooks (15.1, 15.2).
pub static TEXTBOOKS: Kind = Kind {
    word: "textbooks",
    title: "nav-textbooks",
    columns: &[
        TITLE,
        Column {
            field: "lang",
            heading: "textbook-lang",
            variants: &["язык издания", "язык учебника", "оқулық тілі", "басылым тілі"],
            form: Form::Choice(LANGUAGES),
            need: Need::Always,
            sample: "kk",
        },
        Column {
            field: "medium",
            heading: "textbook-medium",
            variants: &["вид издания", "формат", "тип", "форматы", "басылым түрі", "format"],
            form: Form::Choice(MEDIA),
            need: Need::Always,
            sample: "paper",
        },
        SPECIALTY,
        Column {
            field: "publisher",
            heading: "textbook-publisher",
            variants: &["баспасы", "баспа үйі", "издатель"],
            form: Form::Text(200),
            need: Need::Open,
            sample: "Фолиант",
        },
        Column {
            field: "published",
            heading: "textbook-published",
            variants: &["год", "год выпуска", "жылы", "басылған жылы", "шығарылған жылы", "year published"],
            form: Form::Whole(1900, 2100),
            need: Need::Open,
            sample: "2022",
        },
        Column {
            field: "copies",
            heading: "textbook-copies",
            variants: &[
                "количество",
                "кол-во",
                "количество экземпляров",
                "экз",
                "саны",
                "дана саны",
                "дана",
                "quantity",
            ],
            form: Form::Whole(1, 1_000_000),
            need: Need::Always,
            sample: "25",
        },
        Column {
            field: "price",
            heading: "textbook-price",
            variants: &[
                "цена",
                "цена за единицу",
                "цена за экземпляр",
                "стоимость экземпляра",
                "бағасы",
                "бір дананың бағасы",
                "дана бағасы",
            ],
            form: Form::Money,
            need: Need::Always,
            sample: "3200",
        },
        Column {
            field: "funds",
            heading: "textbook-funds",
            variants: &[
                "источник",
                "источник финансирования",
                "средства",
                "қаржы көзі",
                "қаржыландыру көзі",
                "source of funds",
            ],
            form: Form::Choice(FUNDS),
            need: Need::Always,
            sample: "per_capita",
        },
        Column {
            field: "bought_on",
            heading: "textbook-bought-on",
            variants: &[
                "дата приобретения",
                "дата покупки",
                "дата",
                "дата поступления",
                "сатып алу күні",
                "алынған күні",
                "күні",
                "date",
            ],
            form: Form::Day,
            need: Need::Always,
            sample: "2026-08-20",
        },
    ],
    key: &[],
    joined: None,
};

/// Titles that a college needs (15.4).
pub static NEEDED: Kind = Kind {
    word: "needed",
    title: "needed-title",
    columns: &[
        TITLE,
        SPECIALTY,
        Column {
            field: "copies",
            heading: "needed-copies",
            variants: &[
                "количество",
                "кол-во",
                "нужно",
                "потребность",
                "требуется",
                "экземпляров",
                "саны",
                "дана",
                "қажеттілік",
                "қажетті дана саны",
                "quantity",
            ],
            form: Form::Whole(1, 1_000_000),
            need: Need::Always,
            sample: "25",
        },
    ],
    key: &["title"],
    joined: None,
};
