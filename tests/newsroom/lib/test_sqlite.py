"""Files of SQLite beside Django's connections."""

import gc
import tempfile
import threading
import warnings
from pathlib import Path
from unittest import TestCase

from newsroom.lib.sqlite import connect


class ConnectTests(TestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.file = Path(folder.name) / "rows.sqlite3"

    def test_it_commits_each_statement_by_itself(self) -> None:
        with_table, reader = connect(self.file, 0), connect(self.file, 0)
        with_table.execute("CREATE TABLE word (text TEXT)")
        with_table.execute("INSERT INTO word VALUES ('une')")
        self.assertEqual(reader.execute("SELECT text FROM word").fetchall(), [("une",)])

    def test_it_closes_without_a_warning_when_its_thread_ends(self) -> None:
        here = threading.local()

        def in_a_thread() -> None:
            here.connection = connect(self.file, 0)
            here.connection.execute("CREATE TABLE word (text TEXT)")

        with warnings.catch_warnings(record=True) as seen:
            warnings.simplefilter("always")
            thread = threading.Thread(target=in_a_thread)
            thread.start()
            thread.join()
            gc.collect()
        self.assertEqual([str(warning.message) for warning in seen], [])
        open_files = [str(link.readlink()) for link in Path("/proc/self/fd").glob("*") if link.is_symlink()]
        self.assertNotIn(str(self.file), open_files)
