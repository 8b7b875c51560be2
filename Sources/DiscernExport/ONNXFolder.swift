import Discern
import DiscernBundle
import DiscernCorpus
import DiscernIO
import DiscernModels
import DiscernSystem
import DiscernText
import DiscernVocabulary

extension TextClassifier {
  /// Writes the classifier as an ONNX graph: a folder with `model.onnx`, the vocabulary, the labels, a
  /// `predict.py` that gives the same answers as the classifier, and texts with the expected answers.
  ///
  /// The same classifier gives the same bytes. The folder is written next to its destination, synced, then
  /// moved into place in one step; it replaces an earlier export and nothing else.
  ///
  /// - Returns: the path, and notes for users.
  /// - Throws: `ExportError` if the graph is too large or cannot have a part of the model, if an option has
  ///   no effect, or if the folder cannot be written.
  @discardableResult
  public func exportONNX(
    to path: String, _ options: ONNXOptions = ONNXOptions()
  ) throws(ExportError) -> SavedModel {
    try exportONNX(to: path, options, limit: ONNXFolder.limit)
  }

  /// The same with another size limit.
  ///
  /// - Parameter limit: the maximum number of the graph's bytes.
  package func exportONNX(
    to path: String, _ options: ONNXOptions, limit: Int
  ) throws(ExportError) -> SavedModel {
    let onnx = try ClassifierGraph.make(
      model, tasks: tasks, unknown: encoder.pieces?.unknown ?? Vocabulary.unknownID, options)
    let message = onnx.message
    guard message.byteCount <= limit else {
      throw .tooLarge(
        bytes: message.byteCount, limit: limit,
        isInt8: options.weights == .int8 || (options.weights == nil && model.isQuantized))
    }
    let folder = ONNXFolder(
      classifier: self, options: options, graph: onnx.graph, message: message,
      golden: try GoldenTexts(self).lines)
    do throws(BundleError) { return try folder.write(to: path) } catch { throw .folder(.bundle(error)) }
  }
}

/// The files of an export.
struct ONNXFolder {
  /// The size limit of Protocol Buffers readers.
  static let limit = Int(Int32.max)

  let classifier: TextClassifier
  let options: ONNXOptions
  let graph: ONNXGraph
  let message: ProtobufMessage
  /// Lines of JSON.
  let golden: String

  func write(to path: String) throws(BundleError) -> SavedModel {
    let folder = try AtomicFolder(destination: path, format: .onnx)
    try writeGraph(to: folder.path(of: "model.onnx"))
    let encoder = classifier.encoder
    if let pieces = encoder.pieces {
      try FileWriter.write(PieceContent.fileContents(pieces), to: folder.path(of: ONNXContent.piecesFile))
    }
    if let words = encoder.companion ?? (encoder.pieces == nil && classifier.kind.hasNetwork ? encoder : nil)
    {
      try FileWriter.write(words.vocabulary.fileContents, to: folder.path(of: ONNXContent.vocabularyFile))
    }
    if let ngrams = classifier.model.ngrams {
      try FileWriter.write(ngrams.vocabulary.fileContents, to: folder.path(of: ONNXContent.ngramsFile))
      var present = SafetensorsWriter()
      if case .int8(let bits) = ngrams.presentTensor.values {
        present.add(ngrams.presentTensor.name, shape: [bits.count], .int8(bits))
      }
      _ = try present.write(to: folder.path(of: ONNXContent.presentFile))
    }
    try Self.write(labels, to: folder.path(of: "labels.json"))
    try Self.write(golden, to: folder.path(of: "golden.jsonl"))
    try Self.write(
      PredictScript.text(isInt8: isInt8, isTransformer: classifier.encoder.pieces != nil),
      to: folder.path(of: "predict.py"))
    let words =
      classifier.encoder.pieces == nil ? ONNXContent.vocabularyFile : ONNXContent.piecesFile
    try Self.write(
      ExportReadme.text(graph, words: words, leavesOutExit: classifier.model.earlyExit != nil),
      to: folder.path(of: "README.md"))
    try folder.writeManifest(ONNXContent(classifier, options))
    return SavedModel(path: path, notes: try folder.commit())
  }

  private static func write(_ text: String, to path: String) throws(BundleError) {
    try FileWriter.write(Array(text.utf8), to: path)
  }

  private func writeGraph(to path: String) throws(BundleError) {
    var file = try FileWriter(path: path)
    try message.forEachPart { (bytes) throws(BundleError) in try file.write(bytes) }
    _ = try file.finish()
  }

  /// Whether the graph's answers differ a little from the classifier's, because of weights in 8 bits.
  private var isInt8: Bool { options.weights == .int8 || classifier.model.isQuantized }

  /// A list of the tasks: their labels in the outputs' order, and how labels are chosen.
  private var labels: String {
    let tasks = classifier.tasks.map { task in
      var members: [(key: String, value: String)] = [
        ("task", JSONText.string(task.name)),
        ("labels", JSONText.list(task.labels.names.map(JSONText.string))),
      ]
      if let thresholds = task.thresholds {
        members.append(("thresholds", JSONText.list(thresholds.map(JSONText.number))))
        members.append(("separator", JSONText.string(task.source.separator?.description ?? ",")))
      }
      return JSONText.object(members)
    }
    return JSONText.list(tasks) + "\n"
  }
}
