import Discern
import DiscernBundle
import DiscernIO
import Foundation
import TestSupport
import Testing

private let fixtures = SharedData.projectRoot.appendingPathComponent("Tests/Fixtures").path

/// Models of every format.
private let specimens = ["format-1", "format-2"].flatMap { format in
  ["ordinary", "tasks", "ensemble"].map { "\(format)/\($0)" }
}

/// A model of an earlier format whose manifest can be changed.
private struct Specimen {
  let folder: String
  let manifest: JSONValue
  let texts: [String]

  init(_ name: String, in folder: String) throws {
    self.folder = folder + "/model"
    try FileManager.default.copyItem(atPath: "\(fixtures)/\(name)", toPath: self.folder)
    // Repeated parts are checked once, which is enough and quicker.
    manifest = try Self.manifest(of: self.folder)
      .changing(["content", "training", "runs", "0", "epochs", "0", "gradientNorms"]) { Array($0.prefix(2)) }
      .shortening(["runs", "epochs"])
    texts = try String(contentsOfFile: "\(fixtures)/format-1/texts.txt", encoding: .utf8)
      .split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
  }

  static func manifest(of folder: String) throws -> JSONValue {
    try StrictJSON.parse(Array(Data(contentsOf: URL(fileURLWithPath: folder + "/manifest.json"))))
  }

  /// The model with that manifest.
  func load(_ manifest: JSONValue) throws -> TextClassifier {
    let bytes = try JSONEncoder().encode(manifest)
    try bytes.write(to: URL(fileURLWithPath: folder + "/manifest.json"))
    let digest = try FileDigest.of(path: folder + "/manifest.json").sha256
    try Data("\(digest)  manifest.json\n".utf8).write(to: URL(fileURLWithPath: folder + "/manifest.sha256"))
    return try TextClassifier(contentsOf: folder)
  }

  /// The part about the training, in the order of its keys.
  static func training(in manifest: JSONValue) throws -> Data {
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    return try encoder.encode(manifest["content"]?["training"])
  }

  func answers(_ manifest: JSONValue) throws -> [Classification] { try load(manifest).classify(texts) }
}

extension JSONValue {
  /// The paths of all objects in it; in an array only those in its first element.
  fileprivate func objects(at path: [String] = []) -> [[String]] {
    switch self {
    case .object(let members):
      [path] + members.flatMap { $0.value.objects(at: path + [$0.key]) }
    case .array(let elements): elements.first?.objects(at: path + ["0"]) ?? []
    default: []
    }
  }

  /// The same with only the first elements of the arrays of these names.
  fileprivate func shortening(_ names: Set<String>) -> JSONValue {
    switch self {
    case .array(let elements): .array(elements.map { $0.shortening(names) })
    case .object(let members):
      .object(
        members.map { member in
          let value = member.value.shortening(names)
          guard names.contains(member.key), let first = value.array?.first else {
            return JSONMember(key: member.key, value: value)
          }
          return JSONMember(key: member.key, value: .array([first]))
        })
    default: self
    }
  }

  fileprivate func value(at path: ArraySlice<String>) -> JSONValue? {
    guard let key = path.first else { return self }
    return (array?.first ?? self[key])?.value(at: path.dropFirst())
  }

  /// The same with another object at a path.
  fileprivate func changing(
    _ path: ArraySlice<String>, _ change: ([JSONMember]) -> [JSONMember]
  ) -> JSONValue {
    switch self {
    case .array(let elements):
      return .array([elements[0].changing(path.dropFirst(), change)] + elements.dropFirst())
    case .object(let members):
      guard let key = path.first else { return .object(change(members)) }
      return .object(
        members.map {
          $0.key == key ? JSONMember(key: key, value: $0.value.changing(path.dropFirst(), change)) : $0
        })
    default: return self
    }
  }
}

/// For these nil is a valid value: no limit, and a choice by the locale.
private let optionals: Set<String> = ["maximumTokens", "splitContractions"]

@Test func impossibleChoicesAreTheManifestsFault() throws {
  try withTemporaryFolder { folder in
    let specimen = try Specimen("format-2/tasks", in: folder)
    func message(_ path: [String], _ key: String, _ value: JSONValue) throws -> String {
      let changed = specimen.manifest.changing(path[...]) { members in
        members.map { $0.key == key ? JSONMember(key: key, value: value) : $0 }
      }
      #expect(changed != specimen.manifest, "\(key)")
      do {
        _ = try specimen.load(changed)
        return ""
      } catch {
        return "\(error)"
      }
    }
    let manifest = specimen.folder + "/manifest.json: "
    let model = ["content", "model"]
    let network = try #require(specimen.manifest.objects().first { $0.last == "recurrent" })
    #expect(
      try message(network, "hiddenSize", .number("-1")).hasPrefix(manifest + "hidden is -1, expected 1 to "))
    #expect(
      try message(model, "heads", .array([])) == manifest + "the number of tasks is 0, expected 1 to 1024")
    let tasks = try message(["content"], "tasks", .array([]))
    #expect(tasks.contains("manifest.json has 0 tasks, expected "), "\(tasks)")
    #expect(tasks.contains(", as its model's heads"), "\(tasks)")
  }
}

