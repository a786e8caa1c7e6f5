"""Small sites that are as unlike each other as sites of Arabic news are. Every text and name is invented."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from html import escape
from urllib.parse import quote

from flows.newsroom import GivenPage

HTML = "text/html; charset=utf-8"
_PLACES = (
    "وادي النخيل",
    "ميناء الصدف",
    "سوق العطارين",
    "قرية السنابل",
    "جسر الحجر",
    "حي الزيتون",
    "تلة الريحان",
    "بلدة الهور",
)
_DEEDS = ("تفتتح مدرسة جديدة", "تعيد ترميم السوق القديم", "تطلق حملة لزراعة الأشجار", "تستقبل موسم الحصاد باكرا")
SECTIONS = (("محليات", "local"), ("ثقافة", "culture"), ("رياضة", "sport"))


def title(n: int) -> str:
    return f"بلدية {_PLACES[n % 8]} {_DEEDS[n % 4]} بعد انتظار دام {('عامين', 'ثلاثة أعوام', 'عقدا')[n % 3]}"


def slug(n: int) -> str:
    return title(n).replace(" ", "-")


def _text(n: int) -> list[str]:
    return [
        f"أعلنت بلدية {_PLACES[n % 8]}، صباح اليوم، أنها أنجزت الأعمال التي بدأت قبل أشهر، ودعت الأهالي إلى الافتتاح.",
        f"وقال رئيس ورشة العمل رقم {n} إن الكلفة بقيت ضمن الموازنة المقررة، وإن المتطوعين شاركوا في كل مرحلة.",
        "وعبّر عدد من السكان عن ارتياحهم، فيما طالب آخرون بأن تشمل الأعمال الأحياء المجاورة قبل بداية فصل الشتاء.",
    ]


def page(head: str, body: str, *, name: str = "", lang: str = 'lang="ar"') -> bytes:
    start = f"<!doctype html><html {lang} dir=rtl><head><title>{escape(name)}</title>{head}</head>"
    return f"{start}<body>{body}</body></html>".encode()


@dataclass(slots=True)
class Built:
    """A site: its home page, its pages, and which of them are articles."""

    home: str
    pages: list[GivenPage] = field(default_factory=list)
    articles: list[str] = field(default_factory=list)

    def add(self, path: str, body: bytes, content_type: str = HTML, *, status: int = 200, location: str = "") -> None:
        headers = (("Location", location),) if location else ()
        url = path if "://" in path else self.home.rstrip("/") + path
        self.pages.append(GivenPage(url, body, content_type, headers, status))

    def add_articles(self, paths: Sequence[str], name: str, *, charset: str = "utf-8", head: str = "") -> None:
        for n, path in enumerate(paths):
            text = "".join(f"<p>{each}</p>" for each in _text(n))
            body = (
                f"<header><a href='/'>{name}</a></header><main><h1>{title(n)}</h1><div class=story>{text}</div></main>"
            )
            meta = "<meta charset=utf-8>" if charset == "utf-8" else ""
            whole = page(meta + head, body, name=f"{title(n)} | {name}").decode()
            self.add(path, whole.encode(charset, "xmlcharrefreplace"), HTML if charset == "utf-8" else "text/html")
            self.articles.append(path if "://" in path else self.home.rstrip("/") + path)


def links(pairs: Sequence[tuple[str, str]], css: str = "headlines") -> str:
    return f"<ul class={css}>" + "".join(f'<li><a href="{escape(u)}">{escape(t)}</a></li>' for u, t in pairs) + "</ul>"


def headlines(paths: Sequence[str], start: int = 0) -> str:
    return links([(path, title(start + n)) for n, path in enumerate(paths)])


def rss(home: str, paths: Sequence[str], name: str) -> bytes:
    items = "".join(
        f"<item><title>{title(n)}</title><link>{escape(home.rstrip('/') + path if '://' not in path else path)}</link>"
        f"<pubDate>Fri, {20 + n % 8} Nov 2026 08:0{n % 10}:00 +0300</pubDate></item>"
        for n, path in enumerate(paths)
    )
    text = f'<?xml version="1.0"?><rss version="2.0"><channel><title>{name}</title>{items}</channel></rss>'
    return text.encode()


def sitemap(urls: Sequence[str]) -> bytes:
    inner = "".join(f"<url><loc>{escape(url)}</loc></url>" for url in urls)
    return f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{inner}</urlset>'.encode()


def drupal() -> Built:
    """Unclean URLs: the query string is the path."""
    site = Built("http://drupal.example/")
    paths = [f"/?q=node/{n}" for n in range(3007, 3019)]
    site.add_articles(paths, "أخبار الواحة")
    terms = [(f"/?q=taxonomy/term/{n}", words) for n, (words, _) in enumerate(SECTIONS)]
    feed = '<link rel="alternate" type="application/rss+xml" href="/?q=rss.xml">'
    site.add("/", page(feed, f"<nav>{links(terms)}</nav>{headlines(paths)}", name="أخبار الواحة"))
    site.add("/?q=rss.xml", rss(site.home, paths[:5], "أخبار الواحة"), "application/rss+xml")
    for path, words in terms:
        site.add(path, page("", f"<h1>{words}</h1>{headlines(paths[:4])}", name=words))
    return site


def arabic_slugs() -> Built:
    """WordPress: the title is the address, and categories look like it; older pages below /page/."""
    site = Built("https://slugs.example/")
    paths = [f"/{quote(slug(n)).lower()}-{'abcdefghijkl'[n]}/" for n in range(12)]
    site.add_articles(paths, "صحيفة التل", head='<link rel="https://api.w.org/" href="https://slugs.example/wp-json/">')
    nav = links(
        [(f"/category/{key}/", words) for words, key in SECTIONS]
        + [("/about-us/", "من نحن"), ("/contact/", "اتصل بنا")]
    )
    more = '<a class="next page-numbers" href="/page/2/">التالي</a>'
    head = '<meta name="generator" content="WordPress 6.6"><link rel=alternate type=application/rss+xml href=/feed/>'
    site.add("/", page(head, f"<nav>{nav}</nav>{headlines(paths[:4])}{more}", name="صحيفة التل"))
    site.add("/page/2/", page("", f"<nav>{nav}</nav>{headlines(paths[4:8], 4)}<a href=/page/3/>التالي</a>"))
    site.add("/page/3/", page("", f"<nav>{nav}</nav>{headlines(paths[8:], 8)}"))
    site.add("/feed/", rss(site.home, paths[:3], "صحيفة التل"), "application/rss+xml")
    for number, (words, key) in enumerate(SECTIONS):
        site.add(
            f"/category/{key}/",
            page("", f"<h1>{words}</h1>{headlines(paths[number * 2 : number * 2 + 3], number * 2)}"),
        )
    site.add("/about-us/", page("", "<h1>من نحن</h1><p>صحيفة محلية تصدر كل صباح منذ أعوام طويلة في بلدة التل.</p>"))
    return site


def dated() -> Built:
    """No feed and no sitemap: the date stands in the path."""
    site = Built("http://www.dated.iq/")
    paths = [f"/{key}/2026/11/{10 + n}/{quote(slug(n))}.html" for n, (_, key) in enumerate(SECTIONS * 4)]
    site.add_articles(paths, "منارة الجنوب")
    nav = links([(f"/{key}", words) for words, key in SECTIONS] + [("/live", "البث المباشر")])
    site.add("/", page("<meta charset=utf-8>", f"<nav>{nav}</nav>{headlines(paths[:6])}", name="منارة الجنوب"))
    for at, (words, key) in enumerate(SECTIONS):
        body = f"<nav>{nav}</nav><h1>{words}</h1>" + links([(paths[n], title(n)) for n in range(at, 12, 3)])
        site.add(f"/{key}", page("", body))
    return site


def numbers() -> Built:
    """Bare numbers, named by a sitemap that robots.txt does not list."""
    site = Built("https://numbers.example/")
    paths = [f"/{n}" for n in range(512301, 512313)]
    site.add_articles(paths, "وكالة المرفأ")
    site.add(
        "/", page("", f"{links([('/tag/5', 'وسم'), ('/page/2', '2')])}{headlines(paths[:4])}", name="وكالة المرفأ")
    )
    site.add("/sitemap.xml", sitemap(["https://numbers.example/", *site.articles]), "application/xml")
    return site


def blogger() -> Built:
    site = Built("https://blog.example/")
    paths = [f"/2026/{10 + n % 2}/{'abcdefghijkl'[n] * 3}-story.html" for n in range(12)]
    site.add_articles(paths, "مدونة الميناء")
    head = '<meta content="blogger" name="generator">'
    head += '<link rel="alternate" type="application/atom+xml" href="/feeds/posts/default">'
    labels = links([(f"/search/label/{quote(words)}", words) for words, _ in SECTIONS], "labels")
    site.add("/", page(head, headlines(paths[:5]) + labels, name="مدونة الميناء"))
    entries = "".join(
        f"<entry><title>{title(n)}</title><id>tag:{n}</id><updated>2026-11-20T08:00:00+03:00</updated>"
        f'<link rel="alternate" type="text/html" href="https://blog.example{path}"/></entry>'
        for n, path in enumerate(paths)
    )
    feed = (
        f'<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom"><title>مدونة الميناء</title>{entries}</feed>'
    )
    site.add("/feeds/posts/default", feed.encode(), "application/atom+xml")
    return site


def undeclared() -> Built:
    """windows-1256, and nothing that says so; older pages behind a link in words."""
    site = Built("http://undeclared.example/")
    paths = [f"/news.php?id={n}" for n in range(81, 93)]
    site.add_articles(paths, "جريدة القلعة", charset="cp1256")
    nav = links(
        [(f"/section.php?sec={n}", words) for n, (words, _) in enumerate(SECTIONS)] + [("/guest.php", "سجل الزوار")]
    )

    def listing(part: Sequence[str], start: int, older: str) -> bytes:
        link = f'<a class=older href="{older}">أخبار أقدم</a>' if older else ""
        whole = page("", nav + headlines(part, start) + link, name="جريدة القلعة", lang="").decode()
        return whole.encode("cp1256", "xmlcharrefreplace")

    site.add("/", listing(paths[:5], 0, "/archive.php?before=86"), "text/html")
    site.add("/archive.php?before=86", listing(paths[5:9], 5, "/archive.php?before=90"), "text/html")
    site.add("/archive.php?before=90", listing(paths[9:], 9, ""), "text/html")
    return site


def joomla() -> Built:
    site = Built("http://joomla.example/")
    paths = [f"/index.php?option=com_content&view=article&id={n}:story-{n}&catid={n % 3}" for n in range(140, 152)]
    site.add_articles(paths, "صوت الجبل")
    nav = links(
        [(f"/index.php?option=com_content&view=category&id={n}", words) for n, (words, _) in enumerate(SECTIONS)]
    )
    site.add("/", page("", nav + headlines(paths), name="صوت الجبل"))
    return site


def forum() -> Built:
    site = Built("http://forum.example/")
    paths = [f"/showthread.php?t={n}" for n in range(7001, 7013)]
    site.add_articles(paths, "منتدى البلدة")
    boards = links([(f"/forumdisplay.php?f={n}", words) for n, (words, _) in enumerate(SECTIONS)])
    users = links([(f"/member.php?u={n}", f"عضو {n}") for n in range(20)], "users")
    site.add(
        "/",
        page('<meta name="generator" content="vBulletin 4">', boards + headlines(paths) + users, name="منتدى البلدة"),
    )
    return site


def moved() -> Built:
    """http, then https, then www under another name."""
    site = Built("https://www.new-name.sy/")
    paths = [f"/story/{n}/{quote(slug(n))}" for n in range(64001, 64013)]
    site.add_articles(paths, "الساحل")
    site.add("http://old-name.example/", b"", status=301, location="https://old-name.example/")
    site.add("https://old-name.example/", b"", status=302, location="https://www.new-name.sy/")
    site.add("/", page("", headlines(paths[:6]) + '<a href="/rss">RSS</a>', name="الساحل"))
    site.add("/rss", rss(site.home, paths, "الساحل"), "text/xml")
    return site


def arabic_host() -> Built:
    """A host in Arabic letters, written so in its own links."""
    site = Built("http://xn--mgbh0fb.xn--kgbechtv/")
    paths = [f"http://مثال.إختبار/news/{n}.html" for n in range(911, 923)]
    site.add_articles([path.replace("مثال.إختبار", "xn--mgbh0fb.xn--kgbechtv") for path in paths], "المثال")
    site.add("/", page("", links([(path, title(n)) for n, path in enumerate(paths)]), name="المثال"))
    return site


def counted_sections() -> Built:
    """The number of a section's page is the last step of its path."""
    site = Built("http://counted.example/")
    paths = [f"/story/2026/11/{n}/{quote(slug(n))}/{5000000 + n * 7}" for n in range(10, 22)]
    site.add_articles(paths, "أخبار النهر")
    numbered = [
        (f"/Section/{quote(words)}/{60 + n}", words, paths[n * 4 : n * 4 + 4]) for n, (words, _) in enumerate(SECTIONS)
    ]
    nav = links([(f"{path}/1", words) for path, words, _ in numbered])
    site.add("/", page("", nav + headlines(paths[:4]), name="أخبار النهر"))
    for path, words, own in numbered:
        site.add(f"{path}/1", page("", nav + headlines(own[:2]) + links([(f"{path}/2", "2")], "pager"), name=words))
        site.add(f"{path}/2", page("", nav + headlines(own[2:], 2), name=words))
    return site


