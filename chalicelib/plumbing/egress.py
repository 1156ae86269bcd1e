"""The manifest of everybody outside who may ever hear from us, and the disclosure without which nobody does."""

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from chalicelib.plumbing import reach, settings


class NotAllowed(Exception):
    """A call that the manifest does not cover. A mistake in our program, never the vendor's: it is not retried."""


@dataclass(frozen=True, slots=True)
class Recipient:
    """One vendor: who, where, what for, on which basis, and what guards the data there (GDPR Art. 28, 30(1)(d), 44 ff.).

    `{account}` in the host is the name of our own account there, a setting. `country` is where the data is processed (ISO 3166-1 alpha-2); `guarantee` is what makes the transfer lawful.
    """

    vendor: str
    host: str
    country: str
    purpose: str
    legal_basis: str
    guarantee: str
    also: tuple[str, ...] = ()  # further hosts of the same vendor
    traced: bool = True  # hears our id of the request, by which both can look into their logs


@dataclass(frozen=True, slots=True)
class Disclosure:
    """What one call tells whom about which person: the entry of the disclosure log (GDPR Art. 15(1)(c), 19)."""

    recipient: str
    purpose: str
    legal_basis: str
    categories: tuple[str, ...]
    subject_kind: str
    subject_id: str


SMSAPI = Recipient(
    vendor="smsapi",
    host="api.smsapi.com",
    country="PL",
    purpose="SMS confirmations and reminders",
    legal_basis="Art. 28 / consent of the customer",
    guarantee="adequacy (EU/EEA; Swiss DPO Annex 1)",
)

ORTTO = Recipient(
    vendor="ortto",
    host="api.eu.ap3api.com",
    country="AU",
    purpose="Newsletter",
    legal_basis="Art. 6(1)(a) GDPR, Art. 6(6) FADP (consent, double opt-in)",
    guarantee="stored in the EU; standard contractual clauses with the company in Australia",
)
AUTOPILOT = Recipient(
    vendor="autopilot",
    host="api2.autopilothq.com",
    country="US",
    purpose="Newsletter",
    legal_basis="Art. 6(1)(a) GDPR, Art. 6(6) FADP (consent, double opt-in)",
    guarantee="standard contractual clauses",
)
_MAILING = (ORTTO, AUTOPILOT)  # one of the two, as the settings say
ZENDESK = Recipient(
    vendor="zendesk",
    host="{account}.zendesk.com",
    country="US",
    purpose="Answering requests for help",
    legal_basis="Art. 6(1)(b) GDPR: whoever writes wants an answer",
    guarantee="standard contractual clauses (Art. 46(2)(c) GDPR, Art. 16(2)(d) FADP)",
)

BEXIO = Recipient(
    vendor="bexio",
    host="api.bexio.com",
    country="CH",
    purpose="Invoices for paid plans",
    legal_basis="Art. 6(1)(b) and (c) GDPR: contract and duty to keep books",
    guarantee="none needed (in Switzerland)",
    also=("auth.bexio.com",),
)

GA4 = Recipient(
    vendor="ga4",
    host="region1.google-analytics.com",
    country="US",
    purpose="Counting of visits",
    legal_basis="Art. 6(1)(a) GDPR, Art. 6(6) FADP (consent before anything is counted)",
    guarantee="received in the EU; Swiss-U.S. and EU-U.S. Data Privacy Framework (Art. 45 GDPR, Art. 16(1) FADP)",
    traced=False,  # a visit that is counted must not be tied to anything else that happened here
)

# Nobody here ever calls it: a visitor's own browser does, once that visitor has agreed.
CHATRA = Recipient(
    vendor="chatra",
    host="chatra.com",
    country="US",
    purpose="Live chat with our support",
    legal_basis="Art. 6(1)(a) GDPR: consent before the chat is loaded",
    guarantee="consent to the transfer (Art. 49(1)(a) GDPR, Art. 17(1)(a) FADP)",
)

# Where all of this itself runs. Not a recipient that could be called: the processor that holds what we store.
HOST = Recipient(
    vendor="aws",
    host="eu-central-2.amazonaws.com",
    country="CH",
    purpose="Operation, storage and sending of mails",
    legal_basis="Art. 28 GDPR, Art. 9 FADP",
    guarantee="stored in Switzerland; parent company in the USA",
)

# A partner's own program, at an address the partner named (web.deliver). Nobody chose it but they, nobody else is meant.
OWN_SYSTEM = Recipient(
    vendor="own_system",
    host="",
    country="ZZ",
    purpose="Telling the partner's own program what happened",
    legal_basis="Art. 28(3)(a) GDPR, Art. 9(1)(a) FADP (instruction of the partner)",
    guarantee="the partner's own system: the partner answers for it",
)

# The calendar that somebody who works there keeps elsewhere, at an address that they named (web.fetch).
OWN_CALENDAR = Recipient(
    vendor="own_calendar",
    host="",
    country="ZZ",
    purpose="Reading when people are busy by their own calendars",
    legal_basis="Art. 28(3)(a) GDPR, Art. 9(1)(a) FADP (instruction of the partner)",
    guarantee="the partner's own calendar: the partner chose who keeps it",
)

