import Foundation
import TestSupport
import Testing

/// Texts without labels, compressed, and labelled ones, whose labels are not looked at.
private let texts = """
  for i in $(seq 40); do printf 'a good fine film number %d of the year\\n' $i; done | gzip > u.txt.gz
  for i in $(seq 30); do printf 'pos\\ta good fine film %d\\nneg\\ta bad poor film %d\\n' $i $i; done > t.tsv
  small="--hidden 6 --embedding-dim 5 --epochs 2 --batch-size 8 --bptt 4 --threads 1"

  """

@Test func whatWasPretrainedBeginsAClassifier() throws {
  try withTemporaryFolder { folder in
    let run = try ShellRun(
      texts + """
        discern pretrain --input u.txt.gz --input t.tsv $small --numbers zero --output p --json-log log \\
          || exit 1
        [ ! -e p.checkpoint ] || exit 2
        [ "$(grep -c '"event":"epoch"' log)" = 2 ] || exit 3
        discern pretrain --input u.txt.gz --input t.tsv ${small/threads 1/threads 3} --numbers zero --quiet \\
          --output p3
        cmp p/weights.safetensors p3/weights.safetensors || exit 4
        grep -q '^pos' p/vocabulary.txt && exit 5
        train() { discern train --train t.tsv --threads 1 --epochs 1 --quiet --pretrained p "$@"; }
        train --output m || exit 6
        cmp p/vocabulary.txt m/vocabulary.txt || exit 7
        discern recipe show m | grep -E '^(hidden|embedding-dim|numbers):'
        train --output m --hidden 6 || exit 8
        train --output none --hidden 7; echo "hidden $?"
        train --output none --no-bidirectional; echo "directions $?"
        train --output none --locale tr; echo "locale $?"
        train --output none --vocab p/vocabulary.txt; echo "vocab $?"
        printf 'film 1 2 3 4 5\\n' > v.txt
        train --output none --vectors v.txt; echo "vectors $?"
        train --output none --grow-from m --layers 2; echo "grow $?"
        train --output none --batch-norm flattened; echo "batch-norm $?"
        [ ! -e none ]
        """, folder: folder)
    #expect(run.status == 0, "\(run.output) \(run.errors)")
    for words in [
      "hidden: 6", "embedding-dim: 5", "numbers: zero", "hidden 64", "directions 64", "locale 64", "vocab 64",
      "vectors 64", "grow 64", "batch-norm 64",
    ] {
      #expect(run.output.contains(words), "\(words): \(run.output) \(run.errors)")
    }
    for words in [
      "held-out perplexity: forward", "--hidden 7: the pretrained network has 6",
      "--bidirectional false: the pretrained network has true", "leave out --vocab", "leave out --vectors",
      "--grow-from or from --pretrained", "--locale",
    ] {
      #expect(run.errors.contains(words), "\(words): \(run.errors)")
    }
  }
}

@Test func foldersThatCannotBeBegunWithAreNamed() throws {
  try withTemporaryFolder { folder in
    let run = try ShellRun(
      texts + """
        discern pretrain --input u.txt.gz $small --quiet --output p || exit 1
        discern train --train t.tsv --threads 1 --epochs 1 --hidden 4 --quiet --output model || exit 2
        try() { discern train --train t.tsv --quiet --output none --pretrained "$1"; echo "$1 $?"; }
        try missing; try model; mkdir empty; try empty
        cp -r p flipped
        printf 'X' | dd of=flipped/weights.safetensors bs=1 seek=900 conv=notrunc 2> /dev/null
        try flipped
        cp -r p shape; sed -i 's/"hiddenSize" : 6/"hiddenSize" : 7/' shape/manifest.json
        (cd shape; sha256sum manifest.json > manifest.sha256); try shape
        cp -r p unknown; sed -i 's/"vocabularySize"/"novelty" : 1, "vocabularySize"/' unknown/manifest.json
        (cd unknown; sha256sum manifest.json > manifest.sha256); try unknown
        cp -r p words; sed -i 's/"vocabularySize" : /"vocabularySize" : 1/' words/manifest.json
        (cd words; sha256sum manifest.json > manifest.sha256); try words
        discern classify p < /dev/null; echo "classify $?"
        discern pretrain --input u.txt.gz $small --output model; echo "over $?"
        [ ! -e none ]
        """, folder: folder)
    #expect(run.status == 0, "\(run.output) \(run.errors)")
    for words in ["missing 66", "empty 66", "flipped 65", "over 74"] {
      #expect(run.output.contains(words), "\(words): \(run.output) \(run.errors)")
    }
    for name in ["model", "shape", "unknown", "words", "classify"] {
      let line = run.output.split(separator: "\n").first { $0.hasPrefix(name + " ") }
      #expect(line != nil && line != "\(name) 0" && line != "\(name) 70", "\(run.output) \(run.errors)")
    }
    for words in [
      "is a pretrained language model", "lstm.weight_ih_l0 has shape", "novelty", "vocabularySize",
    ] {
      #expect(run.errors.contains(words), "\(words): \(run.errors)")
    }
  }
}

