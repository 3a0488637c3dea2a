"""deliver: what is approved and due goes out, once. A row is written before the attempt, and only rows decide (R6 R7 R8 P1)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, Protocol

from sqlalchemy import Connection, Engine, Select, select, update

from vitalreel.delivery import dispatch
from vitalreel.errors import BadInput, NotFound
from vitalreel.ports import Box, Channel, Message, NotSent
from vitalreel.steps.clearance import OVER, cleared, hold_stops, note, queue_up, touches
from vitalreel.steps.doors import Doors
from vitalreel.steps.inbox import link_of
from vitalreel.steps.mailed import compose
from vitalreel.steps.mailed import watch_url as watch_url
from vitalreel.steps.occasion import Occasion
from vitalreel.steps.offers import publish_offers
from vitalreel.steps.overdue import MISSED, to_person
from vitalreel.steps.pace import PACED, paced
from vitalreel.steps.returned import name_of, refused
from vitalreel.steps.unopened import beside
from vitalreel.store import tables as t
from vitalreel.store.database import insert_new, reading
from vitalreel.store.jobs import is_gone
from vitalreel.triggers.channels import IN_APP
from vitalreel.triggers.guards import Moment
from vitalreel.triggers.window import NotNow
from vitalreel.video.kit import Kit

RETRIES = dispatch.Retries(timedelta(minutes=5), timedelta(hours=6), 8)
LEASE = timedelta(minutes=15)
"""An attempt is over by then: a mail server has 30 s for each of the dozen things it is told."""
ELSEWHERE = "elsewhere"
"""What became of a row that another worker has in hand, or had."""
Row = Mapping[str, Any]


class Remembering(Protocol):
    """A channel whose peer can tell whether it has a message."""

    def has(self, message: Message) -> bool: ...


@dataclass(frozen=True, slots=True)
class Held:
    """A touch that did not leave now."""

    touch: str
    account: str
    reason: str
    until: datetime | None


@dataclass(frozen=True, slots=True)
class Delivered:
    sent: tuple[str, ...]  # touches
    withheld: tuple[Held, ...]
    unknown: tuple[str, ...]
    failed: tuple[str, ...]
    beside: int = 0  # films laid into the product's inbox beside their own sending


@dataclass(frozen=True, slots=True)
class Post:
    """What delivery needs beside the workspace."""

    channel: Channel
    kit: Kit
    base_url: str  # what links begin with
    holder: str  # HOST/PID/START of this process
    clock: Callable[[], datetime]  # the real one, by which leases run, whatever instant is played
    others: Mapping[str, Channel] = field(default_factory=dict)  # channels beside mail, by name
    boxes: tuple[Box, ...] = ()  # where mails come back

    def by(self, channel: str) -> Channel | None:
        """The channel of that name, None where it is not set up."""
        return self.channel if channel == self.channel.name else self.others.get(channel)


def deliver(doors: Doors, post: Post, now: datetime, occasion: Occasion | None = None) -> Delivered:
    """Send what is due. Safe to run again after any crash: what may have left is never sent again by itself.

    occasion: asks whether films that wait are still to be sent, by the data loaded as each leaves; None: as of the day of `now`.

    Several workers may do so at once: each attempt is one worker's, by a lease.
    """
    recover(doors, post)
    occasion = occasion or Occasion(doors, now.date())
    occasion.keep_up(now)
    held = [h for touch in _approved(doors.engine) if (h := _enqueue(doors, touch, now)) is not None]
    tried = list(_tried(doors, post, now, occasion))
    held += [end for _, end in tried if isinstance(end, Held)]
    publish_offers(doors, now)
    sent, unknown, failed = (
        tuple(touch for touch, state in tried if state == s and touch is not None)
        for s in ("sent", "unknown", "failed")
    )
    return Delivered(
        sent, tuple(held), unknown, failed, sum(state == "sent" for touch, state in tried if touch is None)
    )


# -- what may leave -----------------------------------------------------------------------------------------------------


def _approved(engine: Engine) -> Sequence[Row]:
    query = (
        touches()
        .outerjoin(t.outbox, t.outbox.c.touch == t.touch.c.id)
        .where(t.touch.c.state == "approved", t.outbox.c.key.is_(None))
        .order_by(t.touch.c.window_to, t.touch.c.id)
    )
    with reading(engine).connect() as c:
        return [dict(r) for r in c.execute(query).mappings()]


def _enqueue(doors: Doors, touch: Row, now: datetime) -> Held | None:
    """An outbox row and a link for the touch, if nothing speaks against it at this moment; else why not."""
    channel = touch["channels"][0]
    name = name_of(doors, f"{touch['id']}:{channel}", now)
    with doors.engine.begin() as c:
        queue_up(c, touch["account"], touch["contact"])
        current = _touch(c, touch["id"])
        if current["state"] != "approved" or c.execute(_delivery(touch["id"])).first() is not None:
            return None  # another process was there first
        no = cleared(c, doors, current, "send", now)
        if no is not None:
            return _hold(c, doors, current, no, now)
        link_id = link_of(touch["id"])
        expires = now + timedelta(days=doors.programme.sending.link_days)
        insert_new(
            c, t.link,
            [{"id": link_id, "video": touch["video"], "account": touch["account"], "contact": touch["contact"], "touch": touch["id"],
              "expires": expires, "revoked": None, "created": now}],
        )  # fmt: skip
        insert_new(c, t.outbox, [_sending(current, channel, name, now)])
        if channel != IN_APP and IN_APP in touch["channels"] and doors.programme.channels.beside:
            insert_new(c, t.outbox, [beside(current, now)])
    return None


def _sending(touch: Row, channel: str, name: str, now: datetime) -> dict[str, Any]:
    """The outbox row of a touch's own sending. name: its mail's."""
    to = touch["contact"] if channel == IN_APP else touch["email"] or touch["contact"]
    return beside(touch, now) | {
        "key": f"{touch['id']}:{channel}", "touch": touch["id"], "beside": None, "channel": channel, "to": to,
        "mail": name if channel == "email" else None,
    }  # fmt: skip


def _touch(c: Connection, touch: str) -> Row:
    return dict(c.execute(touches().where(t.touch.c.id == touch)).mappings().one())


def _carried(c: Connection, key: str) -> Row:
    """The touch an outbox row carries, with the row's `channel` and the `moment` at which it is asked about."""
    row = c.execute(select(t.outbox.c.touch, t.outbox.c.beside, t.outbox.c.channel).where(t.outbox.c.key == key)).one()
    moment: Moment = "beside" if row.touch is None else "send"
    return {**_touch(c, row.touch or row.beside), "channel": row.channel, "moment": moment}