def offsets() -> Built:
    """Older pages behind a word, counted by articles; some articles on a host below the site's own."""
    site = Built("http://offsets.example/")
    paths = [f"http://{'sport.' if n % 2 else ''}offsets.example/view/{n}" for n in range(100, 112)]
    site.add_articles(paths, "الضفة")
    site.add("/", page("", headlines(paths[:4]) + '<a href="/list?start=4">التالي</a>', name="الضفة"))
    back = '<a href="/">السابق</a>'
    site.add("/list?start=4", page("", headlines(paths[4:8], 4) + '<a href="/list?start=8">التالي</a>' + back))
    site.add("/list?start=8", page("", headlines(paths[8:], 8) + back))
    return site


_GOOD = (
    *(drupal, arabic_slugs, dated, numbers, blogger, undeclared, joomla, forum, moved),
    *(arabic_host, counted_sections, offsets),
)
GOOD = {each.__name__.replace("_", "-"): each for each in _GOOD}


def unfriendly() -> dict[str, Built]:
    """Sites of which no source file can be made that works, by what is wrong with them."""
    spa = Built("https://spa.example/")
    spa.add("/", page("", '<div id="root"></div><script src="/app.js"></script>', name="تطبيق"))
    shield = Built("https://shield.example/")
    challenge = page("", "<h1>Just a moment...</h1><script src=/cdn-cgi/challenge-platform/x.js></script>")
    shield.add("/", challenge, status=403)
    test_page = Built("https://testpage.example/")
    test_page.add("/", challenge)
    closed = Built("https://closed.example/")
    closed.add_articles(["/news/1"], "مغلق")
    closed.add("/", page("", headlines(["/news/1"])))
    closed.add("/robots.txt", b"User-agent: *\nDisallow: /\n", "text/plain")
    return {"spa": spa, "shield": shield, "test-page": test_page, "closed": closed}
