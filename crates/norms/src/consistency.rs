//! What no norm speaks of but no file may have.

use sheber_kernel::Refusal;

use crate::Programme;

impl Programme {
    /// Codes that are empty or stand twice. Gives the JSON pointer.
    pub fn inconsistency(&self) -> Option<(String, Refusal)> {
        fn twice<'a>(codes: impl Iterator<Item = &'a str>) -> Option<(usize, Refusal)> {
            let mut seen = std::collections::HashSet::new();
            codes.enumerate().find_map(|(place, code)| {
                if code.trim().is_empty() {
                    return Some((place, Refusal::new("code-empty", "")));
                }
                (!seen.insert(code)).then(|| (place, Refusal::new("code-twice", code)))
            })
        }
        let qualifications: Vec<String> = self.qualifications.iter().map(|q| q.code.to_string()).collect();
        if let Some((place, refusal)) = twice(qualifications.iter().map(String::as_str)) {
            return Some((format!("/qualifications/{place}/code"), refusal));
        }
        if let Some((place, refusal)) = twice(self.professional_standards.iter().map(|s| s.code.as_str())) {
            return Some((format!("/professional_standards/{place}/code"), refusal));
        }
        if let Some((place, refusal)) = twice(self.modules.iter().map(|m| m.code.as_str())) {
            return Some((format!("/modules/{place}/code"), refusal));
        }
        self.modules.iter().enumerate().find_map(|(module, m)| {
            let (unit, refusal) = twice(m.units.iter().map(|u| u.code.as_str()))?;
            Some((format!("/modules/{module}/units/{unit}/code"), refusal))
        })
    }
}
