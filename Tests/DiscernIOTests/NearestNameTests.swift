import DiscernIO
import Testing

@Test func nearNamesShareMostLetters() {
  let names = ["dev", "top", "epochs", "learning-rate", "1", "2", "pos", "No"]
  for (name, nearest) in [
    ("epoch", "epochs"), ("Epochs", "epochs"), ("epohcs", "epochs"), ("learnign-rate", "learning-rate"),
    ("ps", "pos"), ("NO", "No"), ("dve", "dev"),
  ] {
    #expect(NearestName.nearest(to: name, among: names) == nearest)
  }
  // One common letter of one or two is no resemblance.
  for name in ["lr", "3", "to", "d", "ne", "x", "", "opt-in", "rate"] {
    #expect(
      NearestName.nearest(to: name, among: ["dev", "1", "2", "No", "x1"] + ["epochs"]) == nil, "\(name)")
  }
}
