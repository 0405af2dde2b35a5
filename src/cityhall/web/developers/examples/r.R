library(jsonlite)

cityhall <- Sys.getenv("CITYHALL", "http://localhost:8000")
dataset <- Sys.getenv("DATASET", "parks")

get <- function(path, ...) {
  given <- lapply(list(...), function(one) URLencode(enc2utf8(as.character(one)), reserved = TRUE))
  address <- paste0(cityhall, "/api/v1/", path, "?", paste0(names(given), "=", given, collapse = "&"))
  fromJSON(paste(readLines(address, warn = FALSE, encoding = "UTF-8"), collapse = ""))
}

# all rows, page by page; the mark stays on its version
path <- paste0("datasets/", URLencode(dataset, reserved = TRUE), "/rows")
rows <- NULL
after <- ""
while (!is.null(after)) {
  page <- get(path, limit = 1000, after = after)
  rows <- rbind(rows, page$rows)
  after <- page[["next"]]
}
cat(nrow(rows), "rows of version", page$version, "\n")

# counted by an item
item <- page$columns[1]
print(get(path, group_by = item, agg = "count:*", sort = "-count", limit = 3)$rows)
