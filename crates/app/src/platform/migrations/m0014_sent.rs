//! Which attachments went out with an application: what was never sent is the college's own.

super::migration!(
    "m0014_sent",
    "CREATE TABLE IF NOT EXISTS register_sent (
        attachment_id BIGINT PRIMARY KEY REFERENCES register_attachment (id),
        at BIGINT NOT NULL
    )",
    "INSERT INTO register_sent (attachment_id, at)
     SELECT a.id, MAX(s.at) FROM register_attachment a JOIN register_step s ON s.case_id = a.case_id
     WHERE s.action IN ('submit', 'resubmit') AND s.at >= a.added_at GROUP BY a.id
     ON CONFLICT (attachment_id) DO NOTHING",
);
