import Discern

let classifier = try TextClassifier(contentsOf: "model")
let verdict = try classifier.classify("What a lovely film!")
print(verdict.label, verdict.probability)
