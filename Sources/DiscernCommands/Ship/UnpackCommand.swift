import ArgumentParser
import DiscernBundle

struct UnpackCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "unpack", abstract: "Make a model's folder of the file that discern pack made.",
    discussion: """
      Examples:
        discern unpack model.discern model
      """)

  @Argument(help: "The file.", completion: .file())
  var file: String

  @Argument(help: "The folder; a model of that name is replaced, anything else is left alone.")
  var model: String

  @Flag(name: .shortAndLong, help: "Print nothing but warnings and errors.")
  var quiet = false

  func run() throws {
    try reportingErrors {
      let saved = try PackedModel(path: file).unpack(to: model)
      for note in saved.notes { Console.warning("\(note)") }
      if !quiet {
        Console.line(
          "\(saved.path): the model's folder, \(try ModelSize.bytes(ofModel: saved.path).grouped) bytes")
      }
    }
  }
}
