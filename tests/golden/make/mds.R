# Writes tests/golden/analyses/mds: cmdscale of the small input.
#
# Run after analyses.py, from the root of the repository: Rscript tests/golden/make/mds.R
# Made with R 4.2.2, jsonlite 1.8.4. Signs by our rule: the largest coordinate is positive.

suppressPackageStartupMessages(library(jsonlite))

folder <- "tests/golden/analyses/"
hash <- strsplit(system(paste0("sha256sum ", folder, "input.json"), intern = TRUE), " ")[[1]][1]
sets <- fromJSON(paste0(folder, "input.json"))$datasets

matrix_of <- function(name) {
  x <- as.matrix(sets[[name]]$rows)
  mode(x) <- "numeric"
  dimnames(x) <- list(sets[[name]]$genes, sets[[name]]$samples)
  x[stats::complete.cases(x), ]
}

case <- function(name, of, distance, k, d, command) {
  scaled <- cmdscale(d, k = k, eig = TRUE)
  points <- apply(scaled$points, 2, function(v) v * sign(v[which.max(abs(v))]))
  names <- paste0("MDS", seq_len(k))
  scores <- c(list(sample = labels(d)), setNames(lapply(seq_len(k), function(i) points[, i]), names))
  scores <- lapply(scores, unname)
  total <- sum(scaled$eig)
  content <- list(
    source = paste0("R ", getRversion(), " stats"), command = command, script = "make/mds.R",
    input = list(file = "input.json", sha256 = hash),
    tolerance = list(rel = 1e-6, abs = 1e-6, why = "coefficients are stored as f32, 2^-24 relative"),
    run = "mds", of = list(of), with = list(distance = distance, components = k),
    values = list(
      tables = list(
        scores = scores,
        variance = list(component = names, eigenvalue = scaled$eig[seq_len(k)], share = scaled$eig[seq_len(k)] / total)
      ),
      scalars = list(n_components = k, total = total)
    )
  )
  dir.create(paste0(folder, "mds"), showWarnings = FALSE)
  single <- function(x) if (is.list(x)) lapply(x, single) else if (length(x) == 1) unbox(x) else x
  writeLines(toJSON(single(content), digits = 17, pretty = TRUE), paste0(folder, "mds/", name, ".json"))
}

a <- matrix_of("a")
case("correlation", "a", "correlation", 3, as.dist(1 - cor(a)), "cmdscale(as.dist(1 - cor(x)), eig = TRUE)")
case("euclidean", "a", "euclidean", 4, dist(t(a)), "cmdscale(dist(t(x)), eig = TRUE)")