# The list is the permission: a host that does not stand here cannot be reached.
RECIPIENTS: tuple[Recipient, ...] = (SMSAPI, *_MAILING, ZENDESK, BEXIO, GA4)
_ACCOUNT = re.compile(r"[a-z0-9][a-z0-9-]{0,61}")


def in_use() -> tuple[Recipient, ...]:
    """The lines of the manifest that this deployment uses: of two vendors for one purpose, the one that is set."""
    return tuple(one for one in RECIPIENTS if one not in _MAILING or one.vendor == settings.get().mailing_vendor)


def told() -> tuple[Recipient, ...]:
    """Everybody outside who may hear of somebody here: those we call, and the chat, which a visitor's own browser calls."""
    return (*in_use(), CHATRA)


def base_url(vendor: str) -> str:
    """Where the vendor's API begins, without a slash at the end; another place than the manifest's only in local runs.

    Raises NotAllowed for a vendor that is not in the manifest.
    """
    return _set_url(vendor) if settings.get().stage == "local" else f"https://{host(recipient(vendor))}"


def host(one: Recipient) -> str:
    """The vendor's host; raises NotAllowed where an account of ours is needed and none is set."""
    if "{account}" not in one.host:
        return one.host
    account = settings.get().zendesk_account
    if not _ACCOUNT.fullmatch(account):
        raise NotAllowed(f"no account at {one.vendor} is set")
    return one.host.format(account=account)


def recipient(vendor: str) -> Recipient:
    """The manifest's line for the vendor; raises NotAllowed if there is none."""
    for one in RECIPIENTS:
        if one.vendor == vendor:
            return one
    raise NotAllowed(f"{vendor} is not in the manifest")


def named(vendor: str) -> Recipient:
    """Who that is, also of those who do not stand in the manifest; raises NotAllowed for a stranger."""
    for one in (CHATRA, OWN_SYSTEM, OWN_CALENDAR):
        if one.vendor == vendor:
            return one
    return recipient(vendor)


def check(disclosure: Disclosure, url: str) -> None:
    """Let the call pass or raise NotAllowed: a full disclosure, to a listed vendor, at that vendor's own address."""
    _check_full(disclosure)
    listed = recipient(disclosure.recipient)
    if listed not in in_use():
        raise NotAllowed(f"{listed.vendor} is not in use here")
    if any(_is_at(url, f"https://{one}") for one in listed.also):
        return
    if not _is_at(url, base_url(listed.vendor)) and not _is_at(url, f"https://{host(listed)}"):
        raise NotAllowed(f"that address is not {listed.vendor}'s")


def check_own(disclosure: Disclosure) -> None:
    """The same for a call to a partner's own system, whose address stands in no list; web.deliver checks where it leads."""
    _check_full(disclosure)
    if disclosure.recipient not in (OWN_SYSTEM.vendor, OWN_CALENDAR.vendor):
        raise NotAllowed(f"{disclosure.recipient} has an address of its own")


def own_target(url: str) -> reach.Target:
    """Where a partner's own address leads, in words; raises reach.Hostile. In local runs a simulator's is good too."""
    here = settings.get()
    own_host = here.public_url.partition("://")[2].partition("/")[0].partition(":")[0]
    return reach.target(url, own_host=own_host, local=here.webhooks_local)


def _check_full(disclosure: Disclosure) -> None:
    if not isinstance(disclosure, Disclosure):
        raise NotAllowed("no disclosure, no call")
    told = (disclosure.purpose, disclosure.legal_basis, disclosure.subject_kind, disclosure.subject_id)
    if not all(told) or not disclosure.categories or not all(disclosure.categories):
        raise NotAllowed("the disclosure does not say what, why, or about whom")


def _set_url(vendor: str) -> str:
    """The address that a local run gives the vendor (a simulator), else the manifest's."""
    here = settings.get()
    set_url_by_vendor = {
        SMSAPI.vendor: here.smsapi_url,
        ORTTO.vendor: here.ortto_url,
        AUTOPILOT.vendor: here.autopilot_url,
        ZENDESK.vendor: here.zendesk_url,
        BEXIO.vendor: here.bexio_url,
        GA4.vendor: here.ga4_url,
    }
    return (set_url_by_vendor.get(vendor) or f"https://{host(recipient(vendor))}").rstrip("/")


def _is_at(url: str, base: str) -> bool:
    """True if `url` has the scheme, host and port of `base` and lies under its path; a name in front of @ never does."""
    try:
        wanted, allowed = urlsplit(url), urlsplit(base)
        same_place = (wanted.scheme, wanted.hostname, wanted.port) == (allowed.scheme, allowed.hostname, allowed.port)
    except ValueError:
        return False
    plain = "@" not in wanted.netloc and "\\" not in url and ".." not in wanted.path and url.isascii()
    return plain and bool(wanted.hostname) and same_place and f"{wanted.path}/".startswith(f"{allowed.path}/")
