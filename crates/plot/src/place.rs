//! Labels where there is room: each takes the first of its candidate places that is free.

use crate::{layout::Rect, scene::Label};

/// Free room left around every label, px.
const MARGIN: f64 = 2.0;

/// What is taken already, inside of bounds.
pub(crate) struct Places {
    bounds: Rect,
    taken: Vec<Rect>,
    points: Vec<Rect>,
    lines: Vec<[[f64; 2]; 2]>,
    leaders: Vec<[[f64; 2]; 2]>,
}

impl Places {
    pub fn within(bounds: Rect) -> Self {
        Self {
            bounds,
            taken: Vec::new(),
            points: Vec::new(),
            lines: Vec::new(),
            leaders: Vec::new(),
        }
    }

    /// Keeps labels off a rectangle.
    pub fn take(&mut self, rect: Rect) {
        self.taken.push(rect);
    }

    /// Keeps labels off a point; lines that lead to labels may pass it.
    pub fn take_point(&mut self, rect: Rect) {
        self.points.push(rect);
    }

    /// Keeps labels off a straight line, where another place is free.
    pub fn take_line(&mut self, line: [[f64; 2]; 2]) {
        self.lines.push(line);
    }

    /// The first candidate that is free of everything, else the first that only crosses lines;
    /// its room is taken from then on. `None` where no candidate fits: the caller leaves it out.
    pub fn place(&mut self, candidates: &[Label]) -> Option<Label> {
        let free = candidates
            .iter()
            .filter(|label| self.is_free(&label.rect()));
        let off_lines = free
            .clone()
            .find(|label| !self.crosses_a_line(&label.rect()));
        let label = off_lines.or_else(|| free.clone().next())?.clone();
        self.taken.push(label.rect());
        Some(label)
    }

    /// The label with a line that leads to it, where both are free: the line crosses no words and no
    /// other such line.
    pub fn place_led(&mut self, label: Label, leader: [[f64; 2]; 2]) -> Option<Label> {
        let rect = label.rect();
        let meets = |taken: &Rect| clipped(leader, taken).is_some();
        let is_clear = !self.taken.iter().any(meets)
            && !self.leaders.iter().any(|&other| cross(leader, other));
        if !(is_clear && self.is_free(&rect)) {
            return None;
        }
        self.taken.push(rect);
        self.leaders.push(leader);
        Some(label)
    }

    fn is_free(&self, rect: &Rect) -> bool {
        let inside = rect.x >= self.bounds.x
            && rect.y >= self.bounds.y
            && rect.right() <= self.bounds.right()
            && rect.bottom() <= self.bounds.bottom();
        let wide = rect.inset(-MARGIN);
        let mut taken = self.taken.iter().chain(&self.points);
        inside
            && !taken.any(|taken| taken.overlaps(&wide))
            && !self
                .leaders
                .iter()
                .any(|&line| clipped(line, rect).is_some())
    }

    fn crosses_a_line(&self, rect: &Rect) -> bool {
        self.lines.iter().any(|&line| clipped(line, rect).is_some())
    }
}

/// True where two straight lines cross.
fn cross([a, b]: [[f64; 2]; 2], [c, d]: [[f64; 2]; 2]) -> bool {
    let side = |from: [f64; 2], to: [f64; 2], at: [f64; 2]| {
        (to[0] - from[0]) * (at[1] - from[1]) - (to[1] - from[1]) * (at[0] - from[0])
    };
    side(a, b, c) * side(a, b, d) < 0.0 && side(c, d, a) * side(c, d, b) < 0.0
}

/// The part of a straight line inside of a rectangle (Liang and Barsky); `None` outside.
pub(crate) fn clipped([from, to]: [[f64; 2]; 2], rect: &Rect) -> Option<[[f64; 2]; 2]> {
    let (mut start, mut end) = (0.0_f64, 1.0_f64);
    let low = [rect.x, rect.y];
    let high = [rect.right(), rect.bottom()];
    for axis in 0..2 {
        let run = to[axis] - from[axis];
        let [to_low, to_high] = [low[axis] - from[axis], high[axis] - from[axis]];
        if run == 0.0 {
            if to_low > 0.0 || to_high < 0.0 {
                return None;
            }
        } else {
            let (enter, leave) = (to_low / run, to_high / run);
            start = start.max(enter.min(leave));
            end = end.min(enter.max(leave));
        }
    }
    let at = |share: f64| std::array::from_fn(|axis| from[axis] + share * (to[axis] - from[axis]));
    (start < end).then(|| [at(start), at(end)])
}

#[cfg(test)]
mod tests {
    use super::{Places, clipped};
    use crate::{
        layout::Rect,
        scene::{Anchor, Label},
        style::category,
    };

    const SQUARE: Rect = Rect {
        x: 0.0,
        y: 0.0,
        width: 100.0,
        height: 100.0,
    };

    fn label(x: f64, y: f64) -> Label {
        Label::new("YAL051W", [x, y], Anchor::Start, category(0))
    }

    #[test]
    fn a_line_is_cut_at_the_edges() {
        assert_eq!(
            clipped([[-50.0, 50.0], [150.0, 50.0]], &SQUARE),
            Some([[0.0, 50.0], [100.0, 50.0]])
        );
        assert_eq!(clipped([[-50.0, 150.0], [150.0, 150.0]], &SQUARE), None);
    }

    #[test]
    fn the_second_label_moves_on_and_a_third_without_room_is_left_out() {
        let mut places = Places::within(SQUARE);
        assert_eq!(places.place(&[label(10.0, 20.0)]), Some(label(10.0, 20.0)));
        let moved = places.place(&[label(12.0, 22.0), label(10.0, 50.0)]);
        assert_eq!(moved, Some(label(10.0, 50.0)));
        assert_eq!(places.place(&[label(12.0, 22.0), label(90.0, 80.0)]), None);
    }

    #[test]
    fn a_name_away_from_its_point_is_led_past_words_and_other_lines() {
        let mut places = Places::within(SQUARE);
        let point = [10.0, 50.0];
        let to = |x: f64, y: f64| (label(x + 1.0, y + 4.0), [point, [x, y]]);
        let (first, leader) = to(40.0, 50.0);
        assert!(places.place_led(first, leader).is_some());
        // Behind the first name, and across its line.
        let (behind, leader) = to(45.0, 57.0);
        assert!(places.place_led(behind, leader).is_none());
        let across = [[25.0, 40.0], [25.0, 70.0]];
        let below = label(20.0, 84.0);
        assert!(places.place_led(below.clone(), across).is_none());
        let beside = [[25.0, 60.0], [25.0, 70.0]];
        assert!(places.place_led(below, beside).is_some());
    }

    #[test]
    fn a_line_is_avoided_where_another_place_is_free() {
        let mut places = Places::within(SQUARE);
        places.take_line([[0.0, 15.0], [100.0, 15.0]]);
        assert_eq!(
            places.place(&[label(10.0, 20.0), label(10.0, 60.0)]),
            Some(label(10.0, 60.0))
        );
        assert_eq!(places.place(&[label(10.0, 20.0)]), Some(label(10.0, 20.0)));
    }
}
