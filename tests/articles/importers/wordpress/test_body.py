"""From the body of a WordPress post to our HTML."""

from collections.abc import Iterator

import pytest
from django.utils import translation

from articles.importers.wordpress.body import convert
from articles.importers.wordpress.converter import BodyImage

VIDEO = "https://www.youtube.com/watch?v=dQw4w9WgXcQ"
EMBED = f'<figure data-embed="{VIDEO}"></figure>'
TWEET = "https://x.com/wordpress/status/1057136472321613824"
TWEET_EMBED = f'<figure data-embed="{TWEET}"></figure>'

EXAMPLES = {
    # Paragraphs of classic bodies
    "blank lines part paragraphs": (
        "one\n\ntwo\n \n\nthree",
        "<p>one</p>\n<p>two</p>\n<p>three</p>",
    ),
    "a newline is a line break": ("one\r\ntwo", "<p>one<br>two</p>"),
    "a line break is not doubled": (
        "one<br />\ntwo<br>\n\nthree",
        "<p>one<br>two</p>\n<p>three</p>",
    ),
    "emphasis goes on over a blank line": (
        "a <em>one\n\ntwo</em> b",
        "<p>a <em>one</em></p>\n<p><em>two</em> b</p>",
    ),
    "space between words is kept": (
        "<b>a</b> <i>b</i>\n c",
        "<p><strong>a</strong> <em>b</em><br> c</p>",
    ),
    "no line breaks inside pre": (
        "a\n<pre>  b\n\n  c</pre>\nd",
        "<p>a</p>\n<pre>  b\n\n  c</pre>\n<p>d</p>",
    ),
    "no line breaks around blocks": (
        "<h2>a</h2>\nb\n<ul>\n<li>c</li>\n</ul>\n",
        "<h2>a</h2>\n<p>b</p>\n<ul><li>c</li></ul>",
    ),
    "empty paragraphs are dropped": ("<p></p>a<p>&nbsp;</p><p><b> </b><br></p>", "<p>a</p>"),
    # Block bodies
    "block comments are dropped": (
        '<!-- wp:heading {"level":1} -->\n<h1 class="x">a</h1>\n<!-- /wp:heading -->\n\n'
        "<!-- wp:paragraph -->\n<p>b\nc</p>\n<!-- /wp:paragraph -->",
        "<h2>a</h2>\n<p>b c</p>",
    ),
    "more and next page are dropped": (
        "<!-- wp:more --><!--more--><!-- /wp:more --><p>a</p><!-- wp:nextpage /--><p>b</p>",
        "<p>a</p>\n<p>b</p>",
    ),
    "more and next page part paragraphs of classic bodies": (
        "one<!--more Read on-->two<!--nextpage-->three",
        "<p>one</p>\n<p>two</p>\n<p>three</p>",
    ),
    "columns and groups keep their order": (
        '<!-- wp:columns --><div class="wp-block-columns"><div><p>a</p></div><div><p>b</p>'
        "<div>c</div></div></div><!-- /wp:columns -->",
        "<p>a</p>\n<p>b</p>\n<p>c</p>",
    ),
    "media beside text": (
        '<!-- wp:media-text --><div><figure><img src="a.jpg"></figure><div><p>b</p></div></div>',
        '<figure data-source="a.jpg"></figure>\n<p>b</p>',
    ),
    "a button is a paragraph": (
        '<!-- wp:button --><div class="wp-block-button"><a class="x" href="/a">Go</a></div>',
        '<p><a href="/a">Go</a></p>',
    ),
    "a quote keeps its source": (
        "<!-- wp:quote --><blockquote><p>a</p><cite>b</cite></blockquote>",
        "<blockquote><p>a</p><p><cite>b</cite></p></blockquote>",
    ),
    # The vocabulary
    "old elements get their new names": (
        "<p><b>a</b><i>b</i><strike>c</strike><tt>d</tt></p><h5>e</h5><h6>f</h6>",
        "<p><strong>a</strong><em>b</em><s>c</s><code>d</code></p>\n<h4>e</h4>\n<h4>f</h4>",
    ),
    "wrappers are taken off": (
        '<center><font color="red">a</font> <span style="x">b</span></center><section>c</section>',
        "<p>a b</p>\n<p>c</p>",
    ),
    "attributes are dropped but those that speak": (
        '<p class="a" onclick="b">c <a href="/d?e&amp;f" target="_blank">g</a> <abbr title="h&quot;">i</abbr></p>',
        '<p>c <a href="/d?e&amp;f">g</a> <abbr title="h&quot;">i</abbr></p>',
    ),
    "an anchor that leads nowhere is taken off": ('<p><a name="x">a</a></p>', "<p>a</p>"),
    "blocks are lifted out of paragraphs": (
        "<p>a <b>b<hr>c</b> <span><ul><li>d</li></ul></span></p>",
        "<p>a <strong>b</strong></p>\n<hr>\n<p><strong>c</strong></p>\n<ul><li>d</li></ul>",
    ),
    "lists nest": (
        "<ol><li>a<ul><li>b</li></ul></li><li><p>c</p><p>d</p></li></ol>",
        "<ol><li>a<ul><li>b</li></ul></li><li><p>c</p><p>d</p></li></ol>",
    ),
    "a list beside the items joins the item before": (
        "<ul><li>a</li><ul><li>b</li></ul></ul>",
        "<ul><li>a<ul><li>b</li></ul></li></ul>",
    ),
    "a table": (
        '<table class="x"><caption>a</caption><thead><tr><th scope="col" style="y">b</th></tr>'
        '</thead><tr><td colspan="2"><p>c</p></td></tr><tfoot><tr><td rowspan="3">d</td></tr>'
        "</tfoot></table>",
        '<table><caption>a</caption><thead><tr><th scope="col">b</th></tr></thead><tbody><tr>'
        '<td colspan="2">c</td></tr><tr><td rowspan="3">d</td></tr></tbody></table>',
    ),
    "the caption of a table without rows is a paragraph": (
        "<table><caption>a <b>b</b></caption></table>c",
        "<p>a <strong>b</strong></p>\n<p>c</p>",
    ),
    # Images
    "an image": (
        '<img class="a wp-image-12" src="https://a.example/b.jpg?c&amp;d" alt="E &quot;f&quot;">',
        '<figure data-source="https://a.example/b.jpg?c&amp;d" data-attachment="12" '
        'data-alt="E &quot;f&quot;"></figure>',
    ),
    "an image divides its paragraph": (
        "<p>a <b>b <img src=c.jpg> d</b></p>",
        '<p>a <strong>b</strong></p>\n<figure data-source="c.jpg"></figure>\n<p><strong>d</strong></p>',
    ),
    "an image's link to itself is dropped": (
        '<figure><a href="b.jpg"><img src=a.jpg></a><figcaption>By <i>b</i></figcaption></figure>',
        '<figure data-source="a.jpg"><figcaption>By <em>b</em></figcaption></figure>',
    ),
    "the text of an image's link is kept": (
        '<a href="/x"><img src="a.jpg"> read</a>',
        '<figure data-source="a.jpg"></figure>\n<p><a href="/x">read</a></p>',
    ),
    "a lazy image": (
        '<img src="data:image/gif;base64,R0" data-src="a.jpg"><noscript><img src=a.jpg></noscript>',
        '<figure data-source="a.jpg"></figure>',
    ),
    "a drawn smiley is text": ('<p>a <img class="emoji" src="x.svg" alt="🙂"></p>', "<p>a 🙂</p>"),
    "a gallery block": (
        '<!-- wp:gallery --><figure class="wp-block-gallery"><ul class="blocks-gallery-grid"><li>'
        '<figure><img src="a.jpg" data-id="1"><figcaption>A</figcaption></figure></li><li><figure>'
        '<img src="b.jpg"></figure></li></ul><figcaption>all</figcaption></figure>',
        '<figure data-source="a.jpg" data-attachment="1"><figcaption>A</figcaption></figure>\n'
        '<figure data-source="b.jpg"></figure>\n<p>all</p>',
    ),
    "an image is written beside its caption": (
        "<figure><img src=a.jpg>one<figcaption>two<ol><li>three</li></ol></figcaption>four</figure>",
        '<p>one</p>\n<figure data-source="a.jpg"><figcaption>two</figcaption></figure>\n'
        "<ol><li>three</li></ol>\n<p>four</p>",
    ),
    "an image inside its caption": (
        "<figure><figcaption>one<img src=a.jpg>two</figcaption></figure>",
        '<p>one</p>\n<figure data-source="a.jpg"></figure>\n<p>two</p>',
    ),
    "a drawn smiley keeps its caption": (
        '<figure><img class="emoji" src="x.svg" alt="🙂"><figcaption>a</figcaption></figure>',
        "<p>🙂</p>\n<p>a</p>",
    ),
    # Shortcodes
    "a caption": (
        '[caption id="attachment_12" align="alignleft" width="3"]<a href="b.jpg"><img src="a.jpg" '
        'alt="A" /></a> By <b>b</b>[/caption]',
        '<figure data-source="a.jpg" data-attachment="12" data-alt="A">'
        "<figcaption>By <strong>b</strong></figcaption></figure>",
    ),
    "an old caption": (
        '[caption id="" caption="By b"]<img src="a.jpg">[/caption]',
        '<figure data-source="a.jpg"><figcaption>By b</figcaption></figure>',
    ),
    "a gallery": (
        'a\n[gallery columns="2" ids="1, 22"]\nb',
        '<p>a</p>\n<figure data-attachment="1"></figure>\n<figure data-attachment="22"></figure>\n<p>b</p>',
    ),
    "code": (
        '[code language="html"]\n<b>\n\n[gallery] &amp;\n[/code]',
        "<pre><code>&lt;b&gt;\n\n[gallery] &amp;</code></pre>",
    ),
    "an escaped shortcode": ("[[gallery ids=1]] [[b]x[/b]]", "<p>[gallery ids=1] [b]x[/b]</p>"),
    "brackets are no shortcodes": (
        "[1] [sic] […] [Note: a] [ ] [[wiki]] a[i] [x](/y)",
        "<p>[1] [sic] […] [Note: a] [ ] [[wiki]] a[i] [x](/y)</p>",
    ),
    "brackets in an attribute or in code stay": (
        '<a href="/?a=[gallery]">b</a> <code>[gallery]</code>',
        '<p><a href="/?a=[gallery]">b</a> <code>[gallery]</code></p>',
    ),
    # Embeds
    "an address alone on a line": (f"a\n{VIDEO}\nb", f"<p>a</p>\n{EMBED}\n<p>b</p>"),
    "an address alone in a paragraph": ("<p> https://youtu.be/dQw4w9WgXcQ </p>", EMBED),
    "an address in a sentence stays": (f"see {VIDEO} now", f"<p>see {VIDEO} now</p>"),
    "an embed block": (
        '<!-- wp:embed {"url":"x"} --><figure class="wp-block-embed"><div class="y">\n'
        f"{VIDEO}\n</div><figcaption>a</figcaption></figure><!-- /wp:embed -->",
        f"{EMBED}\n<p>a</p>",
    ),
    "an embed shortcode and its start": (
        f"[embed width='1']{VIDEO}&amp;t=1[/embed]",
        EMBED.replace(VIDEO, f"{VIDEO}&amp;t=1s"),
    ),
    "youtube shortcodes": (
        f"[youtube]{VIDEO}[/youtube] [youtube={VIDEO}&amp;w=1] [youtube dQw4w9WgXcQ]",
        f"{EMBED}\n{EMBED}\n{EMBED}",
    ),
    "a frame": ('<p><iframe src="//www.youtube.com/embed/dQw4w9WgXcQ?a"></iframe></p>', EMBED),
    "an old player": (
        '<object><param name="movie" value="http://www.youtube.com/v/dQw4w9WgXcQ&a"/>'
        '<embed src="http://www.youtube.com/v/dQw4w9WgXcQ"/></object>',
        EMBED,
    ),
    "a tweet": (
        '<blockquote class="twitter-tweet"><p>Hi <a href="https://t.co/x">t</a></p>— W '
        f'<a href="{TWEET}?ref_src=x">date</a></blockquote>\n'
        '<script async src="https://platform.twitter.com/widgets.js"></script>',
        TWEET_EMBED,
    ),
    "a toot": (
        '<blockquote class="mastodon-embed"><a href="https://mamot.fr/@a/12">x</a></blockquote>'
        '<script src="https://mamot.fr/embed.js"></script>',
        '<figure data-embed="https://mamot.fr/@a/12"></figure>',
    ),
    "text in the figure of an embed is kept": (f'<figure data-embed="{VIDEO}">a</figure>', f"{EMBED}\n<p>a</p>"),
    "a forged embed is not one": (
        '<figure data-embed="https://evil.example/">a</figure>',
        "<p>a</p>",
    ),
    # Broken markup
    "a quotation mark is missing": ('a <a href="b>c</a> d', "<p>a c d</p>"),
    "a tag is cut short": ("a <b", "<p>a &lt;b</p>"),
    "a comment is cut short": ("a <!-- b", "<p>a &lt;!-- b</p>"),
    "a page ends too early": ("<p>a</p></div></body></html>b", "<p>a</p>\n<p>b</p>"),
    "nothing at all": ("", ""),
}

