# The peer from Bioconductor, as a contestant of `cargo xtask bench`.
#
# Reads one JSON request per line, `{"task": NAME}`, and answers each with one line:
# `{"seconds": ..., "peak_bytes": ..., "answer": [numbers]}`.

suppressPackageStartupMessages(library(preprocessCore))

n_rows <- 20000
n_columns <- 500
folder <- commandArgs(trailingOnly = TRUE)[1]
values <- readBin(
  file.path(folder, "table.f32"), "numeric", n_rows * n_columns, size = 4, endian = "little"
)
table <- matrix(values, nrow = n_rows, byrow = TRUE)
rm(values)

# A field of /proc/self/status in bytes; 0 where there is none.
memory <- function(field) {
  lines <- tryCatch(readLines("/proc/self/status"), error = function(e) character())
  line <- grep(paste0("^", field), lines, value = TRUE)
  if (length(line) == 0) 0 else as.numeric(gsub("[^0-9]", "", line[1])) * 1024
}

# Rows, columns, the sum, and every 99,991st value, row after row.
sampled <- function(result) {
  at <- seq(0, n_rows * n_columns - 1, by = 99991)
  picked <- result[cbind(at %/% n_columns + 1, at %% n_columns + 1)]
  c(n_rows, n_columns, sum(result), picked)
}

requests <- file("stdin", "r")
while (length(readLines(requests, n = 1)) > 0) {
  invisible(gc())
  try(cat("5", file = "/proc/self/clear_refs"), silent = TRUE)
  before <- memory("VmRSS")
  start <- Sys.time()
  result <- normalize.quantiles(table)
  seconds <- as.numeric(difftime(Sys.time(), start, units = "secs"))
  peak <- max(0, memory("VmHWM") - before)
  answer <- paste(sprintf("%.17g", sampled(result)), collapse = ", ")
  cat(sprintf('{"seconds": %.6f, "peak_bytes": %.0f, "answer": [%s]}\n', seconds, peak, answer))
  flush(stdout())
  rm(result)
}
