//! What is odd about rows of earlier registers, one by one.

use sheber_norms::programme::Language;

use sheber_exchange::table::reading::Options;
use sheber_platform::door;

use super::*;
use crate::register::columns::REGISTER;
use crate::register::doors::{Earlier, texts};

fn known() -> Inventory {
    let college = |id, bin: &str, kk: &str| College {
        id,
        bin: bin.to_owned(),
        name: LocalName::new(kk, format!("{kk} (ru)")),
        region: "35".to_owned(),
    };
    Inventory {
        specialties: [(
            "06130100".to_owned(),
            LocalName::new("Бағдарламалық қамтамасыз ету", "Программное обеспечение"),
        )]
        .into(),
        numbers: ["A-1".to_owned()].into(),
        alike: [likeness(1, "06130100", Level::AppliedBachelor, Some(Language::RUSSIAN), None)].into(),
        today: "2024-02-01".parse().unwrap(),
        draws: false,
        ..Inventory::of(vec![
            college(1, "990140000126", "Политехникалық колледж"),
            college(2, "990140000225", "Аграрлық колледж"),
            college(3, "060340001237", "Аграрлық колледж"),
        ])
    }
}

const HEAD: &str = "Регистрационный номер;БИН;Колледж;Код специальности;Наименование специальности;Квалификация;Уровень;Язык обучения;Дата включения;Срок действия;Состояние;ended_on";

/// What a file says of its rows: the codes of what its columns say, and what the register makes of those that read.
fn rows(text: &str) -> Vec<(Vec<&'static str>, Option<Line>)> {
    let today = known().today;
    let is_specialty = |code: &str| code == "06130100";
    let reading = door::read(&Earlier, text.as_bytes(), &Options::default(), today, &is_specialty, &|_, _| {}).unwrap();
    let codes = |row: u32| reading.problems.iter().filter(move |one| one.row == Some(row)).map(|one| one.code);
    let texts: Vec<Texts> = reading.rows.iter().map(|row| texts(&door::fields(&REGISTER, row))).collect();
    let mut lines = read(&texts, &known(), Origin::Earlier).into_iter();
    let last = u32::try_from(text.lines().count()).unwrap();
    let of = |row: u32| {
        let is_right = reading.rows.iter().any(|one| one.place == row);
        let line = if is_right { lines.next() } else { None };
        let mut keys: Vec<&'static str> = codes(row).collect();
        keys.extend(line.iter().flat_map(|line| line.anomalies.iter().map(|anomaly| anomaly.key)));
        (keys, line)
    };
    (2..=last).map(of).collect()
}

fn one(row: &str) -> (Vec<&'static str>, Option<Line>) {
    rows(&format!("{HEAD}\n{row}\n")).remove(0)
}

