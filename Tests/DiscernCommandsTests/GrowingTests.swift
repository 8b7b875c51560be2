import Foundation
import TestSupport
import Testing

/// A deeper model begins as a shallower one, with its words and choices; what is said now wins.
@Test func aModelGrowsFromAnother() throws {
  try withTemporaryFolder { folder in
    let run = try ShellRun(
      """
      for i in $(seq 30); do printf 'pos\\tgood fine %d\\nneg\\tbad poor %d\\n' $i $i; done > a.tsv
      train() { discern train --train a.tsv --threads 1 --epochs 2 --quiet "$@"; }
      train --hidden 4 --embedding-dim 5 --numbers zero --output shallow > /dev/null || exit 1
      train --grow-from shallow --layers 2 --output deep > /dev/null || exit 2
      cmp shallow/vocabulary.txt deep/vocabulary.txt || exit 3
      discern info deep; discern recipe show deep | grep -E '^(layers|residual|hidden|numbers):'
      train --grow-from shallow --output none; echo "same depth $?"
      train --grow-from shallow --layers 2 --vocab deep/vocabulary.txt --output none; echo "vocab $?"
      train --grow-from shallow --layers 2 --lowercase --no-lowercase --output none; echo "case $?"
      train --grow-from shallow --layers 2 --hidden 6 --output none; echo "hidden $?"
      sed 's/^pos/great/' a.tsv > b.tsv
      discern train --train b.tsv --grow-from shallow --layers 2 --quiet --output none; echo "labels $?"
      [ ! -e none ]
      """, folder: folder)
    #expect(run.status == 0, "\(run.errors)")
    for words in [
      "residual.l0.weight", "lstm.weight_ih_l1", "layers: 2", "residual: true", "hidden: 4", "numbers: zero",
      "same depth 64", "vocab 64", "case 64", "hidden 64", "labels 65",
    ] {
      #expect(run.output.contains(words), "\(words): \(run.output) \(run.errors)")
    }
    #expect(run.errors.contains("--vocab and --vectors") && run.errors.contains("“great”"))
  }
}
