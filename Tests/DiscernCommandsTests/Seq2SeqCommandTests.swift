import Foundation
import TestSupport
import Testing

/// Short lists of digits, to be written backwards.
private let data = """
  make() { awk 'BEGIN { srand(4); for (i = 0; i < 400; i++) { s = ""; t = "";
    n = 1 + int(rand() * 3); for (j = 0; j < n; j++) { d = int(rand() * 4); s = s d " "; t = d " " t }
    sub(/ $/, "", s); sub(/ $/, "", t); print s "\\t" t } }'; }
  make > pairs.tsv
  args="--train pairs.tsv --hidden 32 --embedding-dim 16 --batch-size 16 --learning-rate 0.01 --patience 8"
  learn() { discern seq2seq train $args --quiet "$@"; }

  """

@Test func listsAreWrittenBackwards() throws {
  try withTemporaryFolder { folder in
    let run = try ShellRun(
      data + """
        learn --epochs 30 --threads 1 --output one || exit 1
        learn --epochs 30 --threads 3 --output three || exit 2
        cmp one/weights.safetensors three/weights.safetensors || exit 3
        [ ! -e one.checkpoint ] || exit 4
        discern seq2seq evaluate one --data pairs.tsv --quiet
        discern seq2seq evaluate one --data pairs.tsv --quiet --json --beam 3 > figures || exit 7
        grep bleu figures; grep -c exactMatch figures
        printf '0 1 2\\n\\nb\\0d\\n3 9\\n' > lines
        discern seq2seq predict one < lines > text; echo "predict $?"
        cat text
        discern seq2seq predict one lines --beam 2 --format jsonl --threads 3; echo "jsonl $?"
        discern seq2seq predict one --on-error skip < lines > /dev/null || exit 5
        head -n 1 lines | discern seq2seq predict one | cmp - <(head -n 1 text) || exit 6
        """, folder: folder)
    #expect(run.status == 0, "\(run.output) \(run.errors)")
    let exact = run.output.firstMatch(of: /exact match +([0-9.]+) +\([0-9]+ of 400\)/)
    #expect((exact.flatMap { Double($0.1) } ?? 0) > 0.95, "\(run.output)")
    #expect(run.output.contains("token accuracy") && run.output.contains("BLEU"))
    // Lists of three digits at most have no runs of four.
    #expect(run.output.contains("–  (no target has four words)"), "\(run.output)")
    #expect(run.output.contains("\"bleu\" : null"), "\(run.output)")
    #expect(run.output.contains("\n1\npredict 65\n2 1 0\n"), "\(run.output)")
    let objects = try run.output.split(separator: "\n").filter { $0.hasPrefix("{") }.map {
      try #require(try JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any])
    }
    #expect(objects.map { $0["line"] as? Int } == [1, 2, 3, 4], "\(run.output)")
    #expect(objects.first?["tokens"] as? [String] == ["2", "1", "0"])
    #expect(objects.map { $0["error"] != nil } == [false, false, true, false])
    #expect(objects.map { $0["unknown"] as? Int } == [nil, 1, nil, 1])
    #expect(run.errors.contains("1 line not written of"), "\(run.errors)")
  }
}

@Test func aSequenceTrainingGoesOnOrSaysWhyNot() throws {
  try withTemporaryFolder { folder in
    let run = try ShellRun(
      data + """
        few() { learn --epochs ${epochs:-3} "$@"; }
        few --output whole --json-log log.jsonl || exit 1
        cut -c 1-200 log.jsonl
        few --checkpoint c --output p || exit 2
        cmp whole/weights.safetensors p/weights.safetensors || exit 3
        rm -r p; few --checkpoint c --resume --output p || exit 4
        cmp whole/weights.safetensors p/weights.safetensors || exit 5
        # Killed on its way: what was kept is gone on from.
        discern seq2seq train $args --epochs 9 --checkpoint s --output k 2> log &
        while kill -0 $! 2> /dev/null && ! grep -q '^ *1 ' log; do sleep 0.1; done
        kill -INT $!; wait $!; echo "interrupted $?"
        rm -rf k; epochs=9 few --checkpoint s --resume --output k; echo "resumed $?"
        epochs=9 few --output l
        cmp k/weights.safetensors l/weights.safetensors; echo "same $?"
        few --checkpoint c --resume --seed 2 --output none; echo "seed $?"
        head -n 300 pairs.tsv > other.tsv
        few --checkpoint c --resume --train other.tsv --output none; echo "pairs $?"
        epochs=0 few --output none; echo "epochs $?"
        few --scheduled-sampling 2 --output none; echo "sampling $?"
        few --max-tokens 2 --output single; echo "long $?"
        discern seq2seq predict whole --length-penalty 1 < /dev/null; echo "penalty $?"
        discern seq2seq predict whole --beam 0 < /dev/null; echo "beam $?"
        discern seq2seq predict none < /dev/null; echo "model $?"
        discern classify whole < /dev/null; echo "classify $?"
        few --output pairs.tsv; echo "over $?"
        printf 'one\\n' > single.tsv
        discern seq2seq train --train single.tsv --output none; echo "column $?"
        [ ! -e none ] || exit 6
        for i in 0 1 2 3 4 5; do printf '%s\\t1\\t2\\n' $i; done > wide.tsv
        narrow="--epochs 1 --hidden 4 --quiet --output narrow"
        discern seq2seq train --train wide.tsv $narrow 2> wide || exit 7
        cat wide
        discern seq2seq train --train wide.tsv --text-column 1 --label-column 3 $narrow 2>&1 | cmp - /dev/null
        """, folder: folder)
    #expect(run.status == 0, "\(run.output) \(run.errors)")
    for words in [
      "resumed 0", "same 0", "seed 64", "pairs 65", "epochs 64", "sampling 64", "long 0", "penalty 64",
      "beam 64", "model 66", "over 74", "column 65",
      "wide.tsv: has 3 columns, of which one is the source and one the target",
    ] {
      #expect(run.output.contains(words), "\(words): \(run.output) \(run.errors)")
    }
    let events = run.output.matches(of: /"event":"([a-z]+)"/).map { String($0.1) }
    #expect(events == ["began", "epoch", "epoch", "epoch", "ended"], "\(run.output)")
    #expect(run.output.contains("\"model\":\"sequences\""))
    let interrupted = run.output.firstMatch(of: /interrupted ([0-9]+)/).map { String($0.1) }
    #expect(["130", "0"].contains(interrupted), "\(run.output)")
    let classify = run.output.firstMatch(of: /classify ([0-9]+)/).map { String($0.1) }
    #expect(classify == "65", "\(run.output) \(run.errors)")
    for words in [
      "--seed", "left out", "with more than 2 tokens (--max-tokens)", "is a sequence model",
    ] {
      #expect(run.errors.contains(words), "\(words): \(run.errors)")
    }
  }
}

