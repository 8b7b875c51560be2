import Discern
import DiscernSystem
import DiscernTraining

/// The curves of training runs, epoch by epoch.
extension ReportPage {
  /// A training run and its name.
  private struct Course {
    let name: String
    let epochs: [EpochSummary]
  }

  private var courses: [Course] {
    let own = report.classifier.record.runs
    var courses = own.map { Course(name: "seed \($0.seed)", epochs: $0.epochs) }
    for log in logs {
      for run in log.runs where !own.contains(where: { $0.epochs == run.epochs && $0.seed == run.seed }) {
        courses.append(Course(name: "\(log.path), seed \(run.seed)", epochs: run.epochs))
      }
    }
    return courses.filter { !$0.epochs.isEmpty }
  }

  var curves: String {
    let courses = courses
    if courses.isEmpty { return "" }
    let xAxis = Axis(
      courses.flatMap { $0.epochs.map { Double($0.epoch) } }, count: 6, isWhole: true)
    func chart(_ title: String, _ name: String, _ values: [(String, (EpochSummary) -> Double)]) -> String {
      var lines: [LineChart.Line] = []
      for (index, course) in courses.enumerated() {
        for (place, (kind, value)) in values.enumerated() {
          let label = [courses.count > 1 ? course.name : "", kind].filter { !$0.isEmpty }.joined(
            separator: ", ")
          lines.append(
            LineChart.Line(
              name: label.isEmpty ? course.name : label,
              points: course.epochs.map { (Double($0.epoch), value($0)) }, hasDots: true,
              style: index * values.count + place))
        }
      }
      return LineChart(
        title: title, xName: "epoch", yName: name, xAxis: xAxis,
        yAxis: Axis(lines.flatMap { $0.points.map(\.y) }), lines: lines
      ).html
    }
    return "<section>\n<h2>Training</h2>\n<div class=\"charts\">\n"
      + chart("Loss", "nats", [("training", \.trainLoss), ("development", \.developmentLoss)])
      + chart("Development texts", "", [("accuracy", \.accuracy), ("macro F1", \.macroF1)])
      + chart("Learning rate", "", [("", \.learningRate)])
      + chart("Gradient norm", "mean over the steps of an epoch, before clipping", [("", \.gradientNorm)])
      + "</div>\n" + norms(courses) + "</section>\n"
  }

  private func norms(_ courses: [Course]) -> String {
    guard let last = courses.last?.epochs.last, !last.gradientNorms.isEmpty else { return "" }
    var table = ReportTable([.text("weight"), .number("gradient norm")])
    for (name, norm) in last.gradientNorms.sorted(by: {
      $0.value != $1.value ? $0.value > $1.value : $0.key < $1.key
    }) {
      table.add([.text(name), .number(String(format: "%.3g", norm))])
    }
    return
      "<details><summary>Gradient norms of the weights in the last epoch</summary>\n\(table.html)</details>\n"
  }
}
