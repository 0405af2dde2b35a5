CITYHALL=${CITYHALL:-http://localhost:8000}
DATASET=${DATASET:-parks}
ITEM=${ITEM:-公园编号}
VALUE=${VALUE:-P0001}

# find datasets
curl -sf "$CITYHALL/api/v1/datasets?limit=3"

# two rows of one
curl -sf "$CITYHALL/api/v1/datasets/$DATASET/rows?limit=2"

# filtered, sorted, as CSV; names in any language, encoded by curl
curl -sf -G "$CITYHALL/api/v1/datasets/$DATASET/rows" \
  --data-urlencode "${ITEM}__notnull=1" --data-urlencode "sort=-$ITEM" -d limit=5 -d f=csv

# how many rows, and how many different values
curl -sf -G "$CITYHALL/api/v1/datasets/$DATASET/rows" \
  -d "agg=count:*" --data-urlencode "agg=distinct:$ITEM"

# with a key: higher limits, and what your agency may see
curl -sf -H "Authorization: Bearer $KEY" "$CITYHALL/api/v1/datasets/$DATASET"

# a row is wrong: its agency answers, and the case is followed at cases/NUMBER
curl -sf -H "Authorization: Bearer $KEY" -H "Content-Type: application/json" \
  -d "{\"row\": {\"$ITEM\": \"$VALUE\"}, \"evidence\": \"I was there\"}" \
  "$CITYHALL/api/v1/datasets/$DATASET/corrections"

# everything as a file: asked for until it is finished
until [ "$(curl -s -o /dev/null -w '%{http_code}' "$CITYHALL/datasets/$DATASET/files/csv")" = 302 ]; do sleep 1; done
curl -sfL "$CITYHALL/datasets/$DATASET/files/csv" -o rows.csv
