// Nothing but `Discern`, as in a program outside of the package.
import Discern
import Foundation
import Synchronization
import TestSupport
import Testing

private let trained = Result { try TextClassifier.train(on: records(60), recipe: recipe()) }

private func recipe() -> TrainingRecipe {
  var recipe = smallRecipe()
  recipe.options.epochs = 1
  recipe.validationFraction = 0.2
  return recipe
}

private func line(_ index: Int) -> (label: String, text: String) {
  index.isMultiple(of: 2)
    ? ("good", "a lovely film number w\(index % 7) and happy") : ("bad", "dull and sad, number w\(index % 5)")
}

private func records(_ count: Int) -> Corpus {
  Corpus(records: (0..<count).map { CorpusRecord(line($0).text, label: line($0).label) })
}

@Test func recordsTrainAsTheirFileDoes() throws {
  try withTemporaryFolder { folder in
    let path = folder + "/t.tsv"
    try (0..<60).map { "\(line($0).label)\t\(line($0).text)\n" }.joined()
      .write(toFile: path, atomically: true, encoding: .utf8)
    let fromFile = try TextClassifier.train(on: [URL(fileURLWithPath: path)], recipe: recipe())
    let fromMemory = try trained.get()
    #expect(fromMemory.record.trainingData.digest == fromFile.record.trainingData.digest)
    let texts = ["a lovely film", "dull", "", "zzz"]
    #expect(try fromMemory.classify(texts) == fromFile.classify(texts))
    #expect(try fromMemory.evaluate(on: records(20)).report.accuracy >= 0)
  }
}

@Test func severalTasksAndWeightsComeFromMemory() throws {
  let corpus = Corpus(
    records: (0..<60).map { index in
      CorpusRecord(
        line(index).text,
        labels: [
          "things": index.isMultiple(of: 3) ? ["w1", "b"] : index.isMultiple(of: 2) ? ["[w2]"] : [],
          "mood": .one(line(index).label),
        ], weight: index == 0 ? 0.5 : 1)
    })
  #expect(corpus.options.labelColumns.map(\.task) == ["mood", "things"])
  let classifier = try TextClassifier.train(on: corpus, recipe: recipe())
  #expect(classifier.tasks.map { $0.labels.names } == [["bad", "good"], ["[w2]", "b", "w1"]])
  #expect(classifier.tasks.map { $0.thresholds != nil } == [false, true])
  #expect(try classifier.evaluate(on: corpus).report.tasks.count == 2)
}

@Test func badRecordsAreNamed() {
  func message(_ records: [CorpusRecord], _ options: CorpusOptions = CorpusOptions()) -> String {
    do {
      _ = try Corpus(records: records, options: options).read { _ in }
      return ""
    } catch { return "\(error)" }
  }
  let good = CorpusRecord("x", label: "a")
  #expect(message([good]) == "")
  #expect(message([]) == "records: no texts in it")
  #expect(message([good, CorpusRecord("y")]).hasPrefix("records:2: the label is empty"))
  #expect(message([good, CorpusRecord("y\0", label: "a")]).hasPrefix("records:2: "))
  #expect(message([good, CorpusRecord("y", label: "a", weight: .nan)]).contains("records:2"))
  #expect(message([good, CorpusRecord("y", labels: ["": ["a"]])]).contains("another kind"))
  #expect(message([CorpusRecord("y", labels: ["t": ["a,b"]])]).contains("records:1"))
  #expect(message([CorpusRecord("y", labels: ["t": [""]])]).contains("records:1"))
  var options = CorpusOptions()
  options.labelColumns = [LabelColumn(task: "topic")]
  #expect(message([CorpusRecord("y", labels: ["topik": "a"])], options).contains("“topic”"))
  options = CorpusOptions()
  options.maximumLineBytes = 3
  #expect(message([CorpusRecord("long", label: "a")], options).contains("longer than 3 bytes"))
  #expect(throws: CorpusError.self) {
    var options = CorpusOptions()
    options.format = .records
    _ = try Corpus(paths: [trainPath], options: options)
  }
}

@Test func textsWithoutLabelsComeFromMemory() throws {
  var recipe = recipe()
  recipe.options.adversarial = .vat
  let classifier = try TextClassifier.train(
    on: records(60), unlabelled: Corpus(texts: ["more words", "and happy"]), recipe: recipe)
  #expect(classifier.record.unlabelledData?.texts == 2)
}

/// One session answers any number of texts one after the other; each thread has its own.
@Test func singleTextsShareASession() throws {
  let classifier = try TextClassifier.train(on: records(60), recipe: recipe())
  for index in 0..<20 { _ = try classifier.classify("lovely w\(index)") }
  let copy = classifier
  _ = try copy.classify(["a", "b"])
  #expect(classifier.sessionsMade == 1)
  DispatchQueue.concurrentPerform(iterations: 40) { _ in _ = try? classifier.classify("dull") }
  #expect(classifier.sessionsMade <= 41)
  let before = classifier.sessionsMade
  for _ in 0..<5 { _ = try classifier.classify("sad") }
  #expect(classifier.sessionsMade == before)
}

