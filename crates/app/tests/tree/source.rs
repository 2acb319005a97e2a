//! The sources of all crates, read once: files, the modules they are, the paths and the texts in them.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use proc_macro2::{TokenStream, TokenTree};
use syn::visit::{self, Visit};

pub fn root() -> &'static Path {
    static ROOT: LazyLock<PathBuf> = LazyLock::new(|| {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
        root.canonicalize().unwrap()
    });
    &ROOT
}

/// Every file of a kind under a folder of the project.
pub fn files(folder: &str, kind: &str) -> Vec<PathBuf> {
    let all = walkdir::WalkDir::new(root().join(folder)).sort_by_file_name().into_iter().filter_map(Result::ok);
    all.map(walkdir::DirEntry::into_path).filter(|path| path.extension().is_some_and(|known| known == kind)).collect()
}

/// A path as people name it: from the project's root.
pub fn named(path: &Path) -> String {
    path.strip_prefix(root()).unwrap_or(path).display().to_string()
}

/// A source file of a crate.
pub struct Source {
    pub name: String,
    pub text: String,
    /// `sheber_people::groups::store` as its parts, the crate's name first.
    pub module: Vec<String>,
    /// The paths it names outside of its tests, each from the crate's name on.
    pub paths: BTreeSet<Vec<String>>,
    /// What it hands on under a name of its own: `pub use child::Name`; a `*` for everything.
    pub handed_on: Vec<(String, Vec<String>)>,
    /// The texts in it, outside of its tests, each with the line it stands on.
    pub texts: Vec<(usize, String)>,
}

impl Source {
    /// The crate's folder under `crates/`, and the room's folder where there is one.
    pub fn place(&self) -> (&str, &str) {
        let mut parts = self.name.split('/').skip(1);
        let of_crate = parts.next().unwrap_or_default();
        (of_crate, parts.nth(1).unwrap_or_default())
    }
}

fn module(path: &Path) -> Vec<String> {
    let inside = path.strip_prefix(root().join("crates")).unwrap();
    let mut parts: Vec<String> = inside.iter().map(|part| part.to_string_lossy().into_owned()).collect();
    let of_crate = format!("sheber_{}", parts.remove(0));
    parts.remove(0);
    let file = parts.pop().unwrap();
    let file = file.trim_end_matches(".rs");
    parts.insert(0, of_crate);
    if !["mod", "lib", "main"].contains(&file) {
        parts.push(file.to_owned());
    }
    parts
}

/// Reads paths and texts of a file, its tests left out.
struct Reader {
    module: Vec<String>,
    paths: BTreeSet<Vec<String>>,
    handed_on: Vec<(String, Vec<String>)>,
    texts: Vec<(usize, String)>,
}

fn is_test(attributes: &[syn::Attribute]) -> bool {
    attributes.iter().any(|attribute| {
        let is_cfg = attribute.path().is_ident("cfg");
        is_cfg && attribute.meta.require_list().is_ok_and(|list| list.tokens.to_string() == "test")
    })
}

impl Reader {
    /// A path from the crate's name on, where it is one of this project's.
    fn whole(&self, parts: &[String]) -> Option<Vec<String>> {
        let first = parts.first()?;
        let mut at = self.module.clone();
        let mut rest = parts;
        match first.as_str() {
            "crate" => at.truncate(1),
            "self" => {}
            "super" => {
                while rest.first().is_some_and(|part| part == "super") {
                    at.pop();
                    rest = &rest[1..];
                }
                at.extend_from_slice(rest);
                return Some(at);
            }
            name if name.starts_with("sheber_") => return Some(parts.to_vec()),
            // A child of this module, if it is one.
            _ => {
                at.extend_from_slice(parts);
                return Some(at);
            }
        }
        at.extend_from_slice(&rest[1..]);
        Some(at)
    }

    fn add(&mut self, parts: &[String]) {
        self.paths.extend(self.whole(parts));
    }

    /// What a `use` brings in, each under its name here.
    fn tree(&mut self, before: &[String], tree: &syn::UseTree, hands_on: bool) {
        let with = |part: &syn::Ident| {
            let mut parts = before.to_vec();
            parts.push(part.to_string());
            parts
        };
        let (name, parts) = match tree {
            syn::UseTree::Path(path) => return self.tree(&with(&path.ident), &path.tree, hands_on),
            syn::UseTree::Group(group) => {
                return group.items.iter().for_each(|tree| self.tree(before, tree, hands_on));
            }
            syn::UseTree::Name(name) if name.ident == "self" => {
                (before.last().cloned().unwrap_or_default(), before.to_vec())
            }
            syn::UseTree::Name(name) => (name.ident.to_string(), with(&name.ident)),
            syn::UseTree::Rename(name) if name.ident == "self" => (name.rename.to_string(), before.to_vec()),
            syn::UseTree::Rename(name) => (name.rename.to_string(), with(&name.ident)),
            syn::UseTree::Glob(_) => ("*".to_owned(), before.to_vec()),
        };
        self.add(&parts);
        if hands_on {
            self.handed_on.extend(self.whole(&parts).map(|whole| (name, whole)));
        }
    }

