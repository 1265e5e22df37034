//! Strongly connected parts of a graph (Gabow's path-based algorithm, without recursion).

use super::network::{NONE, Rows};

/// By node, the number of its part; and how many parts there are. Two nodes are in one part if each can be reached
/// from the other, and only then can an arc between them be on a cycle.
pub fn parts(arcs: &Rows<u32>, nodes: usize) -> (Vec<u32>, u32) {
    let mut walk = Walk {
        order: vec![NONE; nodes],
        part: vec![NONE; nodes],
        parts: 0,
        path: Vec::new(),
        open: Vec::new(),
        bounds: Vec::new(),
    };
    let mut seen = 0;
    for root in 0..nodes {
        if walk.order[root] == NONE {
            walk.enter(root, &mut seen);
        }
        while let Some((node, next)) = walk.path.last_mut() {
            let (node, at) = (*node, *next);
            *next += 1;
            match arcs.row(node).get(at) {
                Some(to) if walk.order[*to as usize] == NONE => walk.enter(*to as usize, &mut seen),
                Some(to) => walk.meet(*to as usize),
                None => walk.leave(node),
            }
        }
    }
    (walk.part, walk.parts)
}

struct Walk {
    order: Vec<u32>,
    part: Vec<u32>,
    parts: u32,
    /// Nodes from the root to here, and which of its arcs each looks at next.
    path: Vec<(usize, usize)>,
    /// Nodes that were seen and whose part is not known.
    open: Vec<usize>,
    /// Where in `order` each part that may still grow begins.
    bounds: Vec<u32>,
}

impl Walk {
    fn enter(&mut self, node: usize, seen: &mut u32) {
        self.order[node] = *seen;
        self.bounds.push(*seen);
        self.open.push(node);
        self.path.push((node, 0));
        *seen += 1;
    }

    /// An arc to a node whose part is open closes a cycle: all that began after it is in its part.
    fn meet(&mut self, node: usize) {
        if self.part[node] == NONE {
            while self.bounds.last().is_some_and(|bound| *bound > self.order[node]) {
                self.bounds.pop();
            }
        }
    }

    fn leave(&mut self, node: usize) {
        self.path.pop();
        if self.bounds.last() != Some(&self.order[node]) {
            return;
        }
        self.bounds.pop();
        while let Some(member) = self.open.pop() {
            self.part[member] = self.parts;
            if member == node {
                break;
            }
        }
        self.parts += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nodes_that_reach_each_other_are_one_part() {
        let arcs = [(0, 1), (1, 2), (2, 0), (2, 3), (3, 4), (4, 3), (5, 0), (4, 6)];
        let (part, parts) = parts(&Rows::of(7, 0, arcs.iter().copied()), 7);
        assert_eq!(parts, 4);
        assert!(part[0] == part[1] && part[1] == part[2] && part[3] == part[4]);
        assert!(part[0] != part[3] && part[5] != part[0] && part[6] != part[4]);
    }
}
