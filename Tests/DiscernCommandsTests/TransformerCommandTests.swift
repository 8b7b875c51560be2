import Foundation
import TestSupport
import Testing

private let texts = """
  for i in $(seq 30); do
    printf 'pos\\tgood fine film\\nneg\\tbad dull plot\\npos\\tfine films.\\n'
  done > t.tsv
  train() { discern train --train t.tsv --threads 1 --quiet --pretrained bert "$@"; }

  """

@Test func aDownloadedTransformerBeginsAClassifier() throws {
  try withTemporaryFolder { folder in
    try TransformerFixture.write("bert", to: folder + "/bert")
    let run = try ShellRun(
      texts + """
        train --epochs 3 --output m || exit 1
        discern info m | grep -E '^(model|pieces|tokenizer) ' | cut -c1-40
        discern recipe show m | grep -E '^(encoder|unfreeze):'
        printf 'good films.\\n\\nbad [MASK] zzz\\n' > x
        discern classify m x > a || exit 2
        tail -n 1 x | discern classify m > b; tail -n 1 a | cmp - b || exit 3
        discern pack m m.discern && discern classify m.discern x | cmp - a || exit 4
        discern quantize m --output q --quiet && discern classify q x > /dev/null || exit 5
        discern explain m --json < x | head -n 1 | grep -o '"text":"[a-z.]*"'
        discern export onnx m --output o --quiet || exit 7
        discern encode m < x > e; discern encode o < x | cmp - e || exit 8
        if [ -n "$PEERS_PYTHON" ] && "$PEERS_PYTHON" -c 'import onnxruntime'; then
          "$PEERS_PYTHON" o/predict.py --check || exit 9
          discern encode o < x | "$PEERS_PYTHON" o/predict.py --encoded | cmp - a || exit 10
        fi
        train --epochs 2 --unfreeze 2 --model transformer --adversarial fgm --output u || exit 6
        discern info u | grep -E '^model '
        train --output none --hidden 7; echo "hidden $?"
        train --output none --model recurrent; echo "recurrent $?"
        train --output none --adversarial fgm; echo "fgm $?"
        train --output none --unfreeze 3; echo "unfreeze $?"
        train --output none --vocab x; echo "vocab $?"
        [ ! -e none ]
        """, folder: folder)
    #expect(run.status == 0, "\(run.output) \(run.errors)")
    for words in [
      "model         joined", "pieces        13 WordPiece tokens", "encoder: transformer", "unfreeze: 0",
      "\"text\":\"good\"", "model         transformer", "hidden 64", "recurrent 64", "fgm 64",
      "unfreeze 64", "vocab 6",
    ] {
      #expect(run.output.contains(words), "\(words): \(run.output)")
    }
    for words in [
      "--hidden 7: has no effect for a pretrained transformer",
      "--pretrained is a transformer, but the network of this recipe is recurrent; give --model transformer",
      "--adversarial fgm: has no effect",
      "the transformer has 2 layers",
    ] {
      #expect(run.errors.contains(words), "\(words): \(run.errors)")
    }
  }
}

/// It reads texts with their markup, so explanations and pieces show that; its length limit is its own.
@Test func whatATransformerReadsIsShown() throws {
  try withTemporaryFolder { folder in
    try TransformerFixture.write("bert", to: folder + "/bert")
    let run = try ShellRun(
      texts + """
        train --model transformer --epochs 3 --output m || exit 1
        printf '<dull> film\\n' > x
        for method in gradients occlusion; do
          discern explain m --json --method $method < x | grep -o '"text":"[^"]*"' | tr '\\n' ' '
        done
        discern tokenize --model m < x
        printf 'é <zz> good\\n' | discern tokenize --model m --format jsonl
        printf 'pos\\t%s\\n' "$(yes good | head -n 20 | tr '\\n' ' ')" > long.tsv
        discern evaluate m --data long.tsv > /dev/null
        cut -f 2 long.tsv | discern classify m
        discern info m | grep '^length'
        discern match train --train t.tsv --label-column 1 --pretrained bert --no-lowercase --output n
        echo "match $?"
        discern quantize m --output none --reference bert/x/y; echo "none $?"; ls | grep -c none
        """, folder: folder)
    for words in [
      #""text":"<dull> film" "text":"<dull>" "text":"film" "text":"<dull> film" "text":"<dull>""#,
      #""end":5,"endByte":6,"id":1,"kept":true,"known":false,"start":3,"startByte":4,"token":"zz""#,
      "‹<› dull ‹>› film",
      "length limit  14 tokens", "match 64", "none 74",
    ] {
      #expect(run.output.contains(words), "\(words): \(run.output) \(run.errors)")
    }
    #expect(run.errors.contains("100.0 % of the texts (1) are longer than 14 tokens"), "\(run.errors)")
    #expect(run.errors.contains("1 text cut to 14 tokens for the network"), "\(run.errors)")
    #expect(run.errors.contains("--lowercase is determined by --pretrained"), "\(run.errors)")
  }
}

