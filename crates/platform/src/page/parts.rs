//! The parts that pages are made of: each compiled once, whatever pages have it. The macros of `fields.html` are their names in
//! templates.

use std::borrow::Borrow;

use askama::Template;

use super::{Choice, Page, Pager};
use crate::fields::Fields;
use crate::trail::Line;

#[derive(Template)]
#[template(path = "page/shell.html", block = "head")]
struct HeadLines<'a> {
    page: &'a Page,
}

#[derive(Template)]
#[template(path = "page/shell.html", block = "top")]
struct TopBar<'a> {
    page: &'a Page,
}

#[derive(Template)]
#[template(path = "page/shell.html", block = "way")]
struct WayBack<'a> {
    page: &'a Page,
}

#[derive(Template)]
#[template(path = "page/shell.html", block = "foot")]
struct FootLine<'a> {
    page: &'a Page,
}

#[derive(Template)]
#[template(path = "page/parts.html", block = "message")]
struct Message<'a> {
    page: &'a Page,
    f: &'a Fields,
    name: &'a str,
}

#[derive(Template)]
#[template(path = "page/parts.html", block = "stored")]
struct StoredText<'a> {
    page: &'a Page,
    f: &'a Fields,
    name: &'a str,
}

#[derive(Template)]
#[template(path = "page/parts.html", block = "stored_word")]
struct StoredWord<'a> {
    page: &'a Page,
    f: &'a Fields,
    name: &'a str,
    prefix: &'a str,
}

#[derive(Template)]
#[template(path = "page/parts.html", block = "stored_tick")]
struct StoredTick<'a> {
    page: &'a Page,
    f: &'a Fields,
    name: &'a str,
    value: &'a str,
}

#[derive(Template)]
#[template(path = "page/parts.html", block = "gone")]
struct UnsavedTexts<'a> {
    page: &'a Page,
    unsaved: &'a [String],
}

#[derive(Template)]
#[template(path = "page/parts.html", block = "input")]
struct InputField<'a> {
    page: &'a Page,
    f: &'a Fields,
    name: &'a str,
    label: &'a str,
    kind: &'a str,
}

#[derive(Template)]
#[template(path = "page/parts.html", block = "area")]
struct AreaField<'a> {
    page: &'a Page,
    f: &'a Fields,
    name: &'a str,
    label: &'a str,
    rows: usize,
}

#[derive(Template)]
#[template(path = "page/parts.html", block = "check")]
struct CheckField<'a> {
    page: &'a Page,
    f: &'a Fields,
    name: &'a str,
    value: &'a str,
    label: &'a str,
}

#[derive(Template)]
#[template(path = "page/parts.html", block = "summary")]
struct Summary<'a> {
    page: &'a Page,
    f: &'a Fields,
}

#[derive(Template)]
#[template(path = "page/parts.html", block = "search_box")]
struct SearchBox<'a> {
    page: &'a Page,
    q: &'a str,
}

#[derive(Template)]
#[template(path = "page/parts.html", block = "search")]
struct SearchForm<'a> {
    page: &'a Page,
    path: &'a str,
    q: &'a str,
}

#[derive(Template)]
#[template(path = "page/parts.html", block = "choices")]
struct Choices<'a> {
    page: &'a Page,
    name: &'a str,
    label: &'a str,
    list: &'a [Choice],
}

#[derive(Template)]
#[template(path = "page/parts.html", block = "remove")]
struct RemoveButton<'a> {
    page: &'a Page,
    address: &'a str,
}

#[derive(Template)]
#[template(path = "page/parts.html", block = "nothing")]
struct EmptyList<'a> {
    page: &'a Page,
    is_plain: bool,
    path: &'a str,
    empty: &'a str,
}

#[derive(Template)]
#[template(path = "page/parts.html", block = "file")]
struct FileField<'a> {
    page: &'a Page,
    name: &'a str,
    accept: &'a str,
}

#[derive(Template)]
#[template(path = "page/parts.html", block = "import_form")]
struct ImportForm<'a> {
    page: &'a Page,
    action: String,
    template: String,
}

#[derive(Template)]
#[template(path = "page/parts.html", block = "headings")]
struct Headings<'a> {
    page: &'a Page,
    keys: Vec<&'a str>,
}

#[derive(Template)]
#[template(path = "page/parts.html", block = "pager")]
struct PagerLinks<'a> {
    page: &'a Page,
    pager: &'a Pager,
}

#[derive(Template)]
#[template(path = "page/parts.html", block = "history")]
struct HistoryLines<'a> {
    page: &'a Page,
    lines: &'a [Line],
}

#[derive(Template)]
#[template(path = "page/parts.html", block = "csrf")]
struct CsrfMark<'a> {
    page: &'a Page,
}

#[derive(Template)]
#[template(path = "page/parts.html", block = "save")]
struct SaveButton<'a> {
    page: &'a Page,
}

#[derive(Template)]
#[template(path = "page/parts.html", block = "show")]
struct ShowButton<'a> {
    page: &'a Page,
}

