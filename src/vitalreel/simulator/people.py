"""Invented names: companies, contacts and customer-success managers, drawn by name like everything else."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

import numpy as np

from vitalreel.simulator.draws import Ints, uniform
from vitalreel.simulator.founding import Founding
from vitalreel.simulator.plan import INDUSTRIES, REGIONS, Plan

STEMS = (
    "Halden", "Corvane", "Tarn Valley", "Brackwater", "Nordwind", "Eastmoor", "Kestrel", "Linden", "Marlow",
    "Penrose", "Quayside", "Ravensby", "Solway", "Thornfield", "Ullswater", "Verdane", "Westerly", "Yarrow",
    "Ashdown", "Bellweather", "Calder", "Dunmore", "Elmstead", "Fairholm", "Glenrock", "Harrow Lane", "Ironbridge",
    "Juniper", "Kilbride", "Lakemont", "Millbrook", "Northgate", "Orchard Row", "Pinecrest", "Redfern", "Silverton",
    "Three Rivers", "Underhill", "Vale Royal", "Whitcombe", "Alder Bay", "Bluestone", "Copperfield", "Dovecote",
    "Evergreen", "Foxglove", "Granite Park", "Hollow Oak", "Ingleside", "Kingsmere",
)  # fmt: skip
TRADES = {
    "logistics": ("Logistics", "Freight", "Haulage"),
    "finance": ("Credit Union", "Mutual", "Savings"),
    "health": ("Health", "Hospitals", "Care"),
    "manufacturing": ("Foundry", "Plastics", "Tooling"),
    "education": ("Schools", "College", "Academies"),
    "public": ("Council", "Transit", "Libraries"),
    "retail": ("Stores", "Foods", "Outfitters"),
    "hospitality": ("Hotels", "Kitchens", "Resorts"),
}
FIRST = (
    "Priya", "Daniel", "Ana", "Jonas", "Siobhan", "Wei", "Marta", "Kwame", "Ingrid", "Luis", "Fatima", "Owen",
    "Chloé", "Tomasz", "Aisha", "Henrik", "Grace", "Mateo", "Yuki", "Nadia", "Robert", "Leila", "Erik", "Sofia",
    "Dmitri", "Hannah", "Rahul", "Zoë", "Samuel", "Elena", "Patrick", "Amara", "Victor", "Noor", "Julia", "Andre",
    "Mei", "Karim", "Beth", "Oscar",
)  # fmt: skip
LAST = (
    "Raman", "Osei", "Hoffmann", "Brandt", "Nguyen", "Zhang", "Kowalska", "Mensah", "Solheim", "Alvarez", "Haddad",
    "Price", "Martin", "Nowak", "Khan", "Lindqvist", "Okafor", "Ruiz", "Tanaka", "Petrova", "Clarke", "Rahimi",
    "Berg", "Rossi", "Ivanov", "Weber", "Mehta", "van Dijk", "Adeyemi", "Costa", "Murphy", "Diallo", "Novak",
    "Aziz", "Fischer", "Pereira", "Lin", "Mansour", "Whitfield", "Jansen",
)  # fmt: skip
TITLES = {
    "sponsor": ("Chief Operating Officer", "VP Operations", "Director of People"),
    "champion": ("Head of Scheduling", "Operations Manager", "Workforce Lead"),
    "admin": ("Systems Administrator", "Rota Coordinator", "HR Systems Lead"),
    "user": ("Team Leader", "Shift Manager", "Supervisor"),
}
PLACES = {
    "NA": (("US", "America/New_York"), ("US", "America/Chicago"), ("CA", "America/Toronto")),
    "EMEA": (("GB", "Europe/London"), ("DE", "Europe/Berlin"), ("NL", "Europe/Amsterdam"), ("IE", "Europe/Dublin")),
    "APAC": (("AU", "Australia/Sydney"), ("SG", "Asia/Singapore")),
    "LATAM": (("BR", "America/Sao_Paulo"), ("MX", "America/Mexico_City")),
}
CSMS = (
    ("csm-1", "Daniel Osei", "Customer success manager"), ("csm-2", "Ingrid Solheim", "Senior customer success manager"),
    ("csm-3", "Mateo Ruiz", "Customer success manager"), ("csm-4", "Hannah Clarke", "Customer success manager"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Person:
    account: int
    rank: int  # 0 sponsor, 1 champion, 2 admin, then users; 100 and up: successors of sponsors
    name: str
    role: str
    title: str
    consent: bool

    @property
    def id(self) -> str:
        return f"con-{self.account:06d}-{self.rank}"


def company_name(plan: Plan, who: Founding, i: int) -> str:
    """The account's name; a numeral is added from the second round of the stems on."""
    trade = TRADES[INDUSTRIES[who.industry[i]]]
    turn, place = divmod(i, len(STEMS))
    stem = STEMS[int(place * 17 + plan.seed * 7) % len(STEMS)]
    word = trade[(turn + int(uniform(plan.seed, "trade", [i])[0] * len(trade))) % len(trade)]
    return f"{stem} {word}" if turn < len(trade) else f"{stem} {word} {turn + 1}"


def place(plan: Plan, who: Founding, i: int) -> tuple[str, str]:
    """(country, time zone)."""
    choices = PLACES[REGIONS[who.region[i]]]
    return choices[int(uniform(plan.seed, "place", [i])[0] * len(choices))]


def people(plan: Plan, who: Founding) -> list[Person]:
    """Contacts of all accounts: a sponsor, a champion, often an admin, more users in bigger segments."""
    mean = np.array((2.0, 5.0, 11.0))[who.segment]
    size = 2 + np.floor(mean * -np.log(uniform(plan.seed, "contacts", who.ids))).astype(int).clip(0, 40)
    owner: Ints = np.repeat(who.ids, size)
    rank = np.arange(owner.size) - np.repeat(np.cumsum(size) - size, size)
    agreed = uniform(plan.seed, "consent", owner, rank) < 0.90
    roles = ("sponsor", "champion", "admin")
    return [
        person(plan, int(i), int(r), roles[r] if r < 3 else "user", bool(yes))
        for i, r, yes in zip(owner, rank, agreed, strict=True)
    ]  # fmt: skip


def person(plan: Plan, account: int, rank: int, role: str, consent: bool) -> Person:
    """One contact, named by draw."""
    a, b, c = (float(uniform(plan.seed, stream, [account], rank)[0]) for stream in ("first", "last", "title"))
    name = f"{FIRST[int(a * len(FIRST))]} {LAST[int(b * len(LAST))]}"
    titles = TITLES[role]
    return Person(account, rank, name, role, titles[int(c * len(titles))], consent)


def mailbox(name: str, domain: str) -> str:
    """An address: accents dropped, words joined by dots."""
    bare = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return f"{'.'.join(bare.split())}@{domain}"
