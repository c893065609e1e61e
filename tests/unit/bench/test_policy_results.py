"""What the benchmark makes of what it measured: predictions, mixtures, the plot."""

import json
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from bench.policy import plot
from bench.policy.forms import iam
from bench.policy.installed import Program
from bench.policy.measure import History, _mixed, percentile
from bench.policy.workloads import generate
from bench.processes import BenchError

_PEER = Program(name="peer", version="1", translate=iam, command=(), environment={})
_FIGURES = {
    "W1/Watchword/10/p50_us": 4.0,
    "W1/Watchword/1000/p50_us": 5.0,
    "W1/cedarpy/10/p50_us": 45.0,
    "W1/load_s": 1.0,
}


def test_a_first_size_is_always_tried() -> None:
    assert History().predicts(_PEER, generate("W1", 10, requests=3), 100) == 0


def test_decisions_grow_with_the_policies_and_loading_as_steeply_as_before() -> None:
    history = History()
    history.note(_PEER, generate("W1", 10, requests=3), 0.1, 0.001)
    history.note(_PEER, generate("W1", 100, requests=3), 10.0, 0.01)
    assert history.predicts(_PEER, generate("W1", 1_000, requests=3), 50) == pytest.approx(1_000 + 50 * 0.1)


def test_a_mixture_keeps_the_proportions_of_what_there_is() -> None:
    chosen = _mixed("A" * 30 + "I" * 30 + "E" * 5)
    assert [sum(low <= n < high for n in chosen) for low, high in ((0, 30), (30, 60), (60, 65))] == [10, 6, 4]


def test_no_mixture_without_each_kind() -> None:
    with pytest.raises(BenchError):
        _mixed("A" * 100 + "I" * 100)


def test_percentiles() -> None:
    assert percentile(range(100), 99) == 99
    assert percentile([7], 99) == 7


def test_the_plot_is_an_image_of_every_engine_that_has_figures() -> None:
    image = plot.draw(_FIGURES)
    assert image is not None
    root = ET.fromstring(image)
    texts = [t.text for t in root.iter("{http://www.w3.org/2000/svg}text")]
    assert "Watchword" in texts
    assert "cedarpy" in texts
    assert "regopy" not in texts


def test_no_plot_of_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    results = tmp_path / "results.json"
    results.write_text(json.dumps({"reports": [{"name": "check", "figures": _FIGURES}]}), encoding="utf-8")
    assert plot.main([str(results), str(tmp_path / "x.svg")]) == 1
    assert "no figures" in capsys.readouterr().err


def test_the_plot_is_written_where_it_is_wanted(tmp_path: Path) -> None:
    results = tmp_path / "results.json"
    results.write_text(json.dumps({"reports": [{"name": "policy", "figures": _FIGURES}]}), encoding="utf-8")
    assert plot.main([str(results), str(tmp_path / "images" / "x.svg")]) == 0
    assert (tmp_path / "images" / "x.svg").read_text(encoding="utf-8").startswith("<svg")
