import ArgumentParser
import DiscernBundle
import DiscernIO

struct UnpackCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "unpack", abstract: "Unpack a file made by discern pack into a model folder.",
    discussion: """
      Examples:
        discern unpack model.discern model
      """)

  @Argument(help: "The file.", completion: .file())
  var file: String

  @Argument(help: "Output folder; replaces a model of that name, and nothing else.")
  var model: String

  @Flag(name: .shortAndLong, help: "Print only warnings and errors.")
  var quiet = false

  func run() throws {
    try reportingErrors {
      _ = Interruption(.saving)
      let saved = try PackedModel(path: file).unpack(to: model)
      for note in saved.notes { Console.warning("\(note)") }
      if !quiet {
        Console.line(
          "\(saved.path): the model's folder, \(try ModelSize.bytes(ofModel: saved.path).grouped) bytes")
      }
    }
  }
}
