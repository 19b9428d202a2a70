"""The manifests without a cluster: schemas, and the policies that a schema does not know."""

from pathlib import Path
from typing import Any

import kubernetes_validate
import pytest
import yaml
from django.db import connection

from tests.editing.lifecycle.conftest import ask, merchant

BASE = Path(__file__).resolve().parents[2] / "deploy/kubernetes/base"
CUSTOM = {"ScaledObject", "TriggerAuthentication", "PodMonitor"}  # of operators; Kubernetes has no schema of them
DJANGO = {"web", "results-worker", "webhook-worker", "beat", "exporter"}
GPU = {"gpu-worker", "preview-worker", "train-worker"}


def _documents() -> list[dict[str, Any]]:
    names = yaml.safe_load((BASE / "kustomization.yaml").read_text())["resources"]
    assert set(names) == {path.name for path in BASE.glob("*.yaml")} - {"kustomization.yaml"}
    return [document for name in names for document in yaml.safe_load_all((BASE / name).read_text())]


DOCUMENTS = _documents()


def _of(*kinds: str) -> list[dict[str, Any]]:
    return [document for document in DOCUMENTS if document["kind"] in kinds]


def _template(document: dict[str, Any]) -> dict[str, Any]:
    spec = document["spec"]
    return spec["jobTemplate"]["spec"]["template"] if document["kind"] == "CronJob" else spec["template"]


WORKLOADS = {
    document["metadata"]["name"].removeprefix("colorway-"): document for document in _of("Deployment", "Job", "CronJob")
}
CONTAINERS = [
    (name, container)
    for name, document in WORKLOADS.items()
    for container in [
        *_template(document)["spec"].get("initContainers", []),
        *_template(document)["spec"]["containers"],
    ]
]


def _name(document: dict[str, Any]) -> str:
    return f"{document['kind']}-{document['metadata']['name']}"


@pytest.mark.parametrize("document", [d for d in DOCUMENTS if d["kind"] not in CUSTOM], ids=_name)
def test_a_manifest_has_the_shape_that_kubernetes_asks_for(document: dict[str, Any]):
    kubernetes_validate.validate(document, "1.37", strict=True)


def test_a_misspelt_field_would_be_found():
    wrong = yaml.safe_load(yaml.safe_dump(WORKLOADS["web"]))
    wrong["spec"]["template"]["spec"]["terminationGracePeriod"] = 3
    with pytest.raises(kubernetes_validate.ValidationError):
        kubernetes_validate.validate(wrong, "1.37", strict=True)


@pytest.mark.parametrize(("name", "container"), CONTAINERS)
def test_a_container_has_no_rights_and_known_limits(name: str, container: dict[str, Any]):
    security = container["securityContext"]
    assert security["allowPrivilegeEscalation"] is False
    assert security["readOnlyRootFilesystem"] is True
    assert security["capabilities"] == {"drop": ["ALL"]}
    assert {"cpu", "memory"} <= set(container["resources"]["requests"])
    assert "memory" in container["resources"]["limits"]


