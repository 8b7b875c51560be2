import DiscernIO

/// The reason why a model folder cannot be read or written. Every case names the file and the remedy.
public enum BundleError: Sendable, Equatable, KnownFailure {
  /// There is no file or folder at that path.
  case notFound(path: String)
  /// The path is not a regular file.
  case notAFile(path: String)
  /// The path is not a folder.
  case notAFolder(path: String)
  /// The path is a file that is not a packed classifier.
  case notAClassifier(path: String)
  /// The system refused to read.
  case cannotRead(path: String, reason: String)
  /// A folder may be entered, but its files may not be listed.
  case cannotList(path: String)
  /// The system refused to write.
  case cannotWrite(path: String, reason: String)
  /// The file is larger than any plausible file of its kind.
  case tooLarge(path: String, bytes: Int, limit: Int)

  /// The folder has no manifest, so it is not a model.
  case noManifest(folder: String)
  /// The manifest is not JSON.
  case malformedJSON(path: String, line: Int, column: Int, reason: String)
  /// A part of the manifest is missing or of the wrong kind.
  case malformedManifest(path: String, key: String, reason: String)
  /// The manifest contains a key that this version does not know.
  case unknownKey(path: String, key: String)
  /// The manifest contains a choice that this version does not know.
  case unknownValue(path: String, key: String, value: String)
  /// The manifest requires a feature that this version does not know.
  case requires(path: String, name: String)
  /// The folder is of a different kind from the requested one.
  case wrongFormat(path: String, expected: String, got: String)
  /// The folder was written by a later version.
  case newerFormat(path: String, version: Int, supported: Int)
  /// Something in the manifest cannot be written as JSON, such as NaN.
  case notEncodable(path: String, key: String, reason: String)

  /// A file that the manifest lists is missing.
  case missingFile(path: String)
  /// Weights that the model stores outside its folder are missing.
  case missingReference(path: String, model: String, name: String)
  /// A file for weights that several models share cannot be created, or has other content.
  case reference(path: String, reason: String)
  /// A file's size differs from the recorded one.
  case sizeMismatch(path: String, expected: Int, got: Int)
  /// A file was written to while it was read.
  case changedWhileRead(path: String)
  /// A file's SHA-256 differs from the recorded one.
  case digestMismatch(path: String, expected: String, got: String)
  /// `manifest.json` does not match the SHA-256 in `manifest.sha256`.
  case manifestDigestMismatch(path: String)
  /// A file of a model's folder cannot be part of a packed model.
  case cannotPack(name: String)
  /// A name in the manifest is not a plain file name.
  case unsafeFileName(path: String, name: String)

  /// The name is not allowed for the folder of a model.
  case destinationName(path: String, reason: String)
  /// The destination is a file, and is not replaced.
  case destinationIsAFile(path: String)
  /// The destination is a folder that is not a model, and is not replaced.
  case destinationIsNotAModel(path: String, reason: String)
  /// The old model's folder contains a file that is not its own, with a name that the new model needs.
  case destinationHoldsOtherFile(path: String)

  /// The disk has too little space for a model.
  case noSpace(path: String, bytes: Int, free: Int)
  /// The model could not be put at its destination and was saved at another path.
  case savedElsewhere(destination: String, reason: String, path: String)

  /// A file that should hold a matrix of numbers does not.
  case matrix(path: String, reason: String)
  /// A safetensors file violates its format, or lacks the requested content.
  case tensors(path: String, problem: SafetensorsProblem)

  public var kind: ErrorKind {
    switch self {
    case .notFound, .noManifest, .notAFolder, .notAClassifier: .notFound
    case .cannotRead, .cannotList, .cannotWrite, .destinationIsAFile, .destinationIsNotAModel,
      .destinationHoldsOtherFile, .noSpace, .savedElsewhere, .reference:
      .io
    case .destinationName: .usage
    case .unknownKey, .unknownValue, .requires, .wrongFormat, .newerFormat: .incompatibleModel
    case .notAFile, .tooLarge, .malformedJSON, .malformedManifest, .notEncodable, .missingFile,
      .sizeMismatch, .changedWhileRead, .digestMismatch, .manifestDigestMismatch, .unsafeFileName, .tensors,
      .cannotPack, .missingReference, .matrix:
      .badInput
    }
  }

