# Writes tests/golden/analyses/length_normalize/rpkm.json and rpkm_kilobases.json: what edgeR makes of transforms_input.json.
# Run from the root of the repository, after transforms.py: Rscript tests/golden/make/transforms.R
# Made with R 4.2.2, edgeR 3.40.2, jsonlite 1.8.4 (Debian 12).
suppressMessages({
  library(edgeR)
  library(jsonlite)
})
folder <- "tests/golden/analyses/"
file <- paste0(folder, "transforms_input.json")
content <- fromJSON(file)
counts <- content$datasets$counts$rows
dimnames(counts) <- list(content$datasets$counts$genes, content$datasets$counts$samples)
sha256 <- sub(" .*", "", system(paste("sha256sum", file), intern = TRUE))

write_rpkm <- function(name, ids, lengths, with) {
  length <- lengths[match(rownames(counts), ids)]
  keep <- !is.na(length)
  values <- rpkm(counts[keep, ], gene.length = length[keep], lib.size = colSums(counts))
  write_json(
    list(
      source = unbox(paste(R.version.string, "edgeR", packageVersion("edgeR"))),
      command = unbox("rpkm(counts[keep, ], gene.length = length[keep], lib.size = colSums(counts))"),
      script = unbox("make/transforms.R"),
      input = list(file = unbox("transforms_input.json"), sha256 = unbox(sha256)),
      tolerance = list(
        rel = unbox(1e-6), abs = unbox(1e-6),
        why = unbox("a data set is stored as f32, 2^-24 relative; expected values are f64")
      ),
      run = unbox("length_normalize"), of = "counts", with = lapply(with, unbox),
      values = list(
        dataset = list(genes = rownames(values), samples = colnames(counts), rows = unname(values)),
        tables = list(dropped = list(gene = rownames(counts)[!keep]))
      )
    ),
    paste0(folder, "length_normalize/", name, ".json"),
    digits = NA, pretty = TRUE
  )
}
table <- content$tables$lengths
write_rpkm("rpkm", table$ids, table$columns$length, list(how = "rpkm", lengths = "lengths", column = "length"))
table <- content$tables$stable_lengths
rownames(counts) <- sub("[.].*", "", rownames(counts))
versioned <- content$datasets$counts$genes
ids <- versioned[match(table$ids, rownames(counts))]
rownames(counts) <- versioned
write_rpkm("rpkm_kilobases", ids, table$columns$kilobases * 1000, list(
  how = "rpkm", lengths = "stable_lengths", strip_version = TRUE, unit = "kb"
))
