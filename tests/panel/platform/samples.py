"""A letter and minutes as the product composes them: every element pdf.css styles, in the scripts of real families."""

LETTER = """<!doctype html>
<html lang="en-GB">
<head><meta charset="utf-8"><title>We will assess: reference T-0001</title></head>
<body class="letter" data-footer="Reference T-0001, version 1">
<header class="letterhead"><p><strong>Testshire County Council</strong></p></header>
<address class="address"><p>Łucja Ŵyn-Świątek</p><p>قاسم محمد</p><p>1 Example Street</p><p>Testford</p><p>TE1 1ST</p></address>
<main>
<p class="reference">Our reference: T-0001<br>4 November 2026</p>
<h1>We will carry out an assessment</h1>
<p>Dear Łucja Ŵyn-Świątek</p>
<p>We will assess the needs of <strong>Zoé 🎉 Nguyễn</strong>. <em>You do not need to do anything now.</em></p>
<h2>What happens next</h2>
<ul><li>We ask for advice → by 16 December 2026</li><li>You can tell us what you think ✓</li></ul>
<ol><li>First</li><li>Second</li></ol>
<div class="sign-off"><p>Yours sincerely</p><p>Designated officer</p></div>
</main>
</body>
</html>
"""

_ITEM = """<section class="sheet"><h2>Item {number}</h2>
<dl><dt>Question</dt><dd>Whether to assess</dd><dt>Recommendation</dt><dd>Assess</dd></dl>
<h3>Discussion</h3><p>The panel heard what had been tried and how much had helped.</p>
<table><caption>Next steps for item {number}</caption>
<thead><tr><th scope="col">Step</th><th scope="col">Who</th><th scope="col">By</th></tr></thead>
<tbody>{rows}</tbody></table></section>
"""
_ROW = '<tr><th scope="row">Ask for advice</th><td>Coordinator</td><td>16 December 2026</td></tr>'


def minutes(items: int) -> str:
    """Minutes of `items` items, about two pages for each three."""
    sheets = "".join(_ITEM.format(number=number, rows=_ROW * 8) for number in range(1, items + 1))
    return (
        '<!doctype html><html lang="en-GB"><head><meta charset="utf-8"><title>Minutes of 3 November 2026</title></head>'
        f'<body class="minutes" data-footer="Minutes, version 1"><main><h1>Minutes</h1>{sheets}</main></body></html>'
    )


def page_with(body: str, head: str = "") -> str:
    return (
        f'<!doctype html><html lang="en-GB"><head><title>Page</title>{head}</head><body>{body}</body></html>'
    )