/// Each thread has texts of its own.
@Test func sixtyFourThreadsShareAClassifier() throws {
  let classifier = try TextClassifier.train(on: records(60), recipe: recipe())
  let texts = (0..<64).map { thread in
    (0..<25).map { "a lovely w\($0 % 9) and \(thread % 2 == 0 ? "dull" : "happy") \(thread * $0) film" }
  }
  let expected = try texts.map { own in try own.map { try classifier.classify($0) } }
  let (start, done) = (DispatchSemaphore(value: 0), DispatchGroup())
  let found = Mutex([Int: [Classification]]())
  for (index, own) in texts.enumerated() {
    done.enter()
    let thread = Thread {
      start.wait()
      let result = try? own.map { try classifier.classify($0) }
      found.withLock { $0[index] = result }
      done.leave()
    }
    thread.start()
  }
  for _ in texts { start.signal() }
  done.wait()
  for (index, own) in expected.enumerated() { #expect(found.withLock { $0[index] } == own, "\(index)") }
}

@Test func whatIsNotUTF8IsRefusedAndNamed() throws {
  let classifier = try trained.get()
  let session = try classifier.makeSession()
  try session.add("happy")
  #expect(throws: DiscernError.self) {
    try [0x61, 0xFF].withUnsafeBufferPointer { try session.add($0) }
  }
  do {
    try [UInt8](arrayLiteral: 0xC3).withUnsafeBufferPointer { try session.add($0) }
  } catch {
    #expect("\(error)".hasPrefix("Text 2 is not valid UTF-8") && (error as? DiscernError)?.kind == .badInput)
  }
  try session.add("dull")
  #expect(session.classify() == (try classifier.classify(["happy", "dull"])))
}

@Test func classificationsAreCodable() throws {
  let answer = try trained.get().classify("a lovely film")
  let copy = try JSONDecoder().decode(Classification.self, from: JSONEncoder().encode(answer))
  #expect(copy == answer)
}

@Test func urlsArePaths() throws {
  try withTemporaryFolder { folder in
    let url = URL(fileURLWithPath: folder).appendingPathComponent("my model")
    let classifier = try trained.get()
    try TextClassifier.checkDestination(url)
    try classifier.write(to: url)
    #expect(try TextClassifier(contentsOf: url).classify("happy") == classifier.classify("happy"))
    let words = URL(fileURLWithPath: folder + "/words é.txt")
    try classifier.encoder.vocabulary.write(to: words)
    #expect(try Vocabulary(contentsOf: words).count == classifier.encoder.vocabulary.count)
    #expect(try Corpus(contentsOf: [URL(fileURLWithPath: trainPath)]).paths == [trainPath])
    let elsewhere = try #require(URL(string: "https://example.org/model"))
    do throws(DiscernError) {
      _ = try TextClassifier(contentsOf: elsewhere)
      Issue.record("read \(elsewhere)")
    } catch { #expect(error.kind == .notFound && "\(error)".hasPrefix("https://example.org/model")) }
  }
}

@Test func errorsHaveAKindAndTheirOwnWords() throws {
  func kind(_ body: () throws -> Void) -> ErrorKind? {
    do {
      try body()
      return nil
    } catch {
      #expect(error.localizedDescription == "\(error)")
      return (error as? any KnownFailure)?.kind
    }
  }
  #expect(kind { _ = try TextClassifier(contentsOf: "/no/such") } == .notFound)
  #expect(kind { _ = try TextClassifier.train(on: ["/no/such"]) } == .notFound)
  #expect(kind { _ = try TextClassifier.train(on: [String]()) } == .usage)
  #expect(kind { _ = try Vocabulary(path: "/no/such") } == .notFound)
  #expect(kind { _ = try TextClassifier.train(on: Corpus(records: [])) } == .badInput)
  #expect(
    kind {
      var recipe = recipe()
      recipe.encoder.hiddenSize = 0
      _ = try TextClassifier.train(on: records(9), recipe: recipe)
    } == .usage)
  #expect(
    kind { _ = try TextClassifier.train(on: records(60), recipe: recipe(), isInterrupted: { true }) }
      == .interrupted)
  try withTemporaryFolder { folder in
    try trained.get().write(to: folder + "/m")
    let path = folder + "/m/manifest.json"
    let text = try String(contentsOfFile: path, encoding: .utf8)
    try text.replacing(/"formatVersion" *: *[0-9]+/, with: "\"formatVersion\": 999")
      .write(toFile: path, atomically: true, encoding: .utf8)
    try FileManager.default.removeItem(atPath: folder + "/m/manifest.sha256")
    #expect(kind { _ = try TextClassifier(contentsOf: folder + "/m") } != nil)
  }
}
