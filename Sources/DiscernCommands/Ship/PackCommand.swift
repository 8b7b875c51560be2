import ArgumentParser
import DiscernBundle
import DiscernIO

struct PackCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "pack", abstract: "Pack a model folder into one file.",
    discussion: """
      The file is in the safetensors format, which other programs can read: the weights under their names, \
      and manifest, vocabulary or pieces, ngrams and card as bytes. Commands that use a classifier accept it \
      instead of its folder. discern unpack restores the folder byte for byte.

      Examples:
        discern pack model model.discern
        echo "What a lovely film!" | discern classify model.discern
      """)

  @Argument(help: "Model folder.")
  var model: String

  @Argument(help: "Output file; - for standard output.")
  var file: String

  @Flag(name: .shortAndLong, help: "Print only warnings and errors.")
  var quiet = false

  func run() throws {
    try reportingErrors {
      if FolderEntry(path: model)?.kind == .file { throw ValidationError("\(model) is a file already") }
      let target = try OutputTarget(path: file)
      try target.requireApart(from: [model], isPackedModel: true)
      if target.size ?? 0 > 0, (try? PackedModel(path: file)) == nil {
        throw InputError.unwritable(
          path: file, reason: "already exists and is not a packed model; give another name or remove it")
      }
      // Opened with the first part, so that errors in the model are found first.
      var output: OutputFile?
      var failure: InputError?
      var bytes = 0
      try PackedModel.write(folder: model) { (part) throws(BundleError) in
        if failure != nil { return }
        do throws(InputError) {
          if output == nil { output = try OutputFile(target, .replacing) }
          try output?.write(part)
          bytes += part.count
        } catch {
          failure = error
        }
      }
      if let failure { throw failure }
      try output?.finish()
      if !quiet { Console.line("\(target.name): the model in one file of \(bytes.grouped) bytes") }
    }
  }
}
