import Foundation
import TestSupport
import Testing

private let texts = """
  for i in $(seq 40); do
    for t in card flight song taxi; do
      printf 'where is my %s %d\\tthis helps with a %s %d\\n' $t $i $t $((i % 3))
    done
  done > pairs.tsv
  for i in $(seq 20); do
    for t in card flight song taxi; do printf '%s\\twhere is my %s %d\\n' $t $t $i; done
  done > labels.tsv
  small="--hidden 16 --embedding-dim 16 --size 8 --batch-size 16 --learning-rate 0.01 --threads 1"
  small="$small --dropout 0 --embedding-dropout 0 --epochs"
  long="$small 30 --patience 30"
  small="$small 5"

  """

@Suite struct MatchCommandTests {
  @Test func pairsAreLearnedIndexedAndFound() throws {
    try withTemporaryFolder { folder in
      let run = try ShellRun(
        texts + """
          discern match train --train pairs.tsv $long --output m --json-log log || exit 1
          [ ! -e m.checkpoint ] || exit 2
          [ "$(grep -c '"event":"epoch"' log)" = 30 ] || exit 3
          grep -q '"event":"ended","meanReciprocalRank"\\|"recallAt10"' log || exit 4
          discern match train --train pairs.tsv ${long/threads 1/threads 3} --quiet --output m3 || exit 5
          cmp m/weights.safetensors m3/weights.safetensors || exit 6
          cut -f 2 pairs.tsv | sort -u > answers.txt
          discern match index m answers.txt --output i.safetensors || exit 7
          printf 'where is my taxi 3\\n\\nb\\0d\\nwhere is my song 9\\n' > q.txt
          discern match search m --index i.safetensors q.txt --count 2 > found.jsonl; echo "search $?"
          discern match search m --candidates answers.txt q.txt -c 2 --on-error skip > other.jsonl || exit 8
          cmp found.jsonl other.jsonl || exit 9
          discern match search m --index i.safetensors --count 1 --format tsv < q.txt > found.tsv
          discern match evaluate m --data pairs.tsv || exit 10
          discern match evaluate m --data pairs.tsv --json --quiet || exit 11
          discern embed m q.txt --on-error skip --side right --format npy --output v.npy || exit 12
          """, folder: folder)
      #expect(run.status == 0, "\(run.output) \(run.errors)")
      for words in ["search 65", "recall@10", "\"queries\" : 160"] {
        #expect(run.output.contains(words), "\(words): \(run.output) \(run.errors)")
      }
      for words in [
        "144 training texts", "recall@1", "temperature", "12 vectors of 8 numbers",
        "1 line not searched: NUL byte at q.txt:3",
      ] {
        #expect(run.errors.contains(words), "\(words): \(run.errors)")
      }
      let lines = try String(contentsOfFile: folder + "/found.jsonl", encoding: .utf8).split(separator: "\n")
      #expect(lines.count == 4)
      let objects = try lines.map {
        try #require(try JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any])
      }
      #expect(objects.map { $0["line"] as? Int } == [1, 2, 3, 4])
      let first = try #require(objects[0]["matches"] as? [[String: Any]])
      #expect(first.count == 2 && (first[0]["text"] as? String)?.contains("taxi") == true, "\(first)")
      #expect(objects[2]["matches"] == nil && objects[2]["error"] != nil)
      #expect(((objects[3]["matches"] as? [[String: Any]])?[0]["text"] as? String)?.contains("song") == true)
      let table = try String(contentsOfFile: folder + "/found.tsv", encoding: .utf8)
        .split(separator: "\n", omittingEmptySubsequences: false)
      #expect(table.count == 5 && table[0].split(separator: "\t").count == 4 && table[2] == "3", "\(table)")
    }
  }

  @Test func labelsAreLearned() throws {
    try withTemporaryFolder { folder in
      let run = try ShellRun(
        texts + """
          discern match train --train labels.tsv --label-column 1 $small --quiet --output m || exit 1
          discern match evaluate m --data labels.tsv --json --quiet || exit 2
          head -8 labels.tsv > some.tsv
          discern match evaluate m --data some.tsv --candidates labels.tsv --label-column 1 --quiet || exit 3
          cut -f 2 labels.tsv | discern match search m --candidates labels.tsv --text-column 2 -c 1 || exit 4
          """, folder: folder)
      #expect(run.status == 0, "\(run.output) \(run.errors)")
      #expect(run.output.contains("recall@1") && run.output.contains("\"queries\" : 80"), "\(run.output)")
      #expect(run.output.split(separator: "\n").filter { $0.hasPrefix("{\"line\"") }.count == 80)
    }
  }

