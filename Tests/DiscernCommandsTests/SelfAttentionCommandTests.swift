import Foundation
import TestSupport
import Testing

private let texts = """
  for i in $(seq 20); do
    printf 'pos\\tgood fine film %s\\nneg\\tbad dull plot\\npos\\tfine films, never bad.\\n' $i
  done > t.tsv
  small="--hidden 8 --embedding-dim 6 --epochs 3 --attention-heads 2"
  train() { discern train --train t.tsv --threads ${threads:-1} --quiet "$@"; }

  """

private let networks = [
  ("hybrid", "", "attention-layers: 2"), ("attention", "", "attention-layers: 2"),
  ("hybrid", "--attention-window 1", "attention-window: 1"),
  ("attention", "--attention-window 2", ", 2 tokens on each side"),
  ("hybrid", "--attention-memory 3 --bptt 2", ", segments of 2 tokens and 3 before each, relative positions"),
  ("attention", "--attention-memory 2 --bptt 3 --no-relative-positions", "segments of 3 tokens and 2 before"),
  ("attention", "--relative-positions", ", relative positions"),
  ("hybrid", "--attention-projection 3", "attention-projection: 3"),
  ("attention", "--attention-projection 2 --attention-projection-per-head", "400 tokens by head"),
]

@Test(arguments: networks)
func aNetworkWithSelfAttentionIsLikeAnyOther(kind: String, choices: String, shown: String) throws {
  try withTemporaryFolder { folder in
    let run = try ShellRun(
      texts + """
        small="$small --encoder \(kind) --attention-layers 2 \(choices)"
        train $small --output m || exit 1
        discern info m | grep -E '^(model|self-attention| )' | cut -c1-110
        discern recipe show m | grep -E '^(encoder|attention-[a-z-]*):'
        printf 'good films.\\n\\nbad zzz plot\\n' > x
        discern classify m x > a || exit 2
        tail -n 1 x | discern classify m > b; tail -n 1 a | cmp - b || exit 3
        discern pack m m.discern && discern classify m.discern x | cmp - a || exit 4
        discern quantize m --output q --quiet && discern classify q x > /dev/null || exit 5
        discern explain m < x > /dev/null || exit 6
        discern export onnx m --output o --quiet || exit 7
        if [ -n "$PEERS_PYTHON" ] && "$PEERS_PYTHON" -c 'import onnxruntime'; then
          "$PEERS_PYTHON" o/predict.py --check || exit 8
        fi
        threads=3 train $small --output n || exit 9
        cmp m/weights.safetensors n/weights.safetensors || exit 10
        discern data pack --train t.tsv --output shards --quiet || exit 11
        discern train --train shards --quiet --model recurrent $small --output s || exit 12
        discern info s | grep -c self-attention
        """, folder: folder)
    #expect(run.status == 0, "\(run.output) \(run.errors)")
    let expected = ["encoder: \(kind)", "attention-layers: 2", "attention-heads: 2", shown]
    for words in expected + ["self-attention, 2 heads"] {
      #expect(run.output.contains(words), "\(words): \(run.output)")
    }
  }
}

@Test func choicesOfSelfAttentionThatMeanNothingAreNamed() throws {
  try withTemporaryFolder { folder in
    let run = try ShellRun(
      texts + """
        train --output none --attention-layers 2; echo "layers $?"
        train --output none --encoder attention --layers 2; echo "recurrent $?"
        train --output none --encoder hybrid --hidden 5 --attention-heads 4; echo "heads $?"
        train --output none --encoder attention --attention-memory -1 --bptt 5; echo "negative $?"
        train --output none --encoder hybrid --attention-layers 0; echo "none $?"
        train --output none --attention-window 5; echo "unseen $?"
        train --output none --encoder hybrid --attention-window -3; echo "window $?"
        train --output none --attention-projection 5; echo "useless $?"
        train --output none --attention-memory 5; echo "idle $?"
        train --output none --encoder attention --bptt 5; echo "uncut $?"
        train --output none --encoder hybrid --attention-memory 5; echo "uncounted $?"
        train --output none --encoder hybrid --attention-memory 5 --bptt 5 --attention-window 3
        echo "two $?"
        train --output none --encoder attention --relative-positions --attention-projection 3
        echo "places $?"
        train --output none --encoder hybrid --attention-projection-per-head; echo "each $?"
        train --output none --encoder hybrid --attention-projection 3 --max-tokens 0; echo "endless $?"
        train --output none --encoder hybrid --attention-projection 3 --attention-window 5; echo "both $?"
        train --output none --model ngrams --encoder hybrid; echo "ngrams $?"
        discern pretrain --input t.tsv --text-column 2 --hidden 8 --embedding-dim 6 --epochs 1 --quiet \
          --output p > /dev/null 2>&1 || discern pretrain --input t.tsv --hidden 8 --embedding-dim 6 \
          --epochs 1 --quiet --output p || exit 1
        train --output none --pretrained p --encoder attention; echo "pretrained $?"
        [ ! -e none ] || exit 2
        train --output m --pretrained p --encoder hybrid --epochs 1 || exit 3
        """, folder: folder)
    #expect(run.status == 0, "\(run.output) \(run.errors)")
    for words in [
      "layers 64", "recurrent 64", "heads 6", "negative 6", "none 6", "ngrams 64", "pretrained 64",
      "unseen 64", "window 6",
      "useless 64", "idle 64", "uncut 64", "uncounted 6", "two 6", "places 6", "each 64",
      "endless 6", "both 6",
    ] {
      #expect(run.output.contains(words), "\(words): \(run.output)")
    }
    for words in [
      "--attention-layers 2: has no effect without --encoder hybrid or attention",
      "--attention-window 5: has no effect without --encoder hybrid or attention", "attention-window -3",
      "--attention-memory 5: has no effect without --encoder hybrid or attention",
      "no recurrent layers, without --attention-memory above 0",
      "0 without --bptt N, the tokens of a segment",
      "0 with --attention-memory, whose segments determine", "false with --attention-projection",
      "attention-projection 3: expected 0 without max-tokens", "0 with --attention-projection",
      "without --attention-projection above 0",
      "with --encoder attention, which has no recurrent layers", "a divisor of 10",
      "give another --attention-heads or --hidden", "--attention-memory -1: expected 1 to 1048576, or 0",
      "give --encoder hybrid",
    ] {
      #expect(run.errors.contains(words), "\(words): \(run.errors)")
    }
  }
}
