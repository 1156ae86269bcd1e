"""The parts of the texts that the program knows best: what is stored and how long, who is told, what protects it."""

import os
import re
from collections.abc import Callable, Mapping

_BEFORE_MARK = re.compile(r"[ \u00a0\u202f]?([;:?!])(?=\s|$)")
_ARTICLE = re.compile(r"Art\. (\d+[a-z]?)(?:\((\d+)\))?(?:\(([a-g])\))? (GDPR|DSG|DSV|OR)\b")
_FORMS = {
    "de": ("Art. {0}", " Abs. {0}", " lit. {0}"),
    "fr": ("art. {0}", ", al. {0}", ", let. {0}"),
    "it": ("art. {0}", " cpv. {0}", " lett. {0}"),
    "en": ("Art. {0}", "({0})", "({0})"),
}
_LAWS = {
    "de": {"GDPR": "DSGVO", "DSG": "DSG", "DSV": "DSV", "OR": "OR"},
    "fr": {"GDPR": "RGPD", "DSG": "LPD", "DSV": "OPDo", "OR": "CO"},
    "it": {"GDPR": "RGPD", "DSG": "LPD", "DSV": "OPDa", "OR": "CO"},
    "en": {"GDPR": "GDPR", "DSG": "FADP", "DSV": "DPO", "OR": "CO"},
}
_WORDS = {
    "de": ("Wen es betrifft", "Welche Daten", "Grundlage", "Wie lange", "im Auftrag des Partners"),
    "fr": ("Personnes concernées", "Données", "Base", "Durée", "pour le compte du partenaire"),
    "it": ("Persone interessate", "Dati", "Base", "Durata", "per conto del partner"),
    "en": ("Who it concerns", "Which data", "Basis", "How long", "on behalf of the partner"),
}


def data(language: str) -> str:
    """One point for each purpose: whom it concerns, which categories, on which basis, how long (Art. 13(1)(c), (2)(a) GDPR)."""
    _settle()
    from chalicelib.privacy import processing

    who, what, why, long, behalf = _WORDS[language]
    lines = []
    for one in processing.record(language):
        title = one["purposes"][0] + (f" ({behalf})" if "processor" in one else "")
        told = [
            f"{who}: {_listed(one['subject_categories'])}",
            f"{what}: {_listed([each['category'] for each in one['data_categories']])}",
            f"{why}: {_listed([article(each, language) for each in one['legal_basis']])}",
            f"{long}: {'; '.join(each['period'] for each in one['erasure'])}",
        ]
        lines.append(f"- **{title}.** " + ". ".join(told) + ".")
    return spaced("\n".join(lines), language)


def recipients(language: str) -> str:
    """One point for everybody who is told anything: who, in which country, what for, guarded by what (Art. 19(4) DSG)."""
    return _told(language, [])


def sub_processors(language: str) -> str:
    """The same for those who handle what partners have put in our hands (Art. 28(2) GDPR)."""
    _settle()
    from chalicelib.plumbing import egress

    own = [one.vendor for one in (egress.HOST, *egress.in_use()) if one.legal_basis.startswith("Art. 28")]
    return _told(language, own)


def _told(language: str, only: list[str]) -> str:
    _settle()
    from chalicelib.entrance import processors
    from chalicelib.plumbing import formats

    lines = (
        f"- **{one['name']}, {formats.country(one['country'], language)}.** {_ended(one['purpose'])} "
        f"{_ended(one['guarantee'])}"
        for one in processors.shown(language)
        if not only or one["vendor"] in only
    )
    return spaced("\n".join(lines), language)


def measures(language: str) -> str:
    """One point for each measure of protection (Art. 32 GDPR, Art. 8 DSG)."""
    _settle()
    from chalicelib.privacy import processing

    return spaced("\n".join(f"- {one}" for one in processing.record(language)[0]["measures"]), language)


def spaced(text: str, language: str) -> str:
    """Narrow spaces that do not break before the marks of French; other languages as they are."""
    return _BEFORE_MARK.sub("\u202f\\1", text) if language == "fr" else text


def article(basis: str, language: str) -> str:
    """Articles as they are cited in a language; anything else as it is."""
    first, second, third = _FORMS[language]

    def cited(found: re.Match[str]) -> str:
        return (
            first.format(found[1])
            + (second.format(found[2]) if found[2] else "")
            + (third.format(found[3]) if found[3] else "")
            + f" {_LAWS[language][found[4]]}"
        )

    return _ARTICLE.sub(cited, basis)


def _listed(words: list[str]) -> str:
    return ", ".join(words)


def _ended(sentence: str) -> str:
    return sentence if sentence.endswith(".") else sentence + "."


def _settle() -> None:
    """The record names the operator from the settings; what is made here does not, so any will do where none are."""
    from chalicelib.plumbing import settings

    os.environ.setdefault("AWS_REGION", settings.REGION)
    for _ in range(100):
        try:
            settings.get()
        except KeyError as missing:
            os.environ[str(missing.args[0])] = "none"
        else:
            return


PARTS: Mapping[str, Callable[[str], str]] = {
    "data": data,
    "recipients": recipients,
    "sub-processors": sub_processors,
    "measures": measures,
}