@Test(arguments: specimens)
func aMissingKeyHasItsDefaultOrIsNamed(_ name: String) throws {
  try withTemporaryFolder { folder in
    let specimen = try Specimen(name, in: folder)
    let expected = try specimen.answers(specimen.manifest)
    var loaded = 0
    for path in specimen.manifest.objects() {
      // One recipe in the earlier form is enough.
      if name != "format-1/ordinary", path.contains("recipe") { continue }
      for member in specimen.manifest.value(at: path[...])?.object ?? [] {
        let key = (path + [member.key]).joined(separator: ".")
        let changed = specimen.manifest.changing(path[...]) { $0.filter { $0.key != member.key } }
        do {
          let answers = try specimen.answers(changed)
          #expect(answers == expected || optionals.contains(member.key), "other answers without \(key)")
          loaded += 1
        } catch {
          #expect(!key.hasPrefix("content.training"), "\(key): \(error)")
          let name = member.key == "batchNormSteps" ? "steps of batch-norm" : member.key
          #expect("\(error)".contains(name), "without \(key): \(error)")
        }
      }
    }
    #expect(loaded > 30)
  }
}

@Test(arguments: specimens)
func anUnknownKeyIsRefusedWhereItChangesAnswersAndKeptWhereItDoesNot(_ name: String) throws {
  try withTemporaryFolder { folder in
    let specimen = try Specimen(name, in: folder)
    let expected = try specimen.answers(specimen.manifest)
    for path in specimen.manifest.objects() {
      let key = (path + ["fertiliser"]).joined(separator: ".")
      let changed = specimen.manifest.changing(path[...]) {
        $0 + [JSONMember(key: "fertiliser", value: .object([JSONMember(key: "x", value: .number("1"))]))]
      }
      do {
        let model = try specimen.load(changed)
        #expect(path.starts(with: ["content", "training"]), "\(key) was taken")
        #expect(try model.classify(specimen.texts) == expected)
        try model.write(to: folder + "/again")
        let again = try Specimen.training(in: Specimen.manifest(of: folder + "/again"))
        #expect(try again == Specimen.training(in: changed), "\(key) is lost")
      } catch {
        #expect(!path.starts(with: ["content", "training"]), "\(key): \(error)")
        #expect("\(error)".contains("fertiliser"), "\(key): \(error)")
        #expect(
          path == ["files"] || "\(error)".contains("update Discern"), "\(key): \(error)")
      }
    }
  }
}

@Test func aModelOfALaterVersionIsNamedAsSuch() throws {
  try withTemporaryFolder { folder in
    let specimen = try Specimen("format-1/ordinary", in: folder)
    func error(_ path: [String], _ key: String, _ value: JSONValue) -> String {
      let changed = specimen.manifest.changing(path[...]) {
        $0.filter { $0.key != key } + [JSONMember(key: key, value: value)]
      }
      do {
        _ = try specimen.load(changed)
        return ""
      } catch { return "\(error)" }
    }
    let model = ["content", "model"]
    for (message, words) in [
      (error([], "requires", .array([.string("segments")])), ["“segments”", "update Discern"]),
      (error([], "requires", .string("segments")), ["“requires”"]),
      (error([], "formatVersion", .number("99")), ["format version 99", "update Discern"]),
      (error(model, "cell", .string("qrnn")), ["“qrnn”", "cell", "update Discern"]),
      (
        error(
          model, "heads",
          .array([
            .object([
              JSONMember(key: "name", value: .string("")), JSONMember(key: "values", value: .number("1")),
            ])
          ])),
        ["“content.model.heads.0.values”", "update Discern"]
      ),
      (error(["content", "tokenizer"], "numbers", .string("words")), ["“words”", "update Discern"]),
    ] {
      for word in words { #expect(message.contains(word), "\(message)") }
      #expect(!message.contains("damaged") && !message.contains("train it again"), "\(message)")
    }
    #expect(error([], "requires", .array([])) == "")
    // A model that no machine could hold is refused before memory is taken for it.
    for (key, value) in [
      ("hiddenSize", "65536"), ("embeddingSize", "1048576"), ("attentionSize", "1048576"),
      ("vocabularySize", "2000000000"), ("layerCount", "64"),
    ] {
      let large = error(model, key, .number(value))
      #expect(large.contains("weight") || large.contains("vocabularySize"), "\(large)")
      #expect(!large.contains("lacks"), "\(large)")
    }
    for temperature in ["0", "0.009", "101", "-1"] {
      let message = error(["content"], "temperature", .number(temperature))
      #expect(message.contains("temperature") && message.contains("0.01 to 100"), "\(message)")
    }
  }
}

@Test func aNetworkOfALaterVersionIsNamedAsSuch() throws {
  try withTemporaryFolder { folder in
    let specimen = try Specimen("format-2/ordinary", in: folder)
    for (kinds, words) in [
      (["convolutional"], ["“content.model.encoder.convolutional”", "update Discern"]),
      ([], ["recurrent", "is missing"]),
    ] {
      let changed = specimen.manifest.changing(["content", "model"]) {
        $0.map {
          $0.key != "encoder"
            ? $0
            : JSONMember(
              key: "encoder", value: .object(kinds.map { JSONMember(key: $0, value: .object([])) }))
        }
      }
      let error = #expect(throws: DiscernError.self) { try specimen.load(changed) }
      let message = error.map { "\($0)" } ?? ""
      for word in words { #expect(message.contains(word), "\(message)") }
    }
  }
}
