"""Reading settings from the environment: a wrong one ends in one sentence that says what to set."""

import base64
import re
from collections.abc import Callable
from email.utils import parseaddr
from ipaddress import IPv4Network, IPv6Network, ip_network
from typing import TypeVar

import environ
from django.core.exceptions import ImproperlyConfigured

T = TypeVar("T")
HOST = re.compile(r"\A\.?[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*\Z")
TRUE, FALSE = ("true", "1", "yes", "on"), ("false", "0", "no", "off")
# W009 of Django's own checks (django.core.checks.security.base), as an error.
MIN_KEY_LENGTH, MIN_KEY_CHARACTERS = 50, 5


class Environment:
    """The variables of the environment, each read by a method that knows what it may be."""

    def __init__(self, env: environ.Env):
        self.env = env

    def text(self, name: str, default: str = "") -> str:
        return str(self.env.str(name, default))

    def flag(self, name: str, default: bool) -> bool:
        """Return a truth value. Raises ImproperlyConfigured for what is neither: "ture" must not mean false."""
        value = self.text(name).strip().lower()
        if value in TRUE + FALSE:
            return value in TRUE
        if value:
            raise _wrong(name, value, "true or false")
        return default

    def number(self, name: str, default: float, *, least: float, unit: str = "") -> float:
        """Return a number, `least` or more."""
        value = self.text(name)
        try:
            number = float(value) if value else default
        except ValueError:
            number = least - 1
        if not least <= number < 1e12:  # "nan" is no number either
            raise _wrong(name, value, f"a number{unit and f' of {unit}'}, {least:g} or more")
        return number

    def hosts(self, name: str, default: list[str]) -> list[str]:
        """Return host names: without scheme, port and path; a first dot stands for all subdomains."""
        hosts: list[str] = self.env.list(name, default=default)
        for host in hosts:
            if not HOST.match(host):
                raise _wrong(name, host, "domains in lower case with commas between, without http:// and ports")
        return hosts

    def host(self, name: str, default: str) -> str:
        """Return one host name."""
        value = self.text(name, default)
        if value and (value.startswith(".") or not HOST.match(value)):
            raise _wrong(name, value, "one domain in lower case, without http:// and port")
        return value

    def port(self, name: str, default: str) -> str:
        """Return a port as it is written in addresses; "" for none."""
        value = self.text(name, default)
        if value and not (value.isascii() and value.isdigit() and 0 < int(value) < 65536):
            raise _wrong(name, value, "a port, 1 to 65535")
        return value

    def networks(self, name: str) -> list[IPv4Network | IPv6Network]:
        networks = []
        for part in self.env.list(name, default=[]):
            try:
                networks.append(ip_network(part.strip()))
            except ValueError as error:
                raise _wrong(name, part, "networks with commas between, 10.0.0.0/8,::1") from error
        return networks

    def url(self, name: str, parse: Callable[..., T], default: str, *, schemes: str, expected: str) -> T:
        """Return what `parse`, a method of environ.Env, makes of the address of a service of one of these schemes."""
        value = self.text(name, default)
        try:
            scheme, colon, _rest = value.partition(":")
            if not colon or scheme not in schemes.split():
                raise ValueError(value)
            return parse(name, default=default)
        except Exception as error:  # each kind of address fails in its own way
            raise _wrong(name, value, expected) from error

    def each(self, name: str, parse: Callable[[str], T], *, expected: str) -> list[T]:
        """Return what `parse`, which raises ValueError, makes of each of the values with commas between."""
        values = [value.strip() for value in self.text(name).split(",") if value.strip()]
        if len(set(values)) < len(values):
            raise ImproperlyConfigured(f"{name} names one twice: set it to {expected}.")
        parsed = []
        for value in values:
            try:
                parsed.append(parse(value))
            except ValueError as error:
                raise _wrong(name, re.sub(r"[\w-]{20,}", "…", value), expected) from error  # that long is a token
        return parsed

    def code(self, name: str, default: str, *, letters: int) -> str:
        """Return a code of so many capital letters: EUR, FR."""
        value = self.text(name, default)
        if not re.fullmatch(f"[A-Z]{{{letters}}}", value):
            raise _wrong(name, value, f"{letters} capital letters, such as {default}")
        return value

    def mail_address(self, name: str, default: str) -> str:
        value = self.text(name) or default
        if "@" not in parseaddr(value)[1] or "\n" in value:
            raise _wrong(name, value, "an address, The desk <desk@example.org>")
        return value

    def secret_key(self, name: str, insecure: str, *, is_playground: bool) -> str:
        """Return the secret key. Without demo or debug mode, none and a guessable one are refused."""
        key = self.text(name)
        if is_playground:
            return key or insecure
        is_guessable = (
            len(key) < MIN_KEY_LENGTH or len(set(key)) < MIN_KEY_CHARACTERS or key.startswith("django-insecure")
        )
        if key == insecure or is_guessable:
            raise ImproperlyConfigured(
                f"Set {name} to 50 random characters or more (make secret-key prints some), or NEWSROOM_DEMO=1 for a "
                "demo on this machine only."
            )
        return key

    def key(self, name: str, length: int) -> bytes:
        """Return a key of `length` bytes, which is written in base64; b"" where none is set."""
        value = self.text(name)
        try:
            key = base64.b64decode(value, validate=True)
        except ValueError:
            key = b"?"
        if value and len(key) != length:
            raise ImproperlyConfigured(
                f"{name} is no key: set it to {length} bytes in base64, as its command prints them."
            )
        return key


def _wrong(name: str, value: str, expected: str) -> ImproperlyConfigured:
    shown = re.sub(r"://.*@", "://…@", value)[:80]  # never a password
    return ImproperlyConfigured(f"{name} is “{shown}”: set it to {expected}.")
