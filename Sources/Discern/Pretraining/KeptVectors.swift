import DiscernBundle
import DiscernCorpus

/// Vectors of texts, saved with the state of a training run. A failure costs only time, and is reported.
struct KeptVectors {
  private let checkpoints: TrainingCheckpoints
  private let encoder: String
  private let kernels: String

  /// - Parameters:
  ///   - encoder: SHA-256 of the encoder that computes the vectors.
  ///   - kernels: the kernel family that computes them, on which their bits depend.
  init(_ checkpoints: TrainingCheckpoints, encoder: String, kernels: String) {
    self.checkpoints = checkpoints
    self.encoder = encoder
    self.kernels = kernels
  }

  /// The vectors of texts, row-major; nil if none are saved.
  func read(_ texts: EncodedTexts, size: Int, _ onStage: (TrainingStage) -> Void) -> [Float]? {
    guard let file = file(texts, onStage) else { return nil }
    do throws(BundleError) {
      guard let values = try file.read(texts: texts.count, size: size) else { return nil }
      onStage(.vectorsRead(texts: texts.count, path: file.path))
      return values
    } catch {
      onStage(.vectorsUnusable(reason: "\(error)"))
      return nil
    }
  }

  func write(_ vectors: TextVectors, of texts: EncodedTexts, _ onStage: (TrainingStage) -> Void) {
    guard let file = file(texts, onStage) else { return }
    do throws(BundleError) { try file.write(vectors.values, size: vectors.size) } catch {
      onStage(.vectorsNotKept(reason: "\(error)"))
    }
  }

  private func file(_ texts: EncodedTexts, _ onStage: (TrainingStage) -> Void) -> VectorFile? {
    do throws(CheckpointError) { return try checkpoints.vectorFile(key: key(texts)) } catch {
      onStage(.vectorsNotKept(reason: "\(error)"))
      return nil
    }
  }

  /// A key computed from the encoder, the kernels and the texts as word pieces.
  private func key(_ texts: EncodedTexts) -> String {
    let head = Array("vectors 1\n\(encoder)\n\(kernels)\n".utf8)
    return head.withUnsafeBytes { head in
      texts.offsets.withUnsafeBytes { offsets in
        texts.tokenIDs.withUnsafeBytes { FileDigest.of([head, offsets, $0]).sha256 }
      }
    }
  }
}
