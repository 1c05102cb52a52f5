//! The tables of `cross_study`.

use std::collections::BTreeMap;

use super::{CrossStudyOutput, Profile, Statistic, VerdictCode, histogram};
use crate::table::{NumberFormat, Table};

/// All tables, in the order shown.
pub fn tables(output: &CrossStudyOutput) -> Vec<Table> {
    vec![
        output.profiles_table(),
        output.histogram_table(),
        output.verdicts_table(),
        output.skipped_table(),
        output.unpaired_table(),
    ]
}

impl CrossStudyOutput {
    fn profiles_table(&self) -> Table {
        let number = |value: fn(&Profile) -> f64| self.profiles.iter().map(value).collect();
        let own = |side: usize| {
            let value = |profile: &Profile| profile.own_gene.as_ref().map(|own| own.values[side]);
            let values = self.profiles.iter().map(value);
            values.map(|value| value.unwrap_or(f64::NAN)).collect()
        };
        let counts = self
            .profiles
            .iter()
            .map(|p| Some(p.correlation.pearson.n as i64));
        let names = self.profiles.iter().map(|p| p.name.clone()).collect();
        let fixed = NumberFormat::Fixed(3);
        let [a, b] = [&self.sets[0].label, &self.sets[1].label];
        Table::new("profiles", "Profiles")
            .text("gene", "Profile", names)
            .number("pearson_r", "Pearson r", fixed, number(Profile::pearson))
            .number(
                "pearson_p",
                "p",
                NumberFormat::PValue,
                number(|p| p.correlation.pearson.p_value),
            )
            .number("spearman_r", "Spearman ρ", fixed, number(Profile::spearman))
            .number(
                "spearman_p",
                "p",
                NumberFormat::PValue,
                number(|p| p.correlation.spearman.p_value),
            )
            .integer(
                "n_common_genes",
                &format!("Common {}s", self.words().1),
                counts.collect(),
            )
            .number(
                "mean_a",
                &format!("Mean in {a}"),
                fixed,
                number(|p| p.means[0]),
            )
            .number(
                "mean_b",
                &format!("Mean in {b}"),
                fixed,
                number(|p| p.means[1]),
            )
            .number("own_gene_a", &format!("Own gene in {a}"), fixed, own(0))
            .number("own_gene_b", &format!("Own gene in {b}"), fixed, own(1))
            .text("verdict", "Verdict", self.codes_by_profile())
    }

    /// The verdicts that rest on each profile, joined.
    fn codes_by_profile(&self) -> Vec<String> {
        let mut codes: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        for verdict in &self.verdicts {
            for evidence in &verdict.evidence {
                codes
                    .entry(&evidence.profile)
                    .or_default()
                    .push(verdict.code.name());
            }
        }
        let joined = |profile: &Profile| {
            let mut found = codes
                .get(profile.name.as_str())
                .cloned()
                .unwrap_or_default();
            found.dedup();
            found.join(", ")
        };
        self.profiles.iter().map(joined).collect()
    }

    fn histogram_table(&self) -> Table {
        let [pearson, spearman] = Statistic::ALL.map(|statistic| self.coefficients(statistic));
        let bins = histogram(&pearson, &spearman);
        let fixed = NumberFormat::Fixed(3);
        Table::new("histogram", "Histogram")
            .number(
                "low",
                "From",
                fixed,
                bins.iter().map(|bin| bin.low).collect(),
            )
            .number(
                "high",
                "To",
                fixed,
                bins.iter().map(|bin| bin.high).collect(),
            )
            .integer(
                "pearson_count",
                "Pearson r",
                bins.iter().map(|bin| Some(bin.n_pearson as i64)).collect(),
            )
            .integer(
                "spearman_count",
                "Spearman ρ",
                bins.iter().map(|bin| Some(bin.n_spearman as i64)).collect(),
            )
    }

    fn verdicts_table(&self) -> Table {
        let mut rows: [Vec<String>; 4] = Default::default();
        let mut add = |cells: [&str; 4]| {
            for (column, cell) in rows.iter_mut().zip(cells) {
                column.push(cell.to_owned());
            }
        };
        for verdict in self
            .verdicts
            .iter()
            .filter(|v| v.code != VerdictCode::AllClear)
        {
            let code = verdict.code.name();
            if verdict.of_whole_set {
                add(["set", "", code, &verdict.sentence]);
            } else {
                for evidence in &verdict.evidence {
                    add(["profile", &evidence.profile, code, &evidence.text]);
                }
            }
        }
        let [scope, profile, verdict, evidence] = rows;
        Table::new("verdicts", "Verdicts")
            .text("scope", "About", scope)
            .text("profile", "Profile", profile)
            .text("verdict", "Verdict", verdict)
            .text("evidence", "Evidence", evidence)
    }

    fn skipped_table(&self) -> Table {
        let reason = format!("fewer than {} common values", self.min_common);
        Table::new("skipped", "Left out")
            .text(
                "profile",
                "Profile",
                self.skipped.iter().map(|s| s.name.clone()).collect(),
            )
            .integer(
                "n_common",
                "Common values",
                self.skipped
                    .iter()
                    .map(|s| Some(s.n_common as i64))
                    .collect(),
            )
            .text("reason", "Why", vec![reason; self.skipped.len()])
    }

    fn unpaired_table(&self) -> Table {
        let rows = || self.pairing.only.iter().zip(&self.sets);
        let names = rows().flat_map(|(names, _)| names.clone()).collect();
        let sets = rows().flat_map(|(names, set)| vec![set.label.clone(); names.len()]);
        Table::new("unpaired", "In one set alone")
            .text("profile", "Profile", names)
            .text("set", "Set", sets.collect())
    }
}
