import DiscernCorpus
import DiscernIO
import DiscernModels
import DiscernVocabulary

/// A whole classifier as a graph: from ids of words and n-grams to each task's logits, probabilities and
/// labels.
package enum ClassifierGraph {
  /// - Parameters:
  ///   - tasks: the tasks of the model's heads, in their order.
  ///   - unknown: the id that replaces those outside the vocabulary.
  package static func make(
    _ model: JoinedClassifier, tasks: [ClassificationTask], unknown: Int32 = Vocabulary.unknownID,
    _ options: ONNXOptions
  ) throws(ExportError) -> ONNXModel {
    try check(model, options)
    var graph = GraphBuilder(name: "discern")
    let networks = self.networks(model.networks, unknown: unknown, options, isBeside: false, &graph)
    let companions = self.networks(
      model.companions, unknown: Vocabulary.unknownID, options, isBeside: true, &graph)
    let ngrams = model.ngrams.map { NGramGraph($0, &graph) }
    for (index, task) in tasks.enumerated() {
      let name = tasks.count == 1 ? "" : "." + task.name
      func logits(_ networks: [NetworkGraph], _ name: String) -> String? {
        networks.isEmpty
          ? nil
          : EnsembleGraph.logits(networks.map { $0.logits[index] }, model.heads[index], name, &graph)
      }
      let logits = mixed(
        ngrams?.logits[index], logits(networks, "networks" + name), logits(companions, "beside" + name),
        model.mixing?[index], "joined" + name, &graph)
      addOutputs(of: task, logits, name, &graph)
    }
    let ofSentences = networks.compactMap(\.sentenceAttention)
    if !ofSentences.isEmpty {
      graph.output(
        EnsembleGraph.mean(ofSentences, &graph), as: "sentence_attention", .float32,
        [.any("batch"), .any("places")])
    }
    let attention = networks.compactMap(\.attention)
    if !attention.isEmpty {
      let rows = ofSentences.isEmpty ? "batch" : "sentences"
      graph.output(
        EnsembleGraph.mean(attention, &graph), as: "attention", .float32, [.any(rows), .any("time")])
    }
    return ONNXModel(graph: graph.graph, facts: [("discern.labels", labels(of: tasks))])
  }

  /// Adds networks that read the same ids.
  ///
  /// - Parameters:
  ///   - unknown: the id that replaces those outside the vocabulary.
  ///   - isBeside: whether they are word-based networks in addition to a transformer.
  private static func networks(
    _ networks: [NeuralClassifier], unknown: Int32, _ options: ONNXOptions, isBeside: Bool,
    _ graph: inout GraphBuilder
  ) -> [NetworkGraph] {
    guard let configuration = networks.first?.configuration else { return [] }
    let readsSentences = configuration.encoder.readsSentences
    let inputs = SequenceInputs(
      &graph, vocabularySize: configuration.vocabularySize, unknown: unknown,
      bucketCount: configuration.encoder.letters?.count, of: readsSentences ? "sentences" : "batch",
      isBeside: isBeside)
    let sentences = readsSentences ? SequenceInputs(&graph, sentencesOf: inputs) : nil
    var result: [NetworkGraph] = []
    for (index, network) in networks.enumerated() {
      let prefix = (isBeside ? "beside." : "") + (networks.count > 1 ? "network\(index + 1)." : "")
      result.append(NetworkGraph(network, inputs, sentences, options, prefix: prefix, &graph))
    }
    return result
  }

  /// Refuses options without an effect, and layers that ONNX does not have.
  private static func check(_ model: JoinedClassifier, _ options: ONNXOptions) throws(ExportError) {
    if model.hasSkipGates {
      throw .unsupported(what: "skip gates (--skip-gates)", instead: "train it without them")
    }
    if model.networks.isEmpty, options.weights == .int8 {
      throw .nothingToDo(option: "--weights int8", reason: "its n-grams' weights have 8 bits already")
    }
    let isBidirectional = model.allNetworks.contains {
      $0.configuration.encoder.wordNetwork?.isBidirectional == true
    }
    if !isBidirectional, options.splitDirections {
      throw .nothingToDo(
        option: "--split-directions",
        reason: model.networks.isEmpty ? "it has no network" : "its layers have one direction")
    }
  }

  /// The combined logits of all parts.
  private static func mixed(
    _ ngrams: String?, _ network: String?, _ companion: String?, _ mixing: LogitMixing?, _ name: String,
    _ graph: inout GraphBuilder
  ) -> String {
    guard let ngrams, let network, let mixing else { return ngrams ?? network ?? "" }
    let wide = graph.add("Mul", [ngrams, graph.number(mixing.ngrams)], name + ".ngrams")
    let deep = graph.add("Mul", [network, graph.number(mixing.network)], name + ".network")
    guard let companion, let factor = mixing.companion else { return graph.add("Add", [wide, deep], name) }
    let words = graph.add("Mul", [companion, graph.number(factor)], name + ".beside")
    return graph.add("Add", [graph.add("Add", [wide, deep], name + ".halves"), words], name)
  }

  private static func addOutputs(
    of task: ClassificationTask, _ logits: String, _ name: String, _ graph: inout GraphBuilder
  ) {
    let shape: [ONNXValue.Size] = [.any("batch"), .fixed(task.labels.count)]
    graph.output(logits, as: "logits" + name, .float32, shape)
    let scaled =
      task.temperature == 1
      ? logits
      : graph.add("Mul", [logits, graph.number(Float(1 / task.temperature))], "scaled" + name)
    switch task.decision {
    case .likeliest:
      let probabilities = graph.add("Softmax", [scaled], "softmax" + name, [("axis", .int(1))])
      graph.output(probabilities, as: "probabilities" + name, .float32, shape)
      let best = graph.add(
        "ArgMax", [probabilities], "likeliest" + name, [("axis", .int(1)), ("keepdims", .int(0))])
      graph.output(best, as: "labels" + name, .int64, [.any("batch")])
    case .thresholds(let thresholds):
      let probabilities = graph.add("Sigmoid", [scaled], "sigmoid" + name)
      graph.output(probabilities, as: "probabilities" + name, .float32, shape)
      let least = graph.tensor("thresholds" + name, [thresholds.count], thresholds)
      let given = graph.add("GreaterOrEqual", [probabilities, least], "given" + name)
      graph.output(given, as: "labels" + name, .bool, shape)
    }
  }

  /// The names of the labels: a list, or one for each task.
  private static func labels(of tasks: [ClassificationTask]) -> String {
    let lists = tasks.map { JSONText.list($0.labels.names.map(JSONText.string)) }
    return tasks.count == 1 ? lists[0] : JSONText.object(zip(tasks.map(\.name), lists).map { ($0, $1) })
  }
}
