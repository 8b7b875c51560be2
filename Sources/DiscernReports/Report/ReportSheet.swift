/// The style sheet of a report, after that of all pages and that of charts.
enum ReportSheet {
  static let sheet = """
    body{max-width:76rem}
    h3{font-size:1rem;margin:1rem 0 .25rem}
    h2.task{font-size:1.375rem;margin:2rem 0 0}
    a{color:var(--c1)}
    code,pre{font-family:ui-monospace,monospace;font-size:.8125rem;overflow-wrap:anywhere;\
    white-space:pre-wrap}
    .warning{font-weight:600;padding:.5rem .75rem;border-left:.25rem solid var(--c2);\
    background:var(--raised)}
    .cards{display:flex;flex-wrap:wrap;gap:.75rem;list-style:none;padding:0;margin:.5rem 0 1rem}
    .cards li{display:flex;flex-direction:column;padding:.5rem .75rem;flex:0 1 auto;background:var(--ground);\
    border:1px solid var(--line);border-radius:.5rem}
    .wide th{overflow-wrap:normal}
    .wide td:not(.number){overflow-wrap:anywhere;min-width:7rem;max-width:24rem}
    .value{font-size:1.5rem;line-height:1.25;font-variant-numeric:tabular-nums}
    .charts{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,20rem),1fr));gap:1rem 2rem;\
    align-items:start}
    .charts.pairs{grid-template-columns:repeat(auto-fit,minmax(min(100%,28rem),1fr))}
    .charts>*{min-width:0}
    figure{margin:0;min-width:0}
    figcaption{font-weight:600;margin-bottom:.25rem}
    figcaption .quiet{font-weight:400}
    svg.large{max-width:44rem;min-width:36rem}
    svg.key{display:inline-block;width:1.5rem;height:.5rem;margin-right:.4rem;vertical-align:middle}
    .keys{display:flex;flex-wrap:wrap;gap:.125rem 1rem;list-style:none;padding:0;margin:.25rem 0;\
    font-size:.875rem}
    .keys li{overflow-wrap:anywhere}
    .facts{display:grid;grid-template-columns:minmax(7rem,auto) 1fr;gap:.25rem 1rem;margin:.5rem 0}
    dt{color:var(--quiet)}
    dd{margin:0;overflow-wrap:anywhere;min-width:0}
    article{padding:.5rem 0;border-top:1px solid var(--line)}
    article p{margin:0 0 .25rem;overflow-wrap:anywhere}
    .text{white-space:pre-wrap;overflow-wrap:anywhere;unicode-bidi:isolate;max-width:60rem}
    .text span{border-radius:.2rem;unicode-bidi:isolate}
    summary{margin:.25rem 0}
    @media (max-width:30rem){table{font-size:.875rem}th,td{padding-right:.5rem}\
    .wide td:not(.number){min-width:4rem}}

    """
}
