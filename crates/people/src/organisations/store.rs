//! Organisations in the database.

use sea_orm::{ConnectionTrait, DbErr, FromQueryResult};
use serde::{Deserialize, Serialize};
use sheber_kernel::{Bin, Lang, OrganisationKind, RegionCode};
use sheber_platform::change::Change;
use sheber_platform::database::{self, Conditions};
use sheber_platform::entry::{Entity, Entry};
use sheber_platform::list::{Column, Order, Query};
use sheber_platform::params;
use sheber_platform::search;

/// As the trail names it.
pub const ORGANISATION: Entity = Entity("organisation");

#[derive(Clone, Debug, FromQueryResult)]
pub struct Organisation {
    pub id: i64,
    pub kind: OrganisationKind,
    pub bin: Option<Bin>,
    pub name_kk: String,
    pub name_ru: String,
    pub region: Option<String>,
    pub active: bool,
}

impl Organisation {
    pub fn name(&self, lang: Lang) -> &str {
        lang.pick(&self.name_kk, &self.name_ru)
    }
}

const ORGANISATIONS: &str = "SELECT o.id, o.kind, o.bin, o.name_kk, o.name_ru, o.region, o.active";

pub async fn find(db: &impl ConnectionTrait, id: i64) -> Result<Option<Organisation>, DbErr> {
    database::one(db, &format!("{ORGANISATIONS} FROM organisation o WHERE o.id = $1"), params![id]).await
}

/// What a list of organisations is filtered by.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Filter {
    pub q: String,
    #[serde(skip_serializing)]
    pub at: String,
}

/// All organisations, by kind and name.
pub fn list(filter: &Filter, lang: Lang) -> Query<'static> {
    const KAZAKH: Order = Order::up(&[Column::Text("o.kind"), Column::Bytes("o.sort_kk"), Column::Number("o.id")]);
    const RUSSIAN: Order = Order::up(&[Column::Text("o.kind"), Column::Bytes("o.sort_ru"), Column::Number("o.id")]);
    let mut conditions = Conditions::default();
    conditions.search("o.search_name", &filter.q);
    let order = if lang == Lang::Ru { RUSSIAN } else { KAZAKH };
    Query { select: ORGANISATIONS.into(), from: "FROM organisation o", conditions, order }
}

/// An organisation to be made.
pub struct NewOrganisation {
    pub kind: OrganisationKind,
    pub bin: Option<Bin>,
    pub name_kk: String,
    pub name_ru: String,
    pub region: Option<RegionCode>,
}

pub async fn insert(change: &Change, new: &NewOrganisation) -> Result<i64, DbErr> {
    let bin = new.bin.map(|bin| bin.to_string());
    let id = database::number(
        change.db(),
        "INSERT INTO organisation (kind, bin, name_kk, name_ru, region, search_name, sort_kk, sort_ru, active, created_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, TRUE, $9) RETURNING id",
        params![
            new.kind,
            new.bin,
            new.name_kk.clone(),
            new.name_ru.clone(),
            new.region,
            search::indexed(&format!("{} {} {}", new.name_kk, new.name_ru, bin.as_deref().unwrap_or_default())),
            search::sort_key(Lang::Kk, Lang::Kk.pick(&new.name_kk, &new.name_ru)),
            search::sort_key(Lang::Ru, Lang::Ru.pick(&new.name_kk, &new.name_ru)),
            change.at()
        ],
    )
    .await?;
    let after = serde_json::json!({ "kind": new.kind, "name": new.name_kk, "bin": bin });
    change.record(Entry::new("trail-organisation", ORGANISATION, id).after(after)).await?;
    Ok(id)
}

/// Demands a second factor of whoever administers or operates in an organisation, or demands it no more.
pub async fn demand_factor(change: &Change, organisation: i64, demanded: bool) -> Result<(), DbErr> {
    let sql = "UPDATE organisation SET demands_totp = $2 WHERE id = $1 AND demands_totp <> $2";
    if database::run(change.db(), sql, params![organisation, demanded]).await? == 1 {
        let after = serde_json::json!({ "demanded": demanded });
        change.record(Entry::new("trail-totp-demanded", ORGANISATION, organisation).after(after)).await?;
    }
    Ok(())
}
