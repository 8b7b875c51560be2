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
      "model         joined", "pieces        13 of words", "encoder: transformer", "unfreeze: 0",
      "\"text\":\"good\"", "model         transformer", "hidden 64", "recurrent 64", "fgm 64",
      "unfreeze 64", "vocab 6",
    ] {
      #expect(run.output.contains(words), "\(words): \(run.output)")
    }
    for words in [
      "--hidden 7: means nothing for a pretrained transformer",
      "for a pretrained transformer give --model transformer", "--adversarial fgm: means nothing",
      "the transformer has 2 layers",
    ] {
      #expect(run.errors.contains(words), "\(words): \(run.errors)")
    }
  }
}
