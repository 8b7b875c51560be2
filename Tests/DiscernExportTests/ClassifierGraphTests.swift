import Discern
import DiscernCorpus
import DiscernExport
import DiscernIO
import DiscernModels
import DiscernTensor
import DiscernVocabulary
import Foundation
import TestSupport
import Testing

/// The parts of an exported graph.
private struct Graph {
  struct Node {
    let type: String
    let inputs: [String]
    let outputs: [String]
    let attributes: [String: ProtobufFields]
  }

  let nodes: [Node]
  let tensors: [String: ProtobufFields]
  let inputs: [String]
  let outputs: [String]

  init(_ fields: ProtobufFields) {
    nodes = fields.messages(1).map { node in
      Node(
        type: node.texts(4)[0], inputs: node.texts(1), outputs: node.texts(2),
        attributes: Dictionary(uniqueKeysWithValues: node.messages(5).map { ($0.texts(1)[0], $0) }))
    }
    tensors = Dictionary(uniqueKeysWithValues: fields.messages(5).map { ($0.texts(8)[0], $0) })
    inputs = fields.messages(11).map { $0.texts(1)[0] }
    outputs = fields.messages(12).map { $0.texts(1)[0] }
  }

  init(_ model: ONNXModel) throws {
    let bytes = model.message.bytes
    self.init(try #require(ProtobufFields(bytes[...])?.messages(7).first))
  }

  func nodes(_ type: String) -> [Node] { nodes.filter { $0.type == type } }

  /// A tensor's numbers of 32 bits.
  func floats(_ name: String) throws -> [Float] {
    let bytes = try #require(tensors[name]?.bytes(9).first)
    return bytes.withUnsafeBytes { Array($0.bindMemory(to: Float.self)) }
  }

  /// The inputs of operations, including those of a body.
  private var readNames: Set<String> {
    let bodies = nodes.flatMap { $0.attributes.values.flatMap { $0.messages(6) } }
    return bodies.reduce(Set(nodes.flatMap(\.inputs))) { $0.union(Graph($1).readNames) }
  }

  /// Every value has its own name and is defined before it is read.
  func check(knowing outer: Set<String> = []) {
    var known = outer
    for name in inputs + tensors.keys.sorted() { #expect(known.insert(name).inserted, "\(name)") }
    for node in nodes {
      for input in node.inputs { #expect(known.contains(input), "\(node.type) reads \(input)") }
      for body in node.attributes.values.flatMap({ $0.messages(6) }) { Graph(body).check(knowing: known) }
      for output in node.outputs { #expect(known.insert(output).inserted, "\(output)") }
    }
    for output in outputs { #expect(known.contains(output), "\(output)") }
    let read = readNames
    for name in tensors.keys { #expect(read.contains(name), "\(name) is not read") }
  }
}

private func network(
  _ change: (inout RecurrentConfiguration) -> Void = { _ in }
) throws -> (model: JoinedClassifier, tasks: [ClassificationTask]) {
  var configuration = ClassifierConfiguration(vocabularySize: 20, classCount: 2)
  var recurrent = RecurrentConfiguration()
  (recurrent.embeddingSize, recurrent.hiddenSize, recurrent.attentionSize) = (3, 2, 4)
  change(&recurrent)
  configuration.encoder = .recurrent(recurrent)
  let network = try NeuralClassifier(configuration: configuration, seed: 1)
  return (
    JoinedClassifier([network], nil, mixing: nil), [ClassificationTask(labels: try LabelSet(["a", "b"]))]
  )
}

@Suite struct ClassifierGraphTests {
  @Test func everyValueIsThereBeforeItIsRead() throws {
    for number in 0..<200 {
      let this = try GraphCase(number)
      let model = try ClassifierGraph.make(this.model, tasks: this.tasks, this.options)
      let graph = try Graph(model)
      graph.check()
      let again = try ClassifierGraph.make(this.model, tasks: this.tasks, this.options)
      #expect(model.message.bytes == again.message.bytes)
      let endings = this.tasks.count == 1 ? [""] : this.tasks.map { "." + $0.name }
      let attention = this.model.networks.first?.hasAttention == true ? ["attention"] : []
      #expect(
        graph.outputs
          == endings.flatMap { ["logits\($0)", "probabilities\($0)", "labels\($0)"] } + attention)
    }
  }

  @Test func theFormatAndTheSetOfOperationsAreNamed() throws {
    let (model, tasks) = try network()
    let bytes = try ClassifierGraph.make(model, tasks: tasks, ONNXOptions()).message.bytes
    let fields = try #require(ProtobufFields(bytes[...]))
    #expect(fields.numbers(1) == [8] && fields.texts(2) == ["discern"])
    let operators = try #require(fields.messages(8).first)
    #expect(operators.texts(1) == [""] && operators.numbers(2) == [17])
    let fact = try #require(fields.messages(14).first)
    #expect(fact.texts(1) == ["discern.labels"] && fact.texts(2) == [#"["a","b"]"#])
  }

  /// ONNX's gates are i o f c of an LSTM, z r h of a GRU; Discern's are i f g o and r z n.
  @Test(arguments: RecurrentCell.allCases) func gatesAreInTheOrderOfONNX(cell: RecurrentCell) throws {
    let (model, tasks) = try network { $0.cell = cell }
    let graph = try Graph(ClassifierGraph.make(model, tasks: tasks, ONNXOptions()))
    let node = try #require(
      graph.nodes(["lstm": "LSTM", "gru": "GRU", "rnn": "RNN"][cell.rawValue] ?? "").first)
    let order = ["lstm": [0, 3, 1, 2], "gru": [1, 0, 2], "rnn": [0]][cell.rawValue] ?? []
    for (input, kind) in [(1, "weight_ih"), (2, "weight_hh")] {
      var expected: [Float] = []
      for ending in ["l0", "l0_reverse"] {
        let values = try model.networks[0].values("\(cell.rawValue).\(kind)_\(ending)").array
        let size = values.count / order.count
        expected += order.flatMap { values[$0 * size..<($0 + 1) * size] }
      }
      #expect(try graph.floats(node.inputs[input]) == expected)
    }
    #expect(node.attributes["direction"]?.texts(4) == ["bidirectional"])
    #expect(node.attributes["hidden_size"]?.numbers(3) == [2])
    #expect(node.attributes["linear_before_reset"]?.numbers(3) == (cell == .gru ? [1] : nil))
    // Lengths and nothing after them: states start as zeros.
    #expect(node.inputs.count == 5 && node.attributes["layout"] == nil)
  }

  @Test func directionsCanBeOperationsOfTheirOwn() throws {
    let (model, tasks) = try network { $0.layerCount = 2 }
    var options = ONNXOptions()
    options.splitDirections = true
    let graph = try Graph(ClassifierGraph.make(model, tasks: tasks, options))
    #expect(
      graph.nodes("LSTM").map { $0.attributes["direction"]?.texts(4) }
        == [["forward"], ["forward"], ["forward"], ["forward"]])
    // Nothing depends on a runtime's treatment of lengths.
    #expect(graph.nodes("LSTM").allSatisfy { $0.inputs.count == 4 })
    #expect(graph.nodes("ReverseSequence").count == 4)
  }

  @Test func aWordOfNoVocabularyIsUnknownAndNoTextIsEmpty() throws {
    let (model, tasks) = try network()
    let graph = try Graph(ClassifierGraph.make(model, tasks: tasks, ONNXOptions()))
    #expect(graph.inputs == ["tokens", "lengths"])
    let lookup = try #require(graph.nodes("Gather").first { $0.inputs[0] == "embedding.weight" })
    let choice = try #require(graph.nodes("Where").first { $0.outputs == [lookup.inputs[1]] })
    #expect(choice.inputs[1] == "tokens" && choice.inputs[2] == "int64.1")
    let lstm = try #require(graph.nodes("LSTM").first)
    let clamp = try #require(graph.nodes("Max").first { $0.outputs == [lstm.inputs[4]] })
    #expect(clamp.inputs == ["lengths", "int32.1"])
  }

  @Test func eightBitsAreLessThanAThird() throws {
    var configuration = ClassifierConfiguration(vocabularySize: 5000, classCount: 2)
    configuration.encoder.recurrent?.hiddenSize = 64
    let network = try NeuralClassifier(configuration: configuration, seed: 1)
    let tasks = [ClassificationTask(labels: try LabelSet(["a", "b"]))]
    let model = JoinedClassifier([network], nil, mixing: nil)
    let whole = try ClassifierGraph.make(model, tasks: tasks, ONNXOptions()).message.byteCount
    var options = ONNXOptions()
    options.weights = .int8
    let small = try ClassifierGraph.make(model, tasks: tasks, options)
    #expect(Double(whole) >= 3.3 * Double(small.message.byteCount))
    let graph = try Graph(small)
    graph.check()
    // Word vectors, both weights of each direction, and attention's.
    #expect(graph.tensors.values.count { $0.numbers(2) == [3] } == 6)
    #expect(graph.nodes("DequantizeLinear").count == 5)
  }

  @Test func aModelOfEightBitsKeepsThem() throws {
    let (floats, tasks) = try network()
    let network = floats.networks[0].quantized
    let model = JoinedClassifier([network], nil, mixing: nil)
    let graph = try Graph(ClassifierGraph.make(model, tasks: tasks, ONNXOptions()))
    let own = try #require(network.weights.quantized["lstm.weight_hh_l0"])
    let tensor = try #require(graph.tensors["lstm.weight_hh_l0"]?.bytes(9).first)
    // A gate has two rows of two.
    let order = [0, 3, 1, 2]
    let values: [Int8] = order.flatMap { Array(own.values[$0 * 4..<($0 + 1) * 4]) }
    let scales: [Float] = order.flatMap { Array(own.scales[$0 * 2..<($0 + 1) * 2]) }
    #expect(tensor.map { Int8(bitPattern: $0) } == values)
    #expect(try graph.floats("lstm.weight_hh_l0.scale") == scales)
    // Or as the numbers that they represent.
    var options = ONNXOptions()
    options.weights = .float32
    let wide = try Graph(ClassifierGraph.make(model, tasks: tasks, options))
    #expect(wide.tensors["embedding.weight.scale"] == nil)
    #expect(try wide.floats("embedding.weight") == network.values("embedding.weight").array)
  }

  /// Two gigabytes are too much for a test: the limit is lower here.
  @Test func aGraphThatIsTooLargeIsNamedAndNotWritten() throws {
    let model = SharedData.projectRoot.appendingPathComponent("Tests/Fixtures/format-2/ordinary").path
    let floats = try TextClassifier(contentsOf: model)
    try withTemporaryFolder { folder in
      for (classifier, advice) in [(floats, "--weights int8"), (try floats.quantized(), "--vocab-size")] {
        let size = try ClassifierGraph.make(classifier.model, tasks: classifier.tasks, ONNXOptions())
          .message.byteCount
        do {
          _ = try classifier.exportONNX(to: folder + "/x", ONNXOptions(), limit: size - 1)
          Issue.record("it was written")
        } catch ExportError.tooLarge(let bytes, let limit, let isInt8) {
          #expect(bytes == size && limit == size - 1 && isInt8 == (classifier.precision == .int8))
          let error = ExportError.tooLarge(bytes: bytes, limit: limit, isInt8: isInt8)
          #expect(error.description.contains("\(size) bytes") && error.description.contains(advice))
        }
        #expect(!FileManager.default.fileExists(atPath: folder + "/x"))
        _ = try classifier.exportONNX(to: folder + "/x", ONNXOptions(), limit: size)
        try FileManager.default.removeItem(atPath: folder + "/x")
      }
    }
  }

  @Test func anOptionThatChangesNothingIsAMistake() throws {
    let (model, tasks) = try network { $0.isBidirectional = false }
    var options = ONNXOptions()
    options.splitDirections = true
    let error = #expect(throws: ExportError.self) {
      try ClassifierGraph.make(model, tasks: tasks, options)
    }
    #expect(error?.kind == .usage)
    #expect(error?.description.hasPrefix("--split-directions has no effect on this model") == true)
  }
}
