import Foundation
import TestSupport
import Testing

/// `discern info` as a command.
@Suite struct InfoCommandTests {
  private let model = SharedData.projectRoot.appendingPathComponent("Tests/Fixtures/format-2/ordinary").path

  @Test func theSizeIsThatOfTheFiles() throws {
    try withTemporaryFolder { folder in
      _ = try CommandRun("pack", model, "m.discern", "-q", folder: folder)
      let names = try FileManager.default.contentsOfDirectory(atPath: model).map { "\(model)/\($0)" }
      for (path, files) in [(model, names), ("m.discern", [folder + "/m.discern"])] {
        let size = try files.reduce(0) { sum, file in
          sum + (try FileManager.default.attributesOfItem(atPath: file)[.size] as? Int ?? 0)
        }
        let text = try CommandRun("info", path, folder: folder)
        let row = try #require(text.lines.first { $0.hasPrefix("size ") })
        #expect(row.filter(\.isNumber) == "\(size)", "\(row)")
        let json = try CommandRun("info", path, "--json", folder: folder)
        let object = try JSONSerialization.jsonObject(with: Data(json.output.utf8)) as? [String: Any]
        #expect(object?["bytes"] as? Int == size)
      }
    }
  }

  /// A terminal of 80 columns, where `script` makes one.
  @Test(.enabled(if: FileManager.default.isExecutableFile(atPath: "/usr/bin/script")))
  func rowsFitATerminal() throws {
    try withTemporaryFolder { folder in
      let run = try ShellRun(
        "script -qec 'stty cols 80; discern info \(model)' /dev/null", folder: folder)
      let lines = run.output.split(separator: "\r\n")
      #expect(lines.count > 5 && lines.allSatisfy { $0.count <= 80 }, "\(run.output)")
      let row = try #require(lines.firstIndex { $0.hasPrefix("tokenizer ") })
      #expect(lines[row + 1].hasPrefix("            "), "\(run.output)")
    }
  }

  /// The name of a layer is wrapped, and its figures stay in their columns.
  @Test(.enabled(if: FileManager.default.isExecutableFile(atPath: "/usr/bin/script")))
  func longNamesOfLayersFitATerminal() throws {
    try withTemporaryFolder { folder in
      let run = try ShellRun(
        """
        for i in $(seq 30); do printf 'pos\\tgood fine %d\\nneg\\tbad poor %d\\n' $i $i; done > a.tsv
        discern train --train a.tsv --threads 1 --epochs 1 --quiet --model recurrent --encoder attention \
          --attention-memory 64 --bptt 16 --hidden 8 --embedding-dim 5 --output m > /dev/null || exit 1
        script -qec 'stty cols 80; discern info m' /dev/null
        """, folder: folder)
      let lines = run.output.split(separator: "\r\n")
      #expect(lines.allSatisfy { $0.count <= 80 }, "\(run.output)")
      let row = try #require(lines.firstIndex { $0.hasPrefix("self-attention, ") }, "\(run.output)")
      #expect(lines[row].contains("[tokens, 8]") && lines[row + 1].hasPrefix("  "), "\(run.output)")
    }
  }

  /// Folders beside classifiers: a table for people, an object for machines.
  @Test func foldersOfAllKindsAreShown() throws {
    try withTemporaryFolder { folder in
      let run = try ShellRun(
        """
        one="--epochs 1 --quiet --threads 1"
        awk 'BEGIN { for (i = 0; i < 60; i++) print i % 7 " " i % 5 "\\t" i % 5 " " i % 7 }' > pairs.tsv
        awk 'BEGIN { print "a,b"; for (i = 0; i < 90; i++) print i % 9 "," i % 4 }' > t.csv
        for i in $(seq 40); do for t in card song taxi; do printf 'my %s %d\\tthis %s\\n' $t $i $t; done
        done > texts.tsv
        discern seq2seq train --train pairs.tsv --hidden 8 $one --output lstm || exit 1
        discern seq2seq train --train pairs.tsv --network transformer --hidden 8 $one --output trans || exit 2
        discern forecast train --data t.csv --target a --window 4 --horizon 2 --hidden 4 --bounds 0,8 $one \
          --output forecaster > /dev/null || exit 3
        discern match train --train texts.tsv --hidden 4 --size 8 $one --output matcher || exit 4
        cut -f 1 texts.tsv > texts.txt
        discern pretrain --input texts.txt --hidden 4 --embedding-dim 4 $one --output pretrained || exit 5
        for m in lstm trans forecaster matcher pretrained; do
          echo "== $m"; discern info $m || exit 6
          discern info $m --json > $m.json || exit 7
        done
        printf x >> lstm/weights.safetensors; discern info lstm; echo "damaged $?"
        """, folder: folder)
      #expect(run.status == 0, "\(run.output) \(run.errors)")
      for words in [
        "sequences (discern seq2seq)", "recurrent (lstm, bidirectional), 8 units",
        "transformer, 8 features, 4 heads; blocks: 2 read, 2 write", "spaces, 9 tokens known",
        "forecaster (discern forecast)", "4 rows of a, b", "2 rows of a", "0.0 to 8.0", "skill",
        "matcher (discern match)", "the same network", "mean reciprocal rank",
        "pretrained (discern pretrain)", "held-out perplexity", "decoder.cross_attention.l1.value.weight",
        "network transformer", "damaged 65",
      ] {
        #expect(run.output.contains(words), "\(words): \(run.output)")
      }
      for (name, kind) in [
        ("lstm", "sequences"), ("trans", "sequences"), ("forecaster", "forecaster"), ("matcher", "matcher"),
        ("pretrained", "pretrained"),
      ] {
        let data = try Data(contentsOf: URL(fileURLWithPath: "\(folder)/\(name).json"))
        let object = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
        #expect(object["kind"] as? String == kind && (object["bytes"] as? Int ?? 0) > 1000)
        let weights = try #require(object["weights"] as? [[String: Any]])
        let sum = weights.reduce(0) { $0 + ($1["parameters"] as? Int ?? 0) }
        #expect(object["parameterCount"] as? Int == sum, "\(name)")
        #expect((object["training"] as? [String: Any])?["epochs"] != nil)
      }
    }
  }
}
