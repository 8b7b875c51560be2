import DiscernModels
import DiscernVocabulary

/// Reading and writing shared by folders of models and of pretrained weights.
extension BundleFolder {
  /// The words in a file; their number must match the manifest.
  package func vocabulary(_ name: String, count: Int) throws(ModelFolderError) -> Vocabulary {
    let bytes: [UInt8]
    do throws(BundleError) { bytes = try contents(name) } catch { throw .bundle(error) }
    let vocabulary: Vocabulary
    do throws(VocabularyError) {
      vocabulary = try Vocabulary(fileContents: bytes, path: BundleManifest.join(path, name))
    } catch {
      throw .vocabulary(error)
    }
    guard count == vocabulary.count else {
      throw .inconsistent(
        path: path, what: "\(name) has \(vocabulary.count) words",
        expected: "\(count), as vocabularySize")
    }
    return vocabulary
  }

  /// Opens a file of weights, and checks its names and shapes before any memory is allocated.
  ///
  /// - Parameters:
  ///   - check: checks the shapes by name.
  ///   - defaults: keys missing in the manifest, whose defaults were used.
  func weights(
    _ name: String, defaults: [String] = [], check: (_ shapes: [String: [Int]]) throws(ModelError) -> Void
  ) throws(ModelFolderError) -> SafetensorsFile {
    let file: SafetensorsFile
    do throws(BundleError) { file = try tensors(name) } catch { throw .bundle(error) }
    do throws(ModelError) {
      var shapes: [String: [Int]] = [:]
      for tensor in file.header.tensors {
        // Names with different bytes may be the same text.
        if shapes.updateValue(tensor.shape, forKey: tensor.name) != nil {
          throw ModelError.unexpectedWeight(name: tensor.name)
        }
      }
      try check(shapes)
    } catch {
      throw .model(path: file.path, error, defaults: defaults)
    }
    return file
  }
}
