import Discern

extension [FittedChoice] {
  /// Lines for users: one for all settings with the same reason.
  var lines: [String] {
    var reasons: [String] = []
    for choice in self where !reasons.contains(choice.why) { reasons.append(choice.why) }
    return reasons.map { why in
      "chosen for these texts: "
        + filter { $0.why == why }.map { "\($0.key) \($0.value)" }.joined(separator: ", ") + " (\(why))"
    }
  }
}
