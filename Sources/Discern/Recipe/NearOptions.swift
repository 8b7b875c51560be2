import DiscernIO

/// Suggestions for options and recipe keys that do not exist, from their names in other programs and from
/// common misspellings.
package enum NearOptions {
  /// The options that may have been meant, at most three, most probable first; names have no leading dashes.
  package static func suggestions(for name: String, among options: [String]) -> [String] {
    let wanted = name.lowercased().replacing("_", with: "-").replacing(".", with: "-")
    let joined = wanted.replacing("-", with: "")
    if let same = options.first(where: { $0.replacing("-", with: "") == joined }) { return [same] }
    let known =
      (synonyms[wanted] ?? synonyms.first { $0.key.replacing("-", with: "") == joined }?.value ?? [])
      .filter { options.contains($0) }
    if !known.isEmpty { return known }
    // `--learning` and `--smoothing` are parts of names; shorter words would match too many.
    if wanted.count > 2 {
      let words = wanted.split(separator: "-")
      let parts = options.filter { option in
        !option.hasPrefix("no-")
          && (option.hasPrefix(wanted) || words.allSatisfy { option.split(separator: "-").contains($0) })
      }
      if (1...3).contains(parts.count) { return parts }
    }
    return NearestName.nearest(to: wanted, among: options).map { [$0] } ?? []
  }

  /// The names that fastText, PyTorch, Keras, scikit-learn and Hugging Face use for options of Discern, and
  /// other synonyms. Only options that the command has are suggested.
  private static let synonyms: [String: [String]] = {
    var result: [String: [String]] = [:]
    for (options, names) in table {
      for name in names.split(separator: " ") {
        result[String(name), default: []] += options.split(separator: " ").map(String.init)
      }
    }
    return result
  }()

  private static let table: [(options: String, names: String)] = [
    ("train", "training train-data training-data train-file training-file train-path train-set trainset"),
    ("train data input", "input data dataset inputs corpus i in file"),
    ("data", "test test-data test-file test-set testset evaluation eval-data eval-file"),
    (
      "dev",
      "validation valid val eval validation-data valid-data val-data dev-data validation-file valid-file "
        + "val-file dev-file dev-set validation-set valid-set autotune-validation"
    ),
    (
      "validation-fraction",
      "validation-split val-split dev-size test-size valid-size val-size validation-size "
        + "dev-fraction val-fraction valid-fraction test-fraction holdout hold-out"
    ),
    ("dev-split", "split-by split-method splitting near-duplicates dedup deduplicate"),
    ("group-column", "group groups group-by group-col group-key group-id cluster-column"),
    (
      "output",
      "out o output-dir out-dir output-file output-path save save-to save-dir save-path save-model model-dir "
        + "model-path model-out model"
    ),
    ("model", "m model-dir model-path checkpoint load"),
    ("unlabelled", "unlabeled-data unsupervised raw"),
    ("vocab", "vocabulary vocab-file vocabulary-file dictionary dict"),
    (
      "vectors",
      "embeddings embedding pretrained pretrained-vectors pretrained-embeddings word-vectors word-embeddings "
        + "embedding-file embeddings-file embedding-path glove word2vec w2v fasttext"
    ),
    ("recipe", "config configuration config-file params parameters hyperparameters hparams settings yaml"),
    ("epochs", "n-epochs num-epochs epoch-count num-train-epochs max-epochs nb-epoch iterations passes e"),
    (
      "batch-size",
      "bs b batch minibatch mini-batch minibatch-size train-batch-size per-device-train-batch-size batchsz"
    ),
    ("learning-rate", "lr rate eta learn-rate base-lr init-lr initial-lr learning-rate-init alpha"),
    ("minimum-learning-rate", "min-lr minimum-lr lr-min eta-min end-lr min-learning-rate"),
    ("schedule", "scheduler lr-scheduler lr-schedule lr-scheduler-type lr-decay decay learning-rate-decay"),
    ("warmup", "warmup-steps warm-up warmup-updates num-warmup-steps warmup-ratio"),
    ("optimizer", "optim optimiser opt solver adam adamw sgd"),
    ("weight-decay", "wd l2 l2-reg l2-penalty regularization regularisation"),
    (
      "clip-norm",
      "clip clipping grad-clip gradient-clip clip-grad clip-gradient gradient-clipping max-grad-norm "
        + "max-norm gradient-clip-val clipnorm"
    ),
    (
      "accumulate",
      "accumulation grad-accum gradient-accumulation gradient-accumulation-steps accumulation-steps "
        + "accumulate-grad-batches accum"
    ),
    ("ema", "ema-decay moving-average averaging swa"),
    ("bptt", "tbptt truncated-bptt backprop-through-time tgt-len"),
    ("bptt attention-memory", "segment segments segment-length attention-segment segment-size"),
    ("activations", "half-precision fp16 bf16 amp mixed-precision precision"),
    ("seed", "random-seed random-state rng manual-seed s"),
    ("ensemble", "seeds ensembles num-models n-models models members"),
    (
      "hidden",
      "hidden-size hidden-dim hidden-dims hidden-units hidden-layer-size hiddens units num-units n-hidden "
        + "num-hidden nhid lstm-size lstm-units lstm-dim lstm-hidden lstm-hidden-size rnn-size rnn-units "
        + "gru-size "
        + "gru-units state-size hid-dim"
    ),
    ("layers", "num-layers n-layers nlayers layer-count depth lstm-layers rnn-layers stack"),
    (
      "embedding-dim",
      "embedding-size embed-dim embed-size emb-dim emb-size embedding-dimension word-dim word-dimension dim "
        + "dimension vector-size vector-dim emsize d wordvec-dim"
    ),
    ("freeze-embedding", "freeze freeze-embeddings freeze-vectors static fixed-embeddings frozen"),
    ("subword-buckets", "subwords subword buckets bucket n-buckets char-ngrams fasttext-buckets"),
    ("bidirectional", "bidir bi bilstm direction directions birnn"),
    ("no-bidirectional", "unidirectional uni forward-only one-directional"),
    ("cell", "rnn-type cell-type rnn lstm gru recurrent unit-type model-type architecture arch"),
    ("pooling", "pool pooling-type pooler attention"),
    (
      "attention-window",
      "window window-size local-window local-attention sliding-window sliding-window-size attention-span"
    ),
    ("attention-memory", "mem-len memory memory-length segment-memory transformer-xl xl cache"),
    ("relative-positions", "relative relative-position relative-attention positions position-encoding"),
    ("attention-projection", "linformer linformer-k projection projected-size low-rank"),
    ("skip-gates", "skip-rnn skip-lstm skip-gate skip-steps skip"),
    ("skip-cost", "skip-weight skip-lambda skip-penalty update-cost cost-per-update cost-per-step"),
    ("early-exit", "early-exits branch branchynet exit deebert first-layer"),
    ("attention-size", "attention-dim attention-units attention-hidden attn-size attn-dim"),
    ("dropout", "dropout-rate drop-rate drop dropout-p dropout-prob p-drop keep-prob hidden-dropout"),
    ("embedding-dropout", "emb-dropout embed-dropout input-dropout spatial-dropout"),
    ("layer-dropout", "lstm-dropout rnn-dropout inter-layer-dropout"),
    ("weight-drop", "recurrent-dropout weight-dropout wdrop weightdrop"),
    ("vocab-size", "max-size vocabulary-size max-vocab max-vocab-size num-words max-features max-words"),
    ("min-count", "min-freq min-frequency min-df min-word-count min-occurrences"),
    (
      "max-tokens",
      "max-len max-length maxlen max-seq-len max-seq-length max-sequence-length sequence-length seq-len "
        + "seq-length max-words-per-text truncate limit"
    ),
    ("truncation", "truncating truncation-side truncation-mode"),
    ("patience", "early-stopping early-stop early-stopping-patience stop-after"),
    ("monitor", "metric metric-for-best-model criterion"),
    ("label-smoothing", "smoothing label-smoothing-factor smooth"),
    ("focal", "gamma focal-gamma focal-loss"),
    ("class-weights", "class-weight weights balanced pos-weight"),
    ("adversarial", "adversarial-training fgm vat adv"),
    ("epsilon", "eps adv-eps"),
    ("calibrate", "calibration temperature temperature-scaling"),
    ("multi-label", "multilabel multi-class multiple-labels"),
    ("threads", "thread num-threads n-threads n-jobs jobs j workers num-workers num-proc nproc cpus cores t"),
    ("quiet", "silent"),
    ("separator", "sep delimiter delim field-separator"),
    ("label-column", "label-col label-field label-key target target-column labels label class-column y"),
    ("text-column", "text-col text-field text-key text sentence-column content-column x"),
    ("text-column label-column", "column columns col"),
    ("header no-header", "has-header skip-header names"),
    ("on-error", "skip-errors ignore-errors on-bad-lines skip-bad bad-rows strict errors-policy"),
    ("input-format", "format layout data-format file-format csv tsv"),
    ("format", "output-format json jsonl"),
    ("json", "as-json format output-format"),
    ("json-log", "log log-file logfile jsonl-log log-path history"),
    ("lowercase no-lowercase", "lower lower-case uncased cased do-lower-case case keep-case"),
    ("locale", "lang language"),
    ("html no-html", "strip-html html-tags"),
    ("top", "top-k topk k n-best nbest n"),
    ("thresholds min-probability", "threshold cutoff cut-off confidence min-confidence min-score"),
    ("errors", "mistakes wrong misclassified error-file errors-file"),
    ("part", "split subset"),
    ("version", "v"),
  ]
}
