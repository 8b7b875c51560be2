import ArgumentParser
import Discern
import DiscernBundle
import DiscernIO
import DiscernTensor

/// Computes vectors of texts for `discern embed`.
enum Embedder {
  case transformer(TextEmbedder)
  case matcher(TextMatcher, MatchSide)

  /// - Parameter side: the side of a matcher; nil: the left one.
  init(_ folder: String, _ side: MatchSide?, _ compute: Compute) throws {
    if TextMatcher.isThere(folder) {
      self = .matcher(try Self.matcher(folder, compute), side ?? .left)
      return
    }
    if let side {
      throw ValidationError(
        "--side \(side.rawValue) is for matchers, and \(folder) is not one; leave it out")
    }
    self = .transformer(try TextEmbedder(contentsOf: folder, compute: compute))
  }

  private static func matcher(_ folder: String, _ compute: Compute) throws -> TextMatcher {
    do throws(DiscernError) { return try TextMatcher(contentsOf: folder, compute: compute) } catch {
      guard case .folder(.bundle(.wrongFormat(_, _, let format))) = error else { throw error }
      Console.error(
        "\(folder): its format is “\(DisplayText.escaped(format))”; discern embed takes a pretrained "
          + "transformer's folder (config.json, model.safetensors), or one of discern match train")
      throw ExitStatus.badData
    }
  }

  /// The size of a vector.
  var vectorSize: Int {
    switch self {
    case .transformer(let embedder): embedder.vectorSize
    case .matcher(let matcher, _): matcher.vectorSize
    }
  }

  /// A description of the length to which texts are cut.
  var limit: String {
    switch self {
    case .transformer(let embedder): "\(embedder.maximumPieces) word pieces"
    case .matcher(let matcher, _): matcher.maximumTokens.map { $0.counted("token") } ?? "all of its tokens"
    }
  }

  func vectors(of texts: [String]) throws -> [(vector: [Float], cut: Int)] {
    switch self {
    case .transformer(let embedder): try embedder.vectors(of: texts)
    case .matcher(let matcher, let side): try matcher.vectors(of: texts, side: side)
    }
  }
}
