// `import Discern` also exports every type in its signatures: corpora, options, tokenizers, errors, reports.
@_exported import DiscernBundle
@_exported import DiscernCorpus
@_exported import DiscernEvaluation
@_exported import DiscernIO
@_exported import DiscernModels
@_exported import DiscernTensor
@_exported import DiscernText
@_exported import DiscernTraining
@_exported import DiscernVocabulary