  @Test func anInterruptedTrainingGoesOn() throws {
    try withTemporaryFolder { folder in
      let run = try ShellRun(
        texts + """
          discern match train --train pairs.tsv $small --quiet --output whole || exit 1
          discern match train --train pairs.tsv $small --quiet --checkpoint c --output m --json-log log &
          pid=$!
          for i in $(seq 200); do
            grep -q '"event":"epoch"' log 2> /dev/null && break
            sleep 0.05
          done
          kill -INT $pid; wait $pid; echo "interrupted $?"
          discern match train --train pairs.tsv $small --quiet --checkpoint c --resume --output m || exit 2
          cmp m/weights.safetensors whole/weights.safetensors || exit 3
          discern match train --train labels.tsv --label-column 1 $small --checkpoint c --resume --output m
          echo "others $?"
          """, folder: folder)
      #expect(run.status == 0, "\(run.output) \(run.errors)")
      // It may have finished already.
      #expect(run.output.contains("interrupted 130") || run.output.contains("interrupted 0"), "\(run.output)")
      #expect(
        run.output.contains("others 65") && run.errors.contains("--train"), "\(run.output) \(run.errors)")
    }
  }

  @Test func whatWasChosenIsToldAndLogged() throws {
    try withTemporaryFolder { folder in
      let run = try ShellRun(
        texts + """
          one="--train pairs.tsv --hidden 4 --embedding-dim 4 --epochs 1 --threads 1"
          discern match train $one --output m --json-log log || exit 1
          discern match train $one --output m --batch-size 20 || exit 2
          discern match train $one --output m --batch-size 20 --temperature 0.1 2>&1 | grep -c chosen
          cat log
          """, folder: folder)
      #expect(run.status == 0 && run.output.hasPrefix("0\n"), "\(run.output) \(run.errors)")
      let why = "144 texts; --batch-size and --temperature change it"
      for words in [
        "chosen for these texts: batch-size 32, temperature 0.2 (\(why))",
        "chosen for these texts: temperature 0.2 (144 texts; --temperature changes it)",
      ] {
        #expect(run.errors.contains(words), "\(words): \(run.errors)")
      }
      #expect(run.output.contains("\"why\":\"\(why)\""), "\(run.output)")
    }
  }

  /// Labels by chance, vectors of zeros, and texts in a script that the pretrained model has never met.
  @Test func aTrainingThatLearnedNothingSaysWhatToTry() throws {
    try withTemporaryFolder { folder in
      let head = "{'descr': '<f4', 'fortran_order': False, 'shape': (160, 3), }"
      let line = head.padding(toLength: 117, withPad: " ", startingAt: 0) + "\n"
      let file = Data([0x93]) + Data("NUMPY".utf8) + Data([1, 0, 118, 0]) + Data(line.utf8)
      try (file + Data(count: 160 * 3 * 4)).write(to: URL(fileURLWithPath: folder + "/v.npy"))
      let run = try ShellRun(
        texts + """
          for i in $(seq 200); do
            printf '%s\\twords %s\\n' $((i * 7919 % 211 % 2)) $((i * 6007 % 199))
          done > chance.tsv
          discern match train --train chance.tsv --label-column 1 --hidden 16 --batch-size 16 --epochs 2 \
            --learning-rate 1e-9 --temperature 0.07 --output m --json-log log || exit 1
          cut -f 1 pairs.tsv > texts.txt
          discern match train --train texts.txt --features v.npy $small --output m || exit 2
          discern pretrain --input texts.txt --hidden 4 --embedding-dim 4 --epochs 1 --output p \
            --quiet || exit 3
          words() { printf 'λέξη %.0s' $(seq $1); }
          for i in $(seq 60); do echo "$(words $i)@$(words $((i % 7 + 1)))"; done | tr @ '\\t' > greek.tsv
          discern match train --train greek.tsv --pretrained p --epochs 1 --threads 1 --output m || exit 4
          discern match train --train pairs.tsv $long --output m 2> learned || exit 5
          grep -c 'hint: recall' learned
          cat log
          """, folder: folder)
      #expect(run.status == 0 && run.output.hasPrefix("0\n"), "\(run.output) \(run.errors)")
      #expect(run.output.contains(#""event":"hint","kind":"recall-near-chance""#), "\(run.output)")
      for words in [
        "is near chance (", "--batch-size 8, --temperature 0.2, --pretrained, more epochs",
        "hint: all vectors of --features are equal", "hint: 100 % of the tokens are unknown",
      ] {
        #expect(run.errors.contains(words), "\(words): \(run.errors)")
      }
    }
  }

  @Test func aTextIsNotItsOwnMatch() throws {
    try withTemporaryFolder { folder in
      let run = try ShellRun(
        texts + """
          discern match train --train pairs.tsv $small --quiet --output m --text-column 2; echo "$?"
          discern match train --train pairs.tsv $small --quiet --output m --pair-column 1; echo "$?"; ls
          """, folder: folder)
      #expect(run.output.hasPrefix("65\n65\n") && !run.output.contains("\nm\n"), "\(run.output)")
      #expect(run.errors.contains("name both (--text-column, --pair-column)"), "\(run.errors)")
    }
  }

  @Test func columnsOfPairsAreNotGuessedAmongMore() throws {
    try withTemporaryFolder { folder in
      let run = try ShellRun(
        texts + """
          (echo id,question,answer; tr '\\t' ',' < pairs.tsv | awk '{ print NR "," $0 }') > faq.csv
          learn() { discern match train --train faq.csv $small --quiet --output m "$@"; echo "$?"; }
          learn; learn --pair-column answer; learn --text-column question
          [ ! -e m ] || exit 1
          learn --text-column question --pair-column answer
          # The model knows its columns.
          discern match evaluate m --data faq.csv --quiet > figures; echo "$?"
          """, folder: folder)
      #expect(run.status == 0 && run.output == "65\n65\n65\n0\n0\n", "\(run.output) \(run.errors)")
      for words in [
        "faq.csv has 3 columns, of which two are the texts and their matches: name both (--text-column, "
          + "--pair-column)",
        "name the other one too (--text-column)", "name the other one too (--pair-column)",
      ] {
        #expect(run.errors.contains(words), "\(words): \(run.errors)")
      }
    }
  }

  @Test func aNamedColumnHasAHeaderAndKeysAreNamed() throws {
    try withTemporaryFolder { folder in
      let run = try ShellRun(
        texts + """
          # The columns' values do not show that the first row is a header.
          for i in $(seq 60); do
            printf 'question %d about thing %d\\tanswer %d\\n' $i $((i % 7)) $i
          done > pairs.tsv
          (printf 'asked\\tanswered\\n'; cat pairs.tsv) > named.tsv
          tr '\\t' '|' < pairs.tsv | sed 's/\\(.*\\)|\\(.*\\)/{"asked":"\\1","answered":"\\2"}/' > pairs.jsonl
          learn() { discern match train $small --quiet --output m "$@" || echo "$?"; }
          learn --train named.tsv --pair-column answered && cp m/weights.safetensors one
          learn --train pairs.jsonl --text-column asked --pair-column answered
          cmp m/weights.safetensors one; echo "same $?"
          learn --train pairs.jsonl
          """, folder: folder)
      #expect(run.output == "same 0\n65\n", "\(run.output) \(run.errors)")
      #expect(
        run.errors.contains(
          "pairs.jsonl has keys, of which two are the texts and their matches: name both (--text-column, "
            + "--pair-column)"),
        "\(run.errors)")
    }
  }

  @Test func whatCannotBeIsNamed() throws {
    try withTemporaryFolder { folder in
      let run = try ShellRun(
        texts + """
          train() { discern match train --train "$@" $small --quiet --output m; echo "$?"; }
          train pairs.tsv || exit 1
          one() { discern match train --quiet --output none "$@"; echo "one $?"; }
          one --train pairs.tsv --pair-column 3
          one --train pairs.tsv --pair-column 2 --label-column 1
          one --train pairs.tsv --dev-features v.npy
          one --train pairs.tsv --text-column 1 --features none.npy
          one --train pairs.tsv --batch-size 1
          one --train pairs.tsv --pooling nothing
          one --train pairs.tsv --hidden 3 --pretrained bert
          one --train pairs.tsv --hidden 200000
          printf 'only one line\\twith an answer\\n' > short.tsv
          one --train short.tsv
          printf 'first\\t\\nsecond\\tanswer\\n' > gap.tsv
          one --train gap.tsv
          cut -f 1 pairs.tsv > questions.txt
          one --train questions.txt
          [ ! -e none ] || exit 2
          discern match search m; echo "search $?"
          discern match search m --candidates pairs.tsv --index i; echo "search $?"
          discern match search none --candidates pairs.tsv < pairs.tsv; echo "search $?"
          discern match index m --output i; echo "index $?"
          discern match index m questions.txt --output questions.txt; echo "index $?"
          discern match index m questions.txt --output m/i; echo "index $?"
          printf 'text' > i; discern match search m --index i questions.txt; echo "search $?"
          discern match index m questions.txt --output i --quiet || exit 3
          discern match train --train pairs.tsv $small --seed 2 --quiet --output other || exit 4
          discern match search other --index i questions.txt; echo "search $?"
          discern embed m questions.txt --side middle > o; echo "embed $?"
          cp -r m damaged; printf x >> damaged/manifest.json
          discern embed damaged questions.txt; echo "embed $?"
          discern classify m questions.txt; echo "classify $?"
          """, folder: folder)
      #expect(run.status == 0, "\(run.output) \(run.errors)")
      let statuses = run.output.split(separator: "\n").filter { $0.contains(" ") }.map(String.init)
      #expect(
        statuses == [
          "one 65", "one 64", "one 64", "one 66", "one 64", "one 64", "one 64", "one 71", "one 65", "one 65",
          "one 65",
          "search 64", "search 64", "search 66", "index 64", "index 64", "index 64", "search 65", "search 65",
          "embed 64", "embed 65", "classify 65",
        ], "\(statuses) \(run.errors)")
      for words in [
        "define different kinds", "requires --features", "--pooling nothing",
        "is determined by --pretrained",
        "training would need at least", "; lower --hidden, --layers, --embedding-dim or --size",
        "at least 2 are needed", "gap.tsv:1: there is no text in the column or key 2",
        "built with another model",
        "it is not an index",
      ] {
        #expect(run.errors.contains(words), "\(words): \(run.errors)")
      }
    }
  }
}