@Test func modelsShareAFileThatMovesWithThem() throws {
  try withTemporaryFolder { folder in
    try TransformerFixture.write("bert", to: folder + "/bert")
    let run = try ShellRun(
      texts + """
        mkdir kept
        for seed in 1 2; do
          train --epochs 2 --seed $seed --reference kept/e.safetensors --output kept/m$seed || exit 1
        done
        ls kept kept/m1 | tr '\\n' ' '; grep -A 2 references kept/m1/manifest.json
        discern info kept/m1 | grep '^reference'; discern info kept/m1 --json | grep '"path"'
        printf 'good films.\\n' > x
        discern classify kept/m1 x > a; mv kept moved; discern classify moved/m1 x | cmp - a || exit 2
        ln -s moved/m1 link; discern classify link x | cmp - a || exit 3
        discern quantize moved/m1 --reference moved/e8.safetensors --output moved/q --quiet || exit 4
        discern classify moved/q x > /dev/null || exit 5
        [ ! -e moved/q/encoder.safetensors ] && [ -s moved/e8.safetensors ] || exit 6
        train --output none --reference none/x; echo "inside $?"
        train --output none --reference moved/e8.safetensors; echo "other $?"
        discern train --train t.tsv --quiet --output none --reference y; echo "plain $?"
        discern quantize moved/m1 --output none --reference moved/e.safetensors; echo "eight $?"
        rm moved/e.safetensors; discern classify moved/m1 x; echo "gone $?"
        [ ! -e none ] && [ ! -e none-saved ]
        """, folder: folder)
    #expect(run.status == 0, "\(run.output) \(run.errors)")
    for words in [
      "\"encoder.safetensors\" : \"../e.safetensors\"", "reference     ../e.safetensors, ",
      "\"path\" : \"../e.safetensors\"", "inside 64", "other 74", "plain 64",
      "eight 74", "gone 65",
    ] {
      #expect(run.output.contains(words), "\(words): \(run.output)")
    }
    #expect(run.errors.contains("restore that file"), "\(run.errors)")
  }
}

/// Trials do not refer to the file that several models share; the saved model does.
@Test func aSearchSavesItsModelWithTheReference() throws {
  try withTemporaryFolder { folder in
    try TransformerFixture.write("bert", to: folder + "/bert")
    let run = try ShellRun(
      texts + """
        train --auto --budget 20s --reference e.safetensors --output m; echo "auto $?"
        if [ -s e.safetensors ]; then
          grep -c references m/manifest.json
        else
          discern recipe show m | grep -E '^(model|encoder):'
        fi
        printf 'good films.\\n' | discern classify m
        [ ! -e m-saved ]; echo "alone $?"
        """, folder: folder)
    #expect(run.output.contains("auto 0") && run.output.contains("alone 0"), "\(run.output) \(run.errors)")
    #expect(!run.errors.contains("give its folder (--pretrained)"), "\(run.errors)")
  }
}

