//! The page's parts.

pub mod bar;
pub mod erased;
pub mod figure;
pub mod foot;
pub mod frame;
pub mod gene;
pub mod icon;
pub mod import;
pub mod menu;
pub mod notices;
pub mod params;
pub mod recipe;
pub mod result;
pub mod share;
pub mod start;
pub mod table;
