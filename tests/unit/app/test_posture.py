"""Which front-ends are asked about a path."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watchword.adapters import cloudformation, kubernetes
from watchword.app import posture
from watchword.app.posture import is_looked_for, read_path
from watchword.inventory import FrontEnd

_SUFFIXES = sorted({*cloudformation.reading.SUFFIXES, *kubernetes.reading.SUFFIXES, ".dockerfile", ".Dockerfile"})
_STEMS = st.one_of(
    st.sampled_from(
        ["Dockerfile", "dockerfile", "Containerfile", "Kustomization", "kustomization", "build", ".github"]
    ),
    st.text(st.characters(exclude_characters="/\0", codec="utf-8"), max_size=12),
)


@given(_STEMS, st.sampled_from(["", ".tf", ".tfvars", *_SUFFIXES, ".prod", ".md"]))
def test_no_name_that_another_front_end_finds_is_missed(stem: str, suffix: str) -> None:
    name = stem + suffix
    for source in posture._others():
        if source.finds(name):
            assert posture._MAY_BE_ANOTHERS.search(name), name


@pytest.mark.parametrize(
    ("file", "text", "front_end"),
    [
        ("main.tf", 'resource "x_y" "r" {}\n', FrontEnd.TERRAFORM),
        ("t.yaml", "Resources:\n  B:\n    Type: AWS::S3::Bucket\n", FrontEnd.CLOUDFORMATION),
        ("t.template", '{"Resources": {"B": {"Type": "AWS::S3::Bucket"}}}', FrontEnd.CLOUDFORMATION),
        ("pod.yml", "apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec: {containers: []}\n", FrontEnd.KUBERNETES),
        (".github/workflows/w.yml", "on: push\njobs: {}\n", FrontEnd.GITHUB_ACTIONS),
        ("web.Dockerfile", "FROM scratch\n", FrontEnd.DOCKERFILE),
        ("Containerfile", "FROM scratch\n", FrontEnd.DOCKERFILE),
    ],
)
def test_each_front_end_is_found_by_its_files(tmp_path: Path, file: str, text: str, front_end: FrontEnd) -> None:
    assert is_looked_for(file)
    path = tmp_path / file
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    assert front_end in read_path(tmp_path).read