#[derive(Template)]
#[template(path = "page/parts.html", block = "invalid")]
struct Invalid<'a> {
    f: &'a Fields,
    name: &'a str,
}

impl Page {
    pub fn head_lines(&self) -> impl Template + '_ {
        HeadLines { page: self }
    }

    /// Who is here, where they may go, and in which language and year.
    pub fn top_bar(&self) -> impl Template + '_ {
        TopBar { page: self }
    }

    /// The way back.
    pub fn way_back(&self) -> impl Template + '_ {
        WayBack { page: self }
    }

    pub fn foot_line(&self) -> impl Template + '_ {
        FootLine { page: self }
    }

    /// What is wrong with a field.
    pub fn message<'a>(&'a self, f: &'a Fields, name: &'a str) -> impl Template + 'a {
        Message { page: self, f, name }
    }

    /// What is stored in a field, where it is not what was typed.
    pub fn stored_text<'a>(&'a self, f: &'a Fields, name: &'a str) -> impl Template + 'a {
        StoredText { page: self, f, name }
    }

    /// The same for a word of a list; its message begins with the prefix.
    pub fn stored_word<'a>(&'a self, f: &'a Fields, name: &'a str, prefix: &'a str) -> impl Template + 'a {
        StoredWord { page: self, f, name, prefix }
    }

    /// Whether a box is stored as ticked, where it is not as it was sent.
    pub fn stored_tick<'a>(&'a self, f: &'a Fields, name: &'a str, value: &'a str) -> impl Template + 'a {
        StoredTick { page: self, f, name, value }
    }

    /// What was typed into a form that the page has no more.
    pub fn unsaved_texts<'a>(&'a self, unsaved: &'a [String]) -> impl Template + 'a {
        UnsavedTexts { page: self, unsaved }
    }

    pub fn input_field<'a>(
        &'a self,
        f: &'a Fields,
        name: &'a str,
        label: &'a str,
        kind: &'a str,
    ) -> impl Template + 'a {
        InputField { page: self, f, name, label, kind }
    }

    pub fn area_field<'a>(
        &'a self,
        f: &'a Fields,
        name: &'a str,
        label: &'a str,
        rows: impl Borrow<usize>,
    ) -> impl Template + 'a {
        AreaField { page: self, f, name, label, rows: *rows.borrow() }
    }

    pub fn check_field<'a>(
        &'a self,
        f: &'a Fields,
        name: &'a str,
        value: &'a str,
        label: &'a str,
    ) -> impl Template + 'a {
        CheckField { page: self, f, name, value, label }
    }

    /// All that is wrong with a form, above it.
    pub fn summary<'a>(&'a self, f: &'a Fields) -> impl Template + 'a {
        Summary { page: self, f }
    }

    pub fn search_box<'a>(&'a self, q: &'a str) -> impl Template + 'a {
        SearchBox { page: self, q }
    }

    pub fn search_form<'a>(&'a self, path: &'a str, q: &'a str) -> impl Template + 'a {
        SearchForm { page: self, path, q }
    }

    pub fn choices<'a>(&'a self, name: &'a str, label: &'a str, list: &'a [Choice]) -> impl Template + 'a {
        Choices { page: self, name, label, list }
    }

    pub fn remove_button<'a>(&'a self, address: &'a str) -> impl Template + 'a {
        RemoveButton { page: self, address }
    }

    /// What an empty list says: how to begin, or that its filter finds nothing.
    pub fn empty_list<'a>(&'a self, is_plain: impl Borrow<bool>, path: &'a str, empty: &'a str) -> impl Template + 'a {
        EmptyList { page: self, is_plain: *is_plain.borrow(), path, empty }
    }

    pub fn file_field<'a>(&'a self, name: &'a str, accept: &'a str) -> impl Template + 'a {
        FileField { page: self, name, accept }
    }

    /// Where a file is brought to a door.
    pub fn import_form(&self, action: impl AsRef<str>, template: impl AsRef<str>) -> impl Template {
        ImportForm { page: self, action: action.as_ref().to_owned(), template: template.as_ref().to_owned() }
    }

    pub fn headings<'a>(&'a self, keys: impl AsRef<[&'a str]>) -> impl Template + 'a {
        Headings { page: self, keys: keys.as_ref().to_vec() }
    }

    pub fn pager_links<'a>(&'a self, pager: &'a Pager) -> impl Template + 'a {
        PagerLinks { page: self, pager }
    }

    pub fn history_lines<'a>(&'a self, lines: &'a [Line]) -> impl Template + 'a {
        HistoryLines { page: self, lines }
    }

    /// What tells a reader of screens that a field is wrong, and where that is said.
    pub fn invalid<'a>(&self, f: &'a Fields, name: &'a str) -> impl Template + 'a {
        Invalid { f, name }
    }

    pub fn csrf_mark(&self) -> impl Template + '_ {
        CsrfMark { page: self }
    }

    pub fn save_button(&self) -> impl Template + '_ {
        SaveButton { page: self }
    }

    pub fn show_button(&self) -> impl Template + '_ {
        ShowButton { page: self }
    }
}
