# The peers from Bioconductor, as a contestant of `cargo xtask bench`.
#
# Reads one JSON request per line, `{"task": NAME}`, and answers each with one line:
# `{"seconds": ..., "peak_bytes": ..., "answer": [numbers]}`.

suppressPackageStartupMessages({
  library(edgeR)
  library(preprocessCore)
})

folder <- commandArgs(trailingOnly = TRUE)[1]

# A matrix of 32-bit numbers, row after row, of which the first columns are kept.
read_matrix <- function(name, n_rows, n_columns, n_kept = n_columns) {
  path <- file.path(folder, paste0(name, ".f32"))
  values <- readBin(path, "numeric", n_rows * n_columns, size = 4, endian = "little")
  t(matrix(values, nrow = n_columns)[seq_len(n_kept), ])
}

# Rows, columns, the sum, and every 99,991st value, row after row.
sampled <- function(result) {
  n_columns <- ncol(result)
  at <- seq(0, length(result) - 1, by = 99991)
  picked <- result[cbind(at %/% n_columns + 1, at %% n_columns + 1)]
  c(nrow(result), n_columns, sum(result), picked)
}

# What each task reads, does, and answers.
tasks <- list(
  quantile = list(
    read = function() read_matrix("table", 20000, 500),
    run = normalize.quantiles, answer = sampled
  ),
  tmm = list(
    read = function() read_matrix("counts", 20000, 2000, 1000),
    run = function(counts) calcNormFactors(counts, method = "TMM"), answer = identity
  )
)
inputs <- list()

# A field of /proc/self/status in bytes; 0 where there is none.
memory <- function(field) {
  lines <- tryCatch(readLines("/proc/self/status"), error = function(e) character())
  line <- grep(paste0("^", field), lines, value = TRUE)
  if (length(line) == 0) 0 else as.numeric(gsub("[^0-9]", "", line[1])) * 1024
}

requests <- file("stdin", "r")
while (length(request <- readLines(requests, n = 1)) > 0) {
  name <- sub('.*"task": *"([a-z_]+)".*', "\\1", request)
  task <- tasks[[name]]
  if (is.null(inputs[[name]])) inputs[[name]] <- task$read()
  input <- inputs[[name]]
  invisible(gc())
  try(cat("5", file = "/proc/self/clear_refs"), silent = TRUE)
  before <- memory("VmRSS")
  start <- Sys.time()
  result <- task$run(input)
  seconds <- as.numeric(difftime(Sys.time(), start, units = "secs"))
  peak <- max(0, memory("VmHWM") - before)
  answer <- paste(sprintf("%.17g", task$answer(result)), collapse = ", ")
  cat(sprintf('{"seconds": %.6f, "peak_bytes": %.0f, "answer": [%s]}\n', seconds, peak, answer))
  flush(stdout())
  rm(result)
}
