# Writes tests/golden/stats/{student_t,polygamma,benjamini_hochberg,variance_prior}.json and
# tests/golden/analyses/differential/moderated*.json: what R and limma give.
# Run from the root of the repository, after analyses.py: Rscript tests/golden/make/differential.R
# Made with R 4.2.2, limma 3.54.1, jsonlite 1.8.4 (Debian 12).
suppressMessages({
  library(jsonlite)
  library(limma)
})
source <- paste0(R.version.string, ", limma ", packageVersion("limma"))
write <- function(path, command, tolerance, values, more = list(), input = NULL) {
  dir.create(dirname(paste0("tests/golden/", path)), showWarnings = FALSE)
  content <- c(list(
    source = unbox(source), command = unbox(command), script = unbox("make/differential.R")
  ), if (!is.null(input)) list(input = input), list(tolerance = lapply(tolerance, unbox)), more, list(values = values))
  write_json(content, paste0("tests/golden/", path), digits = I(17), na = "null", pretty = TRUE)
}
close <- list(rel = 1e-8, abs = 0, why = "15 digits are written; logarithms of gamma lose some for many degrees of freedom")

# --- distributions -------------------------------------------------------------------------------

grid <- expand.grid(
  t = c(0, 1e-12, 1e-6, 0.01, 0.5, 0.99, 1, 1.01, 1.5, 2, 3, 5, 10, 20, 30, 36, 100, 1e6),
  df = c(0.3, 1, 1.5, 3.3, 5, 12.7, 99.5, 1000, 1e4, 1e5, 1e6)
)
grid$p_value <- 2 * pt(-grid$t, grid$df)
write("stats/student_t.json", "2 * pt(-t, df)", close, grid[grid$p_value > 1e-305, ])

x <- c(1e-10, 1e-4, 0.1, 0.5, 1, 1.7, 3, 9.99, 14.99, 15, 40, 1e3, 1e6, 1e10)
y <- c(1e-12, 9.9e-7, 1.1e-6, 1e-3, 0.3, 1, 2.2, 50, 1e5, 9.9e6, 1.1e7, 1e12)
write("stats/polygamma.json", "trigamma(x), psigamma(x, deriv = 2), trigammaInverse(y)", close, list(
  x = x, trigamma = trigamma(x), tetragamma = psigamma(x, deriv = 2), y = y, inverse = trigammaInverse(y)
))

set.seed(1)
p <- list(
  few = c(0.01, 0.02, 0.03, 0.04, 0.05), ties = c(0.2, 0.2, 0.01, 0.9, 0.2, 0),
  gaps = c(0.04, NA, 0.01, NA, 0.5), one = 0.3, many = runif(60)^3
)
write("stats/benjamini_hochberg.json", "p.adjust(p, method = 'BH')", close,
  lapply(p, function(p) list(p = p, q = p.adjust(p, "BH"))))

# --- priors --------------------------------------------------------------------------------------

prior <- function(variance, df) {
  fit <- suppressWarnings(fitFDist(variance, df1 = df))
  list(variance = variance, df = df, prior_df = unbox(if (is.infinite(fit$df2)) "inf" else fit$df2), prior_variance = unbox(fit$scale))
}
six <- rep(6, 80)
write("stats/variance_prior.json", "fitFDist(variance, df1 = df)", close, list(
  finite = prior(rgamma(80, 1.5) * rchisq(80, 6) / 6, six),
  infinite = prior(2.5 * rchisq(80, 40) / 40, six),
  some_zero = prior(c(rep(0, 9), rchisq(71, 6) / 6), six),
  mostly_zero = prior(c(rep(0, 50), rchisq(30, 6) / 6), six),
  own_df = prior(rgamma(80, 2) * rchisq(80, 3), sample(c(1, 2, 5, 9), 80, TRUE)),
  no_df = prior(c(rgamma(78, 2), NA, NA), c(rep(4, 78), 0, 0)),
  single = prior(c(3, NA), c(4, 0))
))

# --- the analysis --------------------------------------------------------------------------------

sha256 <- sub(" .*", "", system("sha256sum tests/golden/analyses/input.json", intern = TRUE))
content <- fromJSON("tests/golden/analyses/input.json")$datasets
moderated <- function(name, dataset, with, groups, keep = TRUE) {
  data <- content[[dataset]]
  group <- data$sample_annotations$strain
  in_a <- group == groups[1]
  in_b <- group == groups[2]
  group <- factor(group[in_a | in_b], levels = groups)
  rows <- data$rows
  fit <- suppressWarnings(eBayes(lmFit(rows[, in_a | in_b], model.matrix(~group))))
  undefined <- is.na(fit$t[, 2])
  fit$df.total[undefined] <- NA
  mean_of <- function(chosen) { m <- rowMeans(rows[, chosen, drop = FALSE], na.rm = TRUE); m[is.nan(m)] <- NA; m }
  genes <- list(
    gene = data$genes, mean_a = mean_of(in_a), mean_b = mean_of(in_b),
    log2_fc = mean_of(in_b) - mean_of(in_a), t = unname(fit$t[, 2]), df = fit$df.total,
    p_value = unname(fit$p.value[, 2]), q_value = p.adjust(fit$p.value[, 2], "BH"),
    n_a = rowSums(!is.na(rows[, in_a, drop = FALSE])), n_b = rowSums(!is.na(rows[, in_b, drop = FALSE]))
  )
  write(paste0("analyses/differential/", name, ".json"), "eBayes(lmFit(rows, model.matrix(~ group)))",
    list(rel = 1e-8, abs = 1e-12, why = "values are exact in f32; means of equal values round"),
    list(
      tables = list(genes = lapply(genes, unname)),
      scalars = list(prior_df = unbox(fit$df.prior), prior_variance = unbox(fit$s2.prior))
    ),
    list(run = unbox("differential"), of = dataset, with = lapply(with, unbox)),
    list(file = unbox("input.json"), sha256 = unbox(sha256))
  )
}
moderated("moderated", "a", list(group = "strain", a = "wt", b = "gcn4", method = "moderated"), c("wt", "gcn4"))
moderated("moderated_single", "a", list(group = "strain", a = "gcn4", b = "met4", method = "moderated"), c("gcn4", "met4"))
moderated("moderated_varying", "varying", list(group = "strain", a = "gcn4", b = "wt", method = "moderated"), c("gcn4", "wt"))
