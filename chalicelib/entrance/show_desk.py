"""The first page of the desk, drawn."""

from datetime import datetime

from chalicelib.plumbing.sheets import Page, Sheet


def page(sheet: Sheet) -> Page:
    """A greeting by the hour of the partner's clock, the set-up list, and what comes today and tomorrow."""
    hour = datetime.fromisoformat(sheet.content["at"]).hour
    steps = sheet.content["steps"]
    return Page(
        "entrance/pages/desk.html",
        {
            "greeting": "morning" if 4 <= hour < 11 else "day" if hour < 18 and hour >= 4 else "evening",
            "steps_done": sum(one["done"] for one in steps),
            "next_step": next((one["name"] for one in steps if not one["done"]), None),
            "may_follow_up": sheet.visit.role in ("owner", "admin"),
        },
    )
