import DiscernIO

/// Suggestions for commands that do not exist.
enum NearCommands {
  /// The commands that may have been meant, as written on the command line.
  static func suggestions(for name: String, among command: CommandTree) -> [String] {
    let wanted = name.lowercased().replacing("_", with: "-")
    let here = command.names
    if let same = here.first(where: { $0 == wanted }) { return [command.path + " " + same] }
    if let known = synonyms[wanted], command.superCommands == nil { return known.map { "discern " + $0 } }
    if let near = NearestName.nearest(to: wanted, among: here) { return [command.path + " " + near] }
    // `discern build` is one level too high.
    let below = command.leaves.filter { $0.commandName == wanted }.map(\.path)
    if !below.isEmpty { return below }
    let begun = here.filter { wanted.count > 2 && $0.hasPrefix(wanted) }
    return begun.map { command.path + " " + $0 }
  }

  /// The commands' names in other programs.
  private static let synonyms: [String: [String]] = [
    "predict": ["classify"], "infer": ["classify"], "inference": ["classify"], "label": ["classify"],
    "tag": ["classify"], "run": ["classify"], "apply": ["classify"], "predict-prob": ["classify"],
    "fit": ["train"], "learn": ["train"], "supervised": ["train"], "finetune": ["train"],
    "test": ["evaluate"], "eval": ["evaluate"], "score": ["evaluate"], "measure": ["evaluate"],
    "tokens": ["tokenize"], "tokenise": ["tokenize"], "segment": ["tokenize"], "split": ["tokenize"],
    "vocabulary": ["vocab"], "config": ["recipe show"], "init": ["recipe show"], "defaults": ["recipe show"],
    "describe": ["info"], "inspect": ["info"], "summary": ["info"], "lint": ["data check"],
    "validate": ["data check"], "verify": ["data check"], "benchmark": ["bench"], "speed": ["bench"],
    "onnx": ["export onnx"], "convert": ["export onnx"], "ids": ["encode"], "index": ["encode"],
    "interpret": ["explain"], "attribute": ["explain"], "why": ["explain"], "highlight": ["explain"],
    "diff": ["compare"], "page": ["report"], "html": ["report"], "versus": ["compare"], "list": ["runs"],
    "ls": ["runs"], "leaderboard": ["runs"],
    "version": ["--version"],
  ]
}
