import Foundation
import TestSupport
import Testing

/// A deeper model starts as a shallower one, with its vocabulary and settings; given flags win.
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

/// For every base, there is a model or one error that names the flag.
@Test func whatCanGrowGrowsAndTheRestIsNamed() throws {
  try withTemporaryFolder { folder in
    let run = try ShellRun(
      """
      for i in $(seq 30); do printf 'pos\\tgood fine %d\\nneg\\tbad poor %d\\n' $i $i; done > a.tsv
      train() { discern train --train a.tsv --threads 1 --epochs 1 --quiet "$@"; }
      train --model joined --hidden 4 --embedding-dim 5 --output joined > /dev/null || exit 1
      discern train --train a.tsv --threads 1 --quiet --model ngrams --output ngrams > /dev/null || exit 2
      train --grow-from joined --layers 2 --output deep > /dev/null || exit 3
      train --grow-from joined --layers 2 --model recurrent --output other > /dev/null || exit 4
      discern info deep | grep '^model'; discern info other | grep '^model'
      try() { train --grow-from "$@" --output none 2> errors; echo "$(wc -l < errors) $(cat errors)"; }
      try ngrams --layers 2; try ngrams --model joined; try joined; try joined --layers 1
      train --model recurrent --encoder attention --hidden 4 --output blocks > /dev/null || exit 5
      try blocks --layers 2 --model recurrent --encoder recurrent; try joined --encoder attention
      try deep --layers 1; try joined --layers 2 --hidden 6; try joined --layers 2 --embedding-dim 6
      [ ! -e none ]
      """, folder: folder)
    #expect(run.status == 0, "\(run.output) \(run.errors)")
    let lines = run.output.split(separator: "\n").map(String.init)
    let expected = [
      "joined", "recurrent", "only n-grams has no network", "only n-grams has no network",
      "--layers 1: expected more than the 1", "--layers 1: expected more than the 1",
      "expected one with --encoder recurrent or hybrid", "--encoder attention: expected recurrent or hybrid",
      "--layers 1: expected more than the 2", "--hidden 6: expected 4", "--embedding-dim 6: expected 5",
    ]
    #expect(lines.count == expected.count, "\(run.output)")
    for (line, words) in zip(lines, expected) { #expect(line.contains(words), "\(run.output)") }
    #expect(lines.dropFirst(2).allSatisfy { $0.hasPrefix("1 error: ") }, "\(run.output)")
  }
}

/// The weights that a model began with are in its record by their digest, and in both forms of `info`.
@Test func infoSaysWithWhichWeightsAModelBegan() throws {
  try withTemporaryFolder { folder in
    let run = try ShellRun(
      """
      for i in $(seq 30); do printf 'pos\\tgood fine %d\\nneg\\tbad poor %d\\n' $i $i; done > a.tsv
      train() { discern train --train a.tsv --threads 1 --epochs 1 --quiet "$@" > /dev/null; }
      discern pretrain --input a.tsv --hidden 4 --embedding-dim 5 --epochs 1 --threads 1 --quiet --output p
      train --hidden 4 --embedding-dim 5 --output shallow || exit 1
      train --grow-from shallow --layers 2 --output deep || exit 2
      train --grow-from deep --layers 3 --output deeper || exit 3
      train --pretrained p --output begun || exit 4
      digest() { discern info "$1" --json | grep "$2" | grep -oE '[0-9a-f]{64}'; }
      grown=$(digest deep grownFrom); begun=$(digest begun pretrained)
      [ ${#grown} = 64 ] && [ ${#begun} = 64 ] || exit 5
      discern info deep | grep -q "grown from a model (digest $(echo $grown | cut -c 1-12))" || exit 6
      discern info begun | grep -q "from pretrained weights (digest $(echo $begun | cut -c 1-12))" || exit 7
      [ "$(digest deeper grownFrom)" != "$grown" ] || exit 8
      discern info shallow | grep digest && exit 9
      [ -z "$(digest shallow grownFrom)$(digest shallow pretrained)$(digest begun grownFrom)" ]
      """, folder: folder)
    #expect(run.status == 0, "\(run.status) \(run.output) \(run.errors)")
  }
}