def _delivery(touch: str) -> Select[Any]:
    return select(t.outbox.c.key).where(t.outbox.c.touch == touch)


def _hold(c: Connection, doors: Doors, touch: Row, no: NotNow, now: datetime) -> Held:
    """Keep the reason; a touch that can never leave any more is over, one that only waits stays as it is.

    Where it is too late for the film, a person is asked to take its place (R3).
    """
    note(c, touch, no, now)
    if no.reason in OVER and touch.get("moment") != "beside":
        late = no.reason == MISSED
        c.execute(update(t.touch).where(t.touch.c.id == touch["id"]).values(state="missed" if late else "stopped"))
        if late:
            to_person(c, doors, touch, now.date(), now)
    return Held(touch["id"], touch["account"], no.reason, no.until)


# -- attempts -----------------------------------------------------------------------------------------------------------


def _tried(doors: Doors, post: Post, now: datetime, occasion: Occasion) -> Iterator[tuple[str | None, Held | str]]:
    """Attempts at all that is due: the touch whose own sending each is (None: it is beside one), and what became of it.

    Once a channel is used as fast as it may be, what else it was to carry waits where it is, unasked.
    """
    spent: dict[str, Held] = {}
    for row in _ready(doors.engine, now):
        held = spent.get(row["channel"])
        if held is not None:
            yield row["touch"], replace(held, touch=row["touch"] or row["beside"], account=row["account"])
            continue
        end = _attempt(doors, post, row["key"], now, occasion)
        if isinstance(end, Held) and end.reason == PACED:
            spent[row["channel"]] = end
        yield row["touch"], end


