"""The command that makes missing renditions of images: after files were lost, or an update added sizes."""

import sys
from typing import Any

from django.core.files.storage import default_storage
from django.core.management.base import BaseCommand, CommandError, CommandParser
from rich.console import Console
from rich.progress import Progress

from articles.actions import images
from articles.models import Image
from articles.partners.images import reset_lost_images
from articles.presentation import renditions
from articles.workflow import Refused


class Command(BaseCommand):
    help = (
        "Makes the missing renditions of the library's images from the originals; the others are kept. Exits with 1 "
        "if the original of an image is missing or damaged; the other images are done all the same."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="list the images that lack some, and make none")

    def handle(self, *args: Any, dry_run: bool, **options: Any) -> None:
        console, made, failed = Console(file=sys.stderr), 0, 0
        with Progress(console=console, disable=not console.is_terminal or options["verbosity"] == 0) as progress:
            task = progress.add_task("images", total=Image.objects.count())
            for image in Image.objects.order_by("pk").iterator(500):
                progress.advance(task)
                if all(default_storage.exists(name) for name in renditions.names(image)):
                    continue
                made += 1
                if dry_run:
                    self.stdout.write(f"{image.pk}  {image}")
                    continue
                try:
                    images.render_again(image)
                except (OSError, ValueError, Refused) as error:
                    failed += 1
                    self.stderr.write(self.style.ERROR(f"{image} ({image.pk}): {error}"))
        if not dry_run and (lost := reset_lost_images()) and options["verbosity"] > 0:
            self.stdout.write(f"{lost} partners’ images will be fetched at the next poll.")
        if options["verbosity"] > 0:
            words = "images lack renditions" if dry_run else "images rendered"
            self.stdout.write(f"{made - failed} {words}.")
        if failed:
            raise CommandError(f"{failed} images could not be rendered.", returncode=1)
