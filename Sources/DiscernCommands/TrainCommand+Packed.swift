import ArgumentParser
import Discern
import DiscernCorpus

/// Training on packed texts.
extension TrainCommand {
  /// The folder of packed training texts; nil if the training texts are not packed.
  var packedPath: String? { train.count == 1 && PackedTexts.isOne(train[0]) ? train[0] : nil }

  /// - Throws: `ValidationError` naming the first flag about reading texts, or about further texts.
  func requireNothingBesidePacked() throws {
    if train.count > 1, let path = train.first(where: PackedTexts.isOne) {
      throw ValidationError(
        "--train \(path) holds packed texts, which cannot be combined with others; pack all of them together")
    }
    guard let path = packedPath else { return }
    let given = [
      ("--dev", !dev.isEmpty), ("--beside", more.beside != nil), ("--vocab", sources.vocab != nil),
      ("--unlabelled", !sources.unlabelled.isEmpty),
      ("--teacher", sources.teacher != nil), ("--group-column", sources.groupColumn != nil),
      ("--task", !tasks.task.isEmpty), ("--multi-label", !tasks.multiLabel.isEmpty),
      ("--weight-column", tasks.weightColumn != nil), ("--label-column", corpus.labelColumn != nil),
      ("--text-column", corpus.textColumn != nil), ("--input-format", corpus.inputFormat != .automatic),
      ("--separator", corpus.separator != nil), ("--header", corpus.header != nil),
      ("--encoding", corpus.encoding != nil), ("--names-encoding", corpus.namesEncoding != nil),
    ]
    guard let flag = given.first(where: \.1)?.0 else { return }
    let advice =
      ["--unlabelled", "--teacher", "--beside"].contains(flag)
      ? "it needs texts; leave it out" : "give it to discern data pack, or leave it out"
    throw ValidationError("\(flag) cannot be used with the packed texts of \(path): \(advice)")
  }
}