def _ready(engine: Engine, now: datetime) -> Sequence[Row]:
    """Due rows of the outbox, by name."""
    o = t.outbox.c
    query = (
        select(o.key, o.touch, o.beside, o.channel, o.account)
        .where(t.outbox.c.state == "ready", t.outbox.c.next_at <= now)
        .order_by(t.outbox.c.next_at, t.outbox.c.key)
    )
    with reading(engine).connect() as c:
        return [dict(r) for r in c.execute(query).mappings()]


def _row(c: Connection, key: str) -> dispatch.Row:
    o = t.outbox.c
    columns = (o.state, o.attempts, o.next_at, o.receipt, o.holder, o.held_until)
    return dispatch.Row(**c.execute(select(*columns).where(t.outbox.c.key == key).with_for_update()).mappings().one())


def _write(c: Connection, key: str, row: dispatch.Row, now: datetime) -> None:
    c.execute(update(t.outbox).where(t.outbox.c.key == key).values(**asdict(row), changed=now))
    if row.state == "sent":
        own = select(t.outbox.c.touch).where(t.outbox.c.key == key).scalar_subquery()
        c.execute(update(t.touch).where(t.touch.c.id == own).values(state="sent"))


def _attempt(doors: Doors, post: Post, key: str, now: datetime, occasion: Occasion | None = None) -> Held | str:
    """One attempt: asked again, claimed and committed before the peer hears anything, its end committed after.

    The claim is the instant that counts: whoever said no before it gets nothing, whatever was planned, queued or tried.
    What was said, and what was loaded, while the claim was being committed is looked for once more, at the last moment.
    """
    channel = post.by(key.rpartition(":")[2])
    if channel is None:
        return _no_way(doors, key)
    try:
        message = compose(doors, post.kit, post.base_url, key, now)
    except NotFound:
        if _is_there(doors, key):
            raise
        return ELSEWHERE  # its film was taken back meanwhile
    lease = dispatch.Lease(post.holder, post.clock() + LEASE)
    occasion = occasion or Occasion(doors, now.date())
    occasion.keep_up(now)
    with doors.engine.begin() as c:
        held = _claim(c, doors, key, now, lease)
    if held is None:
        occasion.keep_up(now)
        held = _last_word(doors, key, now, lease)
    if held is not None:
        return held
    answer = channel.send(message)
    with doors.engine.begin() as c:
        row = _row(c, key)
        mine = dispatch.holds(row, lease)
        ended = dispatch.finish(row, answer, now, RETRIES) if mine else dispatch.learn(row, answer)
        if ended != row:
            _write(c, key, ended, now)
        if isinstance(answer, NotSent) and answer.address and ended.state == "failed" and mine:
            refused(c, doors, key, answer.reason, now)
    return ended.state


def _is_there(doors: Doors, key: str) -> bool:
    with reading(doors.engine).connect() as c:
        return c.execute(select(t.outbox.c.key).where(t.outbox.c.key == key)).first() is not None


def _no_way(doors: Doors, key: str) -> Held:
    """A row whose channel was set up when it was queued and is so no more: it waits, and keeps nobody else waiting."""
    with reading(doors.engine).connect() as c:
        row = c.execute(
            select(t.outbox.c.touch, t.outbox.c.beside, t.outbox.c.account).where(t.outbox.c.key == key)
        ).one()
    return Held(row.touch or row.beside, row.account, "channel not set up", None)


def _last_word(doors: Doors, key: str, now: datetime, lease: dispatch.Lease) -> Held | str | None:
    """What has come up against a claimed row since its claim: it is given back. The peer has heard nothing yet."""
    with reading(doors.engine).begin() as c:
        touch = _carried(c, key)
        no = cleared(c, doors, touch, touch["moment"], now, touch["channel"])
    if no is None:
        return None
    with doors.engine.begin() as c:
        row = _row(c, key)
        if not dispatch.holds(row, lease):
            return ELSEWHERE
        row = dispatch.release(row, no.reason)
        _write(c, key, row, now)
        return _put_off(c, doors, key, row, touch, no, now)


