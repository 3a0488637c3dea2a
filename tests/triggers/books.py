"""The playbooks in the box, as plays read them."""

from __future__ import annotations

from vitalreel.store.workspace import LIBRARY, read_yaml
from vitalreel.triggers.playbook import Playbook, read_playbook

SHIPPED: dict[str, Playbook] = {
    path.stem: read_playbook(read_yaml(path, path.stem), f"playbooks/{path.name}")
    for path in sorted((LIBRARY / "playbooks").glob("*.yaml"))
}