@Test(arguments: ["--subword-buckets 64", "--encoder hierarchical"])
func aNetworkOfWordsJoinsATransformer(kind: String) throws {
  try withTemporaryFolder { folder in
    try TransformerFixture.write("bert", to: folder + "/bert")
    let run = try ShellRun(
      texts + """
        words() {
          discern train --train t.tsv --threads 1 --quiet --model recurrent --hidden 8 --epochs 3 "$@"
        }
        words \(kind) --output w || exit 1
        train --epochs 3 --beside w --output m || exit 2
        discern train --train t.tsv --pretrained bert --epochs 1 --beside w --output n 2> said
        grep '^beside it:' said
        discern info m | grep -E '^(beside it|logits) '; ls m | tr '\\n' ' '
        discern info m --json | grep -c '"companion"'
        printf 'good films. It is zqx.\\n\\nbad [MASK] zzz\\n' > x
        discern classify m x > a || exit 3
        tail -n 1 x | discern classify m > b; tail -n 1 a | cmp - b || exit 4
        discern pack m m.discern && discern classify m.discern x | cmp - a || exit 5
        discern quantize m --output q --quiet && discern classify q x > /dev/null || exit 6
        discern explain m --json < x | head -n 1 | grep -o '"text":"[a-z.]*"'
        discern export onnx m --output o --quiet || exit 7
        discern encode m < x > e; discern encode o < x | cmp - e || exit 8
        grep -c '"words":' e
        if [ -n "$PEERS_PYTHON" ] && "$PEERS_PYTHON" -c 'import onnxruntime'; then
          "$PEERS_PYTHON" o/predict.py --check || exit 9
          discern encode o < x | "$PEERS_PYTHON" o/predict.py --encoded | cmp - a || exit 10
        fi
        train --epochs 3 --output none --beside m; echo "transformer $?"
        train --epochs 3 --output none --beside w --seed 2; echo "seed $?"
        train --epochs 3 --output none --beside w --model transformer; echo "alone $?"
        train --epochs 3 --output w --beside w; echo "itself $?"
        words --output none --beside w; echo "recurrent $?"
        train --auto --output none --beside w; echo "auto $?"
        sed 's/"companion"/"companions"/' m/manifest.json > manifest
        cp manifest m/manifest.json; (cd m && sha256sum manifest.json > manifest.sha256)
        discern classify m x; echo "unknown $?"
        [ ! -e none ]
        """, folder: folder)
    #expect(run.status == 0, "\(run.output) \(run.errors)")
    for words in [
      "beside it ", "beside it: w: 1 network, ", "× words",
      "companion.safetensors", "pieces.txt", "vocabulary.txt", "\"text\":\"good\"",
      "transformer 64", "seed 64", "alone 64", "itself 64", "recurrent 64", "auto 64", "unknown 65",
    ] {
      #expect(run.output.contains(words), "\(words): \(run.output)")
    }
    for words in [
      "has a transformer", "other development texts", "--model joined", "would be overwritten", "--auto",
    ] {
      #expect(run.errors.contains(words), "\(words): \(run.errors)")
    }
  }
}

@Test func whatIsNoTransformerIsNamed() throws {
  try withTemporaryFolder { folder in
    try TransformerFixture.write("bert", to: folder + "/bert")
    try TransformerFixture.write("bert", to: folder + "/large") { _ in
    } changeTensors: {
      for index in $0.indices where $0[index].name.hasSuffix("layer.1.output.LayerNorm.weight") {
        $0[index].values = $0[index].values.map { _ in 3e38 }
      }
    }
    let run = try ShellRun(
      texts + """
        discern train --train t.tsv --threads 1 --quiet --model recurrent --hidden 4 --epochs 1 --output w
        train --output none --grow-from w; echo "grow $?"
        discern embed nowhere < t.tsv; echo "nowhere $?"
        discern embed w < t.tsv; echo "model $?"
        printf 'good\n\nfilm\n' > x
        discern embed large x; echo "large $?"
        discern embed large x --format npy --output none; echo "npy $?"
        discern train --train t.tsv --threads 1 --quiet --pretrained large --output none; echo "train $?"
        discern match train --train t.tsv --label-column 1 --text-column 2 --pretrained large --output none \\
          --quiet; echo "match $?"
        [ ! -e none ]
        """, folder: folder)
    #expect(run.status == 0, "\(run.output) \(run.errors)")
    for words in [
      "grow 64", "nowhere 66", "model 65", "large 65", "npy 65", "train 65", "match 65",
    ] {
      #expect(run.output.contains(words), "\(words): \(run.output) \(run.errors)")
    }
    for words in [
      "a model starts from --grow-from or from --pretrained", "nowhere: no such file or folder",
      "w: its format is “discern-model”; discern embed takes a pretrained transformer's folder",
      "x:1: the text's vector: it is not finite",
    ] {
      #expect(run.errors.contains(words), "\(words): \(run.errors)")
    }
    #expect(
      !run.output.contains("vector") && !run.errors.contains("--encoder"), "\(run.output) \(run.errors)")
  }
}

/// A training that was interrupted while vectors were made has no state to resume, and says what to do.
@Test func keptVectorsAloneAreNoCheckpoint() throws {
  try withTemporaryFolder { folder in
    let run = try ShellRun(
      """
      mkdir m.checkpoint; printf x > m.checkpoint/vectors-0123456789abcdef.safetensors
      discern train --resume m.checkpoint; echo "vectors $?"
      printf x > m.checkpoint/vectors-other; rm m.checkpoint/vectors-0*
      discern train --resume m.checkpoint; echo "none $?"
      """, folder: folder)
    #expect(run.output.contains("vectors 66") && run.output.contains("none 66"), "\(run.output)")
    #expect(run.errors.contains("run the same command without --resume"), "\(run.errors)")
    #expect(run.errors.contains("m.checkpoint holds no checkpoint; name"), "\(run.errors)")
  }
}