def _claim(c: Connection, doors: Doors, key: str, now: datetime, lease: dispatch.Lease) -> Held | str | None:
    """Take a due row for this attempt; else what keeps it, or that another worker has it."""
    whose = select(t.outbox.c.account, t.outbox.c.contact).where(t.outbox.c.key == key)
    mine = c.execute(whose).one_or_none()
    if mine is not None:
        queue_up(c, mine.account, mine.contact)
        hold_stops(c)
    if mine is None or c.execute(whose).one_or_none() is None:
        return ELSEWHERE  # its film was taken back meanwhile
    row = _row(c, key)
    if row.state != "ready" or row.next_at > now:
        return ELSEWHERE
    current = _carried(c, key)
    no = cleared(c, doors, current, current["moment"], now, current["channel"])
    if no is None:
        no = paced(c, doors, current["channel"], now)  # what may not leave for another reason is not counted
    if no is None:
        _write(c, key, dispatch.begin(row, now, lease), now)
        return None
    return _put_off(c, doors, key, row, current, no, now)


def _put_off(c: Connection, doors: Doors, key: str, row: dispatch.Row, touch: Row, no: NotNow, now: datetime) -> Held:
    """A ready row that may not leave now: over, until a time, or until somebody takes back what keeps it."""
    if no.reason in OVER:
        _write(c, key, dispatch.stop(row, no.reason), now)
    elif no.until is not None:
        _write(c, key, dispatch.wait(row, no.until), now)
    return _hold(c, doors, touch, no, now)


def recover(doors: Doors, post: Post) -> None:
    """Rows whose sender died in the attempt: asked of a peer that remembers, else left to a person. Call before sending.

    Dead is a process of this machine that has ended, and one anywhere whose lease has lapsed; others are left to their attempt.
    """
    with reading(doors.engine).connect() as c:
        found = c.execute(select(t.outbox.c.key, t.outbox.c.changed).where(t.outbox.c.state == "sending")).all()
    for key, changed in found:
        with reading(doors.engine).connect() as c:
            row = _row(c, key)
        if row.state != "sending" or not (dispatch.lapsed(row, post.clock()) or is_gone(row.holder)):
            continue
        has = getattr(post.by(key.rpartition(":")[2]), "has", None)
        taken = (
            has(compose(doors, post.kit, post.base_url, key, changed)) if has else None
        )  # nothing is locked while the peer is asked
        with doors.engine.begin() as c:
            if _row(c, key) == row:  # else its sender was only slow, or another has seen to it
                _write(c, key, dispatch.resume(row, taken), changed)


def resolve(doors: Doors, key: str, arrived: bool, now: datetime) -> str:
    """A person says what became of an unknown or failed delivery; answers its new state. Raises NotFound, BadInput."""
    with doors.engine.begin() as c:
        if c.execute(select(t.outbox.c.key).where(t.outbox.c.key == key)).first() is None:
            raise NotFound("delivery", key, "see `vitalreel outbox list`")
        try:
            row = dispatch.resolve(_row(c, key), arrived, now)
        except dispatch.WrongMove as e:
            raise BadInput(f"delivery {key}", str(e), "only unknown and failed ones wait for a person") from e
        _write(c, key, row, now)
    return row.state


def outbox(doors: Doors) -> list[dict[str, Any]]:
    """All deliveries, newest first; `touch` is the one a row carries, by itself or beside another."""
    with reading(doors.engine).connect() as c:
        rows = c.execute(select(t.outbox).order_by(t.outbox.c.created.desc(), t.outbox.c.key)).mappings()
        return [dict(r) | {"touch": r["touch"] or r["beside"]} for r in rows]


# -- the message --------------------------------------------------------------------------------------------------------
