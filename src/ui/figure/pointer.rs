//! Hover names, drag zooms, click selects; the same by keys.

use leptos::prelude::*;
use web_sys::{KeyboardEvent, PointerEvent};

use super::Picture;
use crate::ui::erased::view;

/// Movement below this is a click.
const CLICK_PX: f64 = 4.0;

/// A drag under way, in CSS pixels of the picture.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Drag {
    from: [f64; 2],
    to: [f64; 2],
    /// The window at the beginning, where the drag moves it (with Shift).
    moves: Option<[f64; 4]>,
}

impl Drag {
    /// True where it moves the window, and selects nothing.
    pub(super) fn moves(&self) -> bool {
        self.moves.is_some()
    }

    fn is_click(&self) -> bool {
        let moved = |axis: usize| (self.from[axis] - self.to[axis]).abs();
        moved(0) < CLICK_PX && moved(1) < CLICK_PX
    }
}

/// A window half as wide (`by` 0.5) or twice as wide (2) around the same middle.
pub fn scaled(window: [f64; 4], by: f64) -> [f64; 4] {
    let [x0, x1, y0, y1] = window;
    let around = |low: f64, high: f64| {
        let (middle, half) = (f64::midpoint(low, high), (high - low) / 2.0 * by);
        [middle - half, middle + half]
    };
    let ([x0, x1], [y0, y1]) = (around(x0, x1), around(y0, y1));
    [x0, x1, y0, y1]
}

/// A window moved by shares of its size.
pub fn moved(window: [f64; 4], right: f64, up: f64) -> [f64; 4] {
    let [x0, x1, y0, y1] = window;
    let (dx, dy) = ((x1 - x0) * right, (y1 - y0) * up);
    [x0 + dx, x1 + dx, y0 + dy, y1 + dy]
}

impl Picture {
    pub(super) fn pressed(self, event: &PointerEvent) {
        let at = place(event);
        let moves = (event.shift_key() && self.can_zoom()).then(|| self.shown_window());
        self.drag.set(Some(Drag {
            from: at,
            to: at,
            moves: moves.flatten(),
        }));
    }

    pub(super) fn moved(self, event: &PointerEvent) {
        let at = place(event);
        self.drag.update(|drag| {
            if let Some(drag) = drag {
                drag.to = at;
            }
        });
        if self.pan() {
            return;
        }
        let hit = self.layout.with_untracked(|layout| {
            let figure = self.figure.get_untracked()?;
            layout.as_ref()?.nearest(&figure, at)
        });
        if self.hit.get_untracked() != hit {
            self.hit.set(hit);
        }
    }

    pub(super) fn released(self, event: &PointerEvent) {
        self.moved(event);
        let Some(drag) = self.drag.get_untracked() else {
            return;
        };
        self.drag.set(None);
        if drag.is_click() {
            let hit = self.hit.get_untracked();
            let is_free = self.about.with_value(Option::is_none);
            if let Some(name) = hit.and_then(|hit| hit.name).filter(|_| is_free) {
                self.app.mark_subject(&self.of.get_value(), &name);
            }
        } else if drag.moves.is_none() && self.can_zoom() {
            self.zoom_to(drag);
        }
    }

    /// The part of the data that is shown.
    fn shown_window(self) -> Option<[f64; 4]> {
        self.layout.with_untracked(|layout| {
            let layout = layout.as_ref()?;
            Some([layout.x[0], layout.x[1], layout.y[0], layout.y[1]])
        })
    }

    /// Moves the window with a drag that does so.
    fn pan(self) -> bool {
        let Some(drag) = self.drag.get_untracked() else {
            return false;
        };
        let Some(window) = drag.moves else {
            return false;
        };
        let share = self.layout.with_untracked(|layout| {
            let data = layout.as_ref()?.data;
            let moved = |axis: usize, length: f64| (drag.to[axis] - drag.from[axis]) / length;
            Some([moved(0, data.width), moved(1, data.height)])
        });
        if let Some([across, down]) = share {
            self.zoom.set(Some(moved(window, -across, down)));
        }
        true
    }

    fn zoom_to(self, drag: Drag) {
        let corners = self.layout.with_untracked(|layout| {
            let layout = layout.as_ref()?;
            let inside = |[x, y]: [f64; 2]| {
                let data = layout.data;
                [
                    x.clamp(data.x, data.right()),
                    y.clamp(data.y, data.bottom()),
                ]
            };
            let from = layout.data_from_pixel(inside(drag.from))?;
            Some((from, layout.data_from_pixel(inside(drag.to))?))
        });
        if let Some(([ax, ay], [bx, by])) = corners
            && ax != bx
            && ay != by
        {
            let zoom = [ax.min(bx), ax.max(bx), ay.min(by), ay.max(by)];
            self.zoom.set(Some(zoom));
        }
    }

    pub(super) fn key(self, event: &KeyboardEvent) {
        if !self.can_zoom() || event.ctrl_key() || event.meta_key() || event.alt_key() {
            return;
        }
        let Some(shown) = self.shown_window() else {
            return;
        };
        let window = match event.key().as_str() {
            "+" | "=" => Some(scaled(shown, 0.5)),
            "-" => Some(scaled(shown, 2.0)),
            "ArrowLeft" => Some(moved(shown, -0.25, 0.0)),
            "ArrowRight" => Some(moved(shown, 0.25, 0.0)),
            "ArrowUp" => Some(moved(shown, 0.0, 0.25)),
            "ArrowDown" => Some(moved(shown, 0.0, -0.25)),
            "0" | "Escape" => None,
            _ => return,
        };
        event.prevent_default();
        self.zoom.set(window);
    }
}

fn place(event: &PointerEvent) -> [f64; 2] {
    [f64::from(event.offset_x()), f64::from(event.offset_y())]
}

/// The rectangle of a drag.
#[component]
pub fn Pointer(picture: Picture) -> impl IntoView {
    let drag = move || {
        let drag = picture.drag.get()?;
        (!drag.is_click() && drag.moves.is_none() && picture.can_zoom()).then_some(drag)
    };
    move || {
        drag().map(|drag| {
            let low = |axis: usize| drag.from[axis].min(drag.to[axis]);
            let size = |axis: usize| (drag.from[axis] - drag.to[axis]).abs();
            view! {
                <span
                    class="rubber"
                    style:left=format!("{}px", low(0))
                    style:top=format!("{}px", low(1))
                    style:width=format!("{}px", size(0))
                    style:height=format!("{}px", size(1))
                ></span>
            }
        })
    }
}

/// The name of what is under the pointer.
#[component]
pub fn Tooltip(picture: Picture) -> impl IntoView {
    move || {
        picture.hit.get().map(|hit| {
            let is_right = hit.at[0] > picture.width.get() / 2.0;
            let (left, right) = if is_right {
                (
                    "auto".into(),
                    format!("{}px", picture.width.get() - hit.at[0] + 10.0),
                )
            } else {
                (format!("{}px", hit.at[0] + 10.0), "auto".into())
            };
            view! {
                <span
                    class="tip num"
                    style:left=left
                    style:right=right
                    style:top=format!("{}px", hit.at[1] + 10.0)
                >
                    {hit.text}
                    {move || picture.value_in_words()}
                </span>
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn windows_scale_around_their_middle_and_move_by_their_size() {
        let window = [0.0, 4.0, -1.0, 1.0];
        assert_eq!(scaled(window, 0.5), [1.0, 3.0, -0.5, 0.5]);
        assert_eq!(scaled(scaled(window, 0.5), 2.0), window);
        assert_eq!(moved(window, 0.25, 0.5), [1.0, 5.0, 0.0, 2.0]);
    }
}
