"""The cleaner finds exactly what was put in: the receipt of a dataset is the truth about its file."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from tests.packing.reading import rows_of
from tests.packing.staging import outcome

from cityhall.cleaning.engine import Checked
from cityhall.packing.queries import CityMade

# Datasets that others refer to come before those.
CHOSEN = (
    "population_register",
    "buildings",
    "enterprises",
    "dwellings",
    "relief_households",
    "police_calls",
    "building_permits",
    "labour_disputes",
    "weather_observations",
    "outpatient_visits",
)


@pytest.fixture(scope="module")
def verdicts(city: CityMade, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Checked]:
    folder, found = tmp_path_factory.mktemp("cleaned"), {}
    references: dict[str, tuple[Path, ...]] = {}
    datasets: dict[str, Any] = {
        dataset["code"]: dataset
        for dataset in yaml.safe_load((city.root / "catalogue.yaml").read_text("utf-8"))["datasets"]
    }
    for code in CHOSEN:
        dataset = datasets[code]
        names = [item["name"] for item in dataset["items"]]
        rows = rows_of(city.root / dataset["file"]["path"], dataset["file"], names)
        found[code] = outcome(dataset, rows, folder / code, references)
        references[code] = found[code].clean_files
    return found


@pytest.mark.parametrize("code", CHOSEN)
def test_the_receipt_is_the_truth(city: CityMade, verdicts: dict[str, Checked], code: str) -> None:
    told, found = city.truth[code]["files"][0], verdicts[code]
    assert (found.rows, found.clean, found.quarantined, found.duplicates) == (
        told["rows"], told["clean"], told["quarantined"], told["duplicates"],
    )  # fmt: skip
