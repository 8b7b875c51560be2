import Discern
import DiscernBundle
import DiscernCorpus

extension FuzzedReading {
  /// The folder of a reader of one file among many.
  struct Surroundings {
    /// The folder's place in `Tests/Fixtures`.
    let fixture: String
    /// Its name where it is modified.
    let name: String
    /// The file that is changed: its path below the folder's parent.
    let file: String

    init?(_ reader: FuzzedReader) {
      switch reader {
      case .manifest: self.init("format-2/ordinary", "model", "manifest.json")
      case .checkpoint: self.init("checkpoint", "state", "checkpoint-00000001/manifest.json")
      case .forecaster, .matcher, .pretrained, .sequences, .texts:
        self.init("folders/" + reader.rawValue, reader.rawValue, "manifest.json")
      case .tokenizer: self.init("folders/transformer", "transformer", "tokenizer.json")
      case .transformerConfig: self.init("folders/transformer", "transformer", "config.json")
      default: return nil
      }
    }

    private init(_ fixture: String, _ name: String, _ file: String) {
      self.fixture = fixture
      self.name = name
      self.file = name + "/" + file
    }
  }

  /// Opens the file's folder, and uses it once: answers are finite numbers.
  func readFolder(_ reader: FuzzedReader, _ file: String) throws {
    let folder = String(file[..<(file.lastIndex(of: "/") ?? file.endIndex)])
    switch reader {
    case .checkpoint:
      _ = try TrainingCheckpoints(resuming: String(folder[..<(folder.lastIndex(of: "/") ?? folder.endIndex)]))
    case .manifest, .packedModel:
      let classifier = try TextClassifier(contentsOf: reader == .manifest ? folder : file)
      try requireFinite([classifier.classify("A lovely film.").probability])
    case .forecaster:
      let forecaster = try Forecaster(contentsOf: folder)
      let table = SeriesTable(names: ["load"], values: (0..<24).map(Float.init))
      let values = try forecaster.forecast(after: table).values
      try requireFinite(values.joined().joined().map { Float($0) })
    case .matcher:
      let matcher = try TextMatcher(contentsOf: folder)
      for (vector, _) in try matcher.vectors(of: ["A lovely film."]) { try requireFinite(vector) }
    case .pretrained:
      let generator = try TextGenerator(contentsOf: folder)
      var options = GenerationOptions()
      options.maximumTokens = 4
      for text in try generator.texts(after: ["the"], options) {
        try requireFinite([Float(text.logProbability)])
      }
    case .sequences:
      let model = try SequenceModel(contentsOf: folder)
      for text in try model.predict(["a b"]) { try requireFinite([Float(text.logProbability)]) }
    case .texts: _ = try PackedTexts(contentsOf: folder)
    case .tokenizer, .transformerConfig:
      let embedder = try TextEmbedder(contentsOf: folder)
      for (vector, _) in try embedder.vectors(of: ["good films, dull plot."]) { try requireFinite(vector) }
    default: break
    }
  }
}
