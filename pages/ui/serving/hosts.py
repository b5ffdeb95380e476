"""Under which names this server may be asked, and from which pages."""

from __future__ import annotations

import asyncio
import logging
import re
import socket
from collections.abc import Iterable, Iterator
from contextlib import suppress
from functools import cache
from ipaddress import IPv4Address, IPv6Address, ip_address
from typing import NamedTuple

DEFAULT_PORTS = {"http": 80, "https": 443}
LONGEST = 255
"""Characters of the longest name that the domain name system has, with a port's."""
AUTHORITY = re.compile(r"(\[[0-9a-f:.]+\]|[a-z0-9_-]+(?:\.[a-z0-9_-]+)*\.?)(?::(\d{1,5}))?")
ORIGIN = re.compile(r"(https?)://([^/]+)")

log = logging.getLogger(__name__)


class Place(NamedTuple):
    """A host as a Host header or an Origin names it; `port` is None where none is written."""

    name: str
    port: int | None

    def __str__(self) -> str:
        name = f"[{self.name}]" if ":" in self.name else self.name
        return name if self.port is None else f"{name}:{self.port}"


def place(written: str) -> Place | None:
    """The host that "name", "name:port" or "[address]:port" names; None if that is none.

    Case, a dot at the end and the way an address is written make no difference.
    """
    found = AUTHORITY.fullmatch(written.lower()) if len(written) <= LONGEST else None
    if found is None:
        return None
    name, port = found[1].removesuffix("."), int(found[2]) if found[2] else None
    if name.startswith("["):
        try:
            name = str(_unmapped(ip_address(name[1:-1])))
        except ValueError:
            return None
    return Place(name, port) if port is None or port < 65536 else None


class Page(NamedTuple):
    """Where a page came from, as an Origin names it."""

    scheme: str
    host: Place


def page_of(origin: str) -> Page | None:
    """The page that an Origin names; None if it has none that can be reached, such as "null"."""
    found = ORIGIN.fullmatch(origin)
    host = place(found[2]) if found else None
    return Page(found[1], host) if found and host else None


class Hosts:
    """The names that the server answers to: those of this machine, and those of a list.

    listed   names apart by commas or blanks, as RNN_EXPLORER_HOSTS has them: "example.org",
             "example.org:8443" (that port only), "*.example.org" (every name below it)
    """

    def __init__(self, listed: str = "") -> None:
        self._listed = tuple(_entries(listed))
        self._with_ports = tuple(entry for entry in self._listed if entry.port is not None)

    async def know(self, host: Place) -> bool:
        """Whether `host` is a name or address of this machine, or listed.

        Asks the domain name system for this machine's names, once, if it is nothing else.
        """
        return (
            is_loopback(host.name)
            or _matching(self._listed, host)
            or is_own_address(host.name)
            or host.name in await asyncio.to_thread(own_names)
        )

    def admit(self, page: Page, host: Place) -> bool:
        """Whether the page of an Origin may use the server that was asked for as `host`.

        It may if it came from there. Behind a proxy that sends a Host of its own and not the
        browser's, the page's host has to be listed.
        """
        asked, here = (_with_port(one, DEFAULT_PORTS[page.scheme]) for one in (page.host, host))
        if asked.name == here.name:  # another port of it is another server, unless it is listed
            return asked.port == here.port or _matching(self._with_ports, asked)
        return _matching(self._listed, asked)


def is_loopback(name: str) -> bool:
    """Whether a name means this machine on every machine."""
    if name == "localhost" or name.endswith(".localhost"):
        return True
    address = _address(name)
    return address is not None and address.is_loopback


def is_own_address(name: str) -> bool:
    """Whether a name is an address of this machine: only such a one can be bound to."""
    address = _address(name)
    if address is None or address.is_unspecified or address.is_multicast:
        return False
    family = socket.AF_INET6 if address.version == 6 else socket.AF_INET
    with suppress(OSError), socket.socket(family) as probe:
        probe.bind((str(address), 0))
        return True
    return False


@cache
def own_names() -> frozenset[str]:
    """What this machine is called: its host name, the full one, and the local network's."""
    names = {socket.gethostname()}
    with suppress(OSError, UnicodeError):
        names.add(socket.getfqdn())
    names = {name.lower().rstrip(".") for name in names} - {""}
    return frozenset(names | {f"{name.partition('.')[0]}.local" for name in names})


def _entries(listed: str) -> Iterator[Place]:
    """The entries of a list; one that is no name is said and left out."""
    for written in re.split(r"[,\s]+", listed.strip()):
        below, bare = written.startswith("*."), written.removeprefix("*.")
        with suppress(UnicodeError):
            bare = bare if ":" in bare else bare.encode("idna").decode()
        found = place(bare)
        if found is not None:
            yield found._replace(name=f"*.{found.name}") if below else found
        elif written:
            log.warning(
                "RNN_EXPLORER_HOSTS: %a is no host name; write it like example.org, "
                "example.org:8443 or *.example.org.",
                written,
            )


def _matching(entries: Iterable[Place], asked: Place) -> bool:
    """Whether one of the entries is the place, or has it; a place without a port may be on any."""
    return any(
        (asked.name.endswith(entry.name[1:]) if entry.name[0] == "*" else asked.name == entry.name)
        and (entry.port is None or asked.port in (None, entry.port))
        for entry in entries
    )


def _with_port(asked: Place, default: int) -> Place:
    return asked if asked.port is not None else asked._replace(port=default)


def _address(name: str) -> IPv4Address | IPv6Address | None:
    try:
        return _unmapped(ip_address(name))
    except ValueError:
        return None


def _unmapped(address: IPv4Address | IPv6Address) -> IPv4Address | IPv6Address:
    """An IPv4 address that is written as an IPv6 one, as itself."""
    return (isinstance(address, IPv6Address) and address.ipv4_mapped) or address
