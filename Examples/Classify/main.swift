import Discern

let classifier = try TextClassifier(contentsOf: "model")
let prediction = try classifier.classify("What a lovely film!")
print(prediction.label, prediction.probability)
