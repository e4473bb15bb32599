"""The sender of one issue: write-ahead marks committed in groups, and connections opened, kept and ended.

One transaction holds the results since the last one and the next marks; a body leaves only after it. So
whatever kills the process, only messages whose mark is on the disk and whose result is not can have left
unrecorded: one a connection at most.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Final

from digest.deliver.office import Channel, Letter, Office
from digest.deliver.outbox import People, Queue
from digest.deliver.recording import Policy, Record, Snapshot
from digest.deliver.replies import Fate, Reply, Verdict
from digest.errors import DeliveryError
from digest.store.outbox import Outbox, OutboxIssue, Result
from digest.store.outbox_file import Ballast, FullError

_TICK: Final = 0.05  # seconds
_IDLE: Final = 5.0  # seconds that connections are kept for what is due then
_FAREWELL: Final = 2.0  # seconds that a server may take to say goodbye
_RECOVERY: Final = 60.0  # seconds after which one more connection is tried again
_LOST: Final = 10  # connections lost without a message between them, after which we give up
_UNOPENED: Final = 6  # the same of connections that could not be opened

Opener = Callable[[Office], Awaitable[Channel]]
"""Opens a channel. Raises DeliveryError."""


class Sender:
    """Sends one issue; made anew for each run. It is the office of its channels."""

    def __init__(
        self,
        store: Outbox,
        issue: OutboxIssue,
        queue: Queue,
        people: People,
        opener: Opener,
        policy: Policy,
        *,
        stopped: Callable[[], bool] = lambda: False,
        say: Callable[[Snapshot], None] = lambda _: None,
        clock: Callable[[], float] = time.monotonic,
        wall: Callable[[], float] = time.time,
    ) -> None:
        self._store, self._issue, self._queue, self._people = store, issue, queue, people
        self._opener, self._policy = opener, policy
        self._told_to_stop, self._say, self._clock, self._wall = stopped, say, clock, wall
        self._record = Record(store, issue, queue, policy, clock, wall)
        self._ballast = Ballast(store.path)
        self._channels: set[Channel] = set()
        self._idle: set[Channel] = set()
        self._opening: set[asyncio.Task[None]] = set()
        self._asked: list[tuple[Channel, Letter]] = []
        self._flush_due = False
        self._stopping_since: float | None = None
        self._stopped = False
        self._failure: BaseException | None = None
        self._target = policy.connections
        self._narrowed_at = self._open_at = 0.0
        self._unopened = self._lost = 0
        self._ever_open = False

    async def run(self) -> Snapshot:
        """Send until nothing is left that is due soon, or until it is stopped or paused.

        Raises:
            DeliveryError: the server cannot be reached, or hangs up again and again.
            StoreError: the outbox cannot be written; nothing left that is not marked.
        """
        try:
            while not self._done():
                self._tick()
                await asyncio.sleep(_TICK)
            await self._close()
        finally:
            self._abort("the sender ends")
            for task in self._opening:
                task.cancel()
            await asyncio.gather(*self._opening, return_exceptions=True)
        if self._failure is not None:
            raise self._failure
        return self.snapshot()

    def snapshot(self) -> Snapshot:
        """How far it is."""
        return self._record.snapshot(len(self._channels), self._stopped)

    # What channels ask and tell: see Office.

    def next(self) -> Letter | None:
        """See Office."""
        return None if self._stopping else self._queue.next()

    def mark(self, channel: Channel, letter: Letter) -> None:
        """See Office."""
        self._asked.append((channel, letter))
        self._flush_soon()

    def settle(self, letter: Letter, outcome: Verdict, reply: Reply) -> None:
        """See Office."""
        if outcome.fate is Fate.SENT:
            self._lost = 0
        self._record.settle(letter, outcome, reply)
        if self._record.paused:
            self._stop()
        self._flush_soon()

    def ambiguous(self, letter: Letter, why: str) -> None:
        """See Office."""
        self._record.ambiguous(letter, why)
        self._flush_soon()

    def back(self, letter: Letter) -> None:
        """See Office."""
        self._asked = [each for each in self._asked if each[1] is not letter]
        self._queue.back(letter)

    def closing(self) -> None:
        """See Office."""
        self._target = max(1, min(self._target, len(self._channels)) // 2)
        self._narrowed_at = self._clock()

    def idle(self, channel: Channel) -> None:
        """See Office."""
        self._idle.add(channel)

    def lost(self, channel: Channel, why: str) -> None:
        """See Office."""
        self._channels.discard(channel)
        self._idle.discard(channel)
        if self._stopping or not why:
            return
        self._lost += 1
        if self._lost >= max(_LOST, 3 * self._policy.connections):
            self.broken(
                DeliveryError(
                    f"the server ends one connection after the other: {why}",
                    subject=self._issue.name,
                    hint="nothing is lost; ask its operator, then run `digest send` again",
                )
            )

    def broken(self, error: BaseException) -> None:
        """See Office."""
        self._failure = self._failure or error
        self._stop()

    # Its own work.

    @property
    def _stopping(self) -> bool:
        return self._stopping_since is not None

    def _stop(self) -> None:
        if self._stopping_since is None:
            self._stopping_since = self._clock()
            self._flush_soon()

    def _done(self) -> bool:
        """Whether nothing is under way and nothing more is to come soon."""
        if self._record.waiting or self._asked or any(channel.busy for channel in self._channels):
            return False
        if self._stopping or not self._record.left:
            return True
        wait = self._queue.wait()
        under_way = len(self._channels) > len(self._idle) or bool(self._opening)
        return not under_way and (wait is None or wait > self._policy.patience)

    def _tick(self) -> None:
        now = self._clock()
        if self._told_to_stop() and not self._stopping:
            self._stopped = True
            self._stop()
        for channel in [each for each in self._channels if each.deadline <= now]:
            channel.expire()
        if self._stopping_since is not None and now - self._stopping_since > self._policy.grace:
            self._abort("no reply before the end")
        wait = self._queue.wait()
        if wait == 0 and not self._stopping:
            self._each_idle(lambda channel: channel.begin())
            self._open_more(now)
        elif wait is None or wait > _IDLE or self._stopping:
            self._each_idle(lambda channel: channel.quit())
        self._flush_soon()
        self._say(self.snapshot())

    def _each_idle(self, do: Callable[[Channel], None]) -> None:
        for channel in list(self._idle):
            self._idle.discard(channel)
            do(channel)

    def _flush_soon(self) -> None:
        """Commit before the loop looks at the network again."""
        if not self._flush_due:
            self._flush_due = True
            asyncio.get_running_loop().call_soon(self._flush)

    def _flush(self) -> None:
        """Commit the results and the next marks, then let the bodies leave."""
        self._flush_due = False
        asked, self._asked = self._asked, []
        results: list[Result] = []
        try:
            going = self._claimed(asked)
            results = self._record.take()
            if results or going:
                marks = [(letter.subscriber, letter.attempts + 1) for _, letter in going]
                self._store.commit(self._issue.id, results, marks, self._wall())
        except Exception as error:  # asyncio would only log it, and everybody would wait for ever
            self._uncommitted(error, results, asked)
            return
        for channel, letter in going:
            channel.go(letter)

    def _claimed(self, asked: list[tuple[Channel, Letter]]) -> list[tuple[Channel, Letter]]:
        """Those that may still be sent: their people stay, their channel lives, and nobody has stopped us."""
        if self._stopping:
            self._withdraw(asked, "stopped")
            return []
        if not asked:
            return []
        round_ = self._people.round()
        doubtful = [letter.subscriber for _, letter in asked if letter.round != round_]
        still = self._people.still(doubtful) if doubtful else ()
        going = []
        for channel, letter in asked:
            if letter.round != round_ and letter.subscriber not in still:
                self._record.left_before(letter)
                channel.withdraw("the recipient has just left")
            elif channel.alive:
                going.append((channel, letter))
            else:
                self._withdraw([(channel, letter)], "the connection has ended")
        return going

    def _withdraw(self, asked: list[tuple[Channel, Letter]], why: str) -> None:
        for channel, letter in asked:
            channel.withdraw(why)
            self._queue.back(letter)

    def _uncommitted(
        self, error: Exception, results: list[Result], asked: list[tuple[Channel, Letter]]
    ) -> None:
        """The outbox refuses: no body leaves any more; the ballast makes room for the last results."""
        self.broken(error)
        self._withdraw(asked, "the outbox cannot be written")
        if isinstance(error, FullError) and self._ballast.free():
            self._record.give_back(results)
            self._flush_soon()
        else:
            self._abort("the outbox cannot be written")
            self._record.take()

    def _open_more(self, now: float) -> None:
        if self._target < self._policy.connections and now - self._narrowed_at > _RECOVERY:
            self._target, self._narrowed_at = self._target + 1, now
        wanted = min(self._target, self._record.left) - len(self._channels) - len(self._opening)
        for _ in range(wanted if now >= self._open_at else 0):
            task = asyncio.get_running_loop().create_task(self._open_one())
            self._opening.add(task)
            task.add_done_callback(self._opening.discard)

    async def _open_one(self) -> None:
        try:
            channel = await self._opener(self)
        except DeliveryError as error:
            self._not_opened(error)
        except Exception as error:
            self.broken(error)
        else:
            self._unopened, self._ever_open = 0, True
            self._channels.add(channel)
            channel.begin()

    def _not_opened(self, error: DeliveryError) -> None:
        """A connection that could not be made: tried again after a while, unless that cannot help."""
        if error.reply and error.reply // 100 == 5 and error.reply != _NO_SERVICE:
            login = error.reply in _LOGIN and error.hint
            self._record.pause(f"{error.sentence}; {error.hint}" if login else error.sentence)
            self._stop()
            return
        if self._channels:  # it has enough of us
            self._target, self._narrowed_at = len(self._channels), self._clock()
        self._unopened += 1
        self._open_at = self._clock() + min(30.0, 0.5 * 2**self._unopened)
        if not self._channels and (self._unopened >= _UNOPENED or not (self._ever_open or error.reply)):
            self.broken(error)

    def _abort(self, why: str) -> None:
        for channel in list(self._channels):
            channel.drop(why)

    async def _close(self) -> None:
        """Say farewell to the server, and write the last results."""
        for channel in list(self._channels):
            channel.quit()
        until = self._clock() + _FAREWELL
        while self._channels and self._clock() < until:
            await asyncio.sleep(0.01)
        self._abort("no farewell")
        self._flush()
        await asyncio.sleep(0)
        if self._flush_due:  # the last results wanted the ballast
            await asyncio.sleep(0)


_LOGIN: Final = (530, 534, 535, 538)  # RFC 4954 §6: what the editor mends in the environment
_NO_SERVICE: Final = 554  # as a greeting: not now, perhaps
