//! The editor's form: names are JSON pointers, buttons say what to do with rows. It works without script; with script the
//! same actions are asked for in the background.

use sheber_exchange::draft::{Draft, DraftModule, DraftQualification, DraftStandard, DraftUnit};
use sheber_norms::programme::ModuleKind;

use sheber_platform::forms::{Lookup, Pairs};

/// What was sent: the draft, the version it started from, and what to do.
pub struct EditorForm {
    pub draft: Draft,
    pub base: i64,
    pub action: Action,
    /// The version of somebody else that the person decided to save over.
    pub over: Option<i64>,
    pub note: String,
}

/// What a button asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Action {
    Save,
    /// Show the form again as it was sent: an undo over added rows.
    Show,
    AddQualification,
    RemoveQualification(usize),
    AddStandard,
    RemoveStandard(usize),
    AddModule(ModuleKind),
    RemoveModule(usize),
    MoveModule(usize, Direction),
    AddUnit(usize),
    RemoveUnit(usize, usize),
    MoveUnit(usize, usize, Direction),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    Up,
    Down,
}

impl Action {
    fn read(text: &str) -> Option<Self> {
        let mut words = text.split(':');
        let verb = words.next()?;
        let mut place = || words.next()?.parse::<usize>().ok();
        Some(match verb {
            "" | "save" => Self::Save,
            "show" => Self::Show,
            "add-qualification" => Self::AddQualification,
            "remove-qualification" => Self::RemoveQualification(place()?),
            "add-standard" => Self::AddStandard,
            "remove-standard" => Self::RemoveStandard(place()?),
            "add-module" => Self::AddModule(text.split_once(':')?.1.parse().ok()?),
            "remove-module" => Self::RemoveModule(place()?),
            "module-up" => Self::MoveModule(place()?, Direction::Up),
            "module-down" => Self::MoveModule(place()?, Direction::Down),
            "add-unit" => Self::AddUnit(place()?),
            "remove-unit" => Self::RemoveUnit(place()?, place()?),
            "unit-up" => Self::MoveUnit(place()?, place()?, Direction::Up),
            "unit-down" => Self::MoveUnit(place()?, place()?, Direction::Down),
            _ => return None,
        })
    }
}

/// Reads the form. The passport's college stays what the programme's is, whatever was sent.
pub fn read(pairs: &Pairs, college: &sheber_norms::programme::College) -> Option<EditorForm> {
    let mut draft = Draft::default();
    for (name, text) in pairs.iter().filter(|(name, _)| name.starts_with('/')) {
        draft.put(name, text.clone());
    }
    draft.bin = college.bin.to_string();
    draft.college_kk.clone_from(&college.name.kk);
    draft.college_ru.clone_from(&college.name.ru);
    draft.region = college.region.to_string();
    Some(EditorForm {
        draft,
        base: pairs.get("base").parse().ok()?,
        action: Action::read(pairs.get("action"))?,
        over: pairs.get("over").parse().ok(),
        note: pairs.get("note").trim().chars().take(300).collect(),
    })
}

fn moved<T>(list: &mut [T], place: usize, direction: Direction) {
    let other = match direction {
        Direction::Up => place.checked_sub(1),
        Direction::Down => place.checked_add(1),
    };
    if let Some(other) = other.filter(|other| *other < list.len() && place < list.len()) {
        list.swap(place, other);
    }
}

fn removed<T>(list: &mut Vec<T>, place: usize) {
    if place < list.len() {
        list.remove(place);
    }
}

/// The next free code of a kind of module: `КМ 04` after `КМ 03`.
fn next_code(draft: &Draft, kind: ModuleKind) -> String {
    let stem = match kind {
        ModuleKind::GeneralEducation => "ЖБП",
        ModuleKind::Basic => "БМ",
        ModuleKind::Professional => "КМ",
        ModuleKind::Practice => "КП",
        ModuleKind::IntermediateAttestation => "АА",
        ModuleKind::FinalAttestation => "ҚА",
        ModuleKind::Elective => "Ф",
        ModuleKind::Consultation => "К",
    };
    let taken = |code: &str| draft.modules.iter().any(|module| module.code == code);
    let numbered = matches!(kind, ModuleKind::Basic | ModuleKind::Professional);
    if !numbered && !taken(stem) {
        return stem.to_owned();
    }
    (1..1000).map(|n| format!("{stem} {n:02}")).find(|code| !taken(code)).unwrap_or_default()
}

