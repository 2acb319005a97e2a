//! Forms as they stand in pages.

/// A page without the space between its elements: how a template is laid out is nobody's business.
pub fn close(page: &str) -> String {
    let mut pieces = page.split('>');
    let mut text = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        text.push('>');
        let content = piece.trim_start();
        text.push_str(if content.starts_with('<') { content } else { piece });
    }
    text
}

/// The value of a field in a page.
pub fn value<'h>(page: &'h str, name: &str) -> &'h str {
    page.split(&format!("name=\"{name}\""))
        .skip(1)
        .find_map(|rest| rest.split('>').next()?.split("value=\"").nth(1)?.split('"').next())
        .unwrap_or_else(|| panic!("no field {name} in the page"))
}

/// The fields of the editor's form in a page, as a browser without script would send them.
pub fn form_fields(page: &str) -> Vec<(String, String)> {
    fields_behind(page, "id=\"editor\"")
}

/// The fields of the form that stands behind something in a page.
pub fn fields_behind(page: &str, mark: &str) -> Vec<(String, String)> {
    let start = page.find(mark).expect("the form");
    let form = &page[start..page[start..].find("</form>").map_or(page.len(), |end| start + end)];
    let unescape = |text: &str| {
        text.replace("&quot;", "\"")
            .replace("&#34;", "\"")
            .replace("&#39;", "'")
            .replace("&#60;", "<")
            .replace("&#62;", ">")
            .replace("&#38;", "&")
            .replace("&amp;", "&")
    };
    let attribute = |tag: &str, name: &str| -> Option<String> {
        tag.split(&format!(" {name}=\"")).nth(1).and_then(|rest| rest.split('"').next()).map(unescape)
    };
    let mut fields = Vec::new();
    for piece in form.split('<').skip(1) {
        let tag = piece.split('>').next().unwrap_or_default();
        let Some(name) = attribute(tag, "name") else { continue };
        if tag.starts_with("input") {
            if tag.contains("type=\"checkbox\"") && !tag.contains(" checked") {
                continue;
            }
            fields.push((name, attribute(tag, "value").unwrap_or_default()));
        } else if tag.starts_with("textarea") {
            fields.push((name, unescape(piece.split_once('>').map_or("", |(_, text)| text))));
        } else if tag.starts_with("select") {
            let from = form.find(&format!("<{tag}>")).unwrap_or(0);
            let list = &form[from..from + form[from..].find("</select>").unwrap_or(0)];
            let chosen = list
                .split("<option")
                .skip(1)
                .find(|option| option.split('>').next().unwrap_or_default().contains(" selected"));
            let first = list.split("<option").nth(1);
            if let Some(option) = chosen.or(first) {
                fields.push((name, attribute(option, "value").unwrap_or_default()));
            }
        }
    }
    fields
}

/// Sets a field.
pub fn set(fields: &mut Vec<(String, String)>, name: &str, value: &str) {
    match fields.iter_mut().find(|(known, _)| known == name) {
        Some((_, old)) => value.clone_into(old),
        None => fields.push((name.to_owned(), value.to_owned())),
    }
}

pub fn pairs(fields: &[(String, String)]) -> Vec<(&str, &str)> {
    fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect()
}
