//! The register: cases with their steps, remarks, expert groups and judgements, and the counter of registration numbers.

super::migration!(
    "m0008_register",
    "CREATE TABLE IF NOT EXISTS register_case (
        id {key},
        college_id BIGINT NOT NULL REFERENCES organisation (id),
        programme_id BIGINT NOT NULL REFERENCES programme (id),
        version BIGINT NOT NULL,
        hash TEXT NOT NULL,
        state TEXT NOT NULL,
        round BIGINT NOT NULL,
        taker_id BIGINT REFERENCES account (id),
        signed_by BIGINT REFERENCES account (id),
        recommendation TEXT,
        summary TEXT,
        number TEXT UNIQUE,
        included_on TEXT,
        valid_to TEXT,
        grounds TEXT,
        appeal_of BIGINT REFERENCES register_case (id),
        created_at BIGINT NOT NULL,
        updated_at BIGINT NOT NULL
    )",
    "CREATE INDEX IF NOT EXISTS register_case_college ON register_case (college_id, id)",
    "CREATE INDEX IF NOT EXISTS register_case_state ON register_case (state, id)",
    "CREATE INDEX IF NOT EXISTS register_case_programme ON register_case (programme_id, id)",
    "CREATE TABLE IF NOT EXISTS register_step (
        id {key},
        case_id BIGINT NOT NULL REFERENCES register_case (id),
        action TEXT NOT NULL,
        state TEXT NOT NULL,
        actor_id BIGINT REFERENCES account (id),
        at BIGINT NOT NULL,
        why TEXT NOT NULL,
        version BIGINT NOT NULL,
        hash TEXT NOT NULL
    )",
    "CREATE INDEX IF NOT EXISTS register_step_case ON register_step (case_id, id)",
    "CREATE TABLE IF NOT EXISTS register_answer (
        case_id BIGINT NOT NULL REFERENCES register_case (id),
        item TEXT NOT NULL,
        place TEXT NOT NULL,
        answer TEXT NOT NULL,
        PRIMARY KEY (case_id, item, place)
    )",
    "CREATE TABLE IF NOT EXISTS register_member (
        case_id BIGINT NOT NULL REFERENCES register_case (id),
        account_id BIGINT NOT NULL REFERENCES account (id),
        is_chair BOOLEAN NOT NULL,
        declared_at BIGINT,
        PRIMARY KEY (case_id, account_id)
    )",
    "CREATE INDEX IF NOT EXISTS register_member_account ON register_member (account_id, case_id)",
    "CREATE TABLE IF NOT EXISTS register_judgement (
        case_id BIGINT NOT NULL REFERENCES register_case (id),
        round BIGINT NOT NULL,
        account_id BIGINT NOT NULL REFERENCES account (id),
        criterion TEXT NOT NULL,
        grade TEXT NOT NULL,
        reason TEXT NOT NULL,
        at BIGINT NOT NULL,
        PRIMARY KEY (case_id, round, account_id, criterion)
    )",
    "CREATE TABLE IF NOT EXISTS register_serial (year BIGINT PRIMARY KEY, last BIGINT NOT NULL)",
);
