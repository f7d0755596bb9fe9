"""Upload handlers: files are taken at the desk, of people who have signed in, and nowhere else."""

from typing import Any, NoReturn

from django.core.files.uploadhandler import FileUploadHandler, SkipFile


class SkipFiles(FileUploadHandler):
    """Leaves every file of a multipart form out, unread: readers' forms have none."""

    def new_file(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise SkipFile

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        """Never called: no file is begun."""

    def file_complete(self, file_size: int) -> None:
        """Never called: no file is begun."""