@pytest.mark.parametrize("name", WORKLOADS)
def test_a_pod_is_nobody_and_stops_slowly_enough(name: str):
    pod = _template(WORKLOADS[name])["spec"]
    assert pod["securityContext"]["runAsNonRoot"] is True
    assert pod["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
    assert pod["automountServiceAccountToken"] is False
    assert pod["priorityClassName"] in {document["metadata"]["name"] for document in _of("PriorityClass")}
    if name in GPU:
        assert pod["terminationGracePeriodSeconds"] > 20 + 30  # the soft shutdown, and storing what is done


def test_gpu_workers_never_see_the_database():
    for name, container in CONTAINERS:
        sources = {next(iter(source.values()))["name"] for source in container["envFrom"]}
        assert ("colorway-web" in sources or "colorway-migrate" in sources) != (name in GPU), name
    allowed = next(d for d in _of("NetworkPolicy") if d["metadata"]["name"] == "colorway-database")
    parts = set(allowed["spec"]["podSelector"]["matchExpressions"][0]["values"])
    assert parts == DJANGO | {"migrate", "garbage", "tidy"}
    assert not parts & GPU


def test_everything_is_closed_that_is_not_opened():
    nothing = next(d for d in _of("NetworkPolicy") if d["metadata"]["name"] == "colorway-nothing")["spec"]
    assert nothing == {"podSelector": {"matchLabels": {"app": "colorway"}}, "policyTypes": ["Ingress", "Egress"]}
    assert all(_template(document)["metadata"]["labels"]["app"] == "colorway" for document in WORKLOADS.values())


def test_only_webhooks_reach_the_internet_and_nothing_private_there():
    outside = [
        (d["metadata"]["name"], peer["ipBlock"])
        for d in _of("NetworkPolicy") for rule in d["spec"].get("egress", []) for peer in rule.get("to", [])
        if peer.get("ipBlock", {}).get("cidr") in {"0.0.0.0/0", "::/0"}
    ]  # fmt: skip
    assert [name for name, _ in outside] == ["colorway-webhooks"]
    assert {"10.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.168.0.0/16"} <= set(outside[0][1]["except"])


def test_previews_go_before_edits_and_edits_before_training():
    value = {document["metadata"]["name"]: document["value"] for document in _of("PriorityClass")}
    order = [
        _template(WORKLOADS[name])["spec"]["priorityClassName"]
        for name in ("preview-worker", "gpu-worker", "train-worker")
    ]
    assert [value[name] for name in order] == sorted((value[name] for name in order), reverse=True)
    assert len(set(order)) == 3


def test_every_queue_has_a_worker_and_there_is_one_clock():
    commands = [" ".join(container["command"]) for _, container in CONTAINERS if "command" in container]
    queues = {
        queue for command in commands if " -Q " in command for queue in command.split(" -Q ")[1].split()[0].split(",")
    }
    assert queues == {"preview", "edit", "project", "train", "results", "webhooks"}
    assert WORKLOADS["beat"]["spec"]["replicas"] == 1
    assert WORKLOADS["beat"]["spec"]["strategy"] == {"type": "Recreate"}


def test_a_release_takes_no_web_away_before_the_next_is_ready():
    web = WORKLOADS["web"]["spec"]
    assert web["strategy"]["rollingUpdate"]["maxUnavailable"] == 0
    assert "replicas" not in web  # the autoscaler's business
    assert web["template"]["spec"]["containers"][0]["lifecycle"]["preStop"]


@pytest.mark.django_db
@pytest.mark.parametrize("scaled", _of("ScaledObject"), ids=_name)
def test_the_query_that_scales_gpu_workers_counts_what_is_open(scaled: dict[str, Any]):
    query = scaled["spec"]["triggers"][0]["metadata"]["query"]
    expected = 0
    if scaled["metadata"]["name"] == "colorway-gpu-worker":
        ask(merchant(), photos=3)
        expected = 3
    with connection.cursor() as cursor:
        cursor.execute(query)
        assert cursor.fetchone() == (expected,)
    assert scaled["spec"]["minReplicaCount"] == 0
    assert scaled["spec"]["scaleTargetRef"]["name"].removeprefix("colorway-") in GPU
    assert "replicas" not in WORKLOADS[scaled["spec"]["scaleTargetRef"]["name"].removeprefix("colorway-")]["spec"]


def test_every_budget_autoscaler_and_service_finds_its_pods():
    labels = [_template(document)["metadata"]["labels"] for document in WORKLOADS.values()]
    for document in _of("PodDisruptionBudget", "Service"):
        selector = document["spec"]["selector"]
        wanted = selector.get("matchLabels", selector)
        assert any(wanted.items() <= found.items() for found in labels), document["metadata"]["name"]
    names = {document["metadata"]["name"] for document in _of("Deployment")}
    assert {d["spec"]["scaleTargetRef"]["name"] for d in _of("HorizontalPodAutoscaler", "ScaledObject")} <= names


def test_config_and_secrets_that_are_named_exist_or_are_listed():
    known = {document["metadata"]["name"] for document in _of("ConfigMap")}
    overlay = yaml.safe_load((BASE.parent / "overlays/example/kustomization.yaml").read_text())
    secrets = {secret["name"] for secret in overlay["secretGenerator"]}
    for name, container in CONTAINERS:
        for source in container["envFrom"]:
            assert source.get("configMapRef", {}).get("name", next(iter(known))) in known, name
            assert source.get("secretRef", {}).get("name", next(iter(secrets))) in secrets, name
    scaler = _of("TriggerAuthentication")[0]["spec"]["secretTargetRef"][0]["name"]
    assert scaler in secrets
