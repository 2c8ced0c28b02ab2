"""Three PostgreSQL nodes under Patroni, in a folder, and what can happen to their primary. For
scripts/with-patroni, and run by the Python that it makes, which has psutil."""

import contextlib
import json
import os
import pathlib
import signal
import socket
import subprocess
import sys
import time
import urllib.request

import psutil
import psycopg

usage = """usage: faults COMMAND
  kill-node       SIGKILL to the primary's Patroni and its PostgreSQL, all of it
  kill-postgres   SIGKILL to its PostgreSQL alone
  freeze          SIGSTOP to the primary's Patroni and its PostgreSQL
  thaw            SIGCONT to whatever is frozen
  heal            thaws, starts what is down, and waits until three nodes are as they should be
  status          says which node is what"""

NODES = ["node1", "node2", "node3"]
# A node that takes this long to come back does not come back.
DEADLINE_S = 120
STEADY_S = 3


class Cluster:
    def __init__(self, folder):
        self.folder = pathlib.Path(folder)

    def of(self, node):
        return json.loads((self.folder / node / "node.json").read_text())

    def make(self, bin_dir, etcd):
        """Writes down what each node is started with."""
        os.chmod(self.folder, 0o755)
        with contextlib.ExitStack() as held:
            # Held together, so that none is given twice.
            ports = [held.enter_context(socket.socket()) for _ in range(2 * len(NODES))]
            for one in ports:
                one.bind(("127.0.0.1", 0))
            ports = [one.getsockname()[1] for one in ports]
        for node in NODES:
            home = self.folder / node
            home.mkdir()
            told = configuration(node, home, bin_dir, etcd, rest=ports.pop(), port=ports.pop())
            # JSON is YAML.
            (home / "node.json").write_text(json.dumps(told, indent=1))
            if os.geteuid() == 0:
                subprocess.run(["chown", "-R", "postgres:", home], check=True)
        hosts = ",".join(self.of(node)["postgresql"]["listen"] for node in NODES)
        (self.folder / "url").write_text(f"postgres://gavel@{hosts}/gavel")

    def run(self, node):
        """Starts a node's Patroni, which starts its PostgreSQL."""
        home = self.folder / node
        # PostgreSQL refuses to run as root.
        as_user = ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"]
        as_user = as_user if os.geteuid() == 0 else []
        with open(home / "patroni.log", "ab") as log:
            command = [*as_user, pathlib.Path(sys.executable).parent / "patroni", home / "node.json"]
            own = {"cwd": "/", "start_new_session": True, "stdin": subprocess.DEVNULL}
            started = subprocess.Popen(command, stdout=log, stderr=log, **own)
        (home / "pid").write_text(str(started.pid))

    def patroni(self, node):
        """The process of a node's Patroni, if it lives."""
        return alive(self.folder / node / "pid", "patroni")

    def postgres(self, node):
        """The process of a node's PostgreSQL, if it lives."""
        return alive(self.folder / node / "data" / "postmaster.pid", "postgres")

    def processes(self, node):
        """All that a node consists of, parents first: who is stopped makes no more children."""
        both = [self.patroni(node), self.postgres(node)]
        return [one for parent in both if parent for one in (parent, *children(parent))]

    def members(self):
        """Each node's role and state as Patroni tells them, by whichever node answers."""
        for node in NODES:
            address = self.of(node)["restapi"]["listen"]
            with contextlib.suppress(OSError, ValueError):
                with urllib.request.urlopen(f"http://{address}/cluster", timeout=1) as answer:
                    members = json.load(answer)["members"]
                    return {one["name"]: (one["role"], one["state"]) for one in members}
        return {}

    def primary(self):
        for node, (role, _) in self.members().items():
            if role == "leader":
                return node
        sys.exit("faults: there is no primary")

    def whole(self):
        # What Patroni tells is a moment old: it may not have seen yet that somebody is dead.
        alive = all(self.patroni(node) and self.postgres(node) for node in NODES)
        members = sorted(self.members().values())
        streaming = "streaming"
        return alive and members == [
            ("leader", "running"),
            ("replica", streaming),
            ("sync_standby", streaming),
        ]

    def await_whole(self):
        """Waits until all is as it should be, and stays so for longer than Patroni takes to see."""
        deadline, since = time.monotonic() + DEADLINE_S, None
        while since is None or time.monotonic() - since < STEADY_S:
            if time.monotonic() > deadline:
                sys.exit(f"faults: the cluster does not heal: {self.members()}")
            since = (since or time.monotonic()) if self.whole() else None
            time.sleep(0.2)

    def start(self, bin_dir, etcd):
        self.make(bin_dir, etcd)
        for node in NODES:
            self.run(node)
        try:
            self.await_whole()
        except SystemExit:
            for node in NODES:
                sys.stderr.write((self.folder / node / "patroni.log").read_text()[-500:])
            raise
        address = self.of(self.primary())["postgresql"]["listen"]
        with psycopg.connect(f"postgres://postgres@{address}/postgres", autocommit=True) as db:
            db.execute("CREATE ROLE gavel LOGIN")
            db.execute("CREATE DATABASE gavel OWNER gavel")

    def stop(self):
        for node in NODES:
            for one in self.processes(node):
                send(one, signal.SIGKILL)

    def heal(self):
        self.thaw()
        for node in NODES:
            if not self.patroni(node):
                self.run(node)
        self.await_whole()

    def freeze(self):
        node = self.primary()
        # Twice, as the first of them could still make children while the list was made.
        for one in self.processes(node) + self.processes(node):
            send(one, signal.SIGSTOP)
        print(node)

    def thaw(self):
        for node in NODES:
            for one in reversed(self.processes(node)):
                send(one, signal.SIGCONT)

    def kill_node(self):
        node = self.primary()
        for one in self.processes(node):
            send(one, signal.SIGKILL)
        print(node)

    def kill_postgres(self):
        node = self.primary()
        postgres = self.postgres(node)
        for one in [postgres, *children(postgres)] if postgres else []:
            send(one, signal.SIGKILL)
        print(node)

    def status(self):
        for node, (role, state) in self.members().items():
            print(node, role, state, self.of(node)["postgresql"]["listen"])


