//! What somebody says of a file.

/// What somebody says of a file besides its bytes.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(default)]
pub struct Options {
    /// The encoding of a text file.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub encoding: Option<String>,
    /// The sheet that holds the table.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sheet: Option<String>,
    /// Headings, or letters of columns, with the fields they hold; no field where a column is passed over.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub map: Vec<(String, String)>,
    /// The row of the headings, where somebody showed it; 0 where there are none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub heading: Option<u32>,
}
