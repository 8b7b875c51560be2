import DiscernReports

/// The web page for trying a model: a text, its labels, and the words that led to them.
enum Page {
  private static let page = HTMLPage(title: "Discern", style: style, script: PageScript.text)

  static let response = Response(
    page.head + content + page.end, type: "text/html; charset=utf-8",
    fields: [
      ("Content-Security-Policy", page.policy + "; frame-ancestors 'none'"),
      ("Referrer-Policy", "no-referrer"),
    ])

  private static let content = """
    <main>
    <h1 id="name">Discern</h1>
    <p class="quiet" id="about">Type a text; the labels appear as you type.</p>
    <label for="text">Text</label>
    <textarea id="text" rows="5" spellcheck="false" autocomplete="off" autofocus></textarea>
    <p id="state" class="quiet" role="status"></p>
    <div id="tasks" aria-live="polite"></div>
    <noscript><p>This page needs its script; without it, send texts to v1/classify.</p></noscript>
    <p class="quiet"><a href="openapi.json">API description</a></p>
    </main>

    """

  private static let style = """
    label{display:block;font-weight:600;margin:1rem 0 .25rem}
    textarea{display:block;width:100%;min-height:6rem;padding:.75rem;font:inherit;color:inherit;\
    background:var(--raised);border:1px solid var(--line);border-radius:.5rem;resize:vertical}
    textarea:focus,button:focus-visible,a:focus-visible{outline:2px solid var(--p5);outline-offset:1px}
    a{color:inherit}
    #state{min-height:1.5rem;margin:.25rem 0}
    .bars{display:grid;grid-template-columns:fit-content(40%) 1fr max-content;gap:.25rem .75rem;\
    align-items:center;margin:0 0 .75rem}
    .bars button{min-width:3.5rem}
    .bars button{font:inherit;color:inherit;background:none;border:0;padding:.1rem .25rem;margin:0 -.25rem;\
    text-align:left;cursor:pointer;overflow-wrap:anywhere;border-radius:.25rem}
    .bars button:hover{text-decoration:underline}
    .bars .given{font-weight:600}
    .bars [aria-pressed=true]{background:var(--p1)}
    .track{height:.75rem;background:var(--ground);border:1px solid var(--line);border-radius:.375rem;\
    overflow:hidden}
    .fill{height:100%;background:var(--p5)}
    .words{white-space:pre-wrap;overflow-wrap:anywhere;margin:.5rem 0}
    .words span{border-radius:.2rem;padding:.05rem 0}
    .old{opacity:.4}
    #name,#about,h2,section p{overflow-wrap:anywhere}
    section>:last-child{margin-bottom:0}
    @media(max-width:40rem){
    .bars.long{grid-template-columns:1fr max-content;row-gap:0}
    .bars.long button{grid-column:1/-1;margin-top:.375rem}
    }
    .failed{color:var(--text);font-weight:600}

    """
}
