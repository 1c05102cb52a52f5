# Writes tests/golden/rnaseq: size factors of two published count tables, how many genes filterByExpr
# keeps and the sum of their row numbers, and 200 of their genes normalized.
# Run from the root of the repository, the data beside it: Rscript tests/golden/make/rnaseq.R [../shared/data]
# Made with R 4.2.2, edgeR 3.40.2, DESeq2 1.38.3, preprocessCore 1.60.2 (Debian 12).
suppressMessages({
  library(DESeq2)
  library(edgeR)
  library(preprocessCore)
})
arguments <- commandArgs(trailingOnly = TRUE)
data <- paste0(if (length(arguments)) arguments[1] else "../shared/data", "/rnaseq/")
w <- function(M, name) {
  write.table(format(M, digits = 15, trim = TRUE), paste0("tests/golden/rnaseq/", name, ".tsv"),
    sep = "\t", quote = FALSE, col.names = NA
  )
}
make <- function(name, counts) {
  methods <- c("TMM", "RLE", "upperquartile")
  factors <- cbind(
    colSums(counts), sapply(methods, function(m) calcNormFactors(counts, method = m)),
    estimateSizeFactorsForMatrix(counts), estimateSizeFactorsForMatrix(counts, type = "poscounts")
  )
  dimnames(factors) <- list(colnames(counts), c(
    "library_size", "tmm", "rle", "upper_quartile", "median_ratio", "poscounts"
  ))
  w(factors, paste0(name, "_factors"))
  kept <- sapply(c(10, 3), function(n) {
    which(filterByExpr(counts, group = rep("all", ncol(counts)), min.count = n))
  })
  w(cbind(min_count = c(10, 3), n_kept = lengths(kept), sum_of_rows = sapply(kept, sum)), paste0(name, "_kept"))
  set.seed(1)
  genes <- sort(sample(which(rowSums(counts) > 0), 200))
  w(cpm(calcNormFactors(DGEList(counts)), log = TRUE)[genes, ], paste0(name, "_log_tmm"))
  quantiles <- normalize.quantiles(log2(counts + 1))
  dimnames(quantiles) <- dimnames(counts)
  w(quantiles[genes, ], paste0(name, "_average_rank"))
}
airway <- read.csv(paste0(data, "bioconnector_airway_rawcounts.csv"), row.names = 1)
make("airway", as.matrix(airway))
pasilla <- read.delim(paste0(data, "pasilla_gene_counts.tsv"), row.names = 1)
make("pasilla", as.matrix(pasilla))
