"""django-helpdesk as a contestant, run by a Python of its own: ``python peer_django_helpdesk.py FOLDER SINK_PORT``.

Its default SQLite, its shipped mail templates, and its own way for mail: a queue with a local mailbox folder, worked
through by its ``process_email``. Prints "ready"; each line on standard input is one more run over that folder.
"""

import os
import sys
from pathlib import Path

urlpatterns: list[object] = []  # Django looks for its addresses here


def main() -> None:
    """Set it up, and work whenever asked to."""
    folder, sink_port = Path(sys.argv[1]), int(sys.argv[2])
    _configure(folder, sink_port)
    queue = _a_desk(folder)
    from helpdesk.email import process_email  # noqa: PLC0415 - after Django has its settings

    print("ready", flush=True)
    for _ in sys.stdin:
        queue.refresh_from_db()
        queue.email_box_last_check = None
        queue.save()
        process_email(quiet=True)
        print("done", flush=True)


def _configure(folder: Path, sink_port: int) -> None:
    import django  # noqa: PLC0415
    from django.conf import settings  # noqa: PLC0415

    settings.configure(
        SECRET_KEY=os.urandom(20).hex(),
        USE_TZ=True,
        INSTALLED_APPS=[
            "django.contrib.auth",
            "django.contrib.contenttypes",
            "django.contrib.sessions",
            "django.contrib.sites",
            "django.contrib.humanize",
            "django.contrib.messages",
            "django.contrib.admin",
            "django.contrib.staticfiles",
            "rest_framework",
            "helpdesk",
        ],
        DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": str(folder / "helpdesk.sqlite3")}},
        TEMPLATES=[{"BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True}],
        EMAIL_HOST="127.0.0.1",
        EMAIL_PORT=sink_port,
        DEFAULT_FROM_EMAIL="support@example.com",
        MEDIA_ROOT=str(folder / "media"),
        SITE_ID=1,
        ROOT_URLCONF=__name__,
        DEFAULT_AUTO_FIELD="django.db.models.AutoField",
        HELPDESK_TEAMS_MODE_ENABLED=False,
        HELPDESK_PUBLIC_ENABLED=True,
    )
    django.setup()
    from django.urls import include, path  # noqa: PLC0415

    urlpatterns.append(path("helpdesk/", include("helpdesk.urls", namespace="helpdesk")))


def _a_desk(folder: Path):
    from django.core.management import call_command  # noqa: PLC0415
    from helpdesk.models import Queue  # noqa: PLC0415

    call_command("migrate", verbosity=0)
    call_command("loaddata", "emailtemplate.json", verbosity=0)
    return Queue.objects.create(
        title="Support",
        slug="support",
        email_address="support@example.com",
        allow_email_submission=True,
        enable_notifications_on_email_events=True,
        email_box_type="local",
        email_box_local_dir=str(folder / "mail"),
    )


if __name__ == "__main__":
    main()
