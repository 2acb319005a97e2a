//! A template and its data become a PDF.

use std::sync::LazyLock;

use typst::diag::{FileError, FileResult};
use typst::foundations::{Bytes, Datetime, Duration};
use typst::syntax::{FileId, RootedPath, Source, VirtualPath, VirtualRoot};
use typst::text::{Font, FontBook};
use typst::utils::LazyHash;
use typst::{Library, LibraryExt, World};
use typst_layout::PagedDocument;

use crate::DocumentError;

/// What every document shares: the library and the fonts, which have every Kazakh letter.
struct Typography {
    library: LazyHash<Library>,
    book: LazyHash<FontBook>,
    fonts: Vec<Font>,
}

static TYPOGRAPHY: LazyLock<Typography> = LazyLock::new(|| {
    let fonts: Vec<Font> = [notosans::REGULAR_TTF, notosans::BOLD_TTF, notosans::ITALIC_TTF]
        .into_iter()
        .filter_map(|bytes| Font::new(Bytes::new(bytes), 0))
        .collect();
    Typography { library: LazyHash::new(Library::default()), book: LazyHash::new(FontBook::from_fonts(&fonts)), fonts }
});

struct Paper {
    main: Source,
    data_id: FileId,
    data: Bytes,
}

impl World for Paper {
    fn library(&self) -> &LazyHash<Library> {
        &TYPOGRAPHY.library
    }

    fn book(&self) -> &LazyHash<FontBook> {
        &TYPOGRAPHY.book
    }

    fn main(&self) -> FileId {
        self.main.id()
    }

    fn source(&self, id: FileId) -> FileResult<Source> {
        if id == self.main.id() { Ok(self.main.clone()) } else { Err(FileError::AccessDenied) }
    }

    fn file(&self, id: FileId) -> FileResult<Bytes> {
        if id == self.data_id { Ok(self.data.clone()) } else { Err(FileError::AccessDenied) }
    }

    fn font(&self, index: usize) -> Option<Font> {
        TYPOGRAPHY.fonts.get(index).cloned()
    }

    /// Documents know no clock; a date in one is part of its data.
    fn today(&self, _: Option<Duration>) -> Option<Datetime> {
        None
    }
}

fn file(name: &str) -> Result<FileId, DocumentError> {
    let path = VirtualPath::new(name).map_err(|error| DocumentError::Typesetting(format!("{error:?}")))?;
    Ok(FileId::new(RootedPath::new(VirtualRoot::Project, path)))
}

/// Sets `template`, which reads its data by `json("data.json")`.
pub fn pdf(template: &str, data: &impl serde::Serialize) -> Result<Vec<u8>, DocumentError> {
    let paper = Paper {
        main: Source::new(file("main.typ")?, template.to_owned()),
        data_id: file("data.json")?,
        data: Bytes::new(serde_json::to_vec(data)?),
    };
    let said = |errors: &dyn std::fmt::Debug| DocumentError::Typesetting(format!("{errors:?}"));
    let document = typst::compile::<PagedDocument>(&paper).output.map_err(|errors| said(&errors));
    let bytes = document.and_then(|document| {
        typst_pdf::pdf(&document, &typst_pdf::PdfOptions::default()).map_err(|errors| said(&errors))
    });
    // What typesetting remembers is shared and never shrinks by itself: kept for a few documents, then dropped.
    typst::comemo::evict(5);
    bytes
}
