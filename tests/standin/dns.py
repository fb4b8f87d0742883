"""A small name server on loopback: real packets over UDP, from a zone that tests fill."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import dns.flags
import dns.message
import dns.name
import dns.rcode
import dns.rdatatype
import dns.resolver
import dns.rrset

KEY = "k=rsa; t=s; p=MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCB"
Zone = dict[tuple[str, str], list[str]]
"""Name without the last dot and kind of record -> the records, as a zone file writes them."""


def zone_of(domain: str = "example.com", number: int = 1) -> Zone:
    """A zone in which SendGrid may send for the domain, with automated security."""
    target = f"u{number}.wl.sendgrid.net"
    return {
        (".", "NS"): ["a.root-servers.net."],
        (domain, "TXT"): [text("v=spf1 include:_spf.example.net ~all")],
        ("_spf.example.net", "TXT"): [text("v=spf1 ip4:192.0.2.0/24 -all")],
        (f"_dmarc.{domain}", "TXT"): [text("v=DMARC1; p=quarantine; rua=mailto:dmarc@example.com")],
        (f"em{number}.{domain}", "CNAME"): [f"{target}."],
        (target, "TXT"): [text("v=spf1 ip4:198.51.100.0/24 include:sendgrid.net -all")],
        ("sendgrid.net", "TXT"): [text("v=spf1 ip4:203.0.113.0/24 -all")],
        (f"s1._domainkey.{domain}", "CNAME"): [f"s1.domainkey.{target}."],
        (f"s2._domainkey.{domain}", "CNAME"): [f"s2.domainkey.{target}."],
        (f"s1.domainkey.{target}", "TXT"): [text(KEY)],
        (f"s2.domainkey.{target}", "TXT"): [text(KEY)],
    }


def text(content: str) -> str:
    """A TXT record, cut into the strings of 255 bytes that it may hold."""
    return " ".join(f'"{content[start : start + 255]}"' for start in range(0, len(content), 255))


class NameServer:
    """Answers from `zone`, following CNAME records as a resolver for others does."""

    def __init__(self, zone: Zone) -> None:
        self.zone = zone
        self.silent = False
        """Takes every question and never answers."""
        self.losing = 0
        """How many further questions are lost on the way."""
        self.failing: set[str] = set()
        """Names that are answered with SERVFAIL."""
        self.asked: list[tuple[str, str]] = []
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind(("127.0.0.1", 0))
        self.port = self._socket.getsockname()[1]

    def serve(self) -> None:
        """Until the socket is closed."""
        while True:
            try:
                wire, place = self._socket.recvfrom(4096)
            except OSError:
                return
            if wire == b"stop":
                return
            answer = self._answer(dns.message.from_wire(wire))
            if answer:
                self._socket.sendto(answer.to_wire(), place)

    def close(self) -> None:
        self._socket.sendto(b"stop", ("127.0.0.1", self.port))

    def resolver(self) -> dns.resolver.Resolver:
        """What dnspython needs to ask this server alone."""
        found = dns.resolver.Resolver(configure=False)
        found.nameservers, found.port = ["127.0.0.1"], self.port
        return found

    def _answer(self, query: dns.message.Message) -> dns.message.Message | None:
        question = query.question[0]
        kind = dns.rdatatype.to_text(question.rdtype)
        name = question.name.to_text(omit_final_dot=True).lower()
        self.asked.append((name, kind))
        if self.silent:
            return None
        if self.losing:
            self.losing -= 1
            return None
        answer = dns.message.make_response(query, recursion_available=True)
        if name in self.failing:
            answer.set_rcode(dns.rcode.SERVFAIL)
            return answer
        while kind != "CNAME" and (name, "CNAME") in self.zone:
            self._add(answer, name, "CNAME")
            name = self.zone[name, "CNAME"][0].removesuffix(".").lower()
        self._add(answer, name, kind)
        if not answer.answer and not self._exists(name):
            answer.set_rcode(dns.rcode.NXDOMAIN)
        return answer

    def _add(self, answer: dns.message.Message, name: str, kind: str) -> None:
        records = self.zone.get((name, kind), [])
        if records:
            owner = "." if name == "." else f"{name}."
            answer.answer.append(dns.rrset.from_text_list(owner, 60, "IN", kind, records))

    def _exists(self, name: str) -> bool:
        return any(one == name or one.endswith(f".{name}") for one, _ in self.zone)


@contextmanager
def serving(zone: Zone) -> Iterator[NameServer]:
    """A running name server."""
    server = NameServer(zone)
    thread = threading.Thread(target=server.serve, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.close()
        thread.join()
        server._socket.close()
