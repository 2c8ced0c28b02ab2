//! Finding any record of a lot without an index.
//!
//! A record names the position of the one before it in its lot, and of one further back: its jump.
//! Jumps are laid so that, whatever version is looked for, following a jump where it does not
//! overshoot and the predecessor where it does takes O(log n) steps (E. W. Myers, "An applicative
//! random-access stack", 1983). So the log is only ever appended to, and a bid costs one row.

/// The chain of jumps from a lot's last record to its first: what the next record's jump is
/// computed from. It holds O(log n) entries.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Spine {
    /// `(version, position)`, newest first.
    links: Vec<(u64, u64)>,
}

impl Spine {
    /// The spine of a lot without records.
    pub fn new() -> Spine {
        Spine::default()
    }

    /// A spine as found in the log, newest first: the last record, the target of its jump, that
    /// one's, and so on to the first.
    pub fn restored(links: Vec<(u64, u64)>) -> Spine {
        Spine { links }
    }

    /// Position of the last record; 0 where there is none.
    pub fn head(&self) -> u64 {
        self.links.first().map_or(0, |link| link.1)
    }

    /// Appends a record at a position and returns its jump (0 for the first record).
    pub fn push(&mut self, position: u64) -> u64 {
        let Some(&head) = self.links.first() else {
            self.links.push((1, position));
            return 0;
        };
        let near = *self.links.get(1).unwrap_or(&head);
        let far = *self.links.get(2).unwrap_or(&near);
        // Two jumps of the same width merge into one of twice and one.
        let jump = if head.0 - near.0 == near.0 - far.0 {
            self.links.drain(..self.links.len().min(2));
            if self.links.is_empty() {
                self.links.push(far);
            }
            far
        } else {
            head
        };
        self.links.insert(0, (head.0 + 1, position));
        jump.1
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_version_is_found_in_a_logarithm_of_steps() {
        const COUNT: u64 = 5_000;
        let mut spine = Spine::new();
        // Index = version; (position, jump's version).
        let mut log = vec![(0, 0)];
        for version in 1..=COUNT {
            let position = version * 10;
            let jump = spine.push(position);
            log.push((position, jump / 10));
        }
        assert_eq!(spine.head(), COUNT * 10);
        assert!(spine.links.len() <= 30, "{}", spine.links.len());
        for target in 1..=COUNT {
            let (mut at, mut steps) = (COUNT, 0);
            while at != target {
                let jump = log[at as usize].1;
                at = if jump >= target { jump } else { at - 1 };
                steps += 1;
            }
            assert!(steps <= 40, "{steps} steps to {target}");
        }
    }

    #[test]
    fn a_restored_spine_goes_on_as_the_first_would_have() {
        let (mut kept, mut jumps) = (Spine::new(), vec![0]);
        for position in 1..=777 {
            jumps.push(kept.push(position));
            // As a store finds it: from the head along the jumps.
            let (mut links, mut at) = (vec![], position);
            while at != 0 {
                links.push((at, at));
                at = jumps[at as usize];
            }
            assert_eq!(Spine::restored(links), kept);
        }
    }
}
