"""The page behind the link in the mail: what is agreed to, and the button without which nothing happens."""

from chalicelib.consent import confirm_newsletter, purposes
from chalicelib.plumbing.sheets import Page, Sheet


def page(sheet: Sheet) -> Page:
    """The sentence as it was put to this person, and one button; or that it is confirmed already."""
    form = sheet.content
    token = str(form["locked"].get("token", "")) or sheet.query.get("token", "")
    choice = confirm_newsletter.asked(token, sheet.visit.at)
    return Page(
        "consent/pages/confirm_newsletter.html",
        {
            "form": form,
            "refused": sheet.refused,
            "text": purposes.sentence(choice.purpose, choice.text_version, choice.language),
            "spoken": choice.language,
            "confirmed": choice.state == "given",
        },
    )
