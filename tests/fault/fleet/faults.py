"""What can go wrong around the services and with them: each a function that makes it so, lets it last, and ends it.

Two lanes, so that one fault may meet another: what happens to the services, and what happens to their servers.
"""

import random
import signal
import time
from collections.abc import Callable

from .system import COPIES, RECIPIENTS, Fleet

Fault = Callable[[Fleet, random.Random], None]


def some(source: random.Random, most: float) -> float:
    """Seconds; short ones more often than long ones."""
    return most * source.random() ** 2


def copy_of(program: str, source: random.Random) -> str:
    return f"{program}#{source.randint(1, COPIES[program])}"


def kill(program: str) -> Fault:
    def fault(fleet: Fleet, source: random.Random) -> None:
        name = copy_of(program, source)
        fleet.processes[name].kill()
        fleet.bury(name)
        time.sleep(some(source, 2))
        fleet.launch(name)

    return fault


def stop(program: str) -> Fault:
    def fault(fleet: Fleet, source: random.Random) -> None:
        name = copy_of(program, source)
        fleet.address_of(name)  # before it listens it may still be without a handler for the signal
        fleet.processes[name].stop()
        fleet.bury(name)
        fleet.launch(name)

    return fault


def freeze(program: str) -> Fault:
    def fault(fleet: Fleet, source: random.Random) -> None:
        process = fleet.processes[copy_of(program, source)]
        process.signal(signal.SIGSTOP)
        time.sleep(some(source, 6))
        process.signal(signal.SIGCONT)

    return fault


SERVICE_FAULTS: dict[str, Fault] = {f"{how.__name__} {program}": how(program) for how in (kill, stop, freeze)
                                    for program in COPIES}


def broker_restarts(fleet: Fleet, source: random.Random) -> None:
    fleet.servers.broker.stop()
    fleet.servers.broker.start()


def broker_is_killed(fleet: Fleet, source: random.Random) -> None:
    fleet.servers.broker.kill()
    time.sleep(some(source, 3))
    fleet.servers.broker.start()


def broker_freezes(fleet: Fleet, source: random.Random) -> None:
    fleet.servers.broker.freeze()
    time.sleep(some(source, 12))
    fleet.servers.broker.thaw()


def broker_cuts_connections(fleet: Fleet, source: random.Random) -> None:
    fleet.servers.broker.cut_connections()


def queue_is_deleted(fleet: Fleet, source: random.Random) -> None:
    """With what is in it: the generators notice that a report makes no progress."""
    fleet.servers.broker.delete_queue(fleet.queue)


def broker_disk_alarm(fleet: Fleet, source: random.Random) -> None:
    fleet.servers.broker.disk_alarm(True)
    time.sleep(some(source, 5))
    fleet.servers.broker.disk_alarm(False)


def broker_memory_alarm(fleet: Fleet, source: random.Random) -> None:
    fleet.servers.broker.memory_alarm(True)
    time.sleep(some(source, 5))
    fleet.servers.broker.memory_alarm(False)


def database_is_killed(fleet: Fleet, source: random.Random) -> None:
    fleet.servers.mongo.kill()
    time.sleep(some(source, 5))
    fleet.servers.mongo.start()


def database_freezes(fleet: Fleet, source: random.Random) -> None:
    fleet.servers.mongo.freeze()
    time.sleep(some(source, 12))
    fleet.servers.mongo.thaw()


# What the services write with.
COMMANDS = ["insert", "update", "findAndModify"]


def database_loses_answers(fleet: Fleet, source: random.Random) -> None:
    fleet.servers.fail_next(COMMANDS, {"loseAnswer": True}, times=source.randint(1, 20))


def database_lacks_its_majority(fleet: Fleet, source: random.Random) -> None:
    error = {"code": 64, "errmsg": "waiting for replication timed out"}
    fleet.servers.fail_next(COMMANDS, {"writeConcernError": error}, times=source.randint(1, 20))


def mail_server_is_away(fleet: Fleet, source: random.Random) -> None:
    fleet.smtp.shut()
    time.sleep(some(source, 6))
    fleet.smtp.serve()


def mail_server_says_later(fleet: Fleet, source: random.Random) -> None:
    fleet.smtp.serve("--reply-once", f"rcpt:{source.choice(RECIPIENTS)}=451 4.7.1 try again later")


def mail_server_loses_an_answer(fleet: Fleet, source: random.Random) -> None:
    fleet.smtp.serve("--drop", "content", "--drop-times", "1")


def mail_server_hangs(fleet: Fleet, source: random.Random) -> None:
    fleet.smtp.serve("--hang", source.choice(["connect", "mail", "data"]))
    time.sleep(some(source, 6))
    fleet.smtp.serve()


SERVER_FAULTS: dict[str, Fault] = {fault.__name__.replace("_", " "): fault for fault in (
    broker_restarts, broker_is_killed, broker_freezes, broker_cuts_connections, queue_is_deleted, broker_disk_alarm,
    broker_memory_alarm, database_is_killed, database_freezes, database_loses_answers, database_lacks_its_majority,
    mail_server_is_away, mail_server_says_later, mail_server_loses_an_answer, mail_server_hangs)}
LANES = (SERVICE_FAULTS, SERVER_FAULTS)
