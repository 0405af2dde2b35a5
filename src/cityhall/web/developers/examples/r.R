library(jsonlite)

cityhall <- Sys.getenv("CITYHALL", "http://localhost:8000")
dataset <- Sys.getenv("DATASET", "parks")

# all rows, page by page; the mark stays on its version
rows <- list()
after <- ""
while (!is.null(after)) {
  address <- paste0(cityhall, "/api/v1/datasets/", URLencode(dataset, reserved = TRUE),
                    "/rows?limit=1000&after=", after)
  page <- fromJSON(address)
  rows <- c(rows, list(page$rows))
  after <- page[["next"]]
}
print(nrow(do.call(rbind, rows)))

# a whole dataset, once its file is finished
# rows <- read.csv(paste0(cityhall, "/datasets/", dataset, "/files/csv"))
