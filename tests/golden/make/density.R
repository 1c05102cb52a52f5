# Writes tests/golden/stats/density.json: bandwidths and densities of the vectors of vectors.json.
# Run from the root of the repository: Rscript tests/golden/make/density.R
# Made with R 4.2.2, jsonlite 1.8.4 (Debian 12).
library(jsonlite)
file <- "tests/golden/stats/vectors.json"
vectors <- fromJSON(file)
sha256 <- sub(" .*", "", system(paste0("sha256sum ", file), intern = TRUE))

describe <- function(pair) {
  x <- suppressWarnings(as.numeric(unlist(pair$x)))
  x <- x[is.finite(x)]
  if (length(x) < 2) return(NULL)
  found <- density(x, bw = "nrd0", n = 512)
  # Every 16th place: R's places, the kernel sum itself there, and what R's grid makes of it.
  at <- seq(1, 512, by = 16)
  sums <- vapply(found$x[at], function(place) mean(dnorm(place, x, found$bw)), 0)
  list(
    bandwidth = unbox(found$bw), start = unbox(found$x[1]), end = unbox(found$x[512]),
    densities = sums, densities_of_r = found$y[at]
  )
}

values <- Filter(Negate(is.null), lapply(vectors, describe))
write_json(
  list(
    source = unbox(R.version.string), command = unbox("Rscript tests/golden/make/density.R"),
    script = unbox("make/density.R"),
    input = list(file = unbox("stats/vectors.json"), sha256 = unbox(sha256)),
    tolerance = list(
      rel = unbox(1e-9), abs = unbox(0),
      why = unbox("bandwidths and places; densities are compared with the share of the peak that the test states")
    ),
    values = values
  ),
  "tests/golden/stats/density.json",
  digits = NA, pretty = TRUE
)
