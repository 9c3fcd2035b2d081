"""The compose file is safe as it stands: confined containers, no secrets, no open port.

There is no container engine where this runs, so the file is held against the schema of the Compose
Specification, and read as compose would read it.
"""

import re
import subprocess
import sys
from typing import Any

import pytest
import yaml
from typer.main import get_command

from jobs.cli.app import app
from tests.compose_file import ROOT, TEXT, MissingVariableError, read, variables

SECRETS = sorted(name for name, kinds in variables().items() if "?" in kinds)
GIVEN = {name: f"{name.lower().replace('_', '')}0secret" for name in SECRETS}
SERVICES: dict[str, dict[str, Any]] = read(GIVEN)["services"]
ONE_SHOT = {"roles", "migrate"}
SECRET_NAME = re.compile(r"PASSWORD|SECRET_KEY|TOKEN|DATABASE_URL$")

each = pytest.mark.parametrize("name", sorted(SERVICES))


def test_the_file_keeps_to_the_schema_of_the_compose_specification():
    tool = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.compose-spec"]
    done = subprocess.run(
        [*tool, str(ROOT / "docker-compose.yml")], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_all_services_of_the_product_are_there():
    assert set(SERVICES) == {
        *ONE_SHOT,
        "postgres",
        "serve",
        "schedule",
        "grafana",
        "cluster",
        "worker",
    }


@each
def test_a_container_runs_without_root_and_writes_to_volumes_alone(name: str):
    service = SERVICES[name]
    assert service["user"].partition(":")[0] not in ("", "0", "root")
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert not {"privileged", "cap_add", "network_mode", "pid", "devices"} & set(service)
    mounts = [volume.split(":") for volume in service.get("volumes", [])]
    assert all(mount[-1] == "ro" for mount in mounts if mount[0].startswith((".", "/")))
    assert not any("docker.sock" in part for mount in mounts for part in mount)


@each
def test_a_container_has_limits_of_processor_memory_processes_and_log(name: str):
    service = SERVICES[name]
    assert {"cpus", "memory", "pids"} <= set(service["deploy"]["resources"]["limits"])
    assert {"max-size", "max-file"} <= set(service["logging"]["options"])


@each
def test_a_container_is_looked_after(name: str):
    service = SERVICES[name]
    if name in ONE_SHOT:
        assert service["restart"] == "no"
    else:
        assert service["restart"] == "unless-stopped"
        assert service["healthcheck"]["test"][0] == "CMD"


@each
def test_an_image_is_pinned(name: str):
    image = SERVICES[name]["image"]
    tag = image.partition(":")[2]
    assert tag == "local" if "build" in SERVICES[name] else re.match(r"\d+", tag), image


def test_only_serve_and_grafana_are_published_and_on_loopback_unless_told_otherwise():
    published = {name: service["ports"] for name, service in SERVICES.items() if "ports" in service}
    assert published == {"serve": ["127.0.0.1:8000:8000"], "grafana": ["127.0.0.1:3000:3000"]}
    opened = read({**GIVEN, "FORECASTER_BIND": "10.0.0.7"})["services"]
    assert opened["serve"]["ports"] == ["10.0.0.7:8000:8000"]


def test_the_database_and_the_workers_have_no_way_out():
    networks = read(GIVEN)["networks"]
    for name in ("postgres", "roles", "migrate", "cluster", "worker"):
        assert all(networks[network]["internal"] for network in SERVICES[name]["networks"]), name
    assert "records" not in {*SERVICES["worker"]["networks"], *SERVICES["cluster"]["networks"]}
    used = {network for service in SERVICES.values() for network in service["networks"]}
    assert used == set(networks)


def test_each_service_is_told_only_the_secrets_that_it_needs():
    told = {
        name: {
            secret
            for secret in SECRETS
            for value in service.get("environment", {}).values()
            if GIVEN[secret] in str(value)
        }
        for name, service in SERVICES.items()
    }
    owner, reader = "FORECASTER_DATABASE_PASSWORD", "FORECASTER_READER_PASSWORD"
    assert told == {
        "postgres": {"POSTGRES_PASSWORD"},
        "roles": {"POSTGRES_PASSWORD", owner, reader},
        "migrate": {owner},
        "serve": {owner},
        "schedule": {owner},
        "grafana": {reader, "GRAFANA_ADMIN_PASSWORD", "GRAFANA_SECRET_KEY"},
        "cluster": set(),
        "worker": set(),
    }


@pytest.mark.parametrize("name", SECRETS)
def test_a_missing_or_empty_secret_stops_compose_with_what_to_do(name: str):
    for environment in (GIVEN | {name: ""}, {k: v for k, v in GIVEN.items() if k != name}):
        with pytest.raises(MissingVariableError, match=f"{name}: set it"):
            read(environment)


def test_no_secret_is_written_down():
    for service in yaml.safe_load(TEXT)["services"].values():
        for name, value in service.get("environment", {}).items():
            if SECRET_NAME.search(name):
                assert re.search(r"\$\{\w+:\?", str(value)), name
    assert not re.search(
        r"--?password|PGPASSWORD=", str([s.get("command") for s in SERVICES.values()])
    )


def test_every_variable_is_either_required_or_has_a_default():
    assert all(kinds <= {"?"} or kinds <= {"-"} for kinds in variables().values())


def test_the_example_names_every_variable_and_holds_no_value():
    lines = (ROOT / ".env.example").read_text(encoding="utf-8").splitlines()
    named = [line for line in lines if line and not line.startswith("#")]
    assert all(line.endswith("=") for line in named)
    assert {line.removesuffix("=") for line in named} == set(variables())
    assert ".env" in (ROOT / ".gitignore").read_text().splitlines()
    assert ".env" in (ROOT / ".dockerignore").read_text().splitlines()


def test_what_is_mounted_is_in_the_project_and_every_volume_is_declared():
    declared = set(read(GIVEN)["volumes"])
    for service in SERVICES.values():
        for volume in service.get("volumes", []):
            source = volume.split(":")[0]
            assert (ROOT / source).exists() if source.startswith(".") else source in declared


def test_what_depends_on_something_waits_until_it_is_well():
    for service in SERVICES.values():
        for other, how in service.get("depends_on", {}).items():
            wanted = "completed_successfully" if other in ONE_SHOT else "healthy"
            assert how == {"condition": f"service_{wanted}"}


@pytest.mark.parametrize("name", ["migrate", "serve", "schedule"])
def test_a_command_of_the_product_exists(name: str):
    word, *rest = SERVICES[name]["command"]
    command: Any = get_command(app).commands[word]  # type: ignore[attr-defined]
    parameters = command.params
    known = {o for one in parameters for o in (*one.opts, *one.secondary_opts)}
    assert {part for part in rest if part.startswith("--")} <= known


def test_grafana_admits_nobody_unknown_and_asks_nobody_outside():
    told = SERVICES["grafana"]["environment"]
    for name in (
        "GF_AUTH_ANONYMOUS_ENABLED",
        "GF_USERS_ALLOW_SIGN_UP",
        "GF_ANALYTICS_REPORTING_ENABLED",
        "GF_ANALYTICS_CHECK_FOR_UPDATES",
        "GF_ANALYTICS_CHECK_FOR_PLUGIN_UPDATES",
        "GF_NEWS_NEWS_FEED_ENABLED",
        "GF_SNAPSHOTS_EXTERNAL_ENABLED",
        "GF_PUBLIC_DASHBOARDS_ENABLED",
        "GF_PLUGINS_PREINSTALL_AUTO_UPDATE",
    ):
        assert told[name] == "false", name
    assert told["GF_PLUGINS_PREINSTALL_DISABLED"] == "true"


def test_grafana_is_told_all_that_its_provisioning_asks_for():
    source = (ROOT / "deploy/grafana/provisioning/datasources/results.yaml").read_text()
    asked = set(re.findall(r"\$(\w+)", source))
    assert asked == {name for name in SERVICES["grafana"]["environment"] if "RESULTS" in name}
    assert SERVICES["grafana"]["environment"]["RESULTS_USER"] == _told(SERVICES, "--reader")
    assert (
        SERVICES["grafana"]["environment"]["RESULTS_USER"]
        == (SERVICES["roles"]["environment"]["READER"])
    )


def test_the_reader_is_of_the_widest_circle_unless_told_otherwise():
    assert _told(SERVICES, "--clearance") == "TLP:CLEAR"
    given = read({**GIVEN, "FORECASTER_READER_CLEARANCE": "TLP:AMBER+STRICT"})["services"]
    assert _told(given, "--clearance") == "TLP:AMBER+STRICT"


def _told(services: dict[str, dict[str, Any]], option: str) -> str:
    words = services["migrate"]["command"]
    return str(words[words.index(option) + 1])
