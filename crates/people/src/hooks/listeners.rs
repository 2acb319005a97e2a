//! Who hears of what happened: the addresses of those who see the record.

use sea_orm::prelude::async_trait::async_trait;
use sea_orm::{DbErr, FromQueryResult};
use sheber_kernel::OrganisationKind;
use sheber_platform::ability::Role;
use sheber_platform::change::{Change, Deed, Reaction};
use sheber_platform::entry::Audience;
use sheber_platform::{database, params, secret};

/// An address with whoever hears by it.
#[derive(FromQueryResult)]
struct Listener {
    id: i64,
    account_id: i64,
    role: Role,
    organisation_id: i64,
    region: Option<String>,
}

impl Listener {
    fn hears(&self, audience: &Audience) -> bool {
        match self.role.organisation() {
            OrganisationKind::College => audience.applicants && self.organisation_id == audience.college,
            OrganisationKind::Department => {
                audience.sent && audience.applicants && self.region.as_deref() == Some(audience.region.as_str())
            }
            OrganisationKind::Ministry => audience.sent,
            OrganisationKind::Operator => match self.role {
                Role::Operator => audience.sent,
                Role::Expert => audience.members.contains(&self.account_id),
                _ => false,
            },
        }
    }
}

/// Writes a message to each address whose person sees what happened.
pub struct Listeners;

#[async_trait]
impl Reaction for Listeners {
    async fn react(&self, change: &Change, happened: &Deed) -> Result<(), DbErr> {
        if happened.news.is_empty() {
            return Ok(());
        }
        let listeners: Vec<Listener> = database::all(
            change.db(),
            "SELECT h.id, a.id AS account_id, a.role, a.organisation_id, o.region FROM webhook h
             JOIN account a ON a.id = h.account_id JOIN organisation o ON o.id = a.organisation_id
             WHERE h.removed_at IS NULL AND a.active AND o.active ORDER BY h.id",
            params![],
        )
        .await?;
        for news in &happened.news {
            let body =
                serde_json::json!({ "type": news.kind, "timestamp": change.at(), "data": news.data }).to_string();
            for listener in listeners.iter().filter(|listener| listener.hears(&news.audience)) {
                let key = format!("msg_{}", secret::hex(&secret::bytes::<16>()));
                let sql = "INSERT INTO webhook_message (webhook_id, key, body, at, attempts, next_at)
                           VALUES ($1, $2, $3, $4, 0, $4)";
                database::run(change.db(), sql, params![listener.id, key, body.clone(), change.at()]).await?;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_sees_a_case_hears_of_it() {
        for (role, organisation_id, region, applicants, sent, hears) in [
            (Role::Director, 1, "35", true, true, true),
            (Role::Director, 1, "35", true, false, true),
            (Role::Director, 2, "35", true, true, false),
            (Role::Director, 1, "35", false, true, false),
            (Role::Department, 9, "35", true, true, true),
            (Role::Department, 9, "35", true, false, false),
            (Role::Department, 9, "71", true, true, false),
            (Role::Department, 9, "35", false, true, false),
            (Role::Operator, 5, "", false, true, true),
            (Role::Operator, 5, "", true, false, false),
            (Role::Expert, 5, "", false, true, true),
            (Role::Administrator, 5, "", false, true, false),
            (Role::Ministry, 6, "", false, true, true),
            (Role::Ministry, 6, "", true, false, false),
        ] {
            let listener = Listener { id: 1, account_id: 7, role, organisation_id, region: Some(region.to_owned()) };
            let audience = Audience { college: 1, region: "35".to_owned(), applicants, sent, members: vec![7] };
            assert_eq!(listener.hears(&audience), hears, "{role} {organisation_id} {applicants} {sent}");
            let none = Audience { members: Vec::new(), ..audience };
            assert!(role != Role::Expert || !listener.hears(&none), "of one's own groups alone");
        }
    }
}
