"""The command that imports a WordPress export into a publication."""

import sys
from contextlib import nullcontext
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import translation
from django.utils.translation import gettext as _
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

from articles.importers import wxr
from articles.importers.load import Load
from articles.importers.report import Report
from articles.workflow import Kind
from newsroom.logs import without_action_lines
from newsroom.publications.models import Publication
from newsroom.trial import trial

MAX_KINDS = 20  # of losses that are listed


class Command(BaseCommand):
    help = (
        "Imports a WordPress export (WXR) into a publication: posts, pages, sections, tags, authors and old addresses. "
        "The whole file is checked before anything is written. A second run creates nothing twice; an article that was "
        "edited here since is left alone."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, help="the .xml file that WordPress's Tools → Export gave")
        parser.add_argument("--publication", required=True, help="name or domain of the publication to import into")
        parser.add_argument("--dry-run", action="store_true", help="print what would be imported, and write nothing")

    def handle(self, *args: Any, file: Path, publication: str, dry_run: bool, **options: Any) -> None:
        into = (
            Publication.objects.filter(name=publication).first()
            or Publication.objects.filter(domain=publication).first()
        )
        if into is None:
            known = ", ".join(Publication.objects.values_list("name", flat=True)) or "none yet"
            raise CommandError(f"There is no publication “{publication}”. Known: {known}.")
        quiet = options["verbosity"] == 0
        with translation.override(options.get("language") or into.language), self._progress(quiet) as progress:
            try:
                report = self._load(file, into, progress, dry_run=dry_run)
            except (wxr.NotAnExport, OSError) as error:
                raise CommandError(f"{file}: {error}") from error
            if not quiet:
                progress.stop()
                self._print_report(report, dry_run)

    def _load(self, file: Path, into: Publication, progress: Progress, *, dry_run: bool) -> Report:
        """Check the whole file, then import it batch by batch; a dry run keeps nothing."""
        summary = self._check(file, into, progress)
        load = Load(into)
        task = progress.add_task(_("writing"), total=summary.records)
        with without_action_lines(), trial() if dry_run else nullcontext():
            load.run(wxr.read(file, time_zone=into.zone), lambda written: progress.advance(task, written))
        return load.report

    def _progress(self, quiet: bool) -> Progress:
        console = Console(file=sys.stderr)
        return Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            TaskProgressColumn(),
            TimeRemainingColumn(),
            console=console,
            disable=quiet or not console.is_terminal,
        )

    def _check(self, file: Path, into: Publication, progress: Progress) -> wxr.Summary:
        size = file.stat().st_size if file.is_file() else None
        task = progress.add_task(_("checking"), total=size)
        return wxr.check(file, time_zone=into.zone, progress=lambda read: progress.update(task, completed=read))

    def _print_report(self, report: Report, dry_run: bool) -> None:
        names = {
            Kind.NEWS: _("articles"),
            Kind.PAGE: _("pages"),
            "section": _("sections"),
            "tag": _("tags"),
            "author": _("authors"),
            "comment": _("comments"),
            "pingback": _("pingbacks"),
        }
        if dry_run:
            self.stdout.write(self.style.WARNING(_("Dry run: nothing was written.")))
        for title, counts in (
            (_("Created"), report.created),
            (_("Updated"), report.updated),
            (_("Passed over"), report.skipped),
        ):
            listed = ", ".join(f"{number} {names.get(name, name)}" for name, number in counts.most_common() if number)
            self.stdout.write(f"{title}: {listed or _('nothing')}")
        self.stdout.write(_("Articles that could not be kept whole: %(n)d") % {"n": report.with_losses})
        for kind, number in report.kinds.most_common(MAX_KINDS):
            self.stdout.write(f"  {number} × {kind}")
        if report.lost:
            self.stdout.write(_("Article by article:"))
        for headline, losses in report.lost:
            self.stdout.write(f"  {headline}")
            for loss in losses:
                self.stdout.write(f"    - {loss}")
        if report.with_losses > len(report.lost):
            more = report.with_losses - len(report.lost)
            self.stdout.write(_("  … and %(n)d more; each is recorded with its article") % {"n": more})
