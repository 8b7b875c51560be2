import Foundation
import TestSupport
import Testing

@Test func sureTextsAreAnsweredWithoutTheNetwork() throws {
  try withTemporaryFolder { folder in
    let train = SharedData.projectRoot.appendingPathComponent("corpora/reviews/train.tsv").path
    let run = try ShellRun(
      """
      discern train --train '\(train)' --epochs 1 --hidden 8 --quiet --output m || exit 1
      head -n 100 '\(train)' | cut -f 2 > x
      discern classify m x > plain
      discern classify m x --exit-confidence 0.8 > exits || exit 2
      wc -l < exits
      discern classify m x --exit-confidence 1 2> /dev/null | cmp - plain || exit 3
      discern evaluate m --data '\(train)' --exit-confidence 0.8 | head -n 3
      discern classify m x --exit-confidence 2; echo "two $?"
      discern evaluate m --data '\(train)' --exit-confidence 0.8 --errors e.tsv; echo "errors $?"
      discern train --train '\(train)' --model ngrams --quiet --output n
      discern classify n x --exit-confidence 0.8; echo "ngrams $?"
      """, folder: folder)
    #expect(run.status == 0, "\(run.output) \(run.errors)")
    for words in ["100", "accuracy", "two 64", "errors 64", "ngrams 64"] {
      #expect(run.output.contains(words), "\(words): \(run.output)")
    }
    #expect(run.errors.contains("classified by n-grams alone: "), "\(run.errors)")
  }
}

@Test func theFirstLayerAnswersWithoutTheOthers() throws {
  try withTemporaryFolder { folder in
    let train = SharedData.projectRoot.appendingPathComponent("corpora/reviews/train.tsv").path
    let run = try ShellRun(
      """
      small="--train $1 --epochs 2 --hidden 8 --layers 2 --model recurrent --quiet"
      discern train $small --early-exit --output m || exit 1
      discern train $small --early-exit --threads 3 --output n || exit 2
      cmp m/weights.safetensors n/weights.safetensors || exit 3
      discern info m | grep -E 'early exit|exit.output.weight|first layer'
      head -n 100 "$1" | cut -f 2 > x
      discern classify m x > plain
      discern classify m x --exit-confidence 1 2> /dev/null | cmp - plain || exit 4
      discern classify m x --exit-confidence 0.55 > exits || exit 5
      discern pack m m.discern && discern classify m.discern x --exit-confidence 0.55 2> /dev/null \\
        | cmp - exits || exit 6
      discern evaluate m --data "$1" --exit-confidence 0.55 --json | grep -o '"afterFirstLayer" *: *[0-9]*'
      discern export onnx m --output o --quiet || exit 7
      grep -c 'early exit of the model' o/README.md
      discern train ${small/layers 2/layers 1} --early-exit --output none; echo "one $?"
      discern train $small --encoder hierarchical --early-exit --output none; echo "sentences $?"
      discern train $small --early-exit-weight 0 --early-exit --output none; echo "weight $?"
      """.replacing("$1", with: train), folder: folder)
    #expect(run.status == 0, "\(run.output) \(run.errors)")
    for words in [
      "early exit ", "exit.output.weight", "first layer alone: accuracy", "afterFirstLayer",
      "one 64", "sentences 64", "weight 64", "for the first layer's exit",
    ] {
      #expect(run.output.contains(words), "\(words): \(run.output)")
    }
    for words in [
      "false with a single layer: give --layers 2", "classified after the first layer: ",
      "steps of layers saved: ", "the graph contains the whole network",
      "early-exit",
    ] {
      #expect(run.errors.contains(words), "\(words): \(run.errors)")
    }
    #expect(!run.errors.contains("n-grams alone"))
  }
}
