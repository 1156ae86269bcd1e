"""Write chalicelib/accounts/leaked_passwords.txt from the library `zxcvbn` (run after an update: python -m infra.leaked_passwords)."""

from pathlib import Path

from chalicelib.accounts import forms, leaked

TABLE = Path(leaked.__file__).with_name("leaked_passwords.txt")
_LISTS = ("passwords", "female_names", "male_names", "surnames")


def text() -> str:
    """The table as it is stored, by letters: the most frequent passwords of known leaks, as far as our form would take them.

    The library counted them in ten million that were published in 2015 (https://github.com/dropbox/zxcvbn, data-scripts).
    It keeps apart those that are names of people, so these are taken as well.
    """
    from zxcvbn.frequency_lists import FREQUENCY_LISTS

    known = {one.casefold() for name in _LISTS for one in FREQUENCY_LISTS[name]}
    return "".join(f"{one}\n" for one in sorted(known) if len(one) >= forms.PASSWORD.shortest)


def main() -> None:
    """Write the table."""
    TABLE.write_text(text(), "utf-8")
    print(f"Wrote {TABLE.name}: {text().count(chr(10))} passwords.")


if __name__ == "__main__":
    main()
