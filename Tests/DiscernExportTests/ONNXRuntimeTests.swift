import DiscernCorpus
import DiscernExport
import DiscernIO
import DiscernModels
import DiscernTensor
import Foundation
import TestSupport
import Testing

extension GraphCase {
  /// Writes the graph, and a line for each text: its inputs and the model's answers.
  fileprivate func write(to folder: String, int8: Bool) throws {
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    func write(_ bytes: [UInt8], _ name: String) throws {
      try Data(bytes).write(to: URL(fileURLWithPath: folder + "/" + name))
    }
    var options = options
    try write(ClassifierGraph.make(model, tasks: tasks, options).message.bytes, "model.onnx")
    if int8, !model.networks.isEmpty {
      options.weights = .int8
      try write(ClassifierGraph.make(model, tasks: tasks, options).message.bytes, "int8.onnx")
    }
    let predictor = JoinedPredictor(model, compute: Compute(threadCount: 1))
    var attention = [[Float]](repeating: [], count: texts.count)
    let logits = predictor.logits(texts) { attention[$0] = $1 }
    let outputs = predictor.outputs
    let probabilities = outputs.probabilities(ofLogits: logits, temperatures: tasks.map(\.temperature))
    var lines = ""
    for (text, inputs) in inputs().enumerated() {
      func list(_ values: [Float], _ range: Range<Int>) -> String {
        let row = text * outputs.count
        return JSONText.list(values[row + range.lowerBound..<row + range.upperBound].map(JSONText.number))
      }
      lines +=
        JSONText.object(
          inputs.members + [
            ("logits", JSONText.list(outputs.ranges.map { list(logits, $0) })),
            ("probabilities", JSONText.list(outputs.ranges.map { list(probabilities, $0) })),
            (
              "thresholds",
              JSONText.list(tasks.map { JSONText.list(($0.thresholds ?? []).map(JSONText.number)) })
            ),
            ("attention", JSONText.list(attention[text].map(JSONText.number))),
          ]) + "\n"
    }
    try write(Array(lines.utf8), "texts.jsonl")
  }
}

/// ONNX's checker takes every graph, and ONNX Runtime computes what the model does: whatever comes after a
/// text's end, and alone as in a batch.
@Test(.enabled(if: PeerPython.path(with: "numpy", "onnx", "onnxruntime") != nil), .timeLimit(.minutes(10)))
func graphsComputeWhatTheModelsDo() throws {
  try withTemporaryFolder { folder in
    try Data(PredictScript.text(isInt8: false).utf8)
      .write(to: URL(fileURLWithPath: folder + "/predict.py"))
    for number in 0..<280 {
      try GraphCase(number).write(to: "\(folder)/\(number)", int8: number % 4 == 0)
    }
    let script = SharedData.projectRoot.appendingPathComponent("Tests/Golden/onnx_graphs.py").path
    let result = try PeerPython.run([script, folder])
    #expect(result.status == 0, "\(result.errors) \(result.lines)")
    #expect(result.lines.joined().contains("280 graphs"), "\(result.lines)")
  }
}
