//! Names and values, as a form sends them.

/// A form as it stands: names and values in order.
pub type Pairs = Vec<(String, String)>;

/// A list of names and values with look-up.
pub trait Lookup {
    fn get(&self, name: &str) -> &str;
}

impl Lookup for Pairs {
    fn get(&self, name: &str) -> &str {
        self.iter().rev().find(|(key, _)| key == name).map_or("", |(_, value)| value.as_str())
    }
}

/// A path of this server to go back to; anything else leads home.
pub fn local(to: &str) -> &str {
    let is_path = to.starts_with('/') && !to.starts_with("//") && !to.contains('\\');
    // Browsers drop control characters from addresses: "/\t/elsewhere" would lead elsewhere.
    if is_path && !to.chars().any(char::is_control) { to } else { "/" }
}
