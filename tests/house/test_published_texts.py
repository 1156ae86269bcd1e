"""What was published stays as it was, and what the texts say about the program is what the program does."""

from datetime import date
from pathlib import Path

import pytest

from chalicelib.consent import find
from infra import package, policies
from tests.worlds import texts


def test_every_text_is_the_one_in_the_register() -> None:
    assert policies.problems() == []


@pytest.mark.parametrize("name", policies.NAMES)
def test_what_the_texts_say_of_the_program_is_made_from_it(name: str) -> None:
    """When this fails the program stores, keeps or tells something new: docs/how/add-a-policy-version.md."""
    newest = policies.read()[name][-1]["version"]
    for language in policies.LANGUAGES:
        text = (policies.ROOT / policies.FOLDER / name / f"{newest}.{language}.md").read_text("utf-8")

        parts = policies.parts(text)

        assert (
            set(parts)
            == {"terms": set(), "privacy": {"data", "recipients"}, "dpa": {"sub-processors", "measures"}}[name]
        )
        for part, said in parts.items():
            assert said == policies.made(part, language), f"{name} {newest} ({language}): {part}"


def test_a_text_that_was_edited_is_refused_by_the_build_and_shown_to_nobody(tmp_path: Path) -> None:
    with texts.elsewhere(tmp_path) as root:
        edited = root / policies.FOLDER / "terms" / "2026-11-01.fr.md"
        edited.write_text(edited.read_text("utf-8").replace("gratuit", "payant", 1), "utf-8")

        with pytest.raises(package.PackagingError, match=r"terms/2026-11-01\.fr\.md was changed after it") as no:
            package.build(source=root)
        with pytest.raises(find.Altered):
            find.text("terms", "2026-11-01", "fr")

    assert "docs/how/add-a-policy-version.md" in str(no.value)


def test_a_version_is_added_once_and_in_time(tmp_path: Path) -> None:
    with texts.elsewhere(tmp_path) as root:
        with pytest.raises(policies.PolicyError, match="30 days after"):
            texts.publish(root, "terms", "2027-03-01", important=True, on=date(2027, 2, 15))
        texts.publish(root, "terms", "2027-03-01", important=True, on=date(2027, 1, 15))

        with pytest.raises(policies.PolicyError, match="published already"):
            policies.add(
                "terms", "2027-03-01", important=False, changes={}, published_on=date(2027, 1, 15), source=root
            )  # fmt: skip
        with pytest.raises(policies.PolicyError, match="later versions"):
            policies.anew(root)
        assert policies.problems(root) == []
        assert find.versions("terms") == ("2026-11-01", "2027-03-01")


def test_a_text_without_its_register_and_a_register_without_its_text_are_found(tmp_path: Path) -> None:
    with texts.elsewhere(tmp_path) as root:
        folder = root / policies.FOLDER
        (folder / "dpa" / "2027-01-01.de.md").write_text("x")
        (folder / "dpa" / "2026-11-01.it.md").unlink()

        found = " ".join(policies.problems(root))

    assert "dpa/2027-01-01.de.md is not in the register" in found
    assert "dpa/2026-11-01.it.md was published and is gone" in found