    fn tokens(&mut self, tokens: TokenStream) {
        for token in tokens {
            match token {
                TokenTree::Group(group) => self.tokens(group.stream()),
                TokenTree::Literal(literal) => {
                    if let Ok(text) = syn::parse_str::<syn::LitStr>(&literal.to_string()) {
                        self.texts.push((literal.span().start().line, text.value()));
                    }
                }
                TokenTree::Ident(_) | TokenTree::Punct(_) => {}
            }
        }
    }
}

impl<'ast> Visit<'ast> for Reader {
    fn visit_item_use(&mut self, item: &'ast syn::ItemUse) {
        self.tree(&[], &item.tree, !matches!(item.vis, syn::Visibility::Inherited));
    }

    fn visit_item_mod(&mut self, item: &'ast syn::ItemMod) {
        if !is_test(&item.attrs) {
            self.module.push(item.ident.to_string());
            visit::visit_item_mod(self, item);
            self.module.pop();
        }
    }

    fn visit_item_fn(&mut self, item: &'ast syn::ItemFn) {
        if !is_test(&item.attrs) {
            visit::visit_item_fn(self, item);
        }
    }

    fn visit_path(&mut self, path: &'ast syn::Path) {
        let parts: Vec<String> = path.segments.iter().map(|part| part.ident.to_string()).collect();
        if parts.len() > 1 {
            self.add(&parts);
        }
        visit::visit_path(self, path);
    }

    fn visit_macro(&mut self, item: &'ast syn::Macro) {
        self.tokens(item.tokens.clone());
        visit::visit_macro(self, item);
    }

    // What documents is no text of the program.
    fn visit_attribute(&mut self, item: &'ast syn::Attribute) {
        if let (false, syn::Meta::List(list)) = (item.path().is_ident("expect"), &item.meta) {
            self.tokens(list.tokens.clone());
        }
    }

    fn visit_lit_str(&mut self, text: &'ast syn::LitStr) {
        self.texts.push((text.span().start().line, text.value()));
    }
}

/// Every source file under `crates/*/src`.
pub fn sources() -> &'static [Source] {
    static SOURCES: LazyLock<Vec<Source>> = LazyLock::new(|| {
        let all = files("crates", "rs").into_iter().filter(|path| named(path).split('/').nth(2) == Some("src"));
        all.map(|path| {
            let (name, text) = (named(&path), std::fs::read_to_string(&path).unwrap());
            let module = module(&path);
            let mut reader =
                Reader { module: module.clone(), paths: BTreeSet::new(), handed_on: Vec::new(), texts: Vec::new() };
            reader.visit_file(&syn::parse_file(&text).unwrap_or_else(|error| panic!("{name}: {error}")));
            Source { name, text, module, paths: reader.paths, handed_on: reader.handed_on, texts: reader.texts }
        })
        .collect()
    });
    &SOURCES
}

/// The files by the modules they are.
pub fn by_module() -> BTreeMap<&'static [String], usize> {
    sources().iter().enumerate().map(|(at, source)| (source.module.as_slice(), at)).collect()
}

/// The file that a path leads to: the longest module it begins with, or whatever that one hands the name on from.
pub fn leads_to(modules: &BTreeMap<&'static [String], usize>, path: &[String]) -> Option<usize> {
    let many = (1..=path.len()).rev().find(|many| modules.contains_key(&path[..*many]))?;
    let at = modules[&path[..many]];
    let Some(name) = path.get(many) else { return Some(at) };
    let handed_on = &sources()[at].handed_on;
    let by_name = handed_on.iter().find(|(known, _)| known == name).map(|(_, whole)| whole.clone());
    let by_star = || {
        let all = handed_on.iter().filter(|(known, _)| known == "*");
        // Only a file that says the name can define it.
        all.map(|(_, whole)| whole).find(|whole| {
            let file = modules.get(whole.as_slice()).map(|at| &sources()[*at].text);
            file.is_some_and(|text| text.contains(&format!(" {name} ")))
        })
    };
    let Some(whole) = by_name.or_else(|| by_star().cloned()) else { return Some(at) };
    if whole == path { Some(at) } else { leads_to(modules, &whole) }
}
