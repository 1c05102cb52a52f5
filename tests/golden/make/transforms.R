# Writes tests/golden/analyses/length_normalize/rpkm*.json and map_to_reference/: what edgeR and preprocessCore make of transforms_input.json.
# Run from the root of the repository, after transforms.py: Rscript tests/golden/make/transforms.R
# Made with R 4.2.2, edgeR 3.40.2, preprocessCore 1.60.2, jsonlite 1.8.4 (Debian 12).
suppressMessages({
  library(edgeR)
  library(jsonlite)
  library(preprocessCore)
})
folder <- "tests/golden/analyses/"
file <- paste0(folder, "transforms_input.json")
datasets <- fromJSON(file)$datasets
tables <- fromJSON(file)$tables
matrix_of <- function(content) {
  rows <- content$rows
  dimnames(rows) <- list(content$genes, content$samples)
  rows
}
sha256 <- sub(" .*", "", system(paste("sha256sum", file), intern = TRUE))

write_case <- function(name, run, of, with, package, command, values, tables) {
  dir.create(paste0(folder, run), showWarnings = FALSE)
  write_json(
    list(
      source = unbox(paste(R.version.string, package, packageVersion(package))),
      command = unbox(command), script = unbox("make/transforms.R"),
      input = list(file = unbox("transforms_input.json"), sha256 = unbox(sha256)),
      tolerance = list(
        rel = unbox(1e-6), abs = unbox(1e-6),
        why = unbox("a data set is stored as f32, 2^-24 relative; expected values are f64")
      ),
      run = unbox(run), of = of, with = lapply(with, unbox),
      values = list(
        dataset = list(genes = rownames(values), samples = colnames(values), rows = unname(values)),
        tables = tables
      )
    ),
    paste0(folder, run, "/", name, ".json"),
    digits = NA, pretty = TRUE, na = "null"
  )
}

counts <- matrix_of(datasets$counts)
write_rpkm <- function(name, lengths, with) {
  keep <- !is.na(lengths)
  values <- rpkm(counts[keep, ], gene.length = lengths[keep], lib.size = colSums(counts))
  write_case(
    name, "length_normalize", "counts", c(list(how = "rpkm"), with), "edgeR",
    "rpkm(counts[keep, ], gene.length = length[keep], lib.size = colSums(counts))",
    values, list(dropped = list(gene = rownames(counts)[!keep]))
  )
}
table <- tables$lengths
write_rpkm(
  "rpkm", table$columns$length[match(rownames(counts), table$ids)],
  list(lengths = "lengths", column = "length")
)
table <- tables$stable_lengths
stable <- sub("[.].*", "", rownames(counts))
write_rpkm(
  "rpkm_kilobases", 1000 * table$columns$kilobases[match(stable, table$ids)],
  list(lengths = "stable_lengths", strip_version = TRUE, unit = "kb")
)

# Genes of both, in the order of the data.
reference <- matrix_of(datasets$reference)
for (name in c("a", "counts")) {
  data <- matrix_of(datasets[[name]])
  common <- rownames(data) %in% rownames(reference)
  target <- normalize.quantiles.determine.target(reference[rownames(data)[common], ])
  values <- normalize.quantiles.use.target(data[common, ], target)
  dimnames(values) <- dimnames(data[common, ])
  write_case(
    name, "map_to_reference", name, list(reference = "reference"), "preprocessCore",
    "normalize.quantiles.use.target(data, normalize.quantiles.determine.target(reference))",
    values, list(dropped = list(gene = rownames(data)[!common]))
  )
}
