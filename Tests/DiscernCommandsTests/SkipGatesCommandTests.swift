import Foundation
import TestSupport
import Testing

@Test func stepsAreLeftOutAndCounted() throws {
  try withTemporaryFolder { folder in
    let train = SharedData.projectRoot.appendingPathComponent("corpora/reviews/train.tsv").path
    let run = try ShellRun(
      """
      small="--train $1 --epochs 3 --hidden 8 --model recurrent --learning-rate 0.01 --quiet"
      discern train $small --skip-gates --skip-cost 0.05 --output m || exit 1
      discern train $small --skip-gates --skip-cost 0.05 --threads 3 --output n || exit 2
      cmp m/weights.safetensors n/weights.safetensors || exit 3
      discern train $small --skip-gates --skip-cost 0 --output all || exit 4
      discern info m | grep -E 'skip gates|skip_bias'
      discern evaluate m --data "$1" || exit 5
      discern evaluate m --data "$1" --json --errors wrong 2> /dev/null | grep -A3 '"steps"'
      head -n 100 "$1" | cut -f 2 > x
      discern classify m x > plain || exit 6
      discern pack m m.discern && discern classify m.discern x --threads 3 | cmp - plain || exit 7
      while read -r line; do printf '%s\\n' "$line" | discern classify m -; done < <(head -n 5 x) \\
        | cmp - <(head -n 5 plain) || exit 8
      discern quantize m small --quiet && discern evaluate small --data "$1" --json 2> /dev/null \\
        | grep -c '"taken"'
      discern evaluate all --data "$1" --json 2> /dev/null | grep '"exits"' && exit 9
      discern export onnx m --output o; echo "graph $?"
      for flags in '--cell gru' '--batch-norm recurrent' '--bptt 5' '--weight-drop 0.1' \\
        '--encoder hierarchical' '--activations bf16'; do
        discern train $small --skip-gates $flags --output none; echo "$flags $?"
      done
      discern train $small --skip-gates --skip-cost -1 --output none; echo "cost $?"
      ls none 2> /dev/null
      discern recipe show m | grep -E '^skip-(gates|cost)'
      """.replacing("$1", with: train), folder: folder)
    #expect(run.status == 0, "\(run.output) \(run.errors)")
    for words in [
      "m: skip gates took ", "LSTM, 2 × 8, skip gates", "lstm.skip_bias_l0_reverse",
      "of the development texts' steps taken", "\"taken\"", "\"all\"", "graph 65", "--cell gru 64",
      "--batch-norm recurrent 64", "--bptt 5 64", "--weight-drop 0.1 64", "--encoder hierarchical 64",
      "--activations bf16 64",
      "cost 64", "skip-gates: true", "skip-cost: 0.05", "all: skip gates took ",
    ] {
      #expect(run.output.contains(words), "\(words): \(run.output)")
    }
    for words in [
      "skip gates took ", "(--skip-gates)", "cell gru", "batch-norm", "bptt", "weight-drop", "skip-cost",
    ] {
      #expect(run.errors.contains(words), "\(words): \(run.errors)")
    }
    func share(_ name: String) throws -> Double {
      let line = try #require(run.output.split(separator: "\n").first { $0.hasPrefix("\(name): skip gates") })
      return try #require(Double(line.split(separator: "(")[1].prefix { $0 != " " }))
    }
    #expect(try share("m") < 90)
    #expect(try share("m") < share("all"))
  }
}
