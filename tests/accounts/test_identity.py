"""Who is whom across sources: certain or told, never guessed (D6)."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vitalreel.accounts.identity import Match, Rules, Seen, followed, read_rules, same_accounts, same_contacts
from vitalreel.errors import BadConfiguration

CRM = Seen("account", "acme", "crm", "Acme", 0, domain="acme.example")
DESK = Seen("account", "desk:7", "desk", "ACME Inc.", 1, domain="acme.example")
ZOE = Seen("contact", "p1", "crm", "Zoë", 0, account="acme", email="zoe@acme.example")
ZOE_AGAIN = Seen("contact", "desk:9", "desk", "Z. Smith", 1, account="acme", email="zoe@acme.example")


def told(matches: tuple[Match, ...]) -> list[tuple[str, str, str, str]]:
    return [(m.alias, m.canonical, m.rule, m.state) for m in matches]


def test_a_shared_domain_is_proposed_and_an_external_id_is_certain():
    """D6: the earlier source's id stands; a domain waits for a person unless the programme says otherwise."""
    by_id = replace(DESK, domain="", external=frozenset({"acme"}))

    assert [("desk:7", "acme", "domain", "proposed")] == told(same_accounts([DESK, CRM], Rules()))
    assert [("desk:7", "acme", "external id", "merged")] == told(same_accounts([by_id, CRM], Rules()))
    assert "merged" == same_accounts([DESK, CRM], Rules(frozenset(("domain",))))[0].state


def test_an_external_id_counts_whichever_side_carries_it():
    """D6: the CRM may know the desk's id, or both a third system's."""
    knows = replace(CRM, domain="", external=frozenset({"desk:7"}))
    third = [replace(one, domain="", external=frozenset({"erp-1"})) for one in (CRM, DESK)]

    assert ["desk:7"] == [m.alias for m in same_accounts([knows, replace(DESK, domain="")], Rules())]
    assert ["both are known as erp-1"] == [m.evidence.partition(": ")[2] for m in same_accounts(third, Rules())]


def test_a_domain_that_a_source_has_twice_says_nothing():
    """D6: mail providers and groups; nobody needs a list of them."""
    other = replace(CRM, id="other", name="Other")

    assert () == same_accounts([CRM, other, DESK], Rules())


def test_a_match_that_is_not_unique_waits_for_a_person():
    """D6: two sources know it, as two accounts."""
    erp = replace(CRM, id="erp:1", source="erp", rank=1, domain="", external=frozenset({"desk:7"}))
    crm = replace(CRM, external=frozenset({"desk:7"}))
    (match,) = (m for m in same_accounts([crm, erp, replace(DESK, rank=2)], Rules()) if m.alias == "desk:7")

    assert (("acme", "erp:1"), "unclear") == (match.candidates, match.state)


def test_rows_of_one_source_are_never_joined():
    """D6: what a source tells apart stays apart."""
    twice = [replace(ZOE, id=i) for i in ("p1", "p2")]

    assert () == same_contacts(twice, Rules())


def test_an_address_within_one_account_is_one_person_and_at_two_accounts_is_told():
    """D6: nothing is merged across two accounts by guess."""
    elsewhere = replace(ZOE_AGAIN, account="other")

    assert [("desk:9", "p1", "email", "merged")] == told(same_contacts([ZOE, ZOE_AGAIN], Rules()))
    (apart,) = same_contacts([ZOE, elsewhere], Rules())
    assert "apart" == apart.state
    assert "one is at acme and the other at other" in apart.evidence


@given(st.dictionaries(st.sampled_from("abcdef"), st.sampled_from("abcdefgh")))
def test_chains_end_at_one_that_stands(merged: dict[str, str]):
    """D6: whatever was merged into whatever, an id that stands is nobody's second self, or it is a circle."""
    for alias, canonical in followed(merged).items():
        seen, at = {alias}, merged[alias]
        while at in merged and at not in seen:
            seen.add(at)
            at = merged[at]
        assert at == canonical


@pytest.mark.parametrize("raw", [[], {"at_once": ["name"]}, {"prefered": ["crm"]}])
def test_rules_that_cannot_be_read_are_told(raw: object):
    with pytest.raises(BadConfiguration, match=r"vitalreel\.yaml: identity"):
        read_rules(raw, "vitalreel.yaml: identity")
