//! Contests (13.2, 14.2, 16.1): ranking by the jury's points, ties by a stated rule; and debates: pairs and standings.

use std::cmp::Reverse;

/// An entry with what each juror gave: for each juror the points by criterion, in the criteria's order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EntryScores {
    pub entry: i64,
    pub points: Vec<Vec<u32>>,
    /// Which application came first, for ties that nothing else settles.
    pub order: u64,
}

/// An entry's place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Placing {
    pub entry: i64,
    pub place: usize,
    /// The mean of the jurors' totals, in hundredths of a point.
    pub total: u64,
    /// By criterion, in hundredths.
    pub means: Vec<u64>,
}

/// The mean in hundredths, rounded half up.
fn mean(sum: u64, count: u64) -> u64 {
    if count == 0 { 0 } else { (sum * 200 + count) / (2 * count) }
}

/// Ranks entries: by the mean of the jurors' totals; ties by the mean of the first criterion, then the second and so on; what is
/// equal in everything shares the place, and the next one is left out.
pub fn rank(entries: &[EntryScores], criteria: usize) -> Vec<Placing> {
    let mut ranked: Vec<(Placing, u64)> = entries
        .iter()
        .map(|scored| {
            let jurors = scored.points.len() as u64;
            let of = |criterion: usize| {
                scored.points.iter().map(|points| u64::from(points.get(criterion).copied().unwrap_or(0))).sum()
            };
            let means: Vec<u64> = (0..criteria).map(|criterion| mean(of(criterion), jurors)).collect();
            let all: u64 = scored.points.iter().flatten().map(|points| u64::from(*points)).sum();
            let ranked = Placing { entry: scored.entry, place: 0, total: mean(all, jurors), means };
            (ranked, scored.order)
        })
        .collect();
    ranked.sort_by_key(|(ranked, order)| (Reverse((ranked.total, ranked.means.clone())), *order));
    let mut list: Vec<Placing> = Vec::with_capacity(ranked.len());
    for (row, (mut entry, _)) in ranked.into_iter().enumerate() {
        entry.place = match list.last() {
            Some(before) if (before.total, &before.means) == (entry.total, &entry.means) => before.place,
            _ => row + 1,
        };
        list.push(entry);
    }
    list
}

/// A debate of two teams, by their numbers, with the points each got once it was held.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Pair {
    pub one: usize,
    pub other: usize,
    pub points: Option<(u32, u32)>,
}

/// How a team stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct TeamStanding {
    pub team: usize,
    pub wins: u32,
    pub points: u32,
    pub held: u32,
}

/// The teams' standing: by wins, then by points, then by number.
pub fn standing(teams: usize, pairs: &[Pair]) -> Vec<TeamStanding> {
    let mut list: Vec<TeamStanding> = (0..teams).map(|team| TeamStanding { team, ..TeamStanding::default() }).collect();
    for pair in pairs {
        let Some((one, other)) = pair.points else { continue };
        for (team, own, theirs) in [(pair.one, one, other), (pair.other, other, one)] {
            if let Some(row) = list.get_mut(team) {
                row.held += 1;
                row.points += own;
                row.wins += u32::from(own > theirs);
            }
        }
    }
    list.sort_by_key(|row| (Reverse((row.wins, row.points)), row.team));
    list
}

