//! Files on this computer, for the next visit: after one clear yes, until they are forgotten.

use leptos::{prelude::*, task::spawn_local};
use web_sys::File;

use super::App;
use crate::browser::{files::in_memory, store};

impl App {
    /// Answers whether files may be kept here; a yes keeps those that are open, and the recipe where
    /// it was forgotten.
    pub fn set_keeps_files(self, yes: bool) {
        if yes {
            store::keep_again();
        }
        self.keeps_files.set(Some(yes));
        let files = self.files.get_value();
        spawn_local(async move {
            if !yes {
                self.hold_kept_files().await;
            }
            store::set_consent(yes).await;
            if yes && self.keep_files(files.into_iter().collect()).await {
                self.done("Files are kept in this browser, on this computer");
            }
        });
    }

    /// Keeps files here; true where all are kept, and says so where one is not.
    pub(super) async fn keep_files(self, files: Vec<(String, File)>) -> bool {
        for (name, file) in files {
            if !store::keep_file(&name, &file).await {
                self.complain(format!(
                    "This browser did not keep {}: it is asked for again after a reload. A private window keeps nothing",
                    file.name()
                ));
                return false;
            }
        }
        true
    }

    /// Takes into memory what is open of the files that are kept: Firefox gives no bytes any more of
    /// a file that its storage has let go.
    async fn hold_kept_files(self) {
        for (name, file) in self.files.get_value() {
            if store::file(&name).await.is_none() {
                continue;
            }
            // What does not fit is asked for again when it is to be read.
            let Ok(held) = in_memory(&file).await else {
                continue;
            };
            self.files.update_value(|files| {
                if files.get(&name) == Some(&file) {
                    files.insert(name.clone(), held);
                }
            });
        }
    }

    /// Deletes what this computer keeps of the work.
    pub fn forget_everything(self) {
        self.keeps_files.set(None);
        spawn_local(async move {
            self.hold_kept_files().await;
            if store::forget_everything().await {
                self.done("Everything on this computer is forgotten. What is open stays until the page is closed, and is not kept");
            } else {
                self.complain("This browser did not delete what it kept. Clear this site's data in its settings");
            }
        });
    }
}
