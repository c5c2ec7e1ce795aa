"""The week's digest, overview and month's report as HTML files, as their readers see them."""

from pathlib import Path

from mailgate.config_time import service_terms
from mailgate.demo.week.stage import WeekStage
from mailgate.demo.witness import Answer
from mailgate.desk.figures import month_figures
from mailgate.domain.customer import Language
from mailgate.notify.report_page import ReportSettings, report_page
from mailgate.shipped import templates_folder


def write_pages(stage: WeekStage, folder: Path, mails: dict[str, Answer]) -> list[Path]:
    """One file for each mail, named by its key, and the report on the month that has just ended."""
    folder.mkdir(parents=True, exist_ok=True)
    pages = {name: html_of(mail) for name, mail in mails.items()} | {"report": _report(stage)}
    for name, page in pages.items():
        (folder / f"{name}.html").write_text(page, encoding="utf-8")
    return [folder / f"{name}.html" for name in pages]


def html_of(answer: Answer) -> str:
    """What a mail program shows."""
    body = answer.mail.get_body(("html",))
    return str(body.get_content()) if body is not None else ""


def _report(stage: WeekStage) -> str:
    config, hours = stage.shop.config, stage.shop.house.hours
    month = hours.local_day(stage.now).replace(day=1)
    first = month.replace(month=month.month - 1)
    with stage.shop.database.reading() as uow:
        asked, earlier = month_figures(uow, first, terms=service_terms(config.terms), hours=hours, now=stage.now)
    settings = ReportSettings(
        desk=config.desk.name,
        language=Language.ENGLISH,
        zone=hours.zone,
        folders=[templates_folder()],
    )
    return report_page(asked, earlier, settings)
