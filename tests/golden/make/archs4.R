# Writes tests/golden/archs4: 60 simulated genes x 8 samples, and what R makes of them.
# Run from the root of the repository: Rscript tests/golden/make/archs4.R
# Made with R 4.2.2, preprocessCore 1.60.2, limma 3.54.1, edgeR 3.40.2 and DESeq2 1.38.3 (Debian 12).
suppressMessages({
  library(DESeq2)
  library(edgeR)
  library(preprocessCore)
  library(limma)
})
set.seed(11)
G <- 60
S <- 8
mu <- c(rep(0.3, 10), exp(seq(log(1), log(20000), length = 50)))
sf <- c(.4, .7, 1, 1.3, 1.8, 2.2, .9, 1.1)
X <- sapply(1:S, function(j) {
  rnbinom(G, mu = mu * sf[j] * ifelse(j > 4 & (1:G) %% 7 == 0, 4, 1), size = 4)
})
len <- round(exp(runif(G, log(300), log(15000))))
rownames(X) <- sprintf("gene%02d", 1:G)
colnames(X) <- sprintf("s%d", 1:S)
X[3, ] <- 0
w <- function(M, f) {
  write.table(format(M, digits = 15, trim = TRUE), paste0("tests/golden/archs4/", f),
    sep = "\t", quote = FALSE, col.names = NA
  )
}
pc <- function(M) {
  R <- normalize.quantiles(M)
  dimnames(R) <- dimnames(M)
  R
}
w(X, "counts.tsv")
write.table(data.frame(gene = rownames(X), length = len), "tests/golden/archs4/lengths.tsv",
  sep = "\t", quote = FALSE, row.names = FALSE
)
w(rpkm(X, len), "rpkm.tsv")
rate <- X / len
w(t(t(rate) / colSums(rate)) * 1e6, "tpm.tsv")
L <- log2(1 + X)
w(pc(L), "quantile_preprocessCore_log2p1.tsv")
w(normalizeQuantiles(L, ties = TRUE), "quantile_limma_ties_log2p1.tsv")
N <- L
N[5, 2] <- NA
N[40, 2] <- NA
N[22, 6] <- NA
w(N, "log2p1_withNA.tsv")
w(pc(N), "quantile_preprocessCore_withNA.tsv")
w(normalizeQuantiles(N, ties = TRUE), "quantile_limma_withNA.tsv")
w(t(scale(t(L))), "zscore_genes_sd_n1.tsv")
w(L - apply(L, 1, median), "median_centered_genes.tsv")
w(cor(L), "pearson_samples.tsv")
w(cor(L, method = "spearman"), "spearman_samples.tsv")
w(cpm(X), "cpm.tsv")
w(cpm(X, log = TRUE, prior.count = 2), "logcpm_prior2.tsv")
d <- calcNormFactors(DGEList(X))
w(cpm(d), "cpm_tmm.tsv")
w(cpm(d, log = TRUE, prior.count = 2), "logcpm_tmm_prior2.tsv")
methods <- c("TMM", "TMMwsp", "RLE", "upperquartile")
f <- cbind(
  lib.size = colSums(X), sapply(methods, function(m) calcNormFactors(X, method = m)),
  deseq_ratio = estimateSizeFactorsForMatrix(X + 0),
  deseq_poscounts = estimateSizeFactorsForMatrix(X, type = "poscounts")
)
rownames(f) <- colnames(X)
w(f, "size_factors.tsv")
n <- t(t(X) / estimateSizeFactorsForMatrix(X))
w(n, "deseq_normalized.tsv")
w(log2(n + 1), "deseq_log2p1.tsv")
keep <- filterByExpr(X)
write.table(keep, "tests/golden/archs4/filterByExpr.tsv", sep = "\t", quote = FALSE, col.names = FALSE)