impl Action {
    /// Does what a button asks for; `Save` and `Show` change nothing here.
    pub fn apply(&self, draft: &mut Draft) {
        match self {
            Self::Save | Self::Show => {}
            Self::AddQualification => draft.qualifications.push(DraftQualification::default()),
            Self::RemoveQualification(place) => removed(&mut draft.qualifications, *place),
            Self::AddStandard => {
                draft.standards.push(DraftStandard { state: "updated".to_owned(), ..DraftStandard::default() });
            }
            Self::RemoveStandard(place) => removed(&mut draft.standards, *place),
            Self::AddModule(kind) => {
                let module = DraftModule {
                    code: next_code(draft, *kind),
                    kind: kind.word().to_owned(),
                    units: vec![DraftUnit::default()],
                    ..DraftModule::default()
                };
                // Modules of a kind stand together, in the customary order of kinds.
                let rank =
                    |word: &str| ModuleKind::ALL.iter().position(|kind| kind.word() == word).unwrap_or(usize::MAX);
                let place =
                    draft.modules.iter().rposition(|m| rank(&m.kind) <= rank(kind.word())).map_or(0, |place| place + 1);
                draft.modules.insert(place, module);
            }
            Self::RemoveModule(place) => removed(&mut draft.modules, *place),
            Self::MoveModule(place, direction) => moved(&mut draft.modules, *place, *direction),
            Self::AddUnit(module) => {
                if let Some(module) = draft.modules.get_mut(*module) {
                    let code = next_unit_code(module);
                    module.units.push(DraftUnit { code, ..DraftUnit::default() });
                }
            }
            Self::RemoveUnit(module, place) => {
                if let Some(module) = draft.modules.get_mut(*module) {
                    removed(&mut module.units, *place);
                }
            }
            Self::MoveUnit(module, place, direction) => {
                if let Some(module) = draft.modules.get_mut(*module) {
                    moved(&mut module.units, *place, *direction);
                }
            }
        }
    }
}

/// The code after the module's last one: `ОН 1.4` after `ОН 1.3`.
fn next_unit_code(module: &DraftModule) -> String {
    let Some(last) = module.units.last() else { return format!("{} 1", module.code) };
    let digits = last.code.chars().rev().take_while(char::is_ascii_digit).count();
    let (stem, number) = last.code.split_at(last.code.len() - digits);
    match number.parse::<u32>() {
        Ok(number) => format!("{stem}{:0width$}", number + 1, width = digits),
        Err(_) => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_added_moved_and_removed() {
        let mut draft = Draft::default();
        for action in
            ["add-module:professional", "add-module:general_education", "add-module:professional", "add-unit:1"]
        {
            Action::read(action).unwrap().apply(&mut draft);
        }
        let codes: Vec<&str> = draft.modules.iter().map(|module| module.code.as_str()).collect();
        assert_eq!(codes, ["ЖБП", "КМ 01", "КМ 02"]);
        assert_eq!(draft.modules[1].units.len(), 2);
        draft.modules[1].units[1].code = "ОН 1.9".to_owned();
        Action::read("add-unit:1").unwrap().apply(&mut draft);
        assert_eq!(draft.modules[1].units[2].code, "ОН 1.10");
        Action::read("unit-up:1:2").unwrap().apply(&mut draft);
        assert_eq!(draft.modules[1].units[1].code, "ОН 1.10");
        Action::read("module-up:1").unwrap().apply(&mut draft);
        Action::read("remove-module:1").unwrap().apply(&mut draft);
        assert_eq!(draft.modules.len(), 2);
        // What points nowhere does nothing.
        for action in ["remove-unit:9:9", "unit-down:0:99", "module-down:1", "remove-qualification:0"] {
            Action::read(action).unwrap().apply(&mut draft);
        }
        assert_eq!(draft.modules.len(), 2);
        assert_eq!(Action::read("drop-table"), None);
    }
}
