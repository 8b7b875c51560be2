import DiscernBundle
import DiscernCorpus
import DiscernModels
import DiscernSystem
import DiscernTensor

/// Computes vectors of texts with a pretrained transformer: similar vectors for texts of similar meaning.
///
/// ```swift
/// let embedder = try TextEmbedder(contentsOf: "all-MiniLM-L6-v2")
/// let vectors = try embedder.vectors(of: ["Where is my card?", "My card has not come."])
/// ```
///
/// A text's vector is bit-identical alone and in any batch, for any number of threads.
public struct TextEmbedder: Sendable {
  private let folder: TransformerFolder
  private let compute: Compute
  private let workspaces = IdlePool<Workspace>()

  /// Reads a folder in the format of Hugging Face or sentence-transformers: BERT, MiniLM or DistilBERT, with
  /// weights in `model.safetensors`. Pooling and normalisation are those of its `modules.json`; without one,
  /// a text's vector is the mean of its tokens.
  ///
  /// - Parameters:
  ///   - path: the folder.
  ///   - compute: threads and kernels.
  /// - Throws: `DiscernError.transformer`, naming the file and the unsupported part.
  public init(contentsOf path: String, compute: Compute = Compute()) throws(DiscernError) {
    folder = try wrapping(DiscernError.transformer) { () throws(TransformerFolderError) in
      try TransformerFolder(path: path)
    }
    self.compute = compute
  }

  /// The size of a vector.
  public var vectorSize: Int { folder.model.configuration.hiddenSize }
  /// The maximum number of word pieces in a text, including special ones; longer texts are cut.
  public var maximumPieces: Int { folder.tokenizer.configuration.maximumPieces }

  /// The vectors of texts, in their order, and the number of pieces of each that were left out.
  ///
  /// Cost: linear in the number of pieces, except for attention, which is quadratic in a text's length.
  ///
  /// - Throws: `DiscernError.vector` for a text whose vector is not finite.
  public func vectors(of texts: [String]) throws(DiscernError) -> [(vector: [Float], cut: Int)] {
    var encoded = EncodedTexts()
    var cut: [Int] = []
    for text in texts {
      let pieces = folder.tokenizer.encode(text)
      encoded.append(pieces.ids)
      cut.append(pieces.cut)
    }
    let values = workspaces.use(
      make: { Workspace() }, { folder.model.vectors(encoded, compute: compute, workspace: $0) })
    try DiscernError.requireFinite(values, size: vectorSize)
    return cut.indices.map { (Array(values[$0 * vectorSize..<($0 + 1) * vectorSize]), cut[$0]) }
  }
}
