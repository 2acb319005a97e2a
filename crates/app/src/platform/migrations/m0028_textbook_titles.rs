//! What was bought of a title is looked up for each line of the lists of titles needed.

super::migration!(
    "m0028_textbook_titles",
    "CREATE INDEX IF NOT EXISTS textbook_purchase_title ON textbook_purchase (college_id, title_key, lang, bought_on)",
);