  public var description: String {
    switch self {
    case .notFound(let path):
      switch path {
      case "": "“”: the name of a model is empty; give one"
      case "-":
        "-: a model cannot be read from standard input; name its folder, or a classifier's file made by "
          + "discern pack"
      default: "\(path): no such file or folder"
      }
    case .notAFile(let path):
      "\(path) is not a regular file; models are read more than once, which is impossible with a pipe: write "
        + "it to a file and name that"
    case .notAFolder(let path): "\(path) is not a folder; name a model folder"
    case .notAClassifier(let path):
      "\(path) is not a folder; name a model folder, or a file made by discern pack"
    case .cannotRead(let path, let reason): "\(path): cannot read: \(reason)"
    case .cannotList(let path):
      "\(path): no permission to list its files; give yourself read permission for the folder (chmod u+r)"
    case .cannotWrite(let path, let reason):
      Self.folderInTheMaking(path).map {
        "\($0): a model cannot be written there: \(reason); fix that, or choose another path"
      } ?? "\(path): cannot write: \(reason)"
    case .tooLarge(let path, let bytes, let limit):
      "\(path) has \(bytes) bytes, but at most \(limit) are possible; the file is damaged or another one"
    case .noManifest(let folder):
      "\(folder) is not a model: it holds no manifest.json; name the folder that training wrote"
    case .malformedJSON(let path, let line, let column, let reason):
      "\(path):\(line):\(column): not JSON: \(reason); copy the model again or train it again"
    case .malformedManifest(let path, let key, let reason):
      "\(path): \(key.isEmpty ? "the manifest" : "“\(key)”") \(reason); it was written by another version of "
        + "Discern or changed by hand: use that version, or copy the model again"
    case .unknownKey(let path, let key):
      "\(path): this version of Discern does not know the key “\(key)”, which may change results; update "
        + "Discern, or remove the key if it was added by hand"
    case .unknownValue(let path, let key, let value):
      "\(path): “\(key)” is “\(value)”, which this version of Discern does not know; update Discern, or "
        + "correct the value if it was changed by hand"
    case .requires(let path, let name):
      "\(path): the model needs “\(name)”, which this version of Discern does not know; update Discern"
    case .wrongFormat(let path, let expected, let got):
      "\(path): "
        + (BundleFormat.confusion(of: got, with: expected)
          ?? "expected the format “\(expected)”, got “\(got)”; name another folder")
    case .newerFormat(let path, let version, let supported):
      "\(path) has format version \(version), but this Discern reads up to \(supported); update Discern"
    case .notEncodable(let path, let key, let reason):
      "\(path): \(key.isEmpty ? "the manifest" : "“\(key)”") cannot be written: \(reason)"
    case .missingFile(let path):
      "\(path) is missing, though the manifest lists it; copy the whole folder again"
    case .missingReference(let path, let model, let name):
      "\(path) is missing, in which \(model) stores the layers that training left frozen (--reference); "
        + "restore that file, or put it beside the model's other files as \(name)"
    case .reference(let path, let reason):
      // The system's reasons begin with the path.
      "--reference " + (reason.hasPrefix("\(path): ") ? reason : "\(path): \(reason)")
    case .sizeMismatch(let path, let expected, let got):
      "\(path) has \(got) bytes instead of \(expected); the file is damaged, copy it again"
    case .changedWhileRead(let path):
      "\(path) was written to while it was read; load the model again when that has ended"
    case .digestMismatch(let path, let expected, let got):
      "\(path) has SHA-256 \(got) instead of \(expected); the file was damaged or changed, copy it again"
    case .manifestDigestMismatch(let path):
      "\(path) does not match manifest.sha256 beside it, so one was damaged or changed; copy the folder "
        + "again, or, if the change was intended, run there: sha256sum manifest.json > manifest.sha256"
    case .cannotPack(let name):
      "\(name) does not belong in a packed model; a folder written by discern has no such file"
    case .unsafeFileName(let path, let name):
      "\(path): “\(name)” is not a plain file name; don't trust this model"
    case .destinationName(let path, let reason): "\(path.isEmpty ? "“”" : path): \(reason)"
    case .destinationIsAFile(let path):
      "\(path) is a file and will not be overwritten by a model folder; choose another name or remove it"
    case .destinationIsNotAModel(let path, let reason):
      "\(path) will not be overwritten: \(reason); choose another name or remove the folder"
    case .destinationHoldsOtherFile(let path):
      "\(path) is not part of the old model but the new one has a file of that name; move it away"
    case .noSpace(let path, let bytes, let free):
      "\(path): some \(bytes) bytes are needed there and \(free) are free; make room or choose another path"
    case .savedElsewhere(let destination, let reason, let path):
      "\(destination): the model could not be written there (\(reason)); it is saved completely at \(path): "
        + "move it from there"
    case .matrix(let path, let reason): "\(path): \(reason)"
    case .tensors(let path, let problem): "\(path): \(problem)"
    }
  }

  /// The folder that contains the hidden one, at or above the path, in which a model is being made; the
  /// hidden one's name means nothing to a user, and it no longer exists when the message is read.
  private static func folderInTheMaking(_ path: String) -> String? {
    let parts = path.split(separator: "/", omittingEmptySubsequences: false)
    guard let hidden = parts.lastIndex(where: { $0.hasPrefix(SaveFolder.prefix) }) else { return nil }
    return hidden == 0 ? "." : hidden == 1 && parts[0].isEmpty ? "/" : parts[..<hidden].joined(separator: "/")
  }
}
