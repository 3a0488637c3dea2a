"""A simulated company with the benchmark's module: some 45 s, of which the first two scenes are the account's own."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

from vitalreel.edges import gl

gl.ensure()

from vitalreel.simulator.plan import Plan  # noqa: E402
from vitalreel.steps.assess import assess  # noqa: E402
from vitalreel.steps.decide import decide_day  # noqa: E402
from vitalreel.steps.demo import Setting, load_company  # noqa: E402
from vitalreel.steps.doors import Doors  # noqa: E402
from vitalreel.steps.signing import sign  # noqa: E402
from vitalreel.steps.simulate import simulate_company  # noqa: E402
from vitalreel.wiring import open_doors  # noqa: E402

MODULE, DAY = "asked_for", date(2026, 11, 22)
NOW = datetime(2026, 11, 22, 18, tzinfo=UTC)
SEED = 11


def company(root: Path, accounts: int) -> Doors:
    """A company of which nobody has to review anything and nobody is held out, loaded, scored and decided."""
    simulate_company(root, Plan(accounts, 240, SEED, DAY), lambda _: None)
    module = Path(__file__).with_name("asked_for.yaml").read_text(encoding="utf-8")
    (root / "modules" / f"{MODULE}.yaml").write_text(module, encoding="utf-8")
    programme = root / "vitalreel.yaml"
    text = programme.read_text(encoding="utf-8")
    for sample in ("20%", "5%", "2%"):
        text = text.replace(f"sample: {sample}", "sample: 0%")
    text = text.replace("tier_1: {needs: [csm, production]}", "tier_1: {}").replace("\nholdout: 10%", "\nholdout: 0%")
    programme.write_text(text, encoding="utf-8")
    doors = open_doors(root)
    load_company(doors, Setting(accounts, SEED, 0, DAY))
    assess(doors, DAY, NOW)
    decide_day(doors, DAY, NOW)  # which says every account's tier
    sign(doors, MODULE, "live", "the benchmark", NOW)
    return doors
