//! Which of the things that are gone is which of those that are new.
//!
//! May import: nothing of ours. Deliberately absent: what makes two things alike.

/// Pairs `gone` with `new`, the most alike first. `alike` says how similar names must be (0 to 1)
/// for two things to be the same under another name; nothing if they cannot be.
pub(super) fn find<T: Copy>(
    gone: &[(&str, T)],
    new: &[(&str, T)],
    mut alike: impl FnMut(T, T) -> Option<f64>,
) -> Vec<(T, T)> {
    // Where so much is another, no guess is any good.
    const TOO_MANY: usize = 10_000;
    if gone.len().saturating_mul(new.len()) > TOO_MANY {
        return Vec::new();
    }
    let mut scores = Vec::new();
    for (at, (old_name, old)) in gone.iter().enumerate() {
        for (to, (new_name, other)) in new.iter().enumerate() {
            let Some(least) = alike(*old, *other) else {
                continue;
            };
            let score = strsim::jaro_winkler(old_name, new_name);
            if score >= least {
                scores.push((score, at, to));
            }
        }
    }
    scores.sort_by(|a, b| b.0.total_cmp(&a.0).then((a.1, a.2).cmp(&(b.1, b.2))));
    let mut found: Vec<(usize, usize)> = Vec::new();
    for (_, at, to) in scores {
        if found.iter().all(|(a, b)| *a != at && *b != to) {
            found.push((at, to));
        }
    }
    found.sort_unstable();
    found
        .into_iter()
        .map(|(at, to)| (gone[at].1, new[to].1))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::find;

    #[test]
    fn the_most_similar_names_are_pairs_and_each_is_in_one() {
        let gone = [("get-all", 0), ("get", 1)];
        let new = [("get-each", 2), ("get-alls", 3)];
        assert_eq!(find(&gone, &new, |_, _| Some(0.5)), [(0, 3), (1, 2)]);
        assert!(find(&gone, &new, |_, _| Some(0.99)).is_empty());
        assert!(find(&gone, &new, |_, _| None).is_empty());
    }
}
