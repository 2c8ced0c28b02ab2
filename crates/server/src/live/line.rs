//! The order of one lot's public changes, on a server that may hear of them in any.

use std::collections::BTreeMap;

/// Changes that wait for those before them, at most. Beyond, those that are furthest ahead are dropped:
/// they are read from the store with what is missing.
const EARLY_MAX: usize = 64;

/// A lot's changes as they are told: each once, in order, without a hole.
#[derive(Debug)]
pub(super) struct Line<T> {
    /// Up to where listeners were sent the lot's whole state; none, as long as nobody has read it.
    origin: Option<u64>,
    /// The last change that was told, or is contained in what everyone was sent.
    head: u64,
    /// What came before what it follows.
    early: BTreeMap<u64, T>,
}

impl<T> Default for Line<T> {
    fn default() -> Line<T> {
        Line { origin: None, head: 0, early: BTreeMap::new() }
    }
}

/// What somebody who has read a lot has to do.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Reader {
    /// Nothing: whatever followed was or will be told.
    Follows,
    /// Read it again: changes after what they read were never told here.
    IsBehind,
}

impl<T> Line<T> {
    /// The last change that was told; none, as long as nobody has read the lot.
    pub(super) fn head(&self) -> Option<u64> {
        self.origin.map(|_| self.head)
    }

    /// Somebody who was listening by then has read the lot, with the changes up to `seq`. With it,
    /// what may be told now.
    pub(super) fn read_at(&mut self, seq: u64) -> (Reader, Vec<T>) {
        match self.origin {
            None => (Reader::Follows, self.skip_to(seq)),
            Some(origin) if seq < origin => (Reader::IsBehind, Vec::new()),
            Some(_) => (Reader::Follows, Vec::new()),
        }
    }

    /// A change has come. Returns what may be told now, in order.
    pub(super) fn take(&mut self, seq: u64, change: T) -> Vec<T> {
        if self.origin.is_some() && seq <= self.head {
            return Vec::new();
        }
        if self.origin.is_some() && seq == self.head + 1 {
            self.head = seq;
            let mut ready = vec![change];
            ready.extend(self.ready());
            return ready;
        }
        self.early.entry(seq).or_insert(change);
        if self.early.len() > EARLY_MAX {
            self.early.pop_last();
        }
        Vec::new()
    }

    /// Everyone is about to read the lot, with the changes up to `seq` or later ones. Returns what may
    /// be told after that.
    pub(super) fn skip_to(&mut self, seq: u64) -> Vec<T> {
        if self.origin.is_none() || seq > self.head {
            (self.origin, self.head) = (Some(seq), seq);
            self.early = self.early.split_off(&(seq + 1));
        }
        self.ready()
    }

    /// The last change that was told, where later ones have come and the next has not.
    pub(super) fn gap(&self) -> Option<u64> {
        self.head().filter(|_| !self.early.is_empty())
    }

    fn ready(&mut self) -> Vec<T> {
        let mut ready = Vec::new();
        while let Some(change) = self.early.remove(&(self.head + 1)) {
            self.head += 1;
            ready.push(change);
        }
        ready
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn nothing_is_told_before_somebody_has_read_the_lot() {
        let mut line = Line::default();
        assert!(line.take(6, 6).is_empty() && line.take(5, 5).is_empty());
        assert_eq!((line.head(), line.gap()), (None, None));
        assert_eq!(line.read_at(5), (Reader::Follows, vec![6]));
        assert_eq!((line.head(), line.gap()), (Some(6), None));
    }

    #[test]
    fn who_read_less_than_was_ever_told_here_reads_again() {
        let mut line = Line::<u64>::default();
        assert_eq!(line.read_at(7).0, Reader::Follows);
        assert_eq!(line.read_at(6).0, Reader::IsBehind);
        assert_eq!(line.take(8, 8), [8]);
        // They were listening when 8 was told.
        assert_eq!(line.read_at(7).0, Reader::Follows);
        assert_eq!(line.skip_to(12), [0; 0]);
        assert_eq!(line.read_at(11).0, Reader::IsBehind);
    }

    #[test]
    fn what_waits_is_bounded() {
        let mut line = Line::default();
        assert_eq!(line.read_at(0).1, [0; 0]);
        for seq in (2..10_000).rev() {
            assert!(line.take(seq, seq).is_empty());
        }
        assert_eq!(line.gap(), Some(0));
        assert_eq!(line.take(1, 1).len(), EARLY_MAX + 1);
        assert_eq!(line.gap(), None);
    }

    proptest! {
        /// In whatever order changes come, how often, and with whatever missing that is made up for in
        /// the end, each is told once and in order.
        #[test]
        fn each_is_told_once_and_in_order(
            heard in prop::collection::vec(1u64..40, 0..200),
            from in 0u64..10,
        ) {
            let mut line = Line::default();
            let mut told = line.read_at(from).1;
            for seq in &heard {
                told.extend(line.take(*seq, *seq));
                prop_assert!(told.windows(2).all(|two| two[1] == two[0] + 1));
                prop_assert!(told.first().is_none_or(|first| *first == from + 1));
            }
            let last = heard.iter().copied().max().unwrap_or(0);
            for seq in line.head().unwrap_or(0) + 1..=last {
                told.extend(line.take(seq, seq));
            }
            prop_assert_eq!(told, (from + 1..=last.max(from)).collect::<Vec<_>>());
            prop_assert_eq!(line.gap(), None);
        }
    }
}