@Test func aTransformerWritesListsBackwards() throws {
  try withTemporaryFolder { folder in
    let run = try ShellRun(
      data + """
        args=${args/rate 0.01/rate 0.004}
        learn --network transformer --epochs 30 --threads 1 --output one || exit 1
        learn --network transformer --epochs 30 --threads 3 --output three || exit 2
        cmp one/weights.safetensors three/weights.safetensors || exit 3
        grep -q sequence-transformer one/manifest.json || exit 4
        discern seq2seq evaluate one --data pairs.tsv --quiet
        printf '0 1 2\\n\\n3 2\\n' > lines
        discern seq2seq predict one lines --beam 2 > together || exit 5
        head -n 1 lines | discern seq2seq predict one --beam 2 | cmp - <(head -n 1 together) || exit 6
        few() { learn --network transformer --epochs 3 "$@"; }
        few --output whole || exit 7
        few --checkpoint c --output p || exit 8
        rm -r p; few --checkpoint c --resume --output p || exit 9
        cmp whole/weights.safetensors p/weights.safetensors || exit 10
        few --scheduled-sampling 0.5 --output sampled || exit 11
        cmp -s whole/weights.safetensors sampled/weights.safetensors && exit 12
        learn --epochs 3 --checkpoint c --resume --output none; echo "form $?"
        few --attention-heads 3 --output none; echo "heads $?"
        few --cell gru --output none; echo "cell $?"
        few --no-bidirectional --output none; echo "directions $?"
        learn --attention-heads 4 --output none; echo "recurrent $?"
        [ ! -e none ]
        """, folder: folder)
    #expect(run.status == 0, "\(run.output) \(run.errors)")
    let exact = run.output.firstMatch(of: /exact match +([0-9.]+) +\([0-9]+ of 400\)/)
    // It has never read the held-out lists, and gets some of them wrong.
    #expect((exact.flatMap { Double($0.1) } ?? 0) > 0.85, "\(run.output)")
    for words in ["form 64", "heads 64", "cell 64", "directions 64", "recurrent 64"] {
      #expect(run.output.contains(words), "\(words): \(run.output) \(run.errors)")
    }
    for words in [
      "--network", "--attention-heads 3: expected a divisor of 32", "--cell", "--bidirectional",
    ] {
      #expect(run.errors.contains(words), "\(words): \(run.errors)")
    }
  }
}

@Test func pairsAreReadByTheNamesOfTheirColumnsOrKeys() throws {
  try withTemporaryFolder { folder in
    let run = try ShellRun(
      data + """
        (printf 'from\\tto\\n'; cat pairs.tsv) > named.tsv
        tr '\\t' '|' < pairs.tsv | sed 's/\\(.*\\)|\\(.*\\)/{"from":"\\1","to":"\\2"}/' > pairs.jsonl
        sed 's/^{/{"id":7,/' pairs.jsonl > more.txt
        learn --epochs 1 --output one
        once() { discern seq2seq train ${args/--train pairs.tsv/} --epochs 1 --quiet "$@"; }
        for file in named.tsv pairs.jsonl more.txt; do
          once --train $file --text-column from --label-column to --output $file.model
          cmp one/weights.safetensors $file.model/weights.safetensors; echo "same $?"
        done
        once --train pairs.jsonl --output none; echo "keys $?"
        once --train pairs.jsonl --text-column from --label-column too --output none; echo "keys $?"
        (cat pairs.jsonl | head -1; echo '{"from":"1","to":null}') > null.jsonl
        once --train null.jsonl --text-column from --label-column to --output none; echo "keys $?"
        """, folder: folder)
    #expect(
      run.output == "same 0\nsame 0\nsame 0\nkeys 65\nkeys 65\nkeys 65\n", "\(run.output) \(run.errors)")
    for words in [
      "which column holds the text; there are “from”, “to”; choose with --text-column",
      "pairs.jsonl:1: the object has no key “too”; there are “from”, “to”; did you mean “to”?",
      "null.jsonl:2: the value of “to” is null, expected a string",
    ] {
      #expect(run.errors.contains(words), "\(words): \(run.errors)")
    }
  }
}