@Test func pretrainingGoesOnWithTheSameBitsOrSaysWhyNot() throws {
  try withTemporaryFolder { folder in
    let run = try ShellRun(
      texts + """
        go() { discern pretrain --input u.txt.gz $small "$@"; }
        go --quiet --output whole || exit 1
        go --quiet --checkpoint c --output p || exit 2
        cmp whole/weights.safetensors p/weights.safetensors || exit 3
        rm -r p; go --checkpoint c --resume --output p || exit 4
        cmp whole/weights.safetensors p/weights.safetensors || exit 5
        go --checkpoint c --resume --seed 2 --output none; echo "seed $?"
        go --checkpoint c --resume --input t.tsv --output none; echo "texts $?"
        go --checkpoint nothing --resume --output none; echo "none $?"
        go --negatives 0 --output none; echo "negatives $?"
        printf 'one\\n\\n' > single.txt
        discern pretrain --input single.txt --output none; echo "single $?"
        [ ! -e none ]
        """, folder: folder)
    #expect(run.status == 0, "\(run.output) \(run.errors)")
    for words in ["seed 64", "texts 65", "none 66", "negatives 64", "single 65"] {
      #expect(run.output.contains(words), "\(words): \(run.output) \(run.errors)")
    }
    for words in ["the training was already complete", "--seed", "(--input)", "single word left out"] {
      #expect(run.errors.contains(words), "\(words): \(run.errors)")
    }
  }
}

@Test func vectorsAloneAreAFileThatTrainReads() throws {
  try withTemporaryFolder { folder in
    let run = try ShellRun(
      texts + """
        inputs="--input u.txt.gz --input t.tsv"
        learn() { discern pretrain --vectors-only $inputs --epochs 2 --embedding-dim 5 "$@"; }
        learn --threads 1 --output v.txt || exit 1
        learn --threads 3 --quiet --output - > w.txt || exit 2
        cmp v.txt w.txt || exit 3
        head -n 1 v.txt
        [ "$(wc -l < v.txt)" = "$(($(head -n 1 v.txt | cut -d ' ' -f 1) + 1))" ] || exit 4
        [ ! -e v.txt.checkpoint ] || exit 5
        discern train --train t.tsv --vectors v.txt --epochs 1 --hidden 4 --threads 1 --output m || exit 6
        learn --hidden 4 --output none; echo "hidden $?"
        learn --vectors v.txt --output none; echo "vectors $?"
        learn --output t.tsv; echo "over $?"
        discern pretrain --input u.txt.gz --window 3 --output none; echo "window $?"
        [ ! -e none ]
        """, folder: folder)
    #expect(run.status == 0, "\(run.output) \(run.errors)")
    for words in [" 5\n", "hidden 64", "vectors 64", "over 64", "window 64"] {
      #expect(run.output.contains(words), "\(words): \(run.output) \(run.errors)")
    }
    for words in ["--hidden is for layers", "--window requires --vectors-only", "v.txt: written"] {
      #expect(run.errors.contains(words), "\(words): \(run.errors)")
    }
  }
}
