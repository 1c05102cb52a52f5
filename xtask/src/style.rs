//! One style sheet from the many that it is written in: together they pack to two thirds, and one
//! request brings them.

use anyhow::{Context, Result, ensure};

/// A link to a style sheet, as Trunk writes it.
const LINK: (&str, &str) = ("<link rel=\"stylesheet\" href=\"./", "\"/>");

/// The page with `{{style}}` in the place of its links to style sheets, and their names in its order.
pub fn take_links(html: &str) -> Result<(String, Vec<String>)> {
    let (mut page, mut names) = (String::new(), Vec::new());
    let mut rest = html;
    while let Some((before, link)) = rest.split_once(LINK.0) {
        let (name, after) = link.split_once(LINK.1).context("a link without an end")?;
        page.push_str(before.trim_end());
        if names.is_empty() {
            page.push_str("\n    <link rel=\"stylesheet\" href=\"{{style}}\" />");
        }
        names.push(name.to_owned());
        rest = after;
    }
    page.push_str(rest);
    ensure!(
        !names.is_empty(),
        "Trunk's page has no style sheet: it is not the version pinned here"
    );
    Ok((page, names))
}

/// A style sheet without comments and indents.
pub fn bare(sheet: &str) -> Result<String> {
    let (mut kept, mut rest) = (String::new(), sheet);
    while let Some((before, comment)) = rest.split_once("/*") {
        kept.push_str(before);
        (_, rest) = comment
            .split_once("*/")
            .context("a comment without an end")?;
    }
    kept.push_str(rest);
    let lines = kept.lines().map(str::trim).filter(|line| !line.is_empty());
    Ok(lines.flat_map(|line| [line, "\n"]).collect())
}

#[cfg(test)]
mod tests {
    use super::{bare, take_links};

    #[test]
    fn one_link_stands_in_the_place_of_all() {
        let html = "<title>x</title>\n    <link rel=\"stylesheet\" href=\"./b-1.css\"/>\n    \
                    <link rel=\"stylesheet\" href=\"./a-2.css\"/>\n  </head>";
        let (page, names) = take_links(html).unwrap();
        assert_eq!(
            page,
            "<title>x</title>\n    <link rel=\"stylesheet\" href=\"{{style}}\" />\n  </head>"
        );
        assert_eq!(names, ["b-1.css", "a-2.css"]);
        assert!(take_links("<title>x</title>").is_err());
    }

    #[test]
    fn comments_and_indents_go_and_rules_stay() {
        let sheet = "/* a\n b */\n.a {\n  margin: 0 /* none */ 1px;\n}\n\n.b {}\n";
        assert_eq!(bare(sheet).unwrap(), ".a {\nmargin: 0  1px;\n}\n.b {}\n");
        assert!(bare("/* a").is_err());
    }
}
