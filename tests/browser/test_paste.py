"""What is pasted into the editor becomes what an article holds.

The clipboards of `../shared/corpus/clipboard/` are read where they lie; what each means is in clipboard.json.
"""

import json
from pathlib import Path

import pytest

from articles.models import Article
from tests.browser.base import SAVED, BrowserTestCase
from tests.factories import make_draft

CLIPBOARDS = Path(__file__).parents[3] / "shared" / "corpus" / "clipboard"
MEANT = json.loads(Path(__file__).with_name("clipboard.json").read_text(encoding="utf-8"))
EDITOR = ".ProseMirror[contenteditable]"
# Clipboards of other programs, and what they mean.
OTHERS = {
    "LibreOffice": (
        '<html><head><style type="text/css">p { margin-bottom: 0.25cm }</style></head><body>'
        '<h1 class="western">Un titre</h1><p style="margin-bottom: 0cm"><b>Gras</b> et <font color="#000000">'
        '<i>italique</i></font></p><p><br/></p><ol><li><p style="margin-bottom: 0cm">Un</p></li></ol></body></html>',
        "<h2>Un titre</h2><p><strong>Gras</strong> et <em>italique</em></p><ol><li><p>Un</p></li></ol>",
    ),
    "WordPress": (
        '<h2 class="wp-block-heading" id="h-suite">Suite</h2><p>Un <a href="https://exemple.fr/" target="_blank" '
        'rel="noopener">lien</a>.</p><figure class="wp-block-image"><img src="https://exemple.fr/a.jpg" alt="Une '
        'photo"/><figcaption>Sa légende</figcaption></figure><blockquote><p>Une citation.</p></blockquote>',
        '<h2>Suite</h2><p>Un <a href="https://exemple.fr/">lien</a>.</p><figure data-source="https://exemple.fr/a.jpg" '
        'data-alt="Une photo"><figcaption>Sa légende</figcaption></figure>'
        "<blockquote><p>Une citation.</p></blockquote>",
    ),
    "a web page": (
        "<div><div>Premier<br><br></div><section><article>Deuxième <span style='font-weight:700'>gras</span></article>"
        "</section><script>alert(1)</script><table><tr><th scope=col colspan=2>A</th></tr><tr><td>1</td><td>2</td></tr>"
        "</table></div>",
        '<p>Premier</p><p>Deuxième <strong>gras</strong></p><table><tbody><tr><th colspan="2"><p>A</p></th></tr>'
        "<tr><td><p>1</p></td><td><p>2</p></td></tr></tbody></table>",
    ),
    "Google’s redirect, a footnote, an unsafe link": (
        '<p><a href="https://www.google.com/url?q=https://exemple.fr/%3Fa%3D1&amp;sa=D">ici</a><a href="#_ftn1">[1]</a>'
        ' et <a href="javascript:alert(1)">là</a><sup><a href="#ftnt2">[2]</a></sup></p>',
        '<p><a href="https://exemple.fr/?a=1">ici</a> et là</p>',
    ),
    "code": (
        "<pre>un\n  deux\n</pre><p>et <code>x = 1</code></p>",
        "<pre><code>un\n  deux</code></pre><p>et <code>x = 1</code></p>",
    ),
    "words that look like attributes": ("<p>x style=1 onload=2</p>", "<p>x style=1 onload=2</p>"),
    "nothing": ("<p>&nbsp;</p><div><br></div><!-- rien --><style>p{}</style>", ""),
}


class PasteTests(BrowserTestCase):
    def tidied(self, html: str) -> str:
        script = "async html => (await import('/static/desk/paste.js')).tidied(html)"
        text: str = self.page.evaluate(script, html)
        return text

    def setUp(self) -> None:
        super().setUp()
        self.page.goto(f"{self.live_server_url}/admin/login/")

    @pytest.mark.skipif(not CLIPBOARDS.is_dir(), reason="the clipboards are not here")
    def test_each_clipboard_of_the_corpus_means_what_a_person_would_say(self) -> None:
        files = sorted(CLIPBOARDS.glob("*.html"))
        self.assertGreaterEqual(len(files), 50)
        for file in files:
            with self.subTest(file.name):
                html = file.read_bytes().decode("utf-8", "replace")
                self.assertEqual(self.tidied(html), MEANT[file.stem])

    def test_other_programs_mean_the_same(self) -> None:
        for name, (html, meant) in OTHERS.items():
            with self.subTest(name):
                self.assertEqual(self.tidied(html), meant)

    def test_huge_and_hostile_clipboards_come_to_an_end(self) -> None:
        self.assertEqual(self.tidied("<p>mot</p>" * 20_000).count("<p>"), 20_000)
        self.assertIn("fond", self.tidied("<div>" * 500 + "fond" + "</div>" * 500))
        for html in ("<img src=x onerror=alert(1)>", "<svg onload=alert(1)>", "<p style='font-weight:expression(1)'>"):
            self.assertEqual(self.tidied(html), "")

    def open(self) -> None:
        article = make_draft(self.kg, "Un casque", body="", by=self.camille)
        self.sign_in("camille")
        self.page.goto(f"{self.live_server_url}/admin/articles/article/{article.pk}/change/")
        self.page.click(EDITOR)

    def paste(self, **data: str) -> None:
        self.page.evaluate(
            """given => {
                const data = new DataTransfer();
                for (const [kind, text] of Object.entries(given)) data.setData(`text/${kind}`, text);
                const paste = new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true });
                document.querySelector(".ProseMirror[contenteditable]").dispatchEvent(paste);
            }""",
            data,
        )

    def saved(self) -> str:
        self.page.click(".save-bar [name=_save]")
        self.page.wait_for_selector(SAVED)
        return str(Article.objects.get().working.body)

    def test_an_address_on_its_own_line_becomes_what_it_is(self) -> None:
        self.open()
        self.paste(plain="https://youtu.be/dQw4w9WgXcQ?si=abc")
        self.page.wait_for_selector(".ownEmbed")
        self.page.keyboard.press("Control+End")
        self.page.keyboard.press("ArrowDown")
        self.page.keyboard.press("Enter")
        body = self.saved()
        self.assertIn('<figure data-embed="https://www.youtube.com/watch?v=dQw4w9WgXcQ"></figure>', body)

    def test_an_address_of_anything_else_becomes_a_link(self) -> None:
        self.open()
        self.paste(plain="https://exemple.fr/un-article")
        self.page.wait_for_selector(f"{EDITOR} a")
        self.assertEqual(
            self.saved(), '<p><a href="https://exemple.fr/un-article">https://exemple.fr/un-article</a></p>'
        )
        self.complaints.clear()  # the browser notes that it was not recognised

    def test_it_is_stored_as_it_was_pasted(self) -> None:
        self.open()
        html = (
            '<b style="font-weight:normal;" id="docs-internal-guid-1"><h1 dir="ltr">Un titre</h1><p>'
            '<span style="font-weight:400">Du texte </span>'
            '<span style="font-weight:700">gras</span></p><ul><li><p>Une puce</p></li></ul></b>'
        )
        self.paste(html=html)
        meant = "<h2>Un titre</h2><p>Du texte <strong>gras</strong></p><ul><li><p>Une puce</p></li></ul>"
        self.assertEqual(self.saved(), meant)