/// The pairs of the next round: neighbours in the standing who have not met yet; whoever is left over rests.
pub fn next_round(teams: usize, pairs: &[Pair]) -> Vec<Pair> {
    let met = |one: usize, other: usize| {
        pairs.iter().any(|pair| (pair.one, pair.other) == (one, other) || (pair.one, pair.other) == (other, one))
    };
    let mut free: Vec<usize> = standing(teams, pairs).into_iter().map(|row| row.team).collect();
    // Who rested before does not rest again while somebody has not.
    if free.len() % 2 == 1 {
        let held = |team: usize| pairs.iter().filter(|pair| pair.one == team || pair.other == team).count();
        let most = free.iter().map(|team| held(*team)).max().unwrap_or(0);
        if let Some(rests) = free.iter().rposition(|team| held(*team) == most) {
            free.remove(rests);
        }
    }
    let mut round = Vec::new();
    while let Some(one) = (!free.is_empty()).then(|| free.remove(0)) {
        let place = free.iter().position(|other| !met(one, *other));
        let Some(place) = place.or(if free.is_empty() { None } else { Some(0) }) else { break };
        round.push(Pair { one, other: free.remove(place), points: None });
    }
    round
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn scored(entry: i64, points: &[&[u32]]) -> EntryScores {
        EntryScores {
            entry,
            points: points.iter().map(|points| points.to_vec()).collect(),
            order: entry.unsigned_abs(),
        }
    }

    fn places(entries: &[EntryScores]) -> Vec<(i64, usize, u64)> {
        rank(entries, 2).into_iter().map(|ranked| (ranked.entry, ranked.place, ranked.total)).collect()
    }

    #[test]
    fn the_mean_of_the_jurors_decides_and_ties_go_by_the_first_criterion() {
        let plain = [scored(1, &[&[10, 5], &[8, 5]]), scored(2, &[&[10, 10], &[9, 9]])];
        assert_eq!(places(&plain), [(2, 1, 1900), (1, 2, 1400)]);
        let tie = [scored(1, &[&[5, 10]]), scored(2, &[&[10, 5]])];
        assert_eq!(places(&tie), [(2, 1, 1500), (1, 2, 1500)], "the first criterion weighs more");
        let equal = [scored(1, &[&[9, 9]]), scored(2, &[&[10, 10]]), scored(3, &[&[10, 10]]), scored(4, &[&[1, 1]])];
        assert_eq!(
            places(&equal),
            [(2, 1, 2000), (3, 1, 2000), (1, 3, 1800), (4, 4, 200)],
            "a place shared, the next left out"
        );
        let fewer = [scored(1, &[&[10, 10]]), scored(2, &[&[10, 10], &[10, 9], &[10, 10]])];
        assert_eq!(
            places(&fewer),
            [(1, 1, 2000), (2, 2, 1967)],
            "a juror who may not judge an entry does not lower it"
        );
        assert_eq!(places(&[]), []);
        assert_eq!(places(&[scored(1, &[])]), [(1, 1, 0)]);
    }

    #[test]
    fn debates_pair_neighbours_who_have_not_met() {
        let pair = |one, other, points| Pair { one, other, points };
        let first = next_round(4, &[]);
        assert_eq!(first, [pair(0, 1, None), pair(2, 3, None)]);
        let held = [pair(0, 1, Some((30, 20))), pair(2, 3, Some((10, 40)))];
        let second = next_round(4, &held);
        assert_eq!(second, [pair(3, 0, None), pair(1, 2, None)], "winners meet winners");
        let order: Vec<usize> = standing(4, &held).into_iter().map(|row| row.team).collect();
        assert_eq!(order, [3, 0, 1, 2]);
        assert_eq!(next_round(1, &[]), []);
        assert_eq!(next_round(3, &[]), [pair(0, 1, None)], "one rests");
        let after = next_round(3, &[pair(0, 1, Some((1, 2)))]);
        assert!(after.iter().any(|pair| pair.one == 2 || pair.other == 2), "who rested debates next");
    }

    proptest! {
        #[test]
        fn nobody_debates_twice_in_a_round(teams in 0usize..20, rounds in 0u32..8) {
            let mut pairs: Vec<Pair> = Vec::new();
            for round in 0..rounds {
                let next = next_round(teams, &pairs);
                let mut seen: Vec<usize> = next.iter().flat_map(|pair| [pair.one, pair.other]).collect();
                let all = seen.len();
                seen.sort_unstable();
                seen.dedup();
                prop_assert_eq!(seen.len(), all);
                prop_assert_eq!(all, teams / 2 * 2);
                pairs.extend(next.into_iter().map(|pair| Pair { points: Some((round, 3)), ..pair }));
            }
        }

        #[test]
        fn places_never_fall_behind_points(points in proptest::collection::vec(proptest::collection::vec(0u32..20, 3), 1..12)) {
            let entries: Vec<EntryScores> = (1i64..).zip(&points).map(|(entry, points)| scored(entry, &[points])).collect();
            let ranked = rank(&entries, 3);
            prop_assert!(ranked.windows(2).all(|two| two[0].total >= two[1].total && two[0].place <= two[1].place));
        }
    }
}
