"""The base of tests that load exports."""

from django.utils import translation

from articles.models import Article, ImportedItem
from tests.base import NewsroomTestCase


class LoadTestCase(NewsroomTestCase):
    def setUp(self) -> None:
        self.enterContext(translation.override("en"))

    def article_of(self, key: str) -> Article:
        record = ImportedItem.objects.get(key=key)
        assert record.article
        return record.article

    def lost_by(self, key: str) -> str:
        return "; ".join(ImportedItem.objects.get(key=key).lost)

    def assert_leads(self, path: str, target: str, publication: object = None) -> None:
        """A reader who follows an old address lands, in one step, on the page that is there now."""
        response = self.read(path, publication or self.kg)  # type: ignore[arg-type]
        self.assertEqual((response.status_code, response.headers.get("Location")), (301, target), path)
        self.assertEqual(self.read(target, publication or self.kg).status_code, 200, target)  # type: ignore[arg-type]