def configuration(node, home, bin_dir, etcd, rest, port):
    """What docs/several-servers.md says of Patroni, with times as short as it takes them."""
    return {
        "scope": "gavel",
        "name": node,
        "restapi": {"listen": f"127.0.0.1:{rest}", "connect_address": f"127.0.0.1:{rest}"},
        "etcd3": {"host": etcd},
        "bootstrap": {
            "dcs": {
                "ttl": 20,
                "loop_wait": 1,
                "retry_timeout": 3,
                "maximum_lag_on_failover": 0,
                "primary_start_timeout": 0,
                "synchronous_mode": True,
                "synchronous_mode_strict": True,
                "postgresql": {"use_pg_rewind": True, "parameters": {"max_connections": 200}},
            },
            "initdb": [{"encoding": "UTF8"}, {"locale": "C.UTF-8"}, "data-checksums"],
        },
        "postgresql": {
            "listen": f"127.0.0.1:{port}",
            "connect_address": f"127.0.0.1:{port}",
            "bin_dir": bin_dir,
            "data_dir": str(home / "data"),
            "pgpass": str(home / "pgpass"),
            "authentication": {
                "superuser": {"username": "postgres"},
                "replication": {"username": "replicator"},
            },
            "pg_hba": [
                "host all all 127.0.0.1/32 trust",
                "host replication all 127.0.0.1/32 trust",
            ],
            "parameters": {"unix_socket_directories": ""},
        },
    }


def alive(file, name):
    """The process whose number begins a file, if it lives and is what it should be."""
    with contextlib.suppress(OSError, ValueError, IndexError, psutil.Error):
        process = psutil.Process(int(file.read_text().split()[0]))
        dead = process.status() == psutil.STATUS_ZOMBIE
        if not dead and any(name in word for word in process.cmdline()):
            return process
    return None


def children(process):
    with contextlib.suppress(psutil.Error):
        return process.children(recursive=True)
    return []


def send(process, what):
    with contextlib.suppress(psutil.Error):
        process.send_signal(what)


def main():
    folder, command, *rest = sys.argv[1:] if len(sys.argv) > 2 else [None, None]
    cluster = Cluster(folder)
    commands = {
        "kill-node": cluster.kill_node,
        "kill-postgres": cluster.kill_postgres,
        "freeze": cluster.freeze,
        "thaw": cluster.thaw,
        "heal": cluster.heal,
        "status": cluster.status,
        # For with-patroni alone.
        "start": cluster.start,
        "stop": cluster.stop,
    }
    if command not in commands:
        print(usage, file=sys.stderr)
        sys.exit(2)
    commands[command](*rest)


main()
