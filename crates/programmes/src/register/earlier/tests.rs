//! What is odd about rows of earlier registers, one by one.

use sheber_norms::programme::Language;

use super::*;

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
            college(3, "060340001234", "Аграрлық колледж"),
        ])
    }
}

const HEAD: &str = "Регистрационный номер;БИН;Колледж;Код специальности;Наименование специальности;Квалификация;Уровень;Язык обучения;Дата включения;Срок действия;Состояние;ended_on";

fn one(row: &str) -> Line {
    let table = sheber_exchange::table::read(format!("{HEAD}\n{row}\n").as_bytes()).unwrap();
    read(&table, &known(), Origin::Earlier).unwrap().remove(0)
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
        (format!(";{bin};;06130100;;4S06130103;;;2022-09-12;;;"), &["earlier-no-number"], false),
        (format!("№ 5/7;{bin};;06130100;;4S06130103;;;2022-09-12;;;"), &["earlier-number"], false),
        (format!("A-1;{bin};;06130100;;4S06130103;;;2022-09-12;;;"), &["earlier-known"], false),
        ("B-1;990140000999;;06130100;;4S06130103;;;2022-09-12;;;".to_owned(), &["earlier-no-college"], false),
        ("B-1;;Аграрлық колледж;06130100;;4S06130103;;;2022-09-12;;;".to_owned(), &["earlier-many-colleges"], false),
        ("B-1;;политехникалық  КОЛЛЕДЖ (RU);06130100;;4S06130103;;;2022-09-12;;;".to_owned(), &[], true),
        (format!("B-1;{bin};Басқа колледж;06130100;;4S06130103;;;2022-09-12;;;"), &["earlier-other-name"], true),
        (format!("B-1;{bin};;613;;4S06130103;;;2022-09-12;;;"), &["earlier-specialty"], false),
        (format!("B-1;{bin};;07150100;Машины;4S07150101;;;2022-09-12;;;"), &["earlier-unknown-specialty"], true),
        (format!("B-1;{bin};;06130100;Другое имя;4S06130103;;;2022-09-12;;;"), &["earlier-other-specialty"], true),
        (format!("B-1;{bin};;06130100;;4S07150101;;;2022-09-12;;;"), &["earlier-qualification-of-other"], true),
        (format!("B-1;{bin};;06130100;;061301;mid_level;;2022-09-12;;;"), &["earlier-qualification"], true),
        (format!("B-1;{bin};;06130100;;;;;2022-09-12;;;"), &["earlier-no-level"], false),
        (format!("B-1;{bin};;06130100;;3W06130101;mid_level;;2022-09-12;;;"), &["earlier-other-level"], true),
        (format!("B-1;{bin};;06130100;;4S06130103;;немецкий;2022-09-12;;;"), &["earlier-language"], true),
        (format!("B-1;{bin};;06130100;;4S06130103;;;;;;"), &["earlier-no-date"], false),
        (format!("B-1;{bin};;06130100;;4S06130103;;;осенью;;;"), &["earlier-date"], false),
        (format!("B-1;{bin};;06130100;;4S06130103;;;2024-02-02;;;"), &["earlier-future"], false),
        (format!("B-1;{bin};;06130100;;4S06130103;;;2022-09-12;2022-09-11;;"), &["earlier-order"], false),
        (format!("B-1;{bin};;06130100;;4S06130103;;;2022-09-12;2024-01-31;;"), &["earlier-over"], true),
        (format!("B-1;{bin};;06130100;;4S06130103;;;2022-09-12;;исключена?;"), &["earlier-state"], false),
        (format!("B-1;{bin};;06130100;;4S06130103;;;2022-09-12;;excluded;"), &["earlier-no-end"], false),
        (format!("B-1;{bin};;06130100;;4S06130103;;;2022-09-12;;excluded;2023-05-01"), &[], true),
        (format!("B-1;{bin};;6130100;;4S06130103;;;2022-09-12;;;"), &["earlier-padded"], true),
        ("B-1;60340001234;;06130100;;4S06130103;;;2022-09-12;;;".to_owned(), &["earlier-padded"], true),
        (format!("B-1;{bin};;06130100;;Техник-программист;mid_level;;2022-09-12;;;"), &["earlier-qualification"], true),
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
        (
            "x y;1;;613;;;;;осенью;;;".to_owned(),
            &["earlier-number", "earlier-no-college", "earlier-specialty", "earlier-no-level", "earlier-date"],
            false,
        ),
    ] {
        let line = one(&row);
        let found: Vec<&str> = line.anomalies.iter().map(|anomaly| anomaly.key).collect();
        assert_eq!(found, keys, "{row}");
        assert_eq!(line.entry.is_some(), taken, "{row}");
    }
}

#[test]
fn rows_are_compared_with_one_another() {
    let row = "990140000126;;06130100;;4S06130103;;kk;2022-09-12;;;";
    let table = sheber_exchange::table::read(format!("{HEAD}\nB-1;{row}\nB-1;{row}\nB-2;{row}\n").as_bytes()).unwrap();
    let lines = read(&table, &known(), Origin::Earlier).unwrap();
    let keys = |at: usize| lines[at].anomalies.iter().map(|anomaly| anomaly.key).collect::<Vec<_>>();
    assert_eq!((keys(0), keys(1), keys(2)), (vec![], vec!["earlier-twice"], vec!["earlier-double"]));
    assert_eq!(lines[2].row, 4);
    let entry = lines[0].entry.as_ref().unwrap();
    assert_eq!(
        (entry.name.kk.as_str(), entry.level, entry.language),
        ("Бағдарламалық қамтамасыз ету", Level::MidLevel, Some(Language::KAZAKH))
    );
}

#[test]
fn what_has_ended_is_not_made_valid_again() {
    let entry = |row: &str| one(&format!("B-1;990140000126;;06130100;;4S06130103;;;2022-09-12;{row}")).entry.unwrap();
    let day = |text: &str| Some(text.parse().unwrap());
    assert_eq!(entry(";;2023-05-01").excluded_on, day("2023-05-01"), "a day of exclusion says it");
    let expired = entry(";мерзімі өтті;2023-09-12");
    assert_eq!((expired.excluded_on, expired.valid_to), (None, day("2023-09-12")));
}

#[test]
fn two_columns_of_one_field_and_headings_that_nobody_reads_are_told() {
    let head = "Номер;Регистрационный номер;БИН;specialty;included_on\n1;B;1;2;3\n";
    let table = sheber_exchange::table::read(head.as_bytes()).unwrap();
    assert_eq!(read(&table, &known(), Origin::Earlier).err(), Some("earlier-two-columns"));
    let head = "number;bin;specialty;included_on;Примечание\n1;2;3;4;5\n";
    assert_eq!(unread(&sheber_exchange::table::read(head.as_bytes()).unwrap()), ["Примечание"]);
    for (number, own) in [("35-06130100-2024-000123", Some((2024, 123))), ("35-06130100-2024-123", None), ("B-1", None)]
    {
        assert_eq!(own_form(number), own, "{number}");
    }
}

#[test]
fn another_table_is_told_at_once() {
    let table = sheber_exchange::table::read("a;b\n1;2\n".as_bytes()).unwrap();
    assert_eq!(read(&table, &known(), Origin::Earlier).err(), Some("earlier-no-columns"));
}