LOSSES = {
    "[su_box title='a']b[/su_box]": ("<p>b</p>", "unknown shortcode [su_box]"),
    "[contact-form-7]a": ("<p>a</p>", "unknown shortcode [contact-form-7]"),
    "[b]a[/b]": ("<p>a</p>", "unknown shortcode [b]"),
    "[gallery]a": ("<p>a</p>", "gallery without a list of its images removed"),
    "[audio src='https://a.example/b.mp3']": (
        '<p><a href="https://a.example/b.mp3">https://a.example/b.mp3</a></p>',
        "audio of a.example kept as a link",
    ),
    "[video]": ("", "[video] without an address removed"),
    "[embed]https://a.example/b[/embed]": (
        '<p><a href="https://a.example/b">https://a.example/b</a></p>',
        "embed of a.example kept as a link",
    ),
    "<figure class='wp-block-embed'><div>\nhttps://a.example/b\n</div></figure>": (
        '<p><a href="https://a.example/b">https://a.example/b</a></p>',
        "embed of a.example kept as a link",
    ),
    "<video><source src='https://a.example/b.mp4'></video>": (
        '<p><a href="https://a.example/b.mp4">https://a.example/b.mp4</a></p>',
        "video of a.example kept as a link",
    ),
    '<!-- wp:latest-posts {"a":1} /--><p>b</p>': (
        "<p>b</p>",
        "block wp:latest-posts has no content",
    ),
    "a<iframe src='https://widgets.example.net/x'></iframe>": (
        "<p>a</p>",
        "frame from widgets.example.net removed",
    ),
    "a<iframe src='https://[x' />b": ("<p>ab</p>", "frame from nowhere removed"),
    "a<script src='https://a.example/'></script>": ("<p>a</p>", "script removed"),
    "a<style>b</style>": ("<p>a</p>", "style removed"),
    "a<form><input></form>": ("<p>a</p>", "form removed"),
    "a<object></object>": ("<p>a</p>", "object removed"),
    "a<svg><text>b</text></svg>": ("<p>a</p>", "svg removed"),
    "a<canvas></canvas>": ("<p>a</p>", "canvas removed"),
    "a<img>": ("<p>a</p>", "image without an address removed"),
    "<figure><img><figcaption>a</figcaption></figure>": ("<p>a</p>", "image without an address removed"),
}


