//! What a survey is about: those on reading count for 14.2. Surveys that were there before counted, and go on to.

super::migration!(
    "m0026_survey_subject",
    "CREATE TABLE IF NOT EXISTS survey_subject (
        survey_id BIGINT PRIMARY KEY REFERENCES survey (id),
        subject TEXT NOT NULL
    )",
    "INSERT INTO survey_subject (survey_id, subject)
     SELECT id, 'reading' FROM survey WHERE id NOT IN (SELECT survey_id FROM survey_subject)",
);