/// What a row is taken or refused with.
#[test]
fn every_oddity_is_named() {
    let bin = "990140000126";
    for (row, keys, taken) in [
        (format!("B-1;{bin};;06130100;;4S06130103;;казахский;12.09.2022;;;"), &[][..], true),
        (
            format!(
                "B-1;{bin};Политехникалық колледж;06130100;Программное обеспечение;;орта буын маманы;ru;2022-09-12;2025-09-12;included;"
            ),
            &[],
            true,
        ),
        (format!(";{bin};;06130100;;4S06130103;;;2022-09-12;;;"), &["required"], false),
        (format!("№ 5/7;{bin};;06130100;;4S06130103;;;2022-09-12;;;"), &["earlier-number"], false),
        (format!("A-1;{bin};;06130100;;4S06130103;;;2022-09-12;;;"), &["earlier-known"], false),
        ("B-1;990140000999;;06130100;;4S06130103;;;2022-09-12;;;".to_owned(), &["earlier-no-college"], false),
        ("B-1;;Аграрлық колледж;06130100;;4S06130103;;;2022-09-12;;;".to_owned(), &["earlier-many-colleges"], false),
        ("B-1;;политехникалық  КОЛЛЕДЖ (RU);06130100;;4S06130103;;;2022-09-12;;;".to_owned(), &[], true),
        (format!("B-1;{bin};Басқа колледж;06130100;;4S06130103;;;2022-09-12;;;"), &["earlier-other-name"], true),
        (format!("B-1;{bin};;613;;4S06130103;;;2022-09-12;;;"), &["not-a-code"], false),
        (format!("B-1;{bin};;07150100;Машины;4S07150101;;;2022-09-12;;;"), &["earlier-unknown-specialty"], true),
        (format!("B-1;{bin};;06130100;Другое имя;4S06130103;;;2022-09-12;;;"), &["earlier-other-specialty"], true),
        (format!("B-1;{bin};;06130100;;4S07150101;;;2022-09-12;;;"), &["earlier-qualification-of-other"], true),
        (format!("B-1;{bin};;06130100;;061301;mid_level;;2022-09-12;;;"), &["not-a-code"], false),
        (format!("B-1;{bin};;06130100;;;;;2022-09-12;;;"), &["earlier-no-level"], false),
        (format!("B-1;{bin};;06130100;;3W06130101;mid_level;;2022-09-12;;;"), &["earlier-other-level"], true),
        (format!("B-1;{bin};;06130100;;4S06130103;;немецкий;2022-09-12;;;"), &["not-a-choice"], false),
        (format!("B-1;{bin};;06130100;;4S06130103;;;;;;"), &["required"], false),
        (format!("B-1;{bin};;06130100;;4S06130103;;;осенью;;;"), &["not-a-day"], false),
        (format!("B-1;{bin};;06130100;;4S06130103;;;2024-02-02;;;"), &["earlier-future"], false),
        (format!("B-1;{bin};;06130100;;4S06130103;;;2022-09-12;2022-09-11;;"), &["earlier-order"], false),
        (format!("B-1;{bin};;06130100;;4S06130103;;;2022-09-12;2024-01-31;;"), &["earlier-over"], true),
        (format!("B-1;{bin};;06130100;;4S06130103;;;2022-09-12;;исключена?;"), &["earlier-no-end"], false),
        (format!("B-1;{bin};;06130100;;4S06130103;;;2022-09-12;;excluded;"), &["earlier-no-end"], false),
        (format!("B-1;{bin};;06130100;;4S06130103;;;2022-09-12;;excluded;2023-05-01"), &[], true),
        (format!("B-1;{bin};;6130100;;4S06130103;;;2022-09-12;;;"), &["leading-zero"], true),
        ("B-1;60340001237;;06130100;;4S06130103;;;2022-09-12;;;".to_owned(), &["leading-zero"], true),
        (format!("B-1;{bin};;06130100;;Техник-программист;mid_level;;2022-09-12;;;"), &["not-a-code"], false),
        (format!("..;{bin};;06130100;;4S06130103;;;2022-09-12;;;"), &["earlier-number"], false),
        (
            format!("35-06130100-2024-000007;{bin};;06130100;;4S06130103;;;2022-09-12;;;"),
            &["earlier-own-number"],
            false,
        ),
        (format!("35-06130100-2023-000007;{bin};;06130100;;4S06130103;;;2022-09-12;;;"), &[], true),
        (format!("B-1;{bin};;06130100;;5AB06130105;;ru;2022-09-12;;;"), &["earlier-alike"], true),
        (format!("B-1;{bin};;06130100;;4S06130103;;;2022-09-12;;;2023-05-01"), &[], true),
        (format!("B-1;{bin};;06130100;;4S06130103;;;2022-09-12;;included;2023-05-01"), &["earlier-two-states"], false),
        (format!("B-1;{bin};;06130100;;4S06130103;;;2022-09-12;;expired;"), &["earlier-no-end"], false),
        (format!("B-1;{bin};;06130100;;4S06130103;;;2022-09-12;;мерзімі өтті;2023-09-12"), &[], true),
        ("x y;1;;613;;;;;осенью;;;".to_owned(), &["not-a-bin", "not-a-code", "not-a-day"], false),
    ] {
        let (found, line) = one(&row);
        assert_eq!(found, keys, "{row}");
        assert_eq!(line.and_then(|line| line.entry).is_some(), taken, "{row}");
    }
}

#[test]
fn rows_are_compared_with_one_another() {
    let row = "990140000126;;06130100;;4S06130103;;kk;2022-09-12;;;";
    let lines = rows(&format!("{HEAD}\nB-1;{row}\nB-1;{row}\nB-2;{row}\n"));
    let keys = |at: usize| lines[at].0.clone();
    assert_eq!((keys(0), keys(1), keys(2)), (vec![], vec!["twice"], vec!["earlier-double"]));
    let entry = lines[0].1.as_ref().and_then(|line| line.entry.as_ref()).unwrap();
    assert_eq!(
        (entry.name.kk.as_str(), entry.level, entry.language),
        ("Бағдарламалық қамтамасыз ету", Level::MidLevel, Some(Language::KAZAKH))
    );
}

#[test]
fn what_has_ended_is_not_made_valid_again() {
    let entry = |row: &str| {
        one(&format!("B-1;990140000126;;06130100;;4S06130103;;;2022-09-12;{row}")).1.unwrap().entry.unwrap()
    };
    let day = |text: &str| Some(text.parse().unwrap());
    assert_eq!(entry(";;2023-05-01").excluded_on, day("2023-05-01"), "a day of exclusion says it");
    let expired = entry(";мерзімі өтті;2023-09-12");
    assert_eq!((expired.excluded_on, expired.valid_to), (None, day("2023-09-12")));
}

#[test]
fn numbers_of_the_own_form_are_known() {
    for (number, own) in [("35-06130100-2024-000123", Some((2024, 123))), ("35-06130100-2024-123", None), ("B-1", None)]
    {
        assert_eq!(own_form(number), own, "{number}");
    }
}

#[test]
fn another_table_is_told_at_once() {
    let refused = door::read(&Earlier, b"a;b\n1;2\n", &Options::default(), known().today, &|_| true, &|_, _| {});
    assert!(refused.is_err());
}
