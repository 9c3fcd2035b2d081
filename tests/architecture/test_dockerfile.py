"""The image is made of pinned parts, runs without root, and holds no secret."""

import re

from tests.compose_file import ROOT, read, variables

GIVEN = {name: "word" for name, kinds in variables().items() if "?" in kinds}
LINES = [
    line
    for line in (ROOT / "Dockerfile").read_text().replace("\\\n", " ").splitlines()
    if line and not line.startswith("#")
]


def of(instruction: str) -> list[str]:
    return [line.split(maxsplit=1)[1] for line in LINES if line.startswith(f"{instruction} ")]


def test_every_base_is_one_exact_version():
    bases = [line.split()[0] for line in of("FROM")]
    assert bases
    assert all(re.fullmatch(r"python:3\.\d+\.\d+-slim", base) for base in bases)


def test_what_runs_is_a_user_without_root_the_same_that_compose_names():
    (user,) = of("USER")
    assert user == read(GIVEN)["services"]["schedule"]["user"] == "10001"
    after = LINES[LINES.index(f"USER {user}") :]
    assert not any(line.startswith(("RUN", "COPY", "ADD")) for line in after)


def test_what_pip_installs_is_held_to_its_hash_or_is_our_own():
    ran = [part.strip() for line in of("RUN") for part in line.split("&&")]
    installs = [part for part in ran if part.startswith("pip ")]
    assert len(installs) == 4
    for part in installs:
        assert "--require-hashes" in part or "--no-index --no-deps" in part, part


def test_what_runs_is_compiled_where_it_can_be_written():
    last = max(number for number, line in enumerate(LINES) if line.startswith("FROM "))
    ran = [part for line in LINES[last:] if line.startswith("RUN ") for part in line.split("&&")]
    assert any("python -m compileall" in part for part in ran)
    installs = [part for part in ran if "pip install" in part]
    assert installs
    assert all("--compile" in part for part in installs)


def test_every_pinned_package_has_a_hash():
    for name in ("requirements.txt", "requirements-run.txt", "requirements-build.txt"):
        text = (ROOT / name).read_text(encoding="utf-8").replace("\\\n", " ")
        packages = [
            line for line in text.splitlines() if line and not line.lstrip().startswith("#")
        ]
        assert packages
        assert all("==" in line and "--hash=sha256:" in line for line in packages), name
        assert "index-url" not in re.sub(r"(?m)^#.*$", "", text)


def test_nothing_is_fetched_but_packages_and_no_secret_is_named():
    text = "\n".join(LINES)
    assert not of("ADD")
    assert not of("ARG")
    assert not re.search(r"curl|wget|https?://|PASSWORD|SECRET|TOKEN", text, re.I)


def test_only_the_four_packages_and_their_papers_enter_the_image():
    copied = [line.split()[:-1] for line in of("COPY") if not line.startswith("--from")]
    assert {source for sources in copied for source in sources} == {
        "requirements-run.txt",
        "requirements-build.txt",
        "pyproject.toml",
        "README.md",
        "LICENSE",
        "forecaster",
        "indicators",
        "models",
        "jobs",
    }
