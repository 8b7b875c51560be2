"""The measurements, as Markdown and as JSON."""

import json


class Report:
    def __init__(self, about):
        self.about = about  # machine, versions, threads, settings: title and value
        self.figures = []
        self.targets = []
        self.missing = []

    def add(self, section, shape, results, measures):
        """Takes a figure for each of `measures` (name: title) from each contender's series."""
        for who, series in results.items():
            for name, title in measures.items():
                values = series.values(name)
                if values:
                    self.figures.append({
                        "section": section, "shape": shape, "who": who, "measure": title,
                        "median": series.median(name), "least": min(values), "most": max(values),
                        "contended": series.contended,
                        "passes": [
                            {"value": one.figures.get(name), "others": one.others, "clean": series.is_clean(one)}
                            for one in series.samples
                        ],
                    })

    def compare(self, section, shape, measure, ours, theirs, peer, target=None, at_most=False, ratio=None, series=()):
        """A ratio, ours by theirs unless given, and its target; `series`: its source."""
        ratio = ours / theirs if ratio is None else ratio
        reached = None if target is None else (ratio <= target if at_most else ratio >= target)
        self.targets.append({
            "section": section, "shape": shape, "measure": measure, "ours": ours, "theirs": theirs, "peer": peer,
            "ratio": ratio, "target": target, "direction": "at most" if at_most else "at least", "reached": reached,
            "contended": any(one.contended for one in series),
        })

    def lacks(self, who, why):
        if (who, why) not in [(entry["who"], entry["why"]) for entry in self.missing]:
            self.missing.append({"who": who, "why": why})

    def write_json(self, path):
        with open(path, "w", encoding="utf-8") as file:
            json.dump({"about": self.about, "targets": self.targets, "figures": self.figures, "missing": self.missing},
                      file, indent=2, ensure_ascii=False)
            file.write("\n")

    def markdown(self):
        lines = ["# Speed", ""]
        lines += [f"- {title}: {value}" for title, value in self.about.items()]
        if self.targets:
            lines += ["", "## Against the targets", ""]
            lines += _table(
                ["measure", "shape", "Discern", "against", "its figure", "ratio", "target", "reached", "disturbed"],
                [[row["measure"], row["shape"], _figure(row["ours"]), row["peer"], _figure(row["theirs"]),
                  f"{row['ratio']:.3g}", _target(row),
                  {True: "yes", False: "no", None: ""}[row["reached"]], "contended" if row["contended"] else ""]
                 for row in self.targets], numbers={2, 4, 5})
        for section in dict.fromkeys(row["section"] for row in self.figures):
            lines += ["", f"## {section.capitalize()}", ""]
            lines += _table(
                ["measure", "shape", "program", "median", "least to most", "clean passes"],
                [[row["measure"], row["shape"], row["who"], _figure(row["median"]),
                  f"{_figure(row['least'])} to {_figure(row['most'])}",
                  f"{sum(one['clean'] for one in row['passes'])} of {len(row['passes'])}"
                  + (", contended" if row["contended"] else "")]
                 for row in self.figures if row["section"] == section], numbers={3, 4})
        if self.missing:
            lines += ["", "## Left out", ""]
            lines += [f"- {entry['who']}: {entry['why']}" for entry in self.missing]
        return "\n".join(lines) + "\n"


def _target(row):
    return "" if row["target"] is None else ("≤ " if row["direction"] == "at most" else "≥ ") + f"{row['target']:g}"


def _figure(value):
    if value is None:
        return ""
    if abs(value) >= 1000:
        return f"{value:,.0f}"
    return f"{value:.3g}" if abs(value) < 100 else f"{value:.1f}"


def _table(titles, rows, numbers):
    lines = ["| " + " | ".join(titles) + " |"]
    lines.append("|" + "|".join("---:" if column in numbers else "---" for column in range(len(titles))) + "|")
    return lines + ["| " + " | ".join(row) + " |" for row in rows]
