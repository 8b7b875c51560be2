import Discern

let encoder = try PretrainedEncoder(contentsOf: "all-MiniLM-L6-v2")
let corpus = try Corpus(paths: ["corpora/reviews/train.tsv"])
let classifier = try TextClassifier.train(on: corpus, pretrained: encoder, recipe: encoder.recipe())
try classifier.write(to: "model")