@pytest.fixture(autouse=True)
def in_english() -> Iterator[None]:
    """Sentences are compared in their source language."""
    with translation.override("en"):
        yield


@pytest.mark.parametrize(("body", "expected"), EXAMPLES.values(), ids=EXAMPLES.keys())
def test_what_can_be_kept_is_kept_without_a_loss(body: str, expected: str) -> None:
    converted = convert(body)
    assert (converted.html, converted.losses) == (expected, [])


@pytest.mark.parametrize(("body", "outcome"), LOSSES.items())
def test_what_is_lost_is_reported(body: str, outcome: tuple[str, str]) -> None:
    converted = convert(body)
    assert (converted.html, converted.losses) == (outcome[0], [outcome[1]])


def test_a_loss_is_reported_once() -> None:
    assert convert("<svg></svg>" * 3).losses == ["svg removed"]


def test_images_are_listed_in_order() -> None:
    body = (
        '<img src="a.jpg" class="wp-image-3">[gallery ids="4"]'
        '[caption id="attachment_5"]<img src="b.jpg" alt="B"> By <b>b</b>[/caption]'
    )
    assert convert(body).images == [
        BodyImage("a.jpg", 3, "", ""),
        BodyImage("", 4, "", ""),
        BodyImage("b.jpg", 5, "B", "By <strong>b</strong>"),
    ]
