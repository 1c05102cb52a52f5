# Writes tests/golden/analyses/{library_normalize,filter_by_expression}: what edgeR and DESeq2 make of the counts of input.json.
# Run from the root of the repository: Rscript tests/golden/make/counts.R
# Made with R 4.2.2, edgeR 3.40.2, DESeq2 1.38.3, jsonlite 1.8.4 (Debian 12).
suppressMessages({
  library(DESeq2)
  library(edgeR)
  library(jsonlite)
})
folder <- "tests/golden/analyses/"
content <- fromJSON(paste0(folder, "input.json"))$datasets$counts
counts <- content$rows
dimnames(counts) <- list(content$genes, content$samples)
sha256 <- sub(" .*", "", system(paste0("sha256sum ", folder, "input.json"), intern = TRUE))
source <- paste(
  R.version.string, "edgeR", packageVersion("edgeR"), "DESeq2", packageVersion("DESeq2")
)

write_case <- function(name, with, values, tables, command, run = "library_normalize") {
  dir.create(paste0(folder, run), showWarnings = FALSE)
  write_json(
    list(
      source = unbox(source), command = unbox(command), script = unbox("make/counts.R"),
      input = list(file = unbox("input.json"), sha256 = unbox(sha256)),
      tolerance = list(
        rel = unbox(1e-6), abs = unbox(1e-6),
        why = unbox("a data set is stored as f32, 2^-24 relative; expected values are f64")
      ),
      run = unbox(run), of = "counts", with = lapply(with, unbox),
      values = list(
        dataset = list(
          genes = rownames(values), samples = colnames(counts), rows = unname(values)
        ),
        tables = tables
      )
    ),
    paste0(folder, run, "/", name, ".json"),
    digits = NA, pretty = TRUE
  )
}

edger <- function(name, method, log) {
  d <- calcNormFactors(DGEList(counts), method = method)
  size <- d$samples$lib.size
  factor <- d$samples$norm.factors
  with <- list(method = if (method == "none") "cpm" else sub("upperquartile", "upper_quartile", tolower(method)))
  if (log) with$log <- TRUE
  factors <- list(
    sample = colnames(counts), library_size = size, factor = factor,
    effective_library_size = size * factor
  )
  command <- sprintf("cpm(calcNormFactors(DGEList(counts), method = '%s'), log = %s)", method, log)
  write_case(name, with, cpm(d, log = log), list(factors = factors), command)
}
edger("cpm", "none", FALSE)
edger("log_cpm", "none", TRUE)
edger("tmm", "TMM", FALSE)
edger("log_tmm", "TMM", TRUE)
edger("rle", "RLE", FALSE)
edger("upper_quartile", "upperquartile", FALSE)

deseq2 <- function(name, method, type, pc) {
  s <- estimateSizeFactorsForMatrix(counts, type = type)
  values <- t(t(counts) / s)
  with <- list(method = method)
  if (!is.null(pc)) with <- c(with, log = TRUE, prior_count = pc)
  relative <- s / colSums(counts)
  factor <- relative / exp(mean(log(relative)))
  factors <- list(
    sample = colnames(counts), library_size = colSums(counts), factor = factor,
    effective_library_size = colSums(counts) * factor, size_factor = s
  )
  command <- sprintf("counts / estimateSizeFactorsForMatrix(counts, type = '%s')", type)
  if (!is.null(pc)) command <- sprintf("log2(%s + %s)", command, pc)
  write_case(name, with, if (is.null(pc)) values else log2(values + pc), list(factors = lapply(factors, unname)), command)
}
deseq2("median_ratio", "median_ratio", "ratio", NULL)
deseq2("log_median_ratio", "median_ratio", "ratio", 1)
deseq2("poscounts", "poscounts", "poscounts", NULL)

kept <- function(name, group, with, ...) {
  keep <- filterByExpr(counts, group = group, ...)
  dropped <- list(dropped = list(gene = rownames(counts)[!keep]))
  command <- paste0("filterByExpr(counts", if (is.null(group)) ")" else ", group = strain)")
  write_case(name, with, counts[keep, , drop = FALSE], dropped, command, "filter_by_expression")
}
kept("one_group", rep("all", ncol(counts)), list(min_count = 0.5), min.count = 0.5)
kept("few", rep("all", ncol(counts)), list(min_count = 2, min_total = 40), min.count = 2, min.total.count = 40)
strain <- fromJSON(paste0(folder, "input.json"))$datasets$counts$sample_annotations$strain
strain[strain == ""] <- NA
kept("by_strain", strain, list(group = "strain", min_count = 3), min.count = 3)
