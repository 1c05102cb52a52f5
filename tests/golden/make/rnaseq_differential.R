# Writes tests/golden/rnaseq/airway_moderated*.tsv: limma on the matrix that the test of airway in
# crates/cli/tests/real_data.rs exports, 200 of its genes and the sums over all.
# Run from the root of the repository: Rscript tests/golden/make/rnaseq_differential.R logged.tsv [../shared/data]
# Made with R 4.2.2, limma 3.54.1 (Debian 12).
suppressMessages(library(limma))
arguments <- commandArgs(trailingOnly = TRUE)
data <- if (length(arguments) > 1) arguments[2] else "../shared/data"
x <- as.matrix(read.delim(arguments[1], row.names = 1))
# The file has the shortest digits that give the same f32: these are its numbers.
x[] <- readBin(writeBin(as.vector(x), raw(), size = 4), "numeric", length(x), size = 4)
samples <- read.csv(paste0(data, "/rnaseq/bioconnector_airway_metadata.csv"))
dex <- factor(samples$dex[match(colnames(x), samples$id)], levels = c("control", "treated"))
fit <- eBayes(lmFit(x, model.matrix(~dex)))
found <- cbind(
  mean_a = rowMeans(x[, dex == "control"]), mean_b = rowMeans(x[, dex == "treated"]),
  log2_fc = fit$coefficients[, 2], t = fit$t[, 2], df = fit$df.total, p_value = fit$p.value[, 2],
  q_value = p.adjust(fit$p.value[, 2], "BH")
)
w <- function(M, name) {
  M[] <- sprintf("%.15g", M)
  write.table(M, paste0("tests/golden/rnaseq/", name, ".tsv"), sep = "\t", quote = FALSE, col.names = NA)
}
set.seed(1)
w(found[sort(sample(nrow(x), 200)), ], "airway_moderated")
w(cbind(
  n_genes = nrow(x), t = sum(abs(found[, "t"])), p_value = sum(-log10(found[, "p_value"])),
  q_value = sum(found[, "q_value"]), prior_df = fit$df.prior, prior_variance = fit$s2.prior
), "airway_moderated_sums")
